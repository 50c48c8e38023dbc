// SPDX-License-Identifier: BSL-1.0
// The largest of recent values.
#pragma once

#include <algorithm>
#include <cstdint>

namespace bowline::inline v0_1 {

/// Remembers the largest value of this epoch and of the one before. Its owner says when an epoch is over. O(1).
class MaxFilter {
 public:
  [[nodiscard]] constexpr std::uint64_t best() const noexcept { return (std::max)(current_, previous_); }

  constexpr void take(std::uint64_t value) noexcept { current_ = (std::max)(current_, value); }

  /// A new epoch begins; what is older than the one that ends is forgotten. One that saw nothing does not count.
  constexpr void advance() noexcept {
    if (current_ == 0) return;
    previous_ = current_;
    current_ = 0;
  }

  /// Forgets all but `value`.
  constexpr void reset(std::uint64_t value) noexcept { current_ = previous_ = value; }

 private:
  std::uint64_t current_ = 0;
  std::uint64_t previous_ = 0;
};

}  // namespace bowline::inline v0_1
