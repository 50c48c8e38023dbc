// SPDX-License-Identifier: BSL-1.0
#include "bowline/wire/wire_number.hpp"

#include <gtest/gtest.h>

#include <cstdint>

#include "bowline/base/random.hpp"

namespace {

using bowline::WireNumber;

/// By the definition: the number nearest in [expected − span / 2, expected + span / 2), found by looking at all.
template <unsigned Bits>
std::uint64_t searched(std::uint32_t truncated, std::uint64_t expected) {
  const std::uint64_t span = std::uint64_t{1} << Bits;
  for (std::uint64_t n = expected < span / 2 ? 0 : expected - span / 2;; ++n) {
    if (n % span == truncated % span) return n;
  }
}

template <unsigned Bits>
void agrees_with_search() {
  const std::uint64_t span = std::uint64_t{1} << Bits;
  for (std::uint64_t expected = 0; expected < 4 * span; ++expected) {
    for (std::uint64_t truncated = 0; truncated < span; ++truncated) {
      const auto low = static_cast<std::uint32_t>(truncated);
      ASSERT_EQ(WireNumber<Bits>::unwrap(low, expected), searched<Bits>(low, expected)) << Bits << " " << expected;
    }
  }
}

TEST(WireNumber, unwrapping_agrees_with_a_search_of_all_numbers) {
  agrees_with_search<2>();
  agrees_with_search<3>();
  agrees_with_search<4>();
  agrees_with_search<5>();
  agrees_with_search<6>();
  agrees_with_search<7>();
}

template <unsigned Bits>
void finds_what_is_near(std::uint64_t seed) {
  using Number = WireNumber<Bits>;
  const std::uint64_t half = Number::span / 2;
  bowline::Random random{seed};
  for (int i = 0; i < 300; ++i) {
    const std::uint64_t expected = random.next() >> random.below(63);
    if (expected > ~std::uint64_t{0} - Number::span) continue;
    const std::uint64_t lowest = expected < half ? 0 : expected - half;
    const std::uint64_t highest = expected + half - 1;
    for (const std::uint64_t number : {lowest, expected, highest, lowest + random.below(highest - lowest + 1)}) {
      ASSERT_EQ(Number::unwrap(Number::truncate(number), expected), number) << Bits << " bits around " << expected;
      ASSERT_LT(Number::truncate(number), Number::span);
    }
    if (expected >= half) {
      ASSERT_NE(Number::unwrap(Number::truncate(expected + half), expected), expected + half);
    }
  }
}

template <unsigned... More>
void finds_for_all(std::integer_sequence<unsigned, More...>) {
  (finds_what_is_near<More + 3>(More), ...);
}

TEST(WireNumber, of_3_to_32_bits_finds_every_number_less_than_half_its_span_away) {
  finds_for_all(std::make_integer_sequence<unsigned, 30>{});
}

TEST(WireNumber, wraps_at_32_bits) {
  using Number = WireNumber<>;
  EXPECT_EQ(Number::truncate(0x1'0000'0005u), 5u);
  EXPECT_EQ(Number::unwrap(5, 0xffff'fff0u), 0x1'0000'0005u);
  EXPECT_EQ(Number::unwrap(0xffff'fff0u, 0x1'0000'0005u), 0xffff'fff0u);
  EXPECT_EQ(Number::unwrap(0, 0x8000'0000u), 0u);                  // 2^31 − 2^31 = 0 is the lowest.
  EXPECT_EQ(Number::unwrap(0, 0x8000'0001u), 0x1'0000'0000u);      // 0 is one too far back.
  EXPECT_EQ(Number::unwrap(0xffff'ffffu, 1), 0xffff'ffffu);        // Nothing lies below 0.
}

TEST(WireNumber, bits_above_its_own_do_not_matter) {
  EXPECT_EQ(WireNumber<3>::unwrap(0xfffffff9u, 8), 9u);
  EXPECT_EQ(WireNumber<8>::unwrap(0x0000'0142u, 0x1'0000u), 0x1'0042u);
}

}  // namespace
