// SPDX-License-Identifier: BSL-1.0
#include "bowline/congestion/bottleneck_control.hpp"

#include <gtest/gtest.h>

#include <string>

namespace bowline {
namespace {

using namespace std::chrono_literals;
using Phase = BottleneckControl::Phase;

/// A path of 1,000,000 B/s and 50 ms as an ideal sender meets it: one feedback a round trip, of what its rate and
/// window let it send. What exceeds the rate waits in a queue without end.
struct Path {
  void round_trip(std::uint32_t lost_per_thousand = 0, bool app_limited = false) {
    const Duration rtt = 50ms + Duration{static_cast<std::int64_t>(queue * 1'000'000 / rate)};
    const auto time = static_cast<std::uint64_t>(rtt.count());
    const Pacing pacing = control.pacing();
    std::uint64_t sent = control.window_bytes();
    if (pacing.bytes_per_second != 0) sent = (std::min)(sent, pacing.bytes_per_second * time / 1'000'000);
    if (app_limited) sent = (std::min)(sent, std::uint64_t{1000});
    const std::uint64_t carried = (std::min)(sent + queue, rate * time / 1'000'000);
    queue = sent + queue - carried;
    CongestionFeedback shown;
    shown.acked_sent_at = shown.lost_sent_at = now;
    shown.now = now += rtt;
    shown.lost_bytes = static_cast<std::size_t>(carried * lost_per_thousand / 1000);
    shown.acked_bytes = static_cast<std::size_t>(carried) - shown.lost_bytes;
    shown.in_flight_bytes = static_cast<std::size_t>(sent / 2 + queue);
    shown.rtt = shown.rtt_smoothed = rtt;
    shown.delivery.before_bytes = delivered;
    shown.delivery.delivered_bytes = delivered += shown.acked_bytes;
    shown.delivery.interval = rtt;
    shown.delivery.app_limited = app_limited;
    control.on_feedback(shown);
  }

