// SPDX-License-Identifier: BSL-1.0
#include "bowline/resend/periodic_resend.hpp"

#include <gtest/gtest.h>

namespace {

using namespace std::chrono_literals;
using bowline::Duration;
using bowline::PeriodicResend;

TEST(PeriodicResend, waits_as_long_every_time_whatever_the_path_is_like) {
  constexpr PeriodicResend schedule{.interval = 250ms, .resend_count_max = 4};
  EXPECT_EQ(schedule.timeout({1ms, 1ms, 1ms, 0, 0}), Duration{250ms});
  EXPECT_EQ(schedule.timeout({9s, 9s, 1s, 7, 0xffffffff}), Duration{250ms});
  EXPECT_EQ(schedule.resends_max(), 4u);
}

TEST(PeriodicResend, an_interval_of_nothing_does_not_spin) {
  EXPECT_EQ(PeriodicResend{.interval = 0ms}.timeout({}), Duration{1ms});
  EXPECT_EQ(PeriodicResend{.interval = -5s}.timeout({}), Duration{1ms});
}

TEST(PeriodicResend, does_not_follow_acknowledgements) { EXPECT_FALSE(PeriodicResend{}.follows_acks()); }

}  // namespace
