// SPDX-License-Identifier: BSL-1.0
// A UDP socket of the system: opening, waiting, and messages in and out. Nothing here decides anything.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <span>
#include <string_view>
#include <utility>

#include "bowline/base/bytes.hpp"
#include "bowline/base/time.hpp"
#include "bowline/transport/system_sockets.hpp"
#include "bowline/transport/udp_address.hpp"
#include "bowline/transport/udp_message.hpp"
#include "bowline/transport/udp_options.hpp"
#if defined(_WIN32)
#include "bowline/transport/winsock_messages.hpp"
#else
#include "bowline/transport/posix_receive.hpp"
#include "bowline/transport/posix_send.hpp"
#endif

namespace bowline::inline v0_1 {

/// A non-blocking UDP socket, closed on destruction.
///
/// Invariants: handle_ is open, non-blocking and bound, or no_socket before `bind` and after a move.
class UdpSocket {
 public:
  UdpSocket() = default;
  UdpSocket(UdpSocket&& other) noexcept : handle_{std::exchange(other.handle_, no_socket)} {}
  UdpSocket& operator=(UdpSocket&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~UdpSocket() { close(); }

  /// What could not be done, and the `errno` that says why; 0 where all went well.
  struct Fault {
    std::string_view step;
    int code = 0;
  };

  /// Opens a new socket with the buffers of `options`, bound to `local`.
  [[nodiscard]] Fault bind(const UdpAddress& local, const UdpOptions& options);

  /// The kernel cuts messages apart as they leave.
  [[nodiscard]] bool can_segment() const noexcept {
#if defined(UDP_SEGMENT)
    // A kernel that does not know it would send the message whole, so it is asked first.
    int bytes = 0;
    socklen_t size = sizeof bytes;
    return ::getsockopt(handle_, IPPROTO_UDP, UDP_SEGMENT, &bytes, &size) == 0;
#else
    return false;
#endif
  }

  /// Asks the kernel to join the datagrams of a source as they arrive. False where it cannot.
  bool join_received() noexcept {
#if defined(UDP_GRO)
    return set_socket_option(handle_, IPPROTO_UDP, UDP_GRO, 1);
#else
    return false;
#endif
  }

  /// Sends the first of `messages` (at least one), or more of them, at most `udp_messages_a_call`. A segmented one
  /// needs `can_segment`.
  [[nodiscard]] UdpSent send(const UdpAddress& to, std::span<const UdpMessage> messages) noexcept {
    return udp_send(handle_, to, messages);
  }

  /// Receives one message. It is cut where `place` is shorter.
  [[nodiscard]] UdpReceived receive(Buffer place, UdpArrival& arrival) noexcept {
    return udp_receive(handle_, place, arrival);
  }

  /// Receives up to `place.size() / bytes_max` datagrams, at most `udp_messages_a_call`, that begin `bytes_max` bytes
  /// apart, and calls `each(index, arrival)` for them in order. Not with `join_received`.
  template <class Each>
  [[nodiscard]] UdpReceived receive_many(Buffer place, std::size_t bytes_max, Each&& each) {
    return udp_receive_many(handle_, place, bytes_max, each);
  }

  /// Waits for a datagram, for room to send where `writable`, or for `limit`, in microseconds where the system can.
  void wait(Duration limit, bool writable) noexcept {
    constexpr Duration limit_max = std::chrono::hours{1};
    wait_for_socket(handle_, std::clamp(limit, Duration::zero(), limit_max), writable);
  }

  [[nodiscard]] SocketHandle handle() const noexcept { return handle_; }

  /// Where it is bound; nobody's if it is not.
  [[nodiscard]] UdpAddress local_address() const noexcept {
    sockaddr_storage local{};
    socklen_t bytes = sizeof local;
    auto* const address = reinterpret_cast<sockaddr*>(&local);
    return ::getsockname(handle_, address, &bytes) == 0 ? UdpAddress{address, bytes} : UdpAddress{};
  }

 private:
  void close() noexcept {
    if (handle_ != no_socket) close_socket(std::exchange(handle_, no_socket));
  }
  bool set_buffer(int name, std::size_t bytes) noexcept {
    const std::size_t granted = (std::min)(bytes, std::size_t{1} << 30);
    return bytes == 0 || set_socket_option(handle_, SOL_SOCKET, name, static_cast<int>(granted));
  }

  [[no_unique_address, maybe_unused]] SocketUse use_;
  SocketHandle handle_ = no_socket;
};

inline UdpSocket::Fault UdpSocket::bind(const UdpAddress& local, const UdpOptions& options) {
  close();
  handle_ = open_udp_socket(local.family());
  if (handle_ == no_socket) return {"cannot open a socket for", last_socket_error()};
  // A system that insists on IPv6 alone still serves IPv6 peers, so a refusal is no failure.
  if (local.family() == AF_INET6) static_cast<void>(set_socket_option(handle_, IPPROTO_IPV6, IPV6_V6ONLY, 0));
  if (!options.fragmentation) forbid_fragmentation(handle_, local.family());
  if (!set_buffer(SO_SNDBUF, options.send_buffer_bytes)) {
    return {"cannot set the write buffer of", last_socket_error()};
  }
  if (!set_buffer(SO_RCVBUF, options.receive_buffer_bytes)) {
    return {"cannot set the read buffer of", last_socket_error()};
  }
  if (::bind(handle_, local.data(), local.size()) != 0) return {"cannot bind", last_socket_error()};
  return {};
}

}  // namespace bowline::inline v0_1
