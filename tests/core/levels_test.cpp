// SPDX-License-Identifier: BSL-1.0
#include "bowline/core/levels.hpp"

#include <gtest/gtest.h>

namespace {

using bowline::Levels;
using bowline::Priority;

TEST(Levels, are_taken_in_order_of_urgency) {
  Levels levels;
  EXPECT_TRUE(levels.empty());
  for (const auto level : {Priority::low, Priority::normal, Priority::high, Priority::urgent}) levels.add(level);
  for (const auto level : {Priority::urgent, Priority::high, Priority::normal, Priority::low}) {
    EXPECT_EQ(levels.first(), level);
    levels.remove(level);
  }
  EXPECT_TRUE(levels.empty());
}

TEST(Levels, below_one_are_those_that_are_less_urgent) {
  Levels levels{Priority::urgent};
  levels.add(Priority::low);
  EXPECT_EQ(levels.below(Priority::urgent), Levels{Priority::low});
  EXPECT_EQ(levels.below(Priority::high), Levels{Priority::low});
  EXPECT_TRUE(levels.below(Priority::low).empty());
}

TEST(Levels, adding_twice_or_removing_what_is_not_there_changes_nothing) {
  Levels levels{Priority::high};
  levels.add(Priority::high);
  levels.remove(Priority::normal);
  EXPECT_EQ(levels, Levels{Priority::high});
}

}  // namespace
