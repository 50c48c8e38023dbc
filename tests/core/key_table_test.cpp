// SPDX-License-Identifier: BSL-1.0
#include "bowline/core/key_table.hpp"

#include <gtest/gtest.h>

#include <map>

#include "bowline/base/random.hpp"

namespace {

using bowline::KeyTable;
using bowline::MessageId;

TEST(KeyTable, the_newest_message_of_a_key_takes_the_place_of_the_one_before) {
  KeyTable table;
  EXPECT_EQ(table.exchange(7, {1}), MessageId{});
  EXPECT_EQ(table.exchange(8, {2}), MessageId{});
  EXPECT_EQ(table.exchange(7, {3}), MessageId{1});
  EXPECT_EQ(table.size(), 2u);
}

TEST(KeyTable, a_key_that_has_passed_on_is_not_erased_for_the_older_message) {
  KeyTable table;
  table.exchange(7, {1});
  table.exchange(7, {2});
  table.erase(7, {1});
  EXPECT_EQ(table.size(), 1u);
  table.erase(7, {2});
  EXPECT_EQ(table.size(), 0u);
  EXPECT_EQ(table.exchange(7, {3}), MessageId{});
}

TEST(KeyTable, an_unknown_key_is_not_there_to_erase) {
  KeyTable table;
  table.erase(7, {1});
  table.exchange(8, {2});
  table.erase(7, {1});
  EXPECT_EQ(table.size(), 1u);
}

TEST(KeyTable, agrees_with_a_map_through_growth_and_holes) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    bowline::Random random{seed};
    KeyTable table;
    std::map<std::uint64_t, MessageId> model;
    for (std::uint64_t step = 1; step <= 2000; ++step) {
      // Few keys, so that they meet; some far apart, so that homes collide.
      const std::uint64_t key = (1 + random.below(200)) << random.below(3) * 20;
      if (random.below(3) != 0) {
        ASSERT_EQ(table.exchange(key, {step}), std::exchange(model[key], MessageId{step})) << seed;
      } else if (const auto known = model.find(key); known != model.end()) {
        table.erase(key, known->second);
        model.erase(known);
      }
      ASSERT_EQ(table.size(), model.size()) << seed;
      ASSERT_TRUE(table.invariants_hold()) << seed;
    }
  }
}

}  // namespace
