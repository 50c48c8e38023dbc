// SPDX-License-Identifier: BSL-1.0
#include "bowline/base/random.hpp"

#include <gtest/gtest.h>

#include <array>
#include <type_traits>

namespace {

using bowline::Random;

TEST(Random, gives_the_published_numbers_of_splitmix64) {
  // The reference implementation seeded with 1,234,567.
  Random random{1'234'567};
  EXPECT_EQ(random.next(), 6'457'827'717'110'365'317u);
  EXPECT_EQ(random.next(), 3'203'168'211'198'807'973u);
  EXPECT_EQ(random.next(), 9'817'491'932'198'370'423u);
  EXPECT_EQ(random.next(), 4'593'380'528'125'082'431u);
  EXPECT_EQ(random.next(), 16'408'922'859'458'223'821u);
}

TEST(Random, the_same_seed_gives_the_same_numbers_and_another_seed_others) {
  Random one{7}, same{7}, other{8};
  int equal = 0;
  for (int i = 0; i < 1000; ++i) {
    const auto drawn = one.next();
    EXPECT_EQ(drawn, same.next());
    equal += drawn == other.next() ? 1 : 0;
  }
  EXPECT_EQ(equal, 0);
}

TEST(Random, below_stays_below_and_reaches_every_number) {
  Random random{1};
  std::array<int, 5> seen{};
  for (int i = 0; i < 1000; ++i) {
    const auto drawn = random.below(5);
    ASSERT_LT(drawn, 5u);
    ++seen[static_cast<std::size_t>(drawn)];
  }
  for (const int count : seen) EXPECT_NEAR(count, 200, 60);  // 1,000 / 5
  EXPECT_EQ(random.below(1), 0u);
}

TEST(Random, an_index_is_the_same_draw_and_fits_what_it_indexes) {
  const std::array<int, 7> places{};
  Random one{3}, same{3};
  for (int i = 0; i < 100; ++i) EXPECT_EQ(one.index(places.size()), same.below(7));
  static_assert(std::is_same_v<decltype(one.index(1)), std::array<int, 7>::size_type>);
}

TEST(Random, chance_is_never_at_zero_and_always_at_a_million) {
  Random random{2};
  int hits = 0;
  for (int i = 0; i < 10'000; ++i) {
    ASSERT_FALSE(random.chance(0));
    ASSERT_TRUE(random.chance(1'000'000));
    hits += random.chance(250'000) ? 1 : 0;
  }
  EXPECT_NEAR(hits, 2500, 200);  // 10,000 / 4
}

TEST(Random, one_in_a_million_is_the_draw_of_0) {
  EXPECT_EQ(Random{1'147'169}.below(1'000'000), 0u);  // found by trying
  EXPECT_TRUE(Random{1'147'169}.chance(1));
  EXPECT_FALSE(Random{1'147'169}.chance(0));
}

static_assert(Random{0}.next() == 0xe220a8397b1dcdafu, "usable at compile time");

}  // namespace
