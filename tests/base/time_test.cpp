// SPDX-License-Identifier: BSL-1.0
#include "bowline/base/time.hpp"

#include <gtest/gtest.h>

namespace {

using namespace std::chrono_literals;
using bowline::Duration;
using bowline::later;
using bowline::never;
using bowline::TimePoint;

TEST(Time, counts_whole_microseconds_in_64_bits) {
  EXPECT_EQ(Duration{1s}.count(), 1'000'000);
  EXPECT_EQ(never.time_since_epoch().count(), 9'223'372'036'854'775'807);
}

TEST(Later, adds) { EXPECT_EQ(later(TimePoint{5us}, 7us), TimePoint{12us}); }

TEST(Later, a_negative_wait_is_none) {
  EXPECT_EQ(later(TimePoint{5us}, -7us), TimePoint{5us});
  EXPECT_EQ(later(TimePoint{5us}, (Duration::min)()), TimePoint{5us});
}

TEST(Later, never_stays_never) {
  EXPECT_EQ(later(never, 0us), never);
  EXPECT_EQ(later(never, 1us), never);
  EXPECT_EQ(later(never, (Duration::max)()), never);
}

TEST(Later, reaches_never_and_does_not_pass_it) {
  EXPECT_EQ(later(never - 3us, 2us), never - 1us);
  EXPECT_EQ(later(never - 3us, 3us), never);
  EXPECT_EQ(later(never - 3us, 4us), never);
  EXPECT_EQ(later(TimePoint{}, (Duration::max)()), never);
}

TEST(Later, a_moment_before_the_clocks_zero_will_do) {
  EXPECT_EQ(later(TimePoint{-10us}, 4us), TimePoint{-6us});
  EXPECT_EQ(later(TimePoint{-10us}, 25us), TimePoint{15us});
  EXPECT_EQ(later((TimePoint::min)(), 1us), (TimePoint::min)() + 1us);
  EXPECT_EQ(later((TimePoint::min)(), (Duration::max)()), TimePoint{-1us});  // −2^63 + 2^63 − 1
}

}  // namespace
