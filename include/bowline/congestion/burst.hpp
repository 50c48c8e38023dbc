// SPDX-License-Identifier: BSL-1.0
// How much a paced sender lets go at once.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "bowline/congestion/concept.hpp"

namespace bowline::inline v0_1 {

/// Pacing at `bytes_per_second`, within its bounds, in bursts of half a millisecond: short beside the queue of any
/// path that has one. At high rates that makes batches of tens of datagrams; at most 256 KiB, a few milliseconds of
/// a socket's buffer. Slow paths get single datagrams.
[[nodiscard]] constexpr Pacing paced_at(std::uint64_t bytes_per_second) noexcept {
  const std::uint64_t rate = std::clamp(bytes_per_second, std::uint64_t{1000}, Pacing::bytes_per_second_max);
  return {rate, static_cast<std::size_t>((std::min)(rate / 2000, std::uint64_t{256} << 10))};
}

}  // namespace bowline::inline v0_1
