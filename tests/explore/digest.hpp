// SPDX-License-Identifier: BSL-1.0
// 128 bits that stand for a state.
#pragma once

#include <bit>
#include <compare>
#include <cstdint>
#include <type_traits>

namespace bowline::explore {

struct Digest {
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  friend constexpr auto operator<=>(const Digest&, const Digest&) noexcept = default;

  /// Joins things in no order: what is in a network has none.
  Digest& operator+=(const Digest& other) noexcept {
    high += other.high;
    low += other.low;
    return *this;
  }
};

/// Takes in words, in order. Two lanes of multiplications, mixed at the end: with 10^8 states the chance that
/// two of them share a digest is 10^16 / 2^129, or 10^-23.
class Digester {
 public:
  template <class Word>
  [[gnu::always_inline]] void add(Word word) noexcept {
    static_assert(std::is_integral_v<Word> || std::is_enum_v<Word>);
    const auto bits = static_cast<std::uint64_t>(word);
    high_ = (std::rotl(high_, 29) ^ bits) * 0x9e3779b97f4a7c15u + 1;
    low_ = (std::rotl(low_, 37) + bits) * 0xd6e8feb86659fd93u ^ (low_ >> 32);
  }

  template <class... Words>
  void add(Words... words) noexcept requires(sizeof...(Words) > 1) {
    (add(words), ...);
  }

  void add(const Digest& digest) noexcept { add(digest.high, digest.low); }

  [[nodiscard]] Digest digest() const noexcept {
    return {mixed(high_ ^ std::rotl(low_, 17)), mixed(low_ + high_)};
  }

 private:
  [[nodiscard]] static std::uint64_t mixed(std::uint64_t z) noexcept {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }

  std::uint64_t high_ = 0x243f6a8885a308d3u;
  std::uint64_t low_ = 0x13198a2e03707344u;
};

}  // namespace bowline::explore
