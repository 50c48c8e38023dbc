// SPDX-License-Identifier: BSL-1.0
// A small seeded generator with the same numbers on every platform.
#pragma once

#include <cstddef>
#include <cstdint>

#include "bowline/base/narrow.hpp"

namespace bowline::inline v0_1 {

/// SplitMix64 (Steele, Lea, Flood 2014): for jitter and simulation, not for secrets.
class Random {
 public:
  constexpr explicit Random(std::uint64_t seed) noexcept : state_{seed} {}

  constexpr std::uint64_t next() noexcept {
    state_ += 0x9e3779b97f4a7c15u;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }

  /// A number in [0, bound), bound > 0. Biased by less than bound / 2^64.
  constexpr std::uint64_t below(std::uint64_t bound) noexcept { return next() % bound; }

  /// The same draw as a place among `count` > 0, of the type that places have on this platform.
  constexpr std::size_t index(std::size_t count) noexcept { return narrow<std::size_t>(below(count)); }

  /// True with `parts_per_million` / 1,000,000.
  constexpr bool chance(std::uint32_t parts_per_million) noexcept { return below(1'000'000) < parts_per_million; }

 private:
  std::uint64_t state_;
};

}  // namespace bowline::inline v0_1
