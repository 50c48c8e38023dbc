// SPDX-License-Identifier: BSL-1.0
#include "bowline/congestion/round_trip.hpp"

#include <gtest/gtest.h>

namespace {

using namespace std::chrono_literals;
using bowline::CongestionFeedback;
using bowline::RoundTrip;

CongestionFeedback acked(std::size_t bytes, std::uint64_t before, std::uint64_t delivered) {
  CongestionFeedback feedback;
  feedback.acked_bytes = bytes;
  feedback.delivery = {delivered, before, 1ms, false};
  return feedback;
}

TEST(RoundTrip, is_over_when_something_sent_after_its_begin_is_acknowledged) {
  RoundTrip rounds;
  EXPECT_TRUE(rounds.take(acked(1000, 0, 1000), 0));
  EXPECT_FALSE(rounds.take(acked(1000, 0, 2000), 0));
  EXPECT_FALSE(rounds.take(acked(1000, 999, 3000), 0));
  EXPECT_TRUE(rounds.take(acked(1000, 1000, 4000), 0));
  EXPECT_EQ(rounds.count(), 2u);
}

TEST(RoundTrip, what_was_declared_lost_and_arrived_after_all_is_no_loss_of_this_one_or_the_next) {
  RoundTrip rounds;
  static_cast<void>(rounds.take(acked(1000, 0, 1000), 0));
  CongestionFeedback feedback = acked(1000, 1000, 2000);
  feedback.lost_bytes = 300;
  feedback.undone_bytes = 500;
  ASSERT_TRUE(rounds.take(feedback, 0));
  EXPECT_EQ(rounds.last().lost_bytes, 0u);
  feedback = acked(1000, 2000, 3000);
  feedback.lost_bytes = 600;
  ASSERT_TRUE(rounds.take(feedback, 0));
  EXPECT_EQ(rounds.last().lost_bytes, 400u);  // 600 - (500 - 300)
}

TEST(RoundTrip, sums_up_what_it_saw_and_begins_anew) {
  RoundTrip rounds;
  static_cast<void>(rounds.take(acked(1000, 0, 1000), 0));
  CongestionFeedback first = acked(1000, 0, 2000);
  first.rtt = 60ms;
  first.lost_bytes = 300;
  static_cast<void>(rounds.take(first, 7000));
  CongestionFeedback second = acked(500, 1000, 2500);
  second.rtt = 50ms;
  second.delivery.app_limited = true;
  EXPECT_TRUE(rounds.take(second, 5000));
  EXPECT_EQ(rounds.last().acked_bytes, 1500u);
  EXPECT_EQ(rounds.last().lost_bytes, 300u);
  EXPECT_EQ(rounds.last().rate, 7000u);
  EXPECT_EQ(rounds.last().rtt_least, 50ms);
  EXPECT_TRUE(rounds.last().app_limited);
  EXPECT_TRUE(rounds.take(acked(1, 2500, 2501), 0));
  EXPECT_EQ(rounds.last().lost_bytes, 0u);
  EXPECT_FALSE(rounds.last().has_rtt());
}

TEST(RoundTrip, its_mean_rate_is_what_was_delivered_over_the_time_it_took) {
  RoundTrip rounds;
  CongestionFeedback feedback = acked(1000, 0, 1000);
  feedback.now = bowline::TimePoint{1s};
  static_cast<void>(rounds.take(feedback, 0));
  feedback = acked(2000, 0, 3000);
  feedback.now = bowline::TimePoint{1020ms};
  static_cast<void>(rounds.take(feedback, 200'000));
  feedback = acked(1000, 1000, 4000);
  feedback.now = bowline::TimePoint{1030ms};
  EXPECT_TRUE(rounds.take(feedback, 0));
  EXPECT_EQ(rounds.last().rate_mean, 100'000u);  // 3,000 B in 30 ms
  EXPECT_EQ(rounds.last().rate, 200'000u);
}

TEST(RoundTrip, losses_without_an_acknowledgement_end_none) {
  RoundTrip rounds;
  CongestionFeedback silence;
  silence.lost_bytes = 5000;
  EXPECT_FALSE(rounds.take(silence, 0));
  EXPECT_TRUE(rounds.take(acked(1000, 0, 1000), 0));
  EXPECT_EQ(rounds.last().lost_bytes, 5000u);
}

}  // namespace
