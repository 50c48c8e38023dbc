// SPDX-License-Identifier: BSL-1.0
// The square root, in integers.
#pragma once

#include <cstdint>

namespace bowline::inline v0_1 {

/// The largest integer whose square is at most `value`. 32 steps.
[[nodiscard]] constexpr std::uint64_t square_root(std::uint64_t value) noexcept {
  // One bit of the root at a time, from the highest: (r + 1)² − r² = 2r + 1, scaled by the bits to come.
  std::uint64_t root = 0;
  for (int shift = 62; shift >= 0; shift -= 2) {
    root *= 2;
    const std::uint64_t step = 2 * root + 1;
    if ((value >> shift) >= step) {
      value -= step << shift;
      ++root;
    }
  }
  return root;
}

}  // namespace bowline::inline v0_1
