// SPDX-License-Identifier: BSL-1.0
#include "bowline/core/ready_levels.hpp"

#include <gtest/gtest.h>

#include "core/support/sending_half.hpp"

namespace {

using bowline::Levels;
using bowline::Priority;
using bowline::ReadyLevels;
using bowline::test::SendingHalf;

Levels ready(SendingHalf& a) { return ReadyLevels::of(a.outbox.flow()); }

TEST(ReadyLevels, are_those_with_something_to_send) {
  SendingHalf a;
  EXPECT_TRUE(ready(a).empty());
  a.sends("n");
  a.sends("u", {.priority = Priority::urgent});
  EXPECT_EQ(ready(a).first(), Priority::urgent);
  EXPECT_EQ(ready(a).below(Priority::urgent), Levels{Priority::normal});
  a.says();
  EXPECT_TRUE(ready(a).empty());
}

TEST(ReadyLevels, need_a_number_for_what_is_new_and_reliable) {
  SendingHalf a{{}, /*window=*/1};
  a.sends("1");
  a.sends("2");
  a.says();
  EXPECT_TRUE(ready(a).empty()) << "the window has no number";
  a.sends("u", {.priority = Priority::low, .reliable = false});
  EXPECT_EQ(ready(a), Levels{Priority::low});
  a.acked(1);
  EXPECT_EQ(ready(a).first(), Priority::normal);
}

TEST(ReadyLevels, have_resends_only_while_they_are_needed) {
  SendingHalf a;
  a.sends("x");
  a.says();
  a.lost(1);
  EXPECT_EQ(ready(a), Levels{Priority::normal});
  a.acked(1);
  EXPECT_TRUE(ready(a).empty());
  EXPECT_TRUE(a.outbox.flow().queue().empty()) << "what is needless was swept out";
}

}  // namespace
