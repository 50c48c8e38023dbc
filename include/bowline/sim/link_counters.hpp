// SPDX-License-Identifier: BSL-1.0
// What became of the datagrams of one direction of a simulated link.
#pragma once

#include <cstdint>

namespace bowline::inline v0_1::sim {

/// Every datagram that enters is counted once where it came from and once where it went:
/// `entered() == delivered + dropped() +` what is still on the way or unread.
struct LinkCounters {
  // In.
  std::uint64_t offered = 0;   ///< Sent by the near end.
  std::uint64_t copies = 0;    ///< Made by the link.
  std::uint64_t injected = 0;  ///< Put on the link by the test.

  // Out.
  std::uint64_t delivered = 0;           ///< Read by the far end.
  std::uint64_t dropped_scripted = 0;    ///< By `drop_next` or `drop_nth`.
  std::uint64_t dropped_partition = 0;
  std::uint64_t dropped_too_large = 0;   ///< Beyond the MTU.
  std::uint64_t dropped_queue_full = 0;
  std::uint64_t dropped_lost = 0;
  std::uint64_t dropped_unread = 0;      ///< The far end did not read in time.

  // On the way, arriving all the same.
  std::uint64_t corrupted = 0;
  std::uint64_t truncated = 0;
  std::uint64_t reordered = 0;           ///< Delayed by `reorder_delay`.

  std::uint64_t offered_bytes = 0;
  std::uint64_t delivered_bytes = 0;

  [[nodiscard]] constexpr std::uint64_t entered() const noexcept { return offered + copies + injected; }

  [[nodiscard]] constexpr std::uint64_t dropped() const noexcept {
    return dropped_scripted + dropped_partition + dropped_too_large + dropped_queue_full + dropped_lost +
           dropped_unread;
  }
};

}  // namespace bowline::inline v0_1::sim
