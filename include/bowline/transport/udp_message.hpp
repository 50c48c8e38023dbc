// SPDX-License-Identifier: BSL-1.0
// What a UDP socket is given and gives: a datagram, or several that the kernel cuts apart or has joined.
#pragma once

#include <cstddef>

#include "bowline/base/bytes.hpp"
#include "bowline/transport/udp_address.hpp"

namespace bowline::inline v0_1 {

/// Messages that one call sends or receives at most: enough to forget the call beside them.
inline constexpr std::size_t udp_messages_a_call = 32;

/// Bytes that leave as datagrams of `segment_bytes` each, but the last, which may be shorter.
struct UdpMessage {
  Bytes bytes;
  std::size_t segment_bytes = 0;
  std::size_t datagrams = 0;

  [[nodiscard]] bool segmented() const noexcept { return datagrams > 1; }
};

/// How many messages a call sent. Where it sent none, `error` is the `errno` that says why.
struct UdpSent {
  std::size_t messages = 0;
  int error = 0;
};

/// What arrived from one source: datagrams of `segment_bytes` each, but the last, which may be shorter.
struct UdpArrival {
  std::size_t bytes = 0;
  std::size_t segment_bytes = 0;
  bool truncated = false;
  UdpAddress source;
};

/// How many arrivals a call brought. Where it brought none, `error` is the `errno` that says why.
struct UdpReceived {
  std::size_t arrivals = 0;
  int error = 0;
};

}  // namespace bowline::inline v0_1
