// SPDX-License-Identifier: BSL-1.0
// Some of the levels of priority.
#pragma once

#include <bit>
#include <cstddef>

#include "bowline/base/assert.hpp"
#include "bowline/base/options.hpp"

namespace bowline::inline v0_1 {

/// Where a level stands in an array of all of them, the most urgent first.
[[nodiscard]] constexpr std::size_t level_index(Priority level) noexcept { return static_cast<std::size_t>(level); }

/// Levels of priority, a bit each.
class Levels {
 public:
  constexpr Levels() noexcept = default;
  constexpr explicit Levels(Priority level) noexcept : bits_{bit(level)} {}
  constexpr void add(Priority level) noexcept { bits_ |= bit(level); }
  constexpr void remove(Priority level) noexcept { bits_ &= ~bit(level); }
  [[nodiscard]] constexpr bool empty() const noexcept { return bits_ == 0; }
  friend constexpr bool operator==(Levels, Levels) noexcept = default;

  /// The most urgent of them. Asserts that there is one.
  [[nodiscard]] constexpr Priority first() const noexcept {
    BOWLINE_ASSERT(!empty());
    return static_cast<Priority>(std::countr_zero(bits_));
  }

  /// Those that are less urgent than `level`.
  [[nodiscard]] constexpr Levels below(Priority level) const noexcept {
    Levels lower;
    lower.bits_ = bits_ & ~(2 * bit(level) - 1);
    return lower;
  }

 private:
  [[nodiscard]] static constexpr unsigned bit(Priority level) noexcept { return 1u << static_cast<unsigned>(level); }

  unsigned bits_ = 0;
};

}  // namespace bowline::inline v0_1