  BottleneckControl control{1000};
  std::uint64_t rate = 1'000'000;
  std::uint64_t queue = 0;
  std::uint64_t delivered = 0;
  TimePoint now{1h};
};

TEST(BottleneckControl, begins_unpaced_with_thirty_two_datagrams) {
  const BottleneckControl control{1000};
  EXPECT_EQ(control.window_bytes(), 32'000u);
  EXPECT_EQ(control.pacing().bytes_per_second, 0u);
}

TEST(BottleneckControl, without_a_model_the_window_grows_by_what_was_acked_while_it_was_used_up) {
  BottleneckControl control{1000};
  CongestionFeedback shown;
  shown.acked_bytes = 5'000;
  shown.delivery.app_limited = true;
  control.on_feedback(shown);
  EXPECT_EQ(control.window_bytes(), 32'000u);
  shown.delivery.app_limited = false;
  control.on_feedback(shown);
  EXPECT_EQ(control.window_bytes(), 37'000u);
}

TEST(BottleneckControl, finds_the_rate_and_the_round_trip_of_the_path) {
  Path path;
  for (int i = 0; i < 40; ++i) path.round_trip();
  EXPECT_GE(path.control.rate(), 1'000'000u);
  EXPECT_LE(path.control.rate(), 1'094'281u);  // and a third of 2 · √50 datagrams in 50 ms
  EXPECT_EQ(path.control.rtt(), 50ms);
  EXPECT_EQ(path.control.noise(), 0u);
}

TEST(BottleneckControl, leaves_startup_when_the_rate_stops_growing) {
  Path path;
  int round_trips = 0;
  while (path.control.phase() == Phase::startup && round_trips < 100) path.round_trip(), ++round_trips;
  EXPECT_LE(round_trips, 6);  // 32,000 to 50,000 a round trip, and three without growth
  EXPECT_EQ(path.control.phase(), Phase::drain);
}

TEST(BottleneckControl, a_path_of_a_few_datagrams_is_pressed_by_three_eighths_of_them) {
  Path path;
  path.rate = 80'000;  // Four datagrams a round trip.
  for (int i = 0; i < 60; ++i) path.round_trip();
  std::uint64_t most = 0;
  for (int i = 0; i < 200; ++i) {
    path.round_trip();
    most = (std::max)(most, path.queue);
  }
  EXPECT_LE(most, 6'500u);  // 3 / 8 of 4,000 stand, three round trips add 1,000 and twice 1,500, and some excess.
}

TEST(BottleneckControl, cruises_a_hundredth_below_the_rate_without_a_queue) {
  Path path;
  for (int i = 0; i < 100 && (path.control.phase() != Phase::cruise || path.queue != 0); ++i) path.round_trip();
  ASSERT_EQ(path.control.phase(), Phase::cruise);
  path.round_trip();
  EXPECT_EQ(path.control.pacing().bytes_per_second, path.control.rate() * 99 / 100);
}

TEST(BottleneckControl, presses_a_few_round_trips_in_twelve_and_looks_for_the_empty_path_after_five_seconds) {
  Path path;
  std::string course;  // The first letter of the phase after each round trip; E looks for the empty path.
  for (int i = 0; i < 80; ++i) {
    path.round_trip();
    course += "sdcprE"[static_cast<int>(path.control.phase())];
  }
  EXPECT_EQ(course,
            "ssssdd"              // 32,000 to 178,000 B in four; 190,500 B of queue in two at half the rate
            "ccccccccpppr"        // beside what is left of it 8 of cruising, and a queue that shows after 3 of pressing
            "ccccppr"             // without a queue 4 of cruising
            "ccccccccccpppr"      // and 10 or 14 beside one: a standing queue doubles 5 and 7
            "ccccccccccccccpppr"  //
            "ccccccccccpppr"      //
            "ccccp"               //
            "EEEE");              // 5 s after the 50 ms of an empty queue were seen last; 200 ms are four round trips
}

TEST(BottleneckControl, loss_alone_does_not_lower_the_rate_but_is_sent_on_top) {
  Path path;
  for (int i = 0; i < 60; ++i) path.round_trip();
  for (int i = 0; i < 200; ++i) path.round_trip(100);
  EXPECT_NEAR(static_cast<double>(path.control.rate()), 900'000.0, 20'000.0);  // what arrives
  EXPECT_NEAR(static_cast<double>(path.control.noise()), 102.0, 3.0);          // 0.1 · 1,024
}

TEST(BottleneckControl, loss_beside_a_queue_that_stands_lowers_the_rate_to_what_arrives) {
  Path path;
  for (int i = 0; i < 60; ++i) path.round_trip();
  path.rate = 250'000;
  path.queue = 50'000;
  for (int i = 0; i < 60; ++i) path.round_trip(path.queue > 20'000 ? 100 : 0);
  EXPECT_LE(path.control.rate(), 300'000u);
  EXPECT_EQ(path.control.noise(), 0u);
}

TEST(BottleneckControl, a_path_that_becomes_slower_is_followed_while_its_queue_is_full) {
  Path path;
  for (int i = 0; i < 60; ++i) path.round_trip();
  path.rate = 250'000;
  int round_trips = 0;
  for (; path.control.rate() > 300'000 && round_trips < 100; ++round_trips) {
    path.round_trip(path.queue >= 50'000 ? 300 : 0);
    path.queue = (std::min)(path.queue, std::uint64_t{50'000});
  }
  EXPECT_LE(round_trips, 12) << "two of cruising, four of pressing, and five that take half each";
}

TEST(BottleneckControl, a_queue_that_draining_does_not_empty_is_followed) {
  Path path;
  for (int i = 0; i < 100 && path.control.phase() != Phase::drain; ++i) path.round_trip();
  ASSERT_EQ(path.control.phase(), Phase::drain);
  path.rate = 100'000;  // a fifth of what draining sends
  int round_trips = 0;
  for (; path.control.rate() > 120'000 && round_trips < 100; ++round_trips) {
    path.round_trip();
    path.queue = (std::min)(path.queue, std::uint64_t{20'000});
  }
  EXPECT_LE(round_trips, 10) << "four of draining, two that tell of them, and four that take half each";
}

TEST(BottleneckControl, a_queue_that_overflows_is_followed_by_an_application_that_sends_little) {
  Path path;
  for (int i = 0; i < 60; ++i) path.round_trip();
  path.rate = 250'000;
  int round_trips = 0;
  for (; path.control.rate() > 300'000 && round_trips < 100; ++round_trips) {
    path.queue = 50'000;
    path.round_trip(300, true);
  }
  EXPECT_LE(round_trips, 12) << "as by one that sends much";
}

TEST(BottleneckControl, beside_a_queue_the_rate_keeps_its_share_of_it) {
  Path path;
  for (int i = 0; i < 60; ++i) path.round_trip();
  // Somebody else's queue of 25 ms: of 25,000 B no more than 2 · √50 datagrams should be ours, so we give way.
  std::uint64_t most = 0, least = ~std::uint64_t{0};
  for (int i = 0; i < 60; ++i) {
    path.queue = (std::max)(path.queue, std::uint64_t{25'000});
    path.round_trip();
    if (path.control.phase() != Phase::cruise) continue;
    most = (std::max)(most, path.control.rate());
    least = (std::min)(least, path.control.rate());
  }
  EXPECT_LE(least, 950'000u);
  EXPECT_GE(least, 500'000u) << "and are not driven out";
}

TEST(BottleneckControl, a_path_that_becomes_faster_is_found_by_doubling) {
  Path path;
  for (int i = 0; i < 60; ++i) path.round_trip();
  path.rate = 8'000'000;
  for (int i = 0; i < 60; ++i) path.round_trip();
  EXPECT_GE(path.control.rate(), 6'000'000u);
}

TEST(BottleneckControl, an_application_that_sends_little_is_not_taken_for_a_slow_path) {
  Path path;
  for (int i = 0; i < 60; ++i) path.round_trip();
  const std::uint64_t rate = path.control.rate();
  for (int i = 0; i < 500; ++i) path.round_trip(0, true);
  EXPECT_EQ(path.control.rate(), rate);
}

TEST(BottleneckControl, an_application_that_never_sent_much_keeps_its_first_window) {
  Path path;
  for (int i = 0; i < 500; ++i) path.round_trip(0, true);
  EXPECT_EQ(path.control.phase(), Phase::startup);
  EXPECT_EQ(path.control.window_bytes(), 32'000u);
  EXPECT_EQ(path.control.pacing().bytes_per_second, 0u) << "and its bursts leave at once";
}

TEST(BottleneckControl, silence_closes_the_window_and_keeps_the_rate) {
  Path path;
  for (int i = 0; i < 60; ++i) path.round_trip();
  const std::uint64_t rate = path.control.rate();
  CongestionFeedback silence;
  silence.now = path.now += 1s;
  silence.lost_bytes = 50'000;
  silence.timed_out = true;
  path.control.on_feedback(silence);
  EXPECT_EQ(path.control.window_bytes(), 4000u);
  EXPECT_EQ(path.control.rate(), rate);
}

TEST(BottleneckControl, the_least_window_is_four_datagrams_as_long_as_they_are_now) {
  Path path;
  for (int i = 0; i < 60; ++i) path.round_trip();
  CongestionFeedback silence;
  silence.now = path.now += 1s;
  silence.datagram_bytes = 1400;
  silence.timed_out = true;
  path.control.on_feedback(silence);
  EXPECT_EQ(path.control.window_bytes(), 5600u);  // 4 · 1,400
}

TEST(BottleneckControl, beside_a_queue_that_stands_noise_is_unlearned) {
  Path path;
  for (int i = 0; i < 60; ++i) path.round_trip();
  for (int i = 0; i < 200; ++i) path.round_trip(100);
  ASSERT_GE(path.control.noise(), 99u);  // 0.1 · 1,024
  for (int i = 0; i < 60; ++i) {
    path.queue = (std::max)(path.queue, std::uint64_t{25'000});  // somebody else's
    path.round_trip();
  }
  EXPECT_EQ(path.control.noise(), 0u);
}

TEST(BottleneckControl, an_idle_flow_has_no_queue_to_empty) {
  Path path;
  for (int i = 0; i < 60; ++i) path.round_trip();
  const std::size_t window = path.control.window_bytes();
  path.now += 10s;
  for (int i = 0; i < 5; ++i) path.round_trip(0, true);
  EXPECT_NE(path.control.phase(), Phase::probe_rtt);
  EXPECT_GE(path.control.window_bytes(), window * 9 / 10);
}

TEST(BottleneckControl, asks_for_the_empty_path_when_five_seconds_showed_only_a_longer_one) {
  Path path;
  for (int i = 0; i < 60; ++i) path.round_trip();
  const TimePoint begin = path.now;
  bool asked = false;
  while (path.now < begin + 7s && !asked) {
    path.queue = (std::max)(path.queue, std::uint64_t{1000});  // somebody else's
    path.round_trip();
    asked = path.control.phase() == Phase::probe_rtt;
  }
  EXPECT_TRUE(asked);
  EXPECT_LE(path.control.window_bytes(), 27'500u);  // half of 50,000 and a tenth
}

// A policer that keeps a flow at its rate, and neither queues nor loses what an ideal sender offers.
TEST(BottleneckControl, pressing_without_effect_ends_three_round_trips_after_an_eighth_of_the_path) {
  BottleneckControl control{1000};
  CongestionFeedback shown;
  shown.now = TimePoint{1h};
  const auto round_trip = [&] {
    shown.acked_sent_at = shown.now;
    shown.now += 50ms;
    shown.rtt = shown.rtt_smoothed = shown.delivery.interval = 50ms;
    shown.acked_bytes = 64'000;
    shown.in_flight_bytes = 64'001;
    shown.delivery.before_bytes = shown.delivery.delivered_bytes;
    shown.delivery.delivered_bytes += shown.acked_bytes;
    control.on_feedback(shown);
  };
  for (int i = 0; i < 100 && control.phase() != Phase::press; ++i) round_trip();
  ASSERT_EQ(control.phase(), Phase::press);
  int pressed = 0;
  for (; pressed < 100 && control.phase() == Phase::press; ++pressed) round_trip();
  // With 1,000, 2,000, 4,000 and 8,000 bytes, which is an eighth; more than that is 16,000, three times.
  EXPECT_EQ(pressed, 7);
}

}  // namespace
}  // namespace bowline
