// SPDX-License-Identifier: BSL-1.0
// Sockets of the loopback device, for references and peers that want one.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "compare/numbered_message.hpp"

namespace bench {

/// Bytes asked for as a socket's buffers where a peer lets them be set.
inline constexpr int socket_buffer_bytes = 4 << 20;

[[nodiscard]] inline sockaddr_in loopback(std::uint16_t port) noexcept {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

[[nodiscard]] inline const sockaddr* generic(const sockaddr_in& address) noexcept {
  return reinterpret_cast<const sockaddr*>(&address);
}

/// A socket bound to a port that the system chooses.
[[nodiscard]] inline int bound_socket(int type) {
  const int socket = ::socket(AF_INET, type, 0);
  const sockaddr_in address = loopback(0);
  if (socket < 0 || bind(socket, generic(address), sizeof address) != 0) broken("no socket");
  static_cast<void>(setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &socket_buffer_bytes, sizeof socket_buffer_bytes));
  static_cast<void>(setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &socket_buffer_bytes, sizeof socket_buffer_bytes));
  return socket;
}

[[nodiscard]] inline std::uint16_t port_of(int socket) {
  sockaddr_in address{};
  socklen_t bytes = sizeof address;
  if (getsockname(socket, reinterpret_cast<sockaddr*>(&address), &bytes) != 0) broken("a socket has no name");
  return ntohs(address.sin_port);
}

}  // namespace bench
