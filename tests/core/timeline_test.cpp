// SPDX-License-Identifier: BSL-1.0
#include "bowline/core/timeline.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace bowline {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint at(Duration since) { return TimePoint{since}; }

TEST(Timeline, a_steady_clock_is_taken_as_it_is) {
  Timeline timeline;
  bool stepped = true;
  EXPECT_EQ(timeline.advance(at(5s), stepped), at(5s));
  EXPECT_FALSE(stepped);
  EXPECT_EQ(timeline.advance(at(5s), stepped), at(5s));
  EXPECT_EQ(timeline.advance(at(8s), stepped), at(8s));
  EXPECT_FALSE(stepped);
  EXPECT_EQ(timeline.to_caller(at(9s)), at(9s));
}

TEST(Timeline, a_clock_may_begin_before_its_zero) {
  Timeline timeline;
  bool stepped = true;
  EXPECT_EQ(timeline.advance(at(-5s), stepped), at(-5s));
  EXPECT_FALSE(stepped);
}

TEST(Timeline, after_a_step_back_time_goes_on_from_where_it_was) {
  Timeline timeline;
  bool stepped = false;
  static_cast<void>(timeline.advance(at(2h), stepped));
  EXPECT_EQ(timeline.advance(at(1h), stepped), at(2h));
  EXPECT_TRUE(stepped);
  EXPECT_EQ(timeline.advance(at(1h + 3s), stepped), at(2h + 3s));
  EXPECT_FALSE(stepped);
}

TEST(Timeline, a_deadline_is_told_on_the_callers_clock) {
  Timeline timeline;
  bool stepped = false;
  static_cast<void>(timeline.advance(at(2h), stepped));
  static_cast<void>(timeline.advance(at(1h), stepped));
  EXPECT_EQ(timeline.to_caller(at(2h + 10s)), at(1h + 10s));
  EXPECT_EQ(timeline.to_caller(never), never);
}

TEST(Timeline, steps_back_add_up) {
  Timeline timeline;
  bool stepped = false;
  static_cast<void>(timeline.advance(at(10h), stepped));
  static_cast<void>(timeline.advance(at(9h), stepped));
  EXPECT_EQ(timeline.advance(at(7h), stepped), at(10h));
  EXPECT_TRUE(stepped);
  EXPECT_EQ(timeline.advance(at(7h + 1s), stepped), at(10h + 1s));
}

TEST(Timeline, a_jump_ahead_is_taken_as_it_is) {
  Timeline timeline;
  bool stepped = false;
  static_cast<void>(timeline.advance(at(1h), stepped));
  EXPECT_EQ(timeline.advance(at(24h * 30), stepped), at(24h * 30));
  EXPECT_FALSE(stepped);
}

}  // namespace
}  // namespace bowline
