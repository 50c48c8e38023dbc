// SPDX-License-Identifier: BSL-1.0
// A share of datagrams: written as a fraction, kept as an integer.
#pragma once

#include <compare>
#include <cstdint>

#include "bowline/base/assert.hpp"

namespace bowline::inline v0_1::sim {

/// A part of a whole between 0 and 1, rounded once to parts per million and an integer ever after, so that a run
/// is the same on every platform. Converts from a number, so that settings read `.loss = 0.2`.
class Share {
 public:
  constexpr Share() noexcept = default;

  /// `fraction` in [0, 1]; what lies outside is asserted against and taken as the nearest bound.
  constexpr Share(double fraction) noexcept : parts_per_million_{rounded(fraction)} {
    BOWLINE_ASSERT(fraction >= 0 && fraction <= 1);
  }

  /// `parts` in [0, 1,000,000].
  [[nodiscard]] static constexpr Share per_million(std::uint32_t parts) noexcept {
    BOWLINE_ASSERT(parts <= 1'000'000);
    Share share;
    share.parts_per_million_ = parts < 1'000'000 ? parts : 1'000'000;
    return share;
  }

  [[nodiscard]] constexpr std::uint32_t parts_per_million() const noexcept { return parts_per_million_; }

  friend constexpr auto operator<=>(Share, Share) noexcept = default;

 private:
  static constexpr std::uint32_t rounded(double fraction) noexcept {
    if (!(fraction > 0)) return 0;
    return fraction >= 1 ? 1'000'000u : static_cast<std::uint32_t>(fraction * 1e6 + 0.5);
  }

  std::uint32_t parts_per_million_ = 0;
};

}  // namespace bowline::inline v0_1::sim
