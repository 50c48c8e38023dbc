// SPDX-License-Identifier: BSL-1.0
#include "bowline/congestion/ack_aggregation.hpp"

#include <gtest/gtest.h>

namespace {

using namespace std::chrono_literals;
using bowline::AckAggregation;
using bowline::TimePoint;

constexpr TimePoint t0{1h};
constexpr std::uint64_t rate = 1'000'000;  // 1,000 B a millisecond

TEST(AckAggregation, acknowledgements_at_the_rate_are_one_datagram_ahead_at_most) {
  AckAggregation aggregation;
  for (int i = 0; i < 100; ++i) aggregation.take(t0 + i * 1ms, 1000, rate);
  EXPECT_EQ(aggregation.extra_bytes(), 1000u);
}

TEST(AckAggregation, a_lump_is_what_comes_beyond_the_rate) {
  AckAggregation aggregation;
  for (int i = 0; i < 100; ++i) aggregation.take(t0 + i / 16 * 16ms, 1000, rate);
  EXPECT_EQ(aggregation.extra_bytes(), 16'000u);  // 16 ms of silence
}

TEST(AckAggregation, a_tenth_of_a_second_is_the_most_and_old_lumps_are_forgotten) {
  AckAggregation aggregation;
  aggregation.take(t0, 500'000, rate);
  EXPECT_EQ(aggregation.extra_bytes(), 100'000u);
  for (int i = 1; i <= 3; ++i) {
    aggregation.advance();
    aggregation.take(t0 + i * 10s, 1000, rate);
  }
  EXPECT_EQ(aggregation.extra_bytes(), 1000u);
}

}  // namespace
