// SPDX-License-Identifier: BSL-1.0
#include "bowline/base/system_entropy.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <set>
#include <utility>

namespace bowline {
namespace {

TEST(SystemEntropy, it_is_never_empty_and_never_the_same) {
  std::set<std::pair<std::uint64_t, std::uint64_t>> seen;
  for (int i = 0; i < 100; ++i) {
    const Entropy entropy = system_entropy();
    EXPECT_TRUE(entropy);
    EXPECT_TRUE(seen.emplace(entropy.high, entropy.low).second);
  }
}

TEST(SystemEntropy, every_bit_is_drawn) {
  // A bit that stays the same in 100 draws is stuck, but for one run in 2^99 / 128.
  Entropy ones{}, zeros{};
  for (int i = 0; i < 100; ++i) {
    const Entropy entropy = system_entropy();
    ones.high |= entropy.high, ones.low |= entropy.low;
    zeros.high |= ~entropy.high, zeros.low |= ~entropy.low;
  }
  EXPECT_EQ(ones.high & zeros.high, ~std::uint64_t{0});
  EXPECT_EQ(ones.low & zeros.low, ~std::uint64_t{0});
}

}  // namespace
}  // namespace bowline
