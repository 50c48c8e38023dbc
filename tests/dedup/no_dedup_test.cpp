// SPDX-License-Identifier: BSL-1.0
#include "bowline/dedup/no_dedup.hpp"

#include <gtest/gtest.h>

namespace {

TEST(NoDedup, a_duplicate_is_fresh_every_time) {
  bowline::NoDedup filter;
  EXPECT_EQ(filter.admit(7), bowline::Admission::fresh);
  EXPECT_EQ(filter.admit(7), bowline::Admission::fresh);
  EXPECT_EQ(filter.check(7), bowline::Admission::fresh);
}

TEST(NoDedup, covers_every_window) {
  EXPECT_TRUE(bowline::NoDedup::covers(1));
  EXPECT_TRUE(bowline::NoDedup::covers(0xffffffff));
}

}  // namespace
