// SPDX-License-Identifier: BSL-1.0
// The only file that knows that numbers are truncated on the wire. WIRE section 2.
#pragma once

#include <cstdint>

namespace bowline::inline v0_1 {

/// Truncates 64-bit numbers to their low `Bits` and finds them again. 32 travel; tests take fewer, so that
/// numbers wrap often.
template <unsigned Bits = 32>
struct WireNumber {
  static_assert(Bits >= 2 && Bits <= 32);
  static constexpr std::uint64_t span = std::uint64_t{1} << Bits;

  [[nodiscard]] static constexpr std::uint32_t truncate(std::uint64_t number) noexcept {
    return static_cast<std::uint32_t>(number & (span - 1));
  }

  /// The number with these low bits that lies in [expected − span / 2, expected + span / 2), or the next higher
  /// one where that would be negative (RFC 9000 appendix A.3). Bits above `Bits` are ignored.
  [[nodiscard]] static constexpr std::uint64_t unwrap(std::uint32_t truncated, std::uint64_t expected) noexcept {
    const std::uint64_t lowest = expected >= span / 2 ? expected - span / 2 : 0;
    return lowest + ((truncated - lowest) & (span - 1));
  }
};

static_assert(WireNumber<3>::unwrap(1, 8) == 9 && WireNumber<3>::unwrap(7, 8) == 7);

}  // namespace bowline::inline v0_1
