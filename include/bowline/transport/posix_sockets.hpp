// SPDX-License-Identifier: BSL-1.0
// POSIX sockets, as system_sockets.hpp describes them.
#pragma once

#if !defined(_WIN32)

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <ctime>
#include <string>
#include <system_error>

#include "bowline/base/time.hpp"

namespace bowline::inline v0_1 {

using SocketHandle = int;
inline constexpr SocketHandle no_socket = -1;

/// Sockets are there without being asked for.
struct SocketUse {};

[[nodiscard]] inline int last_socket_error() noexcept { return errno; }

[[nodiscard]] inline std::string socket_error_text(int error) { return std::generic_category().message(error); }

[[nodiscard]] inline std::string resolver_error_text(int error) {
  return error == EAI_SYSTEM ? socket_error_text(errno) : gai_strerror(error);
}

inline void close_socket(SocketHandle handle) noexcept { ::close(handle); }

[[nodiscard]] inline SocketHandle open_udp_socket(int family) noexcept {
  const SocketHandle handle = ::socket(family, SOCK_DGRAM, 0);
  if (handle < 0) return no_socket;
  const int flags = ::fcntl(handle, F_GETFL);
  if (flags >= 0 && ::fcntl(handle, F_SETFL, flags | O_NONBLOCK) >= 0 && ::fcntl(handle, F_SETFD, FD_CLOEXEC) >= 0) {
    return handle;
  }
  const int error = errno;
  close_socket(handle);
  errno = error;
  return no_socket;
}

inline bool set_socket_option(SocketHandle handle, int level, int name, int value) noexcept {
  return ::setsockopt(handle, level, name, &value, sizeof value) == 0;
}

inline void forbid_fragmentation([[maybe_unused]] SocketHandle handle, [[maybe_unused]] int family) noexcept {
#if defined(IP_PMTUDISC_PROBE)
  // An IPv6 socket sends to IPv4 peers too.
  static_cast<void>(set_socket_option(handle, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_PROBE));
#endif
#if defined(IPV6_PMTUDISC_PROBE)
  if (family == AF_INET6) {
    static_cast<void>(set_socket_option(handle, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_PROBE));
  }
#endif
}

inline void wait_for_socket(SocketHandle handle, Duration limit, bool writable) noexcept {
  pollfd watched{};
  watched.fd = handle;
  watched.events = writable ? POLLIN | POLLOUT : POLLIN;
#if defined(__linux__)
  timespec time{};
  time.tv_sec = static_cast<int>(limit / std::chrono::seconds{1});
  time.tv_nsec = static_cast<int>((limit % std::chrono::seconds{1}).count() * 1000);
  ::ppoll(&watched, 1, &time, nullptr);
#else
  ::poll(&watched, 1, static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(limit).count()));
#endif
}

}  // namespace bowline::inline v0_1

#endif
