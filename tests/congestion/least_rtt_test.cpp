// SPDX-License-Identifier: BSL-1.0
#include "bowline/congestion/least_rtt.hpp"

#include <gtest/gtest.h>

namespace {

using namespace std::chrono_literals;
using bowline::LeastRtt;
using bowline::TimePoint;

constexpr TimePoint t0{1h};

TEST(LeastRtt, is_the_least_sample_and_confirmed_by_each_as_short) {
  LeastRtt least;
  EXPECT_FALSE(least.known());
  least.take(t0, 60ms);
  least.take(t0 + 1s, 50ms);
  least.take(t0 + 2s, 51ms);
  EXPECT_EQ(least.value(), 50ms);
  EXPECT_EQ(least.confirmed_at(), t0 + 1s);
  least.take(t0 + 3s, 50ms);
  EXPECT_EQ(least.confirmed_at(), t0 + 3s);
}

TEST(LeastRtt, in_doubt_the_next_sample_counts_even_if_longer) {
  LeastRtt least;
  least.take(t0, 50ms);
  least.doubt();
  EXPECT_EQ(least.value(), 50ms);
  least.take(t0 + 1s, 80ms);
  EXPECT_EQ(least.value(), 80ms);
  EXPECT_EQ(least.confirmed_at(), t0 + 1s);
  least.take(t0 + 2s, 90ms);
  EXPECT_EQ(least.value(), 80ms);
}

TEST(LeastRtt, an_eighth_more_is_a_queue_but_not_half_a_millisecond) {
  LeastRtt least;
  EXPECT_FALSE(least.shows_queue(1h)) << "nothing is known yet";
  least.take(t0, 40ms);
  EXPECT_FALSE(least.shows_queue(45'500us));  // 40 + 5 + 0.5
  EXPECT_TRUE(least.shows_queue(45'501us));
  least.take(t0, 80us);
  EXPECT_FALSE(least.shows_queue(590us));  // 80 + 10 + 500
}

TEST(LeastRtt, tells_how_long_a_sample_was_queued_beyond_half_a_millisecond) {
  LeastRtt least;
  EXPECT_EQ(least.queued(1h), 0s) << "nothing is known yet";
  least.take(t0, 40ms);
  EXPECT_EQ(least.queued(39ms), 0s);
  EXPECT_EQ(least.queued(40'500us), 0s);
  EXPECT_EQ(least.queued(40'501us), 501us);
}

}  // namespace
