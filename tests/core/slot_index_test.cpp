// SPDX-License-Identifier: BSL-1.0
#include "bowline/core/slot_index.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "bowline/base/random.hpp"

namespace {

using bowline::SlotIndex;

TEST(SlotIndex, a_slot_is_found_by_its_number_until_it_is_removed) {
  SlotIndex index;
  EXPECT_EQ(index.find(7), SlotIndex::none);
  index.add(7, 0);
  EXPECT_EQ(index.find(7), 0u);
  EXPECT_EQ(index.find(3), SlotIndex::none) << "in the same chain: four chains, 7 - 4 = 3";
  index.remove(7, 0);
  EXPECT_EQ(index.find(7), SlotIndex::none);
}

TEST(SlotIndex, slots_that_share_a_number_are_found_one_after_the_other) {
  SlotIndex index;
  for (const SlotIndex::Slot slot : {0u, 1u, 2u}) index.add(7, slot);
  bool found[3] = {};
  for (int i = 0; i < 3; ++i) {
    const SlotIndex::Slot slot = index.find(7);
    ASSERT_LT(slot, 3u);
    found[slot] = true;
    index.remove(7, slot);
  }
  EXPECT_TRUE(std::all_of(found, found + 3, [](bool one) { return one; }));
  EXPECT_EQ(index.find(7), SlotIndex::none);
}

TEST(SlotIndex, numbers_of_one_window_chosen_to_collide_make_chains_of_no_more_than_their_root) {
  // Two windows of 4,096: 8,192 numbers, of which every m-th shares a chain where there are m. 64 * 128 = 8,192.
  constexpr std::uint64_t numbers = 8192;
  std::size_t longest = 0;
  for (std::uint64_t chains = 4; chains <= 2048; chains *= 2) {
    SlotIndex index;
    index.reserve(static_cast<SlotIndex::Slot>(chains - 1));
    for (std::uint64_t i = 0; i < chains && i * chains < numbers; ++i) {
      index.add(1 + i * chains, static_cast<SlotIndex::Slot>(i));
    }
    longest = (std::max)(longest, index.longest_walk());
  }
  EXPECT_EQ(longest, 64u);
}

TEST(SlotIndex, agrees_with_a_map_while_it_grows_and_numbers_go_on) {
  SlotIndex index;
  std::map<std::uint64_t, SlotIndex::Slot> truth;
  bowline::Random random{1};
  for (std::uint64_t step = 0; step < 20'000; ++step) {
    // A place holds one number at a time, as in a table; the places in use become more and more.
    const auto slot = static_cast<SlotIndex::Slot>(random.below(1 + step / 20));
    const auto used = std::find_if(truth.begin(), truth.end(), [&](const auto& entry) { return entry.second == slot; });
    if (used != truth.end()) {
      index.remove(used->first, slot);
      truth.erase(used);
    } else if (const std::uint64_t number = step + random.below(1000); truth.emplace(number, slot).second) {
      index.add(number, slot);
    }
    const std::uint64_t asked = step + random.below(1000);
    const auto expected = truth.find(asked);
    ASSERT_EQ(index.find(asked), expected == truth.end() ? SlotIndex::none : expected->second);
  }
  for (const auto& [number, slot] : truth) ASSERT_EQ(index.find(number), slot);
}

}  // namespace
