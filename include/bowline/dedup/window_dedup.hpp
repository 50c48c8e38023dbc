// SPDX-License-Identifier: BSL-1.0
// The small filter: one bit for each of the last numbers up to the highest.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "bowline/dedup/concept.hpp"

namespace bowline::inline v0_1 {

/// Remembers which of the `N` numbers up to the highest admitted one, H, were admitted; a number at or below
/// H − N answers too_old. So does 0, which is no sequence number.
///
/// Why `covers(w)` asks for N ≥ w only: H < L + w, so the window reaches down to H − N + 1 ≤ L.
///
/// About N / 8 bytes inside the object, no allocation. A call is O(1); one that raises H clears the words
/// between, N / 64 at most (the ring of words of RFC 6479, which shifts nothing).
///
/// Invariants:
///   - A set bit stands for an admitted number in (H − N, H], or for one below in the window's oldest word.
///   - No bit above H is set.
template <std::size_t N = 4096>
class WindowDedup {
  static_assert(N >= 1 && N <= (std::size_t{1} << 30), "bowline: WindowDedup<N> needs N from 1 to 2^30");

 public:
  [[nodiscard]] static constexpr bool covers(std::uint32_t window) noexcept { return N >= window; }

  Admission admit(SequenceNumber number) noexcept {
    const Admission answer = check(number);
    if (answer != Admission::fresh) return answer;
    if (number > highest_) {
      const std::uint64_t entered = (std::min)(number / bits - highest_ / bits, std::uint64_t{words});
      for (std::uint64_t back = 0; back < entered; ++back) word_of(number - back * bits) = 0;
      highest_ = number;
    }
    word_of(number) |= bit_of(number);
    return Admission::fresh;
  }

  [[nodiscard]] Admission check(SequenceNumber number) const noexcept {
    if (number > highest_) return Admission::fresh;
    if (number == 0 || highest_ - number >= N) return Admission::too_old;
    return (words_[at(number)] & bit_of(number)) != 0 ? Admission::duplicate : Admission::fresh;
  }

  /// Forgets everything.
  void clear() noexcept { *this = WindowDedup{}; }

  /// Takes O(N / 64).
  [[nodiscard]] bool invariants_hold() const noexcept {
    const std::uint64_t above = ~std::uint64_t{0} << (highest_ % bits) << 1;
    const bool highest_is_set = (words_[at(highest_)] & bit_of(highest_)) != 0;
    return (words_[at(highest_)] & above) == 0 && highest_is_set == (highest_ != 0);
  }

 private:
  static constexpr std::uint32_t bits = 64;
  // N consecutive numbers touch one word more than they fill, unless they happen to start with one.
  static constexpr std::uint32_t words = static_cast<std::uint32_t>((N + bits - 2) / bits + 1);

  static constexpr std::uint32_t at(SequenceNumber number) noexcept {
    return static_cast<std::uint32_t>(number / bits % words);
  }
  static constexpr std::uint64_t bit_of(SequenceNumber number) noexcept {
    return std::uint64_t{1} << (number % bits);
  }
  std::uint64_t& word_of(SequenceNumber number) noexcept { return words_[at(number)]; }

  std::array<std::uint64_t, words> words_{};
  SequenceNumber highest_ = 0;
};

static_assert(DuplicateFilter<WindowDedup<>>);

}  // namespace bowline::inline v0_1
