// SPDX-License-Identifier: BSL-1.0
// Takes the low bits of a number, on platforms where that is a cast and on those where it is none.
#pragma once

namespace bowline::inline v0_1 {

/// `value` as a `To`, without what does not fit. For 64-bit numbers that become indices: the same line is free of
/// conversion warnings where std::size_t has 32 bits and of needless casts where it has 64.
template <class To, class From>
[[nodiscard]] constexpr To narrow(From value) noexcept {
  return static_cast<To>(value);
}

}  // namespace bowline::inline v0_1
