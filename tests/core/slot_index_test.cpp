// SPDX-License-Identifier: BSL-1.0
#include "bowline/core/slot_index.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "bowline/base/random.hpp"

namespace {

using bowline::SlotIndex;

constexpr std::uint64_t secret = 0x9e3779b97f4a7c15u;

TEST(SlotIndex, a_slot_is_found_by_its_number_until_it_is_removed) {
  SlotIndex index{secret};
  EXPECT_EQ(index.find(7), SlotIndex::none);
  index.add(7, 0);
  EXPECT_EQ(index.find(7), 0u);
  EXPECT_EQ(index.find(3), SlotIndex::none);
  index.remove(7, 0);
  EXPECT_EQ(index.find(7), SlotIndex::none);
}

TEST(SlotIndex, slots_that_share_a_number_are_found_one_after_the_other) {
  SlotIndex index{secret};
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

TEST(SlotIndex, one_of_many_in_a_chain_is_removed) {
  // One number, so one chain, in which 2 is the first, 1 between and 0 the last.
  for (const SlotIndex::Slot removed : {0u, 1u, 2u}) {
    SlotIndex index{secret};
    for (const SlotIndex::Slot slot : {0u, 1u, 2u}) index.add(7, slot);
    index.remove(7, removed);
    EXPECT_EQ(index.longest_walk(), 2u);
    for (const SlotIndex::Slot slot : {0u, 1u, 2u}) {
      if (slot != removed) index.remove(7, slot);
    }
    EXPECT_EQ(index.longest_walk(), 0u);
  }
}

TEST(SlotIndex, numbers_chosen_to_collide_do_not_without_the_secret) {
  // 256 numbers with the same low bits, as a peer would choose them for a table that goes by those. Of so many in 256
  // chains, 255 · 2/256 < 2 others are in the chain of one on average, whatever they are.
  bowline::Random random{1};
  for (const std::uint64_t stride : {std::uint64_t{1}, std::uint64_t{256}, std::uint64_t{1} << 32}) {
    std::uint64_t walked = 0;
    for (int table = 0; table < 100; ++table) {
      SlotIndex index{random.next()};
      for (SlotIndex::Slot slot = 0; slot < 256; ++slot) index.add(1 + slot * stride, slot);
      walked += index.longest_walk();
    }
    EXPECT_LE(walked / 100, 16u) << "stride " << stride << ": the root of 256, for the longest";
  }
}

TEST(SlotIndex, agrees_with_a_map_while_it_grows_and_numbers_go_on) {
  SlotIndex index{secret};
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
