// SPDX-License-Identifier: BSL-1.0
// The cube root, in integers.
#pragma once

#include <cstdint>

namespace bowline::inline v0_1 {

/// The largest integer whose cube is at most `value`. 22 steps.
[[nodiscard]] constexpr std::uint64_t cube_root(std::uint64_t value) noexcept {
  // One bit of the root at a time, from the highest: (r + 1)³ − r³ = 3r(r + 1) + 1, scaled by the bits to come.
  std::uint64_t root = 0;
  for (int shift = 63; shift >= 0; shift -= 3) {
    root *= 2;
    const std::uint64_t step = 3 * root * (root + 1) + 1;
    if ((value >> shift) >= step) {
      value -= step << shift;
      ++root;
    }
  }
  return root;
}

}  // namespace bowline::inline v0_1
