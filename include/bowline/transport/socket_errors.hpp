// SPDX-License-Identifier: BSL-1.0
// What the errors of a datagram socket mean: a table, so that it can be tested without a socket.
#pragma once

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>

#include "bowline/transport/concept.hpp"

namespace bowline::inline v0_1 {

/// The kinds of errors that a datagram socket reports. None of them is fatal.
enum class SocketError : std::uint8_t {
  would_block,  ///< The socket's own buffer is full, or nothing waits in it.
  no_buffers,   ///< The device or the system has no room; the socket still calls itself writable.
  interrupted,  ///< A signal came.
  refused,      ///< An earlier datagram met a closed port (ICMP).
  too_large,    ///< Larger than the path, or than the protocol, can carry.
  unreachable,  ///< No route, no such neighbour, or no usable address of our own.
  forbidden,    ///< A firewall or policy of this machine.
  other,
};

inline constexpr std::size_t socket_error_kinds = 8;

struct SocketErrorRule {
  int code;
  SocketError kind;
};

/// Every `errno` with a kind of its own. The first match counts; the rest is `other`.
inline constexpr std::array socket_error_rules{
    SocketErrorRule{EAGAIN, SocketError::would_block},
    SocketErrorRule{EWOULDBLOCK, SocketError::would_block},
    SocketErrorRule{ENOBUFS, SocketError::no_buffers},
    SocketErrorRule{ENOMEM, SocketError::no_buffers},
    SocketErrorRule{EINTR, SocketError::interrupted},
    SocketErrorRule{ECONNREFUSED, SocketError::refused},
    SocketErrorRule{ECONNRESET, SocketError::refused},
    SocketErrorRule{EMSGSIZE, SocketError::too_large},
    SocketErrorRule{ENETUNREACH, SocketError::unreachable},
    SocketErrorRule{EHOSTUNREACH, SocketError::unreachable},
    SocketErrorRule{ENETDOWN, SocketError::unreachable},
    SocketErrorRule{ENETRESET, SocketError::unreachable},
    SocketErrorRule{EADDRNOTAVAIL, SocketError::unreachable},
    SocketErrorRule{EPERM, SocketError::forbidden},
    SocketErrorRule{EACCES, SocketError::forbidden},
};

/// The kind of an `errno`.
[[nodiscard]] constexpr SocketError socket_error(int code) noexcept {
  for (const SocketErrorRule& rule : socket_error_rules) {
    if (rule.code == code) return rule.kind;
  }
  return SocketError::other;
}

/// What a failed send comes to. Only what passes by itself is worth offering the same bytes again; anything
/// else is a loss on the way, which the protocol repairs at its own pace.
[[nodiscard]] constexpr SendOutcome send_outcome(SocketError error) noexcept {
  const bool passes = error == SocketError::would_block || error == SocketError::no_buffers;
  return passes ? SendOutcome::would_block : SendOutcome::dropped;
}

/// One counter a kind.
class SocketErrorCounts {
 public:
  constexpr void add(SocketError error) noexcept { ++counts_[static_cast<std::size_t>(error)]; }
  [[nodiscard]] constexpr std::uint64_t of(SocketError error) const noexcept {
    return counts_[static_cast<std::size_t>(error)];
  }
  [[nodiscard]] constexpr std::uint64_t sum() const noexcept {
    std::uint64_t sum = 0;
    for (const std::uint64_t count : counts_) sum += count;
    return sum;
  }

 private:
  std::array<std::uint64_t, socket_error_kinds> counts_{};
};

}  // namespace bowline::inline v0_1
