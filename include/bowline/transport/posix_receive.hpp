// SPDX-License-Identifier: BSL-1.0
// Messages into a UDP socket of POSIX.
#pragma once

#if !defined(_WIN32)

#include <netinet/in.h>
#include <netinet/udp.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <span>

#include "bowline/base/bytes.hpp"
#include "bowline/transport/posix_control.hpp"
#include "bowline/transport/posix_sockets.hpp"
#include "bowline/transport/udp_address.hpp"
#include "bowline/transport/udp_message.hpp"

namespace bowline::inline v0_1 {

/// The length of the datagrams that the kernel has joined in a message; 0 for one that is as it came.
[[nodiscard]] inline std::size_t joined_segment_bytes(msghdr& header) noexcept {
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

/// Receives one message. It is cut where `place` is shorter.
[[nodiscard]] inline UdpReceived udp_receive(SocketHandle socket, Buffer place, UdpArrival& arrival) noexcept {
  sockaddr_storage source;
  UdpControl control;
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
  const auto count = ::recvmsg(socket, &header, 0);
  if (count < 0) return {0, errno};
  arrival.bytes = static_cast<std::size_t>(count);
  const std::size_t segment_bytes = joined_segment_bytes(header);
  arrival.segment_bytes = segment_bytes != 0 ? segment_bytes : arrival.bytes;
  arrival.truncated = (header.msg_flags & MSG_TRUNC) != 0;
  arrival.source = UdpAddress{reinterpret_cast<const sockaddr*>(&source), header.msg_namelen};
  return {1, 0};
}

/// Receives up to `place.size() / bytes_max` datagrams, at most `udp_messages_a_call`, that begin `bytes_max` bytes
/// apart, and calls `each(index, arrival)` for them in order. For a socket that joins none.
template <class Each>
[[nodiscard]] UdpReceived udp_receive_many(SocketHandle socket, Buffer place, std::size_t bytes_max, Each&& each) {
#if defined(__linux__)
  std::array<sockaddr_storage, udp_messages_a_call> sources;
  std::array<iovec, udp_messages_a_call> places;
  std::array<mmsghdr, udp_messages_a_call> headers;
  const std::size_t slots = (std::min)(place.size() / bytes_max, udp_messages_a_call);
  for (std::size_t i = 0; i < slots; ++i) {
    places[i].iov_base = place.data() + i * bytes_max;
    places[i].iov_len = bytes_max;
    headers[i] = {};
    headers[i].msg_hdr.msg_name = &sources[i];
    headers[i].msg_hdr.msg_namelen = sizeof sources[i];
    headers[i].msg_hdr.msg_iov = &places[i];
    headers[i].msg_hdr.msg_iovlen = 1;
  }
  const int count = ::recvmmsg(socket, headers.data(), static_cast<unsigned>(slots), 0, nullptr);
  if (count < 0) return {0, errno};
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
    const msghdr& header = headers[i].msg_hdr;
    each(i, UdpArrival{headers[i].msg_len, headers[i].msg_len, (header.msg_flags & MSG_TRUNC) != 0,
                       UdpAddress{reinterpret_cast<const sockaddr*>(&sources[i]), header.msg_namelen}});
  }
  return {static_cast<std::size_t>(count), 0};
#else
  UdpArrival arrival;
  const UdpReceived received = udp_receive(socket, place.first(bytes_max), arrival);
  if (received.arrivals != 0) each(std::size_t{0}, arrival);
  return received;
#endif
}

}  // namespace bowline::inline v0_1

#endif
