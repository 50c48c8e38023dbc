// SPDX-License-Identifier: BSL-1.0
// The numbers of the protocol as types that cannot be mixed up. None of them wraps inside the library.
#pragma once

#include <compare>
#include <cstdint>

namespace bowline::inline v0_1 {

/// Names a message at its sender: 1, 2, 3 … in order of `send`. A default one names no message.
struct MessageId {
  std::uint64_t value = 0;

  constexpr explicit operator bool() const noexcept { return value != 0; }
  friend constexpr auto operator<=>(MessageId, MessageId) noexcept = default;
};

/// Numbers the reliable segments of one direction, densely from 1, at their first transmission. 0 is none.
using SequenceNumber = std::uint64_t;

/// Counts the datagrams of one direction, from 1. A resent segment travels under a new packet number.
using PacketNumber = std::uint64_t;

/// 64 random bits that name one incarnation of an end; 0 is none.
using Nonce = std::uint64_t;

}  // namespace bowline::inline v0_1
