// SPDX-License-Identifier: BSL-1.0
#include "bowline/congestion/cubic.hpp"

#include <gtest/gtest.h>

namespace bowline {
namespace {

using namespace std::chrono_literals;

/// A path of 100 ms on which the window is used up each round trip.
struct Path {
  void acks(int round_trips, bool app_limited = false) {
    for (int i = 0; i < round_trips; ++i) {
      CongestionFeedback shown;
      shown.acked_sent_at = now;
      shown.now = now += 100ms;
      shown.acked_bytes = cubic.window_bytes();
      shown.rtt_smoothed = 100ms;
      shown.delivery.app_limited = app_limited;
      cubic.on_feedback(shown);
    }
  }

  void loses(TimePoint sent_at, bool timed_out = false) {
    CongestionFeedback shown;
    shown.now = now;
    shown.lost_bytes = 1000;
    shown.lost_sent_at = sent_at;
    shown.timed_out = timed_out;
    shown.rtt_smoothed = 100ms;
    cubic.on_feedback(shown);
  }

  void learns(std::size_t datagram_bytes) {
    CongestionFeedback shown;
    shown.now = now;
    shown.datagram_bytes = datagram_bytes;
    cubic.on_feedback(shown);
  }

  Cubic cubic{1000};
  TimePoint now{1h};
};

TEST(Cubic, doubles_each_round_trip_until_the_first_loss) {
  Path path;
  EXPECT_EQ(path.cubic.window_bytes(), 10'000u);
  path.acks(5);
  EXPECT_EQ(path.cubic.window_bytes(), 320'000u);  // 10,000 · 2^5
  path.loses(path.now);
  EXPECT_EQ(path.cubic.window_bytes(), 224'000u);  // · 0.7
}

TEST(Cubic, one_reduction_a_round_trip) {
  Path path;
  path.acks(5);
  const TimePoint before = path.now;
  path.now += 10ms;
  path.loses(before);
  path.loses(before + 5ms);
  EXPECT_EQ(path.cubic.window_bytes(), 224'000u);
  path.now += 100ms;
  path.loses(path.now - 50ms);  // left after the reduction
  EXPECT_EQ(path.cubic.window_bytes(), 156'800u);
}

TEST(Cubic, returns_to_where_it_lost_after_k_seconds_and_then_goes_beyond) {
  Path path;
  path.acks(5);
  path.loses(path.now);
  // K = cbrt((320 − 224) / 0.4) = 6.2 s: 62 round trips.
  path.acks(58);
  EXPECT_GT(path.cubic.window_bytes(), 310'000u);
  EXPECT_LT(path.cubic.window_bytes(), 320'500u);
  path.acks(6);
  EXPECT_NEAR(static_cast<double>(path.cubic.window_bytes()), 320'000.0, 1'000.0);
  path.acks(60);
  // 6 s later: 320 + 0.4 · 6³ segments.
  EXPECT_NEAR(static_cast<double>(path.cubic.window_bytes()), 406'000.0, 8'000.0);
}

TEST(Cubic, a_flow_that_loses_before_its_last_maximum_makes_room) {
  Path path;
  path.acks(5);
  path.loses(path.now);
  path.acks(2);
  path.loses(path.now);
  const std::size_t reduced = path.cubic.window_bytes();
  path.acks(200);
  EXPECT_GT(path.cubic.window_bytes(), reduced);
  // Its plateau is 0.85 of some 236,000, not 320,000: after 20 s it has long gone beyond.
  EXPECT_GT(path.cubic.window_bytes(), 320'000u);
}

TEST(Cubic, a_small_window_grows_as_reno_would) {
  Path path;
  path.loses(path.now);  // 10,000 to 7,000
  EXPECT_EQ(path.cubic.window_bytes(), 7'000u);
  path.acks(6);
  // 9 / 17 segments a round trip until 10,000; the first flight left at the reduction and does not count.
  EXPECT_NEAR(static_cast<double>(path.cubic.window_bytes()), 7'000 + 5 * 529, 5.0);
}

TEST(Cubic, silence_begins_anew_with_two_datagrams) {
  Path path;
  path.acks(5);
  path.loses(path.now, true);
  EXPECT_EQ(path.cubic.window_bytes(), 2'000u);
  path.acks(6);
  EXPECT_EQ(path.cubic.window_bytes(), 64'000u);  // 2,000 · 2^5, as the first flight does not count
}

TEST(Cubic, a_window_that_is_not_used_up_does_not_grow_and_that_time_does_not_count) {
  Path path;
  path.acks(3, true);
  EXPECT_EQ(path.cubic.window_bytes(), 10'000u);
  path.acks(5);
  path.loses(path.now);
  path.acks(10);
  const std::size_t before = path.cubic.window_bytes();
  path.acks(1000, true);
  EXPECT_EQ(path.cubic.window_bytes(), before);
  path.acks(1);
  EXPECT_LT(path.cubic.window_bytes(), before + 5'000) << "100 s of silence are no growth";
}

TEST(Cubic, the_window_takes_two_datagrams_however_large_they_become) {
  Path path;
  path.learns(9'000);
  EXPECT_EQ(path.cubic.window_bytes(), 18'000u);
}

TEST(Cubic, datagrams_that_become_larger_in_mid_curve_do_not_turn_it_below_zero) {
  Path path;
  path.acks(5);
  path.loses(path.now);
  path.acks(2);
  EXPECT_EQ(path.cubic.window_bytes(), 224'529u);  // 224,000 and 9/17 of a datagram
  path.learns(9'000);  // What the curve lacks to its plateau, 96,000, is now 9 times that.
  path.acks(1);
  EXPECT_EQ(path.cubic.window_bytes(), 229'293u);  // 224,529 + 9,000 · 9/17
}

TEST(Cubic, paces_a_quarter_above_the_window_and_twice_it_in_slow_start) {
  Path path;
  EXPECT_EQ(path.cubic.pacing().bytes_per_second, 0u);
  path.acks(5);
  EXPECT_EQ(path.cubic.pacing().bytes_per_second, 6'400'000u);  // 2 · 320,000 / 0.1
  path.loses(path.now);
  EXPECT_EQ(path.cubic.pacing().bytes_per_second, 2'800'000u);  // 1.25 · 224,000 / 0.1
}

TEST(Cubic, what_acknowledges_nothing_begins_no_curve) {
  Path path, other;
  for (Path* each : {&path, &other}) {
    each->acks(5);
    each->loses(each->now);
  }
  CongestionFeedback shown;
  shown.acked_sent_at = path.now + 1ms;
  shown.now = path.now + 2ms;
  shown.rtt_smoothed = 100ms;
  path.cubic.on_feedback(shown);
  path.now += 10s, other.now += 10s;
  path.acks(1), other.acks(1);
  EXPECT_EQ(path.cubic.window_bytes(), other.cubic.window_bytes());
}

}  // namespace
}  // namespace bowline
