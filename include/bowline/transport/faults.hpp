// SPDX-License-Identifier: BSL-1.0
// How a FaultyTransport misbehaves, and what it counts.
#pragma once

#include <cstdint>

namespace bowline::inline v0_1 {

/// Shares of the datagrams sent, each in parts per million and drawn on its own. All may be changed at run
/// time.
struct Faults {
  std::uint32_t loss_ppm = 0;       ///< Answered `sent`, and gone.
  std::uint32_t duplicate_ppm = 0;  ///< Sent twice.
  std::uint32_t reorder_ppm = 0;    ///< Held back until up to `reorder_distance_max` later ones have passed.
  std::uint32_t corrupt_ppm = 0;    ///< 1 to `flipped_bits_max` bits flipped.
  std::uint32_t truncate_ppm = 0;   ///< Cut to a shorter length, 0 included.
  std::uint32_t would_block_ppm = 0;  ///< Answered `would_block`, not sent.
  std::uint32_t dropped_ppm = 0;      ///< Answered `dropped`, not sent.

  std::uint32_t reorder_distance_max = 8;  ///< At least 1.
  std::uint32_t flipped_bits_max = 4;      ///< At least 1.

  /// Nothing passes any more, in either direction; sends are answered `sent`.
  bool blackhole = false;
};

/// What a FaultyTransport did so far. A datagram may appear under several.
struct FaultCounts {
  std::uint64_t offered = 0;  ///< Calls of `send`.
  std::uint64_t lost = 0;
  std::uint64_t duplicated = 0;
  std::uint64_t held_back = 0;
  std::uint64_t corrupted = 0;
  std::uint64_t truncated = 0;
  std::uint64_t would_block = 0;    ///< On purpose; not those of the transport inside.
  std::uint64_t dropped = 0;        ///< On purpose; not those of the transport inside.
  std::uint64_t swallowed_out = 0;  ///< By the blackhole, on the way out.
  std::uint64_t swallowed_in = 0;   ///< By the blackhole, on the way in.
};

}  // namespace bowline::inline v0_1
