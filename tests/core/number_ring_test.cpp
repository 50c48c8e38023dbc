// SPDX-License-Identifier: BSL-1.0
#include "bowline/core/number_ring.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <memory>

#include "bowline/base/random.hpp"

namespace {

using bowline::NumberRing;

TEST(NumberRing, starts_empty_at_1_or_where_it_is_told) {
  const NumberRing<int> ring;
  EXPECT_TRUE(ring.empty());
  EXPECT_EQ(ring.first(), 1u);
  EXPECT_EQ(ring.end(), 1u);
  EXPECT_FALSE(ring.contains(0));
  EXPECT_FALSE(ring.contains(1));
  EXPECT_EQ(NumberRing<int>{40}.end(), 40u);
}

TEST(NumberRing, numbers_join_at_the_end_and_leave_at_the_front) {
  NumberRing<int> ring;
  EXPECT_EQ(ring.push_back(10), 10);
  ring.push_back(11);
  ring.push_back(12);
  EXPECT_EQ(ring[1], 10);
  EXPECT_EQ(ring[3], 12);
  ring.pop_front();
  EXPECT_FALSE(ring.contains(1));
  EXPECT_EQ(ring.front(), 11);
  EXPECT_EQ(ring.first(), 2u);
  EXPECT_EQ(ring.end(), 4u);
  EXPECT_EQ(ring.size(), 2u);
}

TEST(NumberRing, growth_keeps_everything_wherever_the_ring_begins) {
  for (std::uint64_t start = 0; start < 20; ++start) {
    NumberRing<std::uint64_t> ring;
    for (std::uint64_t i = 0; i < start; ++i) {
      ring.push_back(0);
      ring.pop_front();
    }
    const std::uint64_t first = ring.first();
    for (std::uint64_t i = 0; i < 100; ++i) {
      ring.push_back(first + i);
      ASSERT_TRUE(ring.invariants_hold());
      for (std::uint64_t n = first; n < ring.end(); ++n) ASSERT_EQ(ring[n], n);
    }
  }
}

TEST(NumberRing, an_item_added_in_place_remembers_nothing_of_the_one_before) {
  struct Item {
    int value = 7;
  };
  NumberRing<Item> ring;
  for (int i = 0; i < 20; ++i) {
    Item& item = ring.emplace_back();
    EXPECT_EQ(item.value, 7);
    item.value = i;
    EXPECT_EQ(ring[ring.end() - 1].value, i);
    ring.pop_front();
  }
  EXPECT_TRUE(ring.invariants_hold());
}

TEST(NumberRing, growth_keeps_what_can_only_move) {
  NumberRing<std::unique_ptr<int>> ring;
  for (int i = 1; i <= 9; ++i) ring.push_back(std::make_unique<int>(i));  // 8 places, then 16
  for (int i = 1; i <= 9; ++i) EXPECT_EQ(*ring[static_cast<std::uint64_t>(i)], i);
}

TEST(NumberRing, clear_starts_again_at_any_number_and_keeps_the_storage) {
  NumberRing<int> ring;
  for (int i = 0; i < 8; ++i) ring.push_back(i);
  const int* place = &ring[8];
  ring.clear(1'000'000'000'000'000'000u);
  EXPECT_TRUE(ring.empty());
  EXPECT_FALSE(ring.contains(8));
  for (int i = 0; i < 8; ++i) ring.push_back(i + 100);
  EXPECT_EQ(ring[1'000'000'000'000'000'007u], 107);
  const int* begin = &ring[1'000'000'000'000'000'000u];
  EXPECT_LT(place - begin < 0 ? begin - place : place - begin, 8) << "the same eight places";
  ring.clear();
  EXPECT_EQ(ring.first(), 1u);
}

TEST(NumberRing, a_copy_is_independent) {
  NumberRing<int> ring;
  ring.push_back(1);
  NumberRing<int> copy = ring;
  copy[1] = 2;
  copy.push_back(3);
  EXPECT_EQ(ring[1], 1);
  EXPECT_EQ(ring.size(), 1u);
}

TEST(NumberRing, tells_how_many_it_takes_without_more_storage) {
  NumberRing<int> ring;
  EXPECT_TRUE(ring.full());
  ring.push_back(1);
  EXPECT_EQ(ring.capacity(), 4u);
  ring.reserve(9);
  EXPECT_EQ(ring.capacity(), 16u);
  EXPECT_EQ(ring[1], 1);
  ring.reserve(3);
  EXPECT_EQ(ring.capacity(), 16u);
  for (int i = 2; i <= 16; ++i) {
    EXPECT_FALSE(ring.full());
    ring.push_back(i);
  }
  EXPECT_TRUE(ring.full());
  EXPECT_EQ(ring.capacity(), 16u);
}

TEST(NumberRing, agrees_with_a_deque) {
  bowline::Random random{1};
  NumberRing<std::uint64_t> ring{3};
  std::deque<std::uint64_t> model;
  std::uint64_t first = 3;
  for (int i = 0; i < 20'000; ++i) {
    // Phases of growth and of decline.
    if (random.below(100) < (i / 500 % 2 == 0 ? 60u : 40u)) {
      const std::uint64_t item = random.next();
      ring.push_back(item);
      model.push_back(item);
    } else if (!model.empty()) {
      ring.pop_front();
      model.pop_front();
      ++first;
    }
    ASSERT_EQ(ring.first(), first);
    ASSERT_EQ(ring.size(), model.size());
    ASSERT_TRUE(ring.invariants_hold());
    if (model.empty()) continue;
    const std::size_t at = random.index(model.size());
    ASSERT_EQ(ring[first + at], model[at]);
    ASSERT_EQ(ring.front(), model.front());
  }
}

}  // namespace
