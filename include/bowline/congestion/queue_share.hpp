// SPDX-License-Identifier: BSL-1.0
// What a flow keeps in a queue that it shares with others.
#pragma once

#include <algorithm>
#include <cstdint>

#include "bowline/base/time.hpp"
#include "bowline/congestion/square_root.hpp"

namespace bowline::inline v0_1 {

/// Of a queue that delays by d, bytes that arrive at a rate r own r · d. Flows that steer what they own towards the
/// same target come to the same rate, whatever they had before (TCP Vegas, Brakmo and Peterson 1995; FAST TCP, Wei and
/// others 2006). A target that grows slower than the rate does that too, and suits slow and fast paths: here the square
/// root of what the flow has on the way, as queues of many flows are dimensioned (Appenzeller and others 2004).
class QueueShare {
 public:
  constexpr explicit QueueShare(std::uint64_t datagram_bytes) noexcept : datagram_bytes_{datagram_bytes} {}

  /// What a flow should own while `product_bytes` of it are on the way: twice the root, counted in datagrams, but no
  /// more than three eighths, so that a flow alone on a path of a few datagrams makes no queue of half as much.
  [[nodiscard]] constexpr std::uint64_t target_bytes(std::uint64_t product_bytes) const noexcept {
    return (std::min)(square_root(4 * product_bytes * datagram_bytes_), 3 * product_bytes / 8);
  }

  /// The rate, in bytes a second, that makes up a third of what is missing or in excess within one empty round trip,
  /// for a flow that gets `delivered` bytes a second through a queue of `queued`. A round trip passes before any of it
  /// shows, so more would swing. Gives up an eighth at most: a queue that others insist on does not stop it.
  [[nodiscard]] constexpr std::uint64_t rate(std::uint64_t delivered, Duration queued, Duration round_trip,
                                             std::uint64_t product_bytes) const noexcept {
    const std::uint64_t owned = delivered * microseconds(queued) / 1'000'000;
    const std::uint64_t steered = delivered + share_a_second(target_bytes(product_bytes), round_trip);
    const std::uint64_t excess = share_a_second(owned, round_trip);
    return (std::max)(steered - (std::min)(steered, excess), delivered - delivered / 8);
  }

 private:
  [[nodiscard]] static constexpr std::uint64_t microseconds(Duration time) noexcept {
    return static_cast<std::uint64_t>(std::clamp(time, Duration{1}, Duration{std::chrono::minutes{1}}).count());
  }

  [[nodiscard]] static constexpr std::uint64_t share_a_second(std::uint64_t bytes, Duration round_trip) noexcept {
    return bytes * 1'000'000 / (3 * microseconds(round_trip));
  }

  std::uint64_t datagram_bytes_;
};

}  // namespace bowline::inline v0_1
