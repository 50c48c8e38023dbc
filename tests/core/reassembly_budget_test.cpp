// SPDX-License-Identifier: BSL-1.0
#include "bowline/core/reassembly_budget.hpp"

#include <gtest/gtest.h>

namespace {

using bowline::Options;
using bowline::ReassemblyBudget;

struct ReassemblyBudgetTest : testing::Test {
  static Options limits() {
    Options options;
    options.message_bytes_max = 100;
    options.reassembly_bytes_max = 250;
    options.reassembly_unreliable_bytes_max = 120;
    return options;
  }

  ~ReassemblyBudgetTest() override { EXPECT_TRUE(budget.invariants_hold()); }

  ReassemblyBudget budget{limits()};
};

TEST_F(ReassemblyBudgetTest, each_kind_has_its_own) {
  budget.charge(100, /*reliable=*/true);
  budget.charge(80, /*reliable=*/false);
  EXPECT_EQ(budget.claimed_bytes(true), 100u);
  EXPECT_EQ(budget.claimed_bytes(false), 80u);
  EXPECT_EQ(budget.messages(true), 1u);
  EXPECT_EQ(budget.claims_max(), 370u);  // 250 + 120
  EXPECT_FALSE(budget.full(100, true));
  EXPECT_FALSE(budget.full(40, false));
  EXPECT_TRUE(budget.full(41, false));  // 80 + 41 > 120
}

TEST_F(ReassemblyBudgetTest, a_message_larger_than_announced_is_impossible_however_empty_it_is) {
  EXPECT_TRUE(budget.possible(100, true));
  EXPECT_FALSE(budget.possible(101, true));
  EXPECT_FALSE(budget.has_room(101, 0, 0));
  Options narrow = limits();
  narrow.reassembly_unreliable_bytes_max = 90;
  EXPECT_FALSE(ReassemblyBudget{narrow}.possible(91, false));
}

TEST_F(ReassemblyBudgetTest, what_is_ahead_counts_in_bytes_and_in_messages) {
  budget.charge(100, true);
  EXPECT_TRUE(budget.has_room(100, 50, 0));  // 100 + 50 + 100 = 250
  EXPECT_FALSE(budget.has_room(100, 51, 0));
  const std::size_t most = bowline::Fragment::messages_max(limits().window);
  EXPECT_TRUE(budget.has_room(1, 0, most - 2));  // The last one.
  EXPECT_FALSE(budget.has_room(1, 0, most - 1));
}

TEST_F(ReassemblyBudgetTest, what_is_gone_makes_room) {
  budget.charge(100, true);
  budget.charge(100, true);
  EXPECT_TRUE(budget.full(51, true));  // 200 + 51 > 250
  budget.refund(100, true);
  EXPECT_FALSE(budget.full(51, true));
  EXPECT_EQ(budget.messages(true), 1u);
}

TEST_F(ReassemblyBudgetTest, unreliable_messages_are_64_at_most) {
  for (int i = 0; i < 64; ++i) {
    ASSERT_FALSE(budget.full(1, false));
    budget.charge(1, false);
  }
  EXPECT_TRUE(budget.full(1, false));
}

}  // namespace
