// SPDX-License-Identifier: BSL-1.0
// The small worlds, one for each part of the protocol; the program `explore` searches all of them.
#include <gtest/gtest.h>

#include <string>

#include "explore/plans/plans.hpp"
#include "explore/searches.hpp"

namespace bowline::explore {
namespace {

/// Searches the world of this name to its end.
void expect_sound(const std::string& name) {
  for (const Plan& plan : all_plans()) {
    if (plan.name != name) continue;
    const Finding found = search_for(plan.wire)(plan, 10'000'000);
    std::string trace;
    for (const std::string& line : found.trace) trace += line + '\n';
    EXPECT_EQ(found.broken, "") << trace;
    EXPECT_TRUE(found.complete);
    EXPECT_GT(found.states, 1000u);
    return;
  }
  FAIL() << "there is no world named " << name;
}

TEST(Explore, a_recalled_dependency_breaks_no_promise) {
  expect_sound("gate at the receiver, first cancelled");
}
TEST(Explore, a_dependent_that_fails_breaks_no_promise) { expect_sound("gate at the sender, fails"); }
TEST(Explore, a_newer_message_with_a_key_breaks_no_promise) { expect_sound("superseded by key"); }
TEST(Explore, a_queue_of_three_covers_a_window_of_two) { expect_sound("FixedQueueDedup<3>, window 2"); }
TEST(Explore, a_bitmap_of_two_covers_a_window_of_two) { expect_sound("WindowDedup<2>, window 2"); }
TEST(Explore, newest_only_breaks_no_promise) { expect_sound("newest only"); }
TEST(Explore, a_hello_lost_after_a_restart_keeps_nobody_apart) { expect_sound("z restarts, with a loss"); }
TEST(Explore, a_close_that_is_lost_while_the_peer_restarts_breaks_no_promise) {
  expect_sound("close while z restarts");
}
TEST(Explore, parts_of_unreliable_messages_break_no_promise) { expect_sound("two parts, unreliable"); }

}  // namespace
}  // namespace bowline::explore
