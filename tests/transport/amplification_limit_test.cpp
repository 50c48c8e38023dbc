// SPDX-License-Identifier: BSL-1.0
#include "bowline/transport/amplification_limit.hpp"

#include <gtest/gtest.h>

namespace bowline::test {
namespace {

TEST(AmplificationLimit, three_times_what_came_may_leave) {
  AmplificationLimit limit;
  EXPECT_FALSE(limit.admit(1));
  limit.on_received(70);
  EXPECT_TRUE(limit.admit(140));
  EXPECT_FALSE(limit.admit(71));  // 3 · 70 - 140 = 70
  EXPECT_TRUE(limit.admit(70));
  EXPECT_FALSE(limit.admit(1));
  limit.on_received(1);
  EXPECT_TRUE(limit.admit(3));
}

TEST(AmplificationLimit, another_address_begins_with_nothing) {
  AmplificationLimit limit;
  limit.on_received(1000);
  limit.start(false);
  EXPECT_FALSE(limit.admit(1));
}

TEST(AmplificationLimit, an_address_that_has_proved_itself_has_none) {
  AmplificationLimit limit;
  limit.lift();
  EXPECT_TRUE(limit.admit(65'507));
  limit.start(false);
  EXPECT_FALSE(limit.admit(1));
  limit.start(true);
  EXPECT_TRUE(limit.admit(65'507));
}

}  // namespace
}  // namespace bowline::test
