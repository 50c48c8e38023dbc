// SPDX-License-Identifier: BSL-1.0
#include "bowline/resend/rtt_timeout.hpp"

#include <gtest/gtest.h>

namespace {

using namespace std::chrono_literals;
using bowline::Duration;
using bowline::ResendQuery;
using bowline::rtt_timeout;

constexpr ResendQuery path(Duration smoothed, Duration variation, Duration ack_delay) {
  return {smoothed, variation, ack_delay, 0, 0};
}

TEST(RttTimeout, adds_four_variations_and_the_acknowledgement_delay) {
  EXPECT_EQ(rtt_timeout(path(50ms, 10ms, 25ms)), Duration{115ms});  // 50 + 4 · 10 + 25
}

TEST(RttTimeout, allows_for_a_clock_of_one_millisecond) {
  EXPECT_EQ(rtt_timeout(path(50ms, 0ms, 0ms)), Duration{51ms});    // 50 + 1
  EXPECT_EQ(rtt_timeout(path(50ms, 200us, 0ms)), Duration{51ms});  // 4 · 0.2 = 0.8 < 1
  EXPECT_EQ(rtt_timeout(path(0ms, 0ms, 0ms)), Duration{1ms});
}

TEST(RttTimeout, stays_between_a_millisecond_and_an_hour_whatever_was_measured) {
  constexpr Duration longest = (Duration::max)();
  constexpr Duration least = (Duration::min)();
  EXPECT_EQ(rtt_timeout(path(longest, longest, longest)), Duration{1h});
  EXPECT_EQ(rtt_timeout(path(least, least, least)), Duration{1ms});
}

}  // namespace
