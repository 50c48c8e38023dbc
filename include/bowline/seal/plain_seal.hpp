// SPDX-License-Identifier: BSL-1.0
// The seal that seals nothing.
#pragma once

#include <cstddef>

#include "bowline/seal/concept.hpp"

namespace bowline::inline v0_1 {

/// Adds nothing and checks nothing but the header's length, and so gives up clause 2 of the contract on
/// purpose: a changed datagram opens with certainty. For transports that check or encrypt by themselves, and
/// for tests. The checksum of UDP alone is 16 bits, and may be absent over IPv4 (RFC 768).
class PlainSeal {
 public:
  static constexpr std::size_t overhead_bytes = 0;

  void close(PacketNumber, Buffer, std::size_t) noexcept {}
  [[nodiscard]] bool open(PacketNumber, Buffer datagram, std::size_t header_bytes) noexcept {
    return datagram.size() >= header_bytes;
  }
};

static_assert(DatagramSeal<PlainSeal>);

}  // namespace bowline::inline v0_1
