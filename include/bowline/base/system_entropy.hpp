// SPDX-License-Identifier: BSL-1.0
// Where a channel gets secrets when nobody gives it any.
#pragma once

#include <cstdint>
#include <random>

#include "bowline/base/options.hpp"

namespace bowline::inline v0_1 {

/// 128 bits from the operating system that nobody else can guess; never all zero. Costs four draws, perhaps
/// system calls: ask once a channel. Where `std::random_device` is not random (the C++ standard allows a
/// fixed sequence), set `Options::entropy` instead.
[[nodiscard]] inline Entropy system_entropy() {
  std::random_device device;
  const auto word = [&device] {
    static_assert((std::random_device::min)() == 0 && (std::random_device::max)() >= 0xffffffffu);
    const std::uint64_t high = std::uint64_t{device()} & 0xffffffffu;
    return high << 32 | (std::uint64_t{device()} & 0xffffffffu);
  };
  Entropy entropy;
  while (!entropy) entropy = Entropy{.high = word(), .low = word()};
  return entropy;
}

}  // namespace bowline::inline v0_1
