// SPDX-License-Identifier: BSL-1.0
#include "bowline/core/rtt_estimator.hpp"

#include <gtest/gtest.h>

#include "bowline/base/random.hpp"

namespace {

using namespace std::chrono_literals;
using bowline::Duration;
using bowline::RttEstimator;

TEST(RttEstimator, assumes_the_initial_time_until_the_first_sample) {
  const RttEstimator rtt{250ms};
  EXPECT_FALSE(rtt.sampled());
  EXPECT_EQ(rtt.smoothed(), 250ms);
  EXPECT_EQ(rtt.variation(), 125ms);  // Half of it (RFC 9002 section 5.3).
  EXPECT_EQ(rtt.latest(), 0ms);
  EXPECT_EQ(rtt.least(), 0ms);
}

TEST(RttEstimator, the_first_sample_replaces_the_assumption_whatever_the_delay) {
  RttEstimator rtt{250ms};
  rtt.sample(80ms, 30ms, 50ms);
  EXPECT_TRUE(rtt.sampled());
  EXPECT_EQ(rtt.smoothed(), 80ms);
  EXPECT_EQ(rtt.variation(), 40ms);
  EXPECT_EQ(rtt.latest(), 80ms);
  EXPECT_EQ(rtt.least(), 80ms);
}

TEST(RttEstimator, later_samples_are_smoothed_the_variation_first) {
  RttEstimator rtt{250ms};
  rtt.sample(80ms, 0ms, 0ms);
  rtt.sample(160ms, 0ms, 0ms);
  EXPECT_EQ(rtt.variation(), 50ms);  // (3 · 40 + |80 − 160|) / 4
  EXPECT_EQ(rtt.smoothed(), 90ms);   // (7 · 80 + 160) / 8
  rtt.sample(10ms, 0ms, 0ms);
  EXPECT_EQ(rtt.variation(), 57500us);  // (3 · 50 + |90 − 10|) / 4
  EXPECT_EQ(rtt.smoothed(), 80ms);      // (7 · 90 + 10) / 8
  EXPECT_EQ(rtt.least(), 10ms);
  EXPECT_EQ(rtt.latest(), 10ms);
}

TEST(RttEstimator, the_peers_delay_is_taken_off_up_to_what_it_announced) {
  RttEstimator rtt{250ms};
  rtt.sample(80ms, 0ms, 20ms);
  rtt.sample(180ms, 60ms, 20ms);
  EXPECT_EQ(rtt.smoothed(), 90ms);  // (7 · 80 + (180 − 20)) / 8
  EXPECT_EQ(rtt.latest(), 180ms) << "the latest one is as it was measured";
}

TEST(RttEstimator, the_delay_is_not_taken_off_where_that_would_pass_the_least) {
  RttEstimator rtt{250ms};
  rtt.sample(80ms, 0ms, 50ms);
  rtt.sample(96ms, 20ms, 50ms);
  EXPECT_EQ(rtt.smoothed(), 82ms);  // 96 < 80 + 20: (7 · 80 + 96) / 8
  rtt.sample(100ms, 20ms, 50ms);
  EXPECT_EQ(rtt.smoothed(), 81750us);  // 100 = 80 + 20 is enough: (7 · 82 + 80) / 8
}

TEST(RttEstimator, no_time_at_all_counts_as_a_microsecond) {
  RttEstimator rtt{250ms};
  rtt.sample(0us, 0us, 0us);
  EXPECT_EQ(rtt.smoothed(), 1us);
  EXPECT_EQ(rtt.least(), 1us);
}

TEST(RttEstimator, settles_on_a_steady_path) {
  RttEstimator rtt{250ms};
  for (int i = 0; i < 100; ++i) rtt.sample(50ms, 0ms, 10ms);
  EXPECT_EQ(rtt.smoothed(), 50ms);
  EXPECT_LE(rtt.variation(), 3us);  // Integers: 3 / 4 of 3 is 2, of 1 is 0.
}

TEST(RttEstimator, stays_between_the_least_and_the_largest_sample) {
  bowline::Random random{2};
  RttEstimator rtt{1s};
  for (int i = 0; i < 2000; ++i) {
    rtt.sample(Duration{static_cast<std::int64_t>(10'000 + random.below(90'000))},
               Duration{static_cast<std::int64_t>(random.below(30'000))}, 20ms);
    ASSERT_GE(rtt.smoothed(), rtt.least() - Duration{1});
    ASSERT_LE(rtt.smoothed(), 100ms);
    ASSERT_GE(rtt.variation(), 0ms);
    ASSERT_LE(rtt.variation(), 100ms);
  }
}

TEST(RttEstimator, hours_do_not_overflow) {
  RttEstimator rtt{250ms};
  for (int i = 0; i < 10; ++i) rtt.sample(i % 2 == 0 ? Duration{87'600h} : 1us, 0us, 0us);
  EXPECT_GE(rtt.smoothed(), 1us);
  EXPECT_LE(rtt.smoothed(), Duration{87'600h});
}

}  // namespace
