// SPDX-License-Identifier: BSL-1.0
// Messages out of a UDP socket of Windows and into it, each a datagram.
#pragma once

#if defined(_WIN32)

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <limits>
#include <span>

#include "bowline/base/bytes.hpp"
#include "bowline/transport/udp_address.hpp"
#include "bowline/transport/udp_message.hpp"
#include "bowline/transport/winsock_sockets.hpp"

namespace bowline::inline v0_1 {

/// Sends the first of `messages` (at least one) through `socket`. It must not be segmented.
[[nodiscard]] inline UdpSent udp_send(SocketHandle socket, const UdpAddress& to,
                                      std::span<const UdpMessage> messages) noexcept {
  const Bytes bytes = messages.front().bytes;
  if (bytes.size() > std::size_t{(std::numeric_limits<int>::max)()}) return {0, EMSGSIZE};
  const int sent = ::sendto(socket, reinterpret_cast<const char*>(bytes.data()), static_cast<int>(bytes.size()), 0,
                            to.data(), to.size());
  return sent >= 0 ? UdpSent{1, 0} : UdpSent{0, last_socket_error()};
}

/// Receives one message. It is cut where `place` is shorter.
[[nodiscard]] inline UdpReceived udp_receive(SocketHandle socket, Buffer place, UdpArrival& arrival) noexcept {
  sockaddr_storage source;
  int source_bytes = sizeof source;
  auto* const from = reinterpret_cast<sockaddr*>(&source);
  const std::size_t room = (std::min)(place.size(), std::size_t{(std::numeric_limits<int>::max)()});
  const int count = ::recvfrom(socket, reinterpret_cast<char*>(place.data()), static_cast<int>(room), 0, from,
                               &source_bytes);
  const int error = count >= 0 ? 0 : last_socket_error();
  // Windows calls it an error when it cuts a datagram.
  arrival.truncated = error == EMSGSIZE;
  if (count < 0 && !arrival.truncated) return {0, error};
  arrival.bytes = arrival.truncated ? room : static_cast<std::size_t>(count);
  arrival.segment_bytes = arrival.bytes;
  arrival.source = UdpAddress{from, source_bytes};
  return {1, 0};
}

/// Receives a datagram into the first `bytes_max` bytes of `place`, and calls `each(0, arrival)` for it: no call of
/// Windows receives more.
template <class Each>
[[nodiscard]] UdpReceived udp_receive_many(SocketHandle socket, Buffer place, std::size_t bytes_max, Each&& each) {
  UdpArrival arrival;
  const UdpReceived received = udp_receive(socket, place.first(bytes_max), arrival);
  if (received.arrivals != 0) each(std::size_t{0}, arrival);
  return received;
}

}  // namespace bowline::inline v0_1

#endif
