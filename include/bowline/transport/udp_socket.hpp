// SPDX-License-Identifier: BSL-1.0
// A POSIX UDP socket: opening, waiting, and messages in and out. Nothing here decides anything.
#pragma once

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <ctime>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "bowline/base/bytes.hpp"
#include "bowline/base/time.hpp"
#include "bowline/transport/udp_address.hpp"
#include "bowline/transport/udp_message.hpp"
#include "bowline/transport/udp_options.hpp"

namespace bowline::inline v0_1 {

/// A non-blocking UDP socket, closed on destruction.
///
/// Invariants: handle_ is open, non-blocking and bound, or -1 before `bind` and after a move.
class UdpSocket {
 public:
  /// Messages that one call sends or receives at most.
  static constexpr std::size_t messages_max = 32;

  UdpSocket() = default;
  UdpSocket(UdpSocket&& other) noexcept : handle_{std::exchange(other.handle_, -1)} {}
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
    return set(IPPROTO_UDP, UDP_GRO, 1);
#else
    return false;
#endif
  }

  /// Sends the first of `messages` (at least one), or more of them, at most `messages_max`. A segmented one needs
  /// `can_segment`.
  [[nodiscard]] UdpSent send(const UdpAddress& to, std::span<const UdpMessage> messages) noexcept;

  /// Receives one message. It is cut where `place` is shorter.
  [[nodiscard]] UdpReceived receive(Buffer place, UdpArrival& arrival) noexcept;

  /// Receives up to `place.size() / bytes_max` datagrams, at most `messages_max`, that begin `bytes_max` bytes apart,
  /// and calls `each(index, arrival)` for them in order. Not with `join_received`.
  template <class Each>
  [[nodiscard]] UdpReceived receive_many(Buffer place, std::size_t bytes_max, Each&& each);

  /// Waits for a datagram, for room to send where `writable`, or for `limit`, in microseconds where the system can.
  void wait(Duration limit, bool writable) noexcept;

  [[nodiscard]] int handle() const noexcept { return handle_; }

  /// Where it is bound; nobody's if it is not.
  [[nodiscard]] UdpAddress local_address() const noexcept {
    sockaddr_storage local{};
    socklen_t bytes = sizeof local;
    auto* const address = reinterpret_cast<sockaddr*>(&local);
    return ::getsockname(handle_, address, &bytes) == 0 ? UdpAddress{address, bytes} : UdpAddress{};
  }

 private:
  /// Room for one control message with a number in it.
  struct alignas(cmsghdr) Control {
    std::array<std::byte, CMSG_SPACE(sizeof(int))> bytes;
  };

  void close() noexcept {
    if (handle_ >= 0) ::close(std::exchange(handle_, -1));
  }
  bool set(int level, int name, int value) noexcept {
    return ::setsockopt(handle_, level, name, &value, sizeof value) == 0;
  }
  bool set_buffer(int name, std::size_t bytes) noexcept {
    return bytes == 0 || set(SOL_SOCKET, name, static_cast<int>((std::min)(bytes, std::size_t{1} << 30)));
  }
  static void fill(msghdr& header, iovec& place, Control& control, const UdpAddress& to,
                   const UdpMessage& message) noexcept;
  [[nodiscard]] static std::size_t joined_segment_bytes(msghdr& header) noexcept;

  int handle_ = -1;
};

inline UdpSocket::Fault UdpSocket::bind(const UdpAddress& local, const UdpOptions& options) {
  close();
  handle_ = ::socket(local.family(), SOCK_DGRAM, 0);
  if (handle_ < 0) return {"cannot open a socket for", errno};
  const int flags = ::fcntl(handle_, F_GETFL);
  if (flags < 0 || ::fcntl(handle_, F_SETFL, flags | O_NONBLOCK) < 0 ||
      ::fcntl(handle_, F_SETFD, FD_CLOEXEC) < 0) {
    return {"cannot prepare a socket for", errno};
  }
  // A system that insists on IPv6 alone still serves IPv6 peers, so a refusal is no failure.
  if (local.family() == AF_INET6) static_cast<void>(set(IPPROTO_IPV6, IPV6_V6ONLY, 0));
  if (!set_buffer(SO_SNDBUF, options.send_buffer_bytes)) return {"cannot set the write buffer of", errno};
  if (!set_buffer(SO_RCVBUF, options.receive_buffer_bytes)) return {"cannot set the read buffer of", errno};
  if (::bind(handle_, local.data(), local.size()) < 0) return {"cannot bind", errno};
  return {};
}

inline UdpSent UdpSocket::send(const UdpAddress& to, std::span<const UdpMessage> messages) noexcept {
  std::array<iovec, messages_max> places;
  std::array<Control, messages_max> controls;
#if defined(__linux__)
  if (messages.size() > 1) {
    std::array<mmsghdr, messages_max> headers;
    const std::size_t count = (std::min)(messages.size(), headers.size());
    for (std::size_t i = 0; i < count; ++i) {
      headers[i] = {};
      fill(headers[i].msg_hdr, places[i], controls[i], to, messages[i]);
    }
    const int sent = ::sendmmsg(handle_, headers.data(), static_cast<unsigned>(count), 0);
    return sent > 0 ? UdpSent{static_cast<std::size_t>(sent), 0} : UdpSent{0, errno};
  }
#endif
  msghdr header{};
  fill(header, places[0], controls[0], to, messages.front());
  return ::sendmsg(handle_, &header, 0) >= 0 ? UdpSent{1, 0} : UdpSent{0, errno};
}

