// SPDX-License-Identifier: BSL-1.0
// Sockets of Windows, as system_sockets.hpp describes them.
#pragma once

#if defined(_WIN32)

#include <chrono>
#include <string>
#include <system_error>

#include "bowline/base/time.hpp"
#include "bowline/transport/winsock_errors.hpp"
#include "bowline/transport/winsock_headers.hpp"

namespace bowline::inline v0_1 {

using SocketHandle = SOCKET;
inline constexpr SocketHandle no_socket = ~SocketHandle{0};

/// Winsock serves whoever has started it and not finished yet, and counts. Where it cannot be started, what needs it
/// fails and says why.
class SocketUse {
 public:
  SocketUse() noexcept {
    WSADATA about;
    started_ = ::WSAStartup(MAKEWORD(2, 2), &about) == 0;
  }
  ~SocketUse() {
    if (started_) ::WSACleanup();
  }
  SocketUse(const SocketUse&) = delete;
  SocketUse& operator=(const SocketUse&) = delete;

 private:
  bool started_;
};

[[nodiscard]] inline int last_socket_error() noexcept { return posix_error(::WSAGetLastError()); }

/// The system lacks words for some; their number can be looked up.
[[nodiscard]] inline std::string resolver_error_text(int error) {
  return std::system_category().message(error) + " (" + std::to_string(error) + ")";
}

[[nodiscard]] inline std::string socket_error_text(int error) { return resolver_error_text(winsock_error(error)); }

inline void close_socket(SocketHandle handle) noexcept { ::closesocket(handle); }

inline bool set_socket_option(SocketHandle handle, int level, int name, int value) noexcept {
  return ::setsockopt(handle, level, name, reinterpret_cast<const char*>(&value), sizeof value) == 0;
}

/// The next receive shall not fail because a datagram met a closed port (WSAECONNRESET): whoever can forge that could
/// keep it from what has arrived. A system that does not know how goes on to fail, and is asked again.
inline void ignore_closed_ports(SocketHandle handle) noexcept {
  BOOL told = FALSE;
  DWORD bytes = 0;
  ::WSAIoctl(handle, SIO_UDP_CONNRESET, &told, sizeof told, nullptr, 0, &bytes, nullptr, nullptr);
}

[[nodiscard]] inline SocketHandle open_udp_socket(int family) noexcept {
  constexpr DWORD flags = WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT;
  const SocketHandle handle = ::WSASocketW(family, SOCK_DGRAM, IPPROTO_UDP, nullptr, 0, flags);
  if (handle == no_socket) return no_socket;
  ignore_closed_ports(handle);
  u_long yes = 1;
  // Without the option any program may bind the same place and take what arrives.
  if (::ioctlsocket(handle, static_cast<long>(FIONBIO), &yes) == 0 &&
      set_socket_option(handle, SOL_SOCKET, SO_EXCLUSIVEADDRUSE, 1)) {
    return handle;
  }
  const int error = ::WSAGetLastError();
  close_socket(handle);
  ::WSASetLastError(error);
  return no_socket;
}

inline void forbid_fragmentation(SocketHandle handle, int family) noexcept {
  // An IPv6 socket sends to IPv4 peers too.
  bool four = false, six = family != AF_INET6;
#if defined(IP_MTU_DISCOVER) && defined(IPV6_MTU_DISCOVER)
  four = set_socket_option(handle, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_PROBE);
  six = six || set_socket_option(handle, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IP_PMTUDISC_PROBE);
#endif
  // Older systems set the bit, and believe what they hear of the path.
  if (!four) set_socket_option(handle, IPPROTO_IP, IP_DONTFRAGMENT, 1);
  if (!six) set_socket_option(handle, IPPROTO_IPV6, IPV6_DONTFRAG, 1);
}

inline void wait_for_socket(SocketHandle handle, Duration limit, bool writable) noexcept {
  WSAPOLLFD watched{};
  watched.fd = handle;
  watched.events = writable ? POLLIN | POLLOUT : POLLIN;
  ::WSAPoll(&watched, 1, static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(limit).count()));
}

}  // namespace bowline::inline v0_1

#endif