inline void UdpSocket::fill(msghdr& header, iovec& place, Control& control, const UdpAddress& to,
                            const UdpMessage& message) noexcept {
  // The system only reads what it sends, but declares one structure for both directions.
  header.msg_name = const_cast<sockaddr*>(to.data());
  header.msg_namelen = to.size();
  place.iov_base = const_cast<std::byte*>(message.bytes.data());
  place.iov_len = message.bytes.size();
  header.msg_iov = &place;
  header.msg_iovlen = 1;
#if defined(UDP_SEGMENT)
  if (!message.segmented()) return;
  const auto segment_bytes = static_cast<std::uint16_t>(message.segment_bytes);
  header.msg_control = control.bytes.data();
  header.msg_controllen = CMSG_SPACE(sizeof segment_bytes);
  cmsghdr* const entry = CMSG_FIRSTHDR(&header);
  entry->cmsg_level = IPPROTO_UDP;
  entry->cmsg_type = UDP_SEGMENT;
  entry->cmsg_len = CMSG_LEN(sizeof segment_bytes);
  std::memcpy(CMSG_DATA(entry), &segment_bytes, sizeof segment_bytes);
#else
  static_cast<void>(control);
#endif
}

inline UdpReceived UdpSocket::receive(Buffer place, UdpArrival& arrival) noexcept {
  sockaddr_storage source;
  Control control;
  iovec target{};
  target.iov_base = place.data();
  target.iov_len = place.size();
  msghdr header{};
  header.msg_name = &source;
  header.msg_namelen = sizeof source;
  header.msg_iov = &target;
  header.msg_iovlen = 1;
  header.msg_control = control.bytes.data();
  header.msg_controllen = control.bytes.size();
  const auto count = ::recvmsg(handle_, &header, 0);
  if (count < 0) return {0, errno};
  arrival.bytes = static_cast<std::size_t>(count);
  const std::size_t segment_bytes = joined_segment_bytes(header);
  arrival.segment_bytes = segment_bytes != 0 ? segment_bytes : arrival.bytes;
  arrival.truncated = (header.msg_flags & MSG_TRUNC) != 0;
  arrival.source = UdpAddress{reinterpret_cast<const sockaddr*>(&source), header.msg_namelen};
  return {1, 0};
}

/// The length of the datagrams that the kernel has joined in a message; 0 for one that is as it came.
inline std::size_t UdpSocket::joined_segment_bytes(msghdr& header) noexcept {
#if defined(UDP_GRO)
  for (cmsghdr* entry = CMSG_FIRSTHDR(&header); entry != nullptr; entry = CMSG_NXTHDR(&header, entry)) {
    int bytes = 0;
    if (entry->cmsg_level != IPPROTO_UDP || entry->cmsg_type != UDP_GRO) continue;
    if (entry->cmsg_len < CMSG_LEN(sizeof bytes)) continue;
    std::memcpy(&bytes, CMSG_DATA(entry), sizeof bytes);
    return bytes > 0 ? static_cast<std::size_t>(bytes) : 0;
  }
#else
  static_cast<void>(header);
#endif
  return 0;
}

template <class Each>
UdpReceived UdpSocket::receive_many(Buffer place, std::size_t bytes_max, Each&& each) {
#if defined(__linux__)
  std::array<sockaddr_storage, messages_max> sources;
  std::array<iovec, messages_max> places;
  std::array<mmsghdr, messages_max> headers;
  const std::size_t slots = (std::min)(place.size() / bytes_max, messages_max);
  for (std::size_t i = 0; i < slots; ++i) {
    places[i].iov_base = place.data() + i * bytes_max;
    places[i].iov_len = bytes_max;
    headers[i] = {};
    headers[i].msg_hdr.msg_name = &sources[i];
    headers[i].msg_hdr.msg_namelen = sizeof sources[i];
    headers[i].msg_hdr.msg_iov = &places[i];
    headers[i].msg_hdr.msg_iovlen = 1;
  }
  const int count = ::recvmmsg(handle_, headers.data(), static_cast<unsigned>(slots), 0, nullptr);
  if (count < 0) return {0, errno};
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
    const msghdr& header = headers[i].msg_hdr;
    each(i, UdpArrival{headers[i].msg_len, headers[i].msg_len, (header.msg_flags & MSG_TRUNC) != 0,
                       UdpAddress{reinterpret_cast<const sockaddr*>(&sources[i]), header.msg_namelen}});
  }
  return {static_cast<std::size_t>(count), 0};
#else
  UdpArrival arrival;
  const UdpReceived received = receive(place.first(bytes_max), arrival);
  if (received.arrivals != 0) each(std::size_t{0}, arrival);
  return received;
#endif
}

inline void UdpSocket::wait(Duration limit, bool writable) noexcept {
  constexpr Duration limit_max = std::chrono::hours{1};
  limit = std::clamp(limit, Duration::zero(), limit_max);
  pollfd watched{};
  watched.fd = handle_;
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
