// SPDX-License-Identifier: BSL-1.0
#include "bowline/core/recovery.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "bowline/resend/adaptive_resend.hpp"
#include "bowline/resend/periodic_resend.hpp"
#include "wire/hex.hpp"

namespace {

using namespace std::chrono_literals;
using bowline::AckFrame;
using bowline::CongestionFeedback;
using bowline::Duration;
using bowline::Options;
using bowline::PacketNumber;
using bowline::PacketRange;
using bowline::PathMtu;
using bowline::Recovery;
using bowline::Stats;
using bowline::TimePoint;
using bowline::TimerAction;
using bowline_test::Page;

using Numbers = std::vector<PacketNumber>;

constexpr TimePoint at(Duration moment) { return TimePoint{moment}; }

/// Notes what it is told, in a place that outlives copies.
struct Watched {
  std::vector<CongestionFeedback>* told;
  std::size_t window = 1000;

  void on_feedback(const CongestionFeedback& feedback) { told->push_back(feedback); }
  [[nodiscard]] std::size_t window_bytes() const { return window; }
  [[nodiscard]] bowline::Pacing pacing() const { return {100'000, 500}; }
};
static_assert(bowline::CongestionControl<Watched>);

template <class Schedule = bowline::AdaptiveResend>
struct Sender {
  std::vector<CongestionFeedback> told;
  Recovery<Schedule, Watched> recovery{250ms, Schedule{}, Watched{&told}, PathMtu{Options{}}, 1};
  Stats stats;
  Numbers acked;
  Numbers lost;

  void send(Duration moment, int count = 1, std::size_t bytes = 100, bool eliciting = true) {
    for (int i = 0; i < count; ++i) recovery.on_sent(at(moment), bytes, eliciting);
  }

  /// Ranges newest first.
  bool ack(Duration moment, const std::vector<PacketRange>& ranges, Duration delay = {}, Duration delay_max = 1s) {
    Page<> page;
    for (std::size_t i = 0; i < ranges.size(); ++i) {
      if (i > 0) page.writer.varint(static_cast<std::uint32_t>(ranges[i - 1].first - ranges[i].last - 2));
      page.writer.varint(static_cast<std::uint32_t>(ranges[i].last - ranges[i].first));
    }
    const AckFrame frame{ranges.front().last, delay, static_cast<std::uint32_t>(ranges.size()), page.written()};
    acked.clear();
    lost.clear();
    return recovery.on_ack(at(moment), frame, delay_max, stats, [&](PacketNumber n) { acked.push_back(n); },
                           [&](PacketNumber n) { lost.push_back(n); });
  }
};

TEST(Recovery, an_acknowledgement_tells_of_each_packet_once) {
  Sender<> sender;
  sender.send(0ms, 4);
  EXPECT_TRUE(sender.ack(50ms, {{3, 4}, {1, 1}}));
  EXPECT_EQ(sender.acked, (Numbers{3, 4, 1}));
  EXPECT_EQ(sender.lost, Numbers{});
  EXPECT_TRUE(sender.ack(60ms, {{3, 4}, {1, 1}}));
  EXPECT_EQ(sender.acked, Numbers{});
  EXPECT_EQ(sender.recovery.largest_acked(), 4u);
}

TEST(Recovery, an_acknowledgement_of_what_was_never_sent_has_no_effect_at_all) {
  Sender<> sender;
  sender.send(0ms, 4);
  EXPECT_FALSE(sender.ack(50ms, {{5, 5}}));
  EXPECT_FALSE(sender.ack(50ms, {{2, 5}}));
  EXPECT_EQ(sender.acked, Numbers{});
  EXPECT_EQ(sender.recovery.log().outstanding(), 4u);
  EXPECT_EQ(sender.stats.rtt_latest, 0ms);
  EXPECT_EQ(sender.recovery.largest_acked(), 0u);
}

TEST(Recovery, an_unsound_range_voids_the_sound_ones_before_it) {
  Sender<> sender;
  sender.send(0ms, 2);
  sender.recovery.log().skip();  // 3
  sender.send(0ms, 2);
  EXPECT_FALSE(sender.ack(50ms, {{5, 5}, {3, 3}}));
  EXPECT_FALSE(sender.ack(50ms, {{1, 5}}));
  const auto below_1 = bowline_test::from_hex("00 00 05");  // {5}, then 3 − 5
  EXPECT_FALSE(sender.recovery.on_ack(at(50ms), AckFrame{5, 0ms, 2, below_1}, 0ms, sender.stats,
                                      [](PacketNumber) { ADD_FAILURE(); }, [](PacketNumber) { ADD_FAILURE(); }));
  EXPECT_FALSE(sender.recovery.on_ack(at(50ms), AckFrame{0, 0ms, 1, below_1}, 0ms, sender.stats,
                                      [](PacketNumber) { ADD_FAILURE(); }, [](PacketNumber) { ADD_FAILURE(); }));
  EXPECT_EQ(sender.recovery.log().outstanding(), 4u);
  EXPECT_TRUE(sender.ack(50ms, {{4, 5}, {1, 2}}));
}

TEST(Recovery, a_sample_needs_the_largest_to_be_newly_acknowledged) {
  Sender<> sender;
  sender.send(0ms, 2);
  EXPECT_TRUE(sender.ack(50ms, {{2, 2}}));
  EXPECT_EQ(sender.stats.rtt_latest, 50ms);
  EXPECT_EQ(sender.stats.rtt_smoothed, 50ms);
  EXPECT_EQ(sender.stats.rtt_min, 50ms);
  EXPECT_TRUE(sender.ack(5000ms, {{1, 2}}));
  EXPECT_EQ(sender.acked, Numbers{1});
  EXPECT_EQ(sender.stats.rtt_latest, 50ms);
}

TEST(Recovery, the_peers_delay_is_taken_off_within_what_it_announced) {
  Sender<> sender;
  sender.send(0ms);
  sender.ack(40ms, {{1, 1}}, 30ms);
  sender.send(100ms);
  sender.ack(180ms, {{2, 2}}, 30ms, 10ms);
  EXPECT_EQ(sender.stats.rtt_smoothed, 43750us);  // (7 · 40 + (80 − 10)) / 8
}

TEST(Recovery, what_asked_for_no_acknowledgement_gives_no_sample_and_is_not_told) {
  Sender<> sender;
  sender.send(0ms, 1);
  sender.send(10ms, 1, 50, false);
  EXPECT_TRUE(sender.ack(90ms, {{1, 2}}));
  EXPECT_EQ(sender.acked, Numbers{1});
  EXPECT_EQ(sender.stats.rtt_latest, 0ms) << "the largest was not awaited";
}

TEST(Recovery, losses_are_told_counted_and_undone_when_they_were_none) {
  Sender<> sender;
  sender.send(0ms, 5);
  sender.ack(50ms, {{5, 5}});
  EXPECT_EQ(sender.lost, (Numbers{1, 2}));  // 2 + 3 = 5
  EXPECT_EQ(sender.stats.datagrams_lost, 2u);
  EXPECT_TRUE(sender.ack(51ms, {{5, 5}, {1, 2}}));
  EXPECT_EQ(sender.acked, (Numbers{1, 2}));
  EXPECT_EQ(sender.stats.losses_undone, 2u);
}

TEST(Recovery, congestion_control_hears_once_an_acknowledgement_of_every_packet_that_counts) {
  Sender<> sender;
  sender.send(1ms, 5, 100);
  sender.send(1ms, 1, 40, false);
  sender.ack(50ms, {{5, 5}}, 4ms);
  ASSERT_EQ(sender.told.size(), 1u);
  const CongestionFeedback& first = sender.told[0];
  EXPECT_EQ(first.now, at(50ms));
  EXPECT_EQ(first.acked_bytes, 100u);     // 5
  EXPECT_EQ(first.lost_bytes, 200u);      // 1 and 2
  EXPECT_EQ(first.in_flight_bytes, 200u); // 3 and 4
  EXPECT_EQ(first.acked_sent_at, at(1ms));
  EXPECT_EQ(first.lost_sent_at, at(1ms));
  EXPECT_EQ(first.rtt, 45ms);  // 50 − 1, of which the peer spent 4
  EXPECT_EQ(first.delivery.delivered_bytes, 100u);
  EXPECT_FALSE(first.timed_out);
  sender.ack(51ms, {{1, 5}});
  ASSERT_EQ(sender.told.size(), 2u);
  const CongestionFeedback& second = sender.told[1];
  EXPECT_EQ(second.acked_bytes, 200u) << "1 and 2 were told as lost";
  EXPECT_EQ(second.delivery.delivered_bytes, 500u) << "and came all the same";
  EXPECT_EQ(second.in_flight_bytes, 0u);
  EXPECT_EQ(second.rtt, 0ms) << "the largest was known";
}

TEST(Recovery, losses_that_silence_shows_are_told_as_such_and_a_probe_is_not) {
  Sender<> sender;
  sender.send(0ms, 2);
  const auto on_lost = [](PacketNumber) {};
  static_cast<void>(sender.recovery.on_timer(sender.recovery.deadline(10ms), 10ms, sender.stats, on_lost));
  EXPECT_TRUE(sender.told.empty());
  static_cast<void>(sender.recovery.on_timer(sender.recovery.deadline(10ms), 10ms, sender.stats, on_lost));
  ASSERT_EQ(sender.told.size(), 1u);
  EXPECT_TRUE(sender.told[0].timed_out);
  EXPECT_EQ(sender.told[0].lost_bytes, 200u);
  EXPECT_EQ(sender.told[0].delivery.interval, 0ms);
}

TEST(Recovery, what_leaves_is_paced_and_what_asks_for_no_acknowledgement_is_not_counted) {
  Sender<> sender;
  EXPECT_TRUE(sender.recovery.pacer_allows(at(1s), 500));
  sender.send(1s, 1, 500, false);
  EXPECT_TRUE(sender.recovery.pacer_allows(at(1s), 500));
  sender.send(1s, 1, 500);
  EXPECT_FALSE(sender.recovery.pacer_allows(at(1s), 500));
  EXPECT_EQ(sender.recovery.release_at(), at(1005ms));  // 500 B at 100,000 a second
  sender.recovery.release();
  EXPECT_EQ(sender.recovery.release_at(), bowline::never);
}

TEST(Recovery, a_sender_with_nothing_to_say_marks_what_is_on_the_way) {
  Sender<> sender;
  sender.send(0ms, 1);
  sender.recovery.on_app_limited();
  sender.send(0ms, 1);
  sender.ack(50ms, {{1, 1}});
  EXPECT_FALSE(sender.told.back().delivery.app_limited);
  sender.ack(51ms, {{1, 2}});
  EXPECT_TRUE(sender.told.back().delivery.app_limited);
}

TEST(Recovery, a_probe_of_the_paths_size_is_not_in_flight_and_its_loss_is_told_to_nobody) {
  Sender sender;
  sender.send(0ms);
  EXPECT_TRUE(sender.ack(50ms, {{1, 1}}));
  EXPECT_TRUE(sender.recovery.path_works());
  sender.told.clear();
  sender.recovery.on_path_probe_sent(at(60ms), 1472, 0ms, sender.stats);
  EXPECT_EQ(sender.recovery.log().in_flight_bytes(), 0u);
  EXPECT_EQ(sender.recovery.deadline(0ms), bowline::never) << "the search has a timer of its own";
  sender.send(60ms, 4);
  EXPECT_TRUE(sender.ack(110ms, {{3, 6}}));  // The probe was 2.
  EXPECT_EQ(sender.lost, Numbers{});
  ASSERT_EQ(sender.told.size(), 1u);
  EXPECT_EQ(sender.told[0].lost_bytes, 0u);
  EXPECT_EQ(sender.told[0].acked_bytes, 400u);
  EXPECT_EQ(sender.told[0].datagram_bytes, 1200u);
}

TEST(Recovery, a_probe_of_the_paths_size_that_arrives_raises_it) {
  Sender sender;
  sender.send(0ms);
  EXPECT_TRUE(sender.ack(50ms, {{1, 1}}));
  sender.told.clear();
  sender.recovery.on_path_probe_sent(at(60ms), 1472, 0ms, sender.stats);
  EXPECT_TRUE(sender.ack(110ms, {{1, 2}}));
  EXPECT_EQ(sender.recovery.path().datagram_bytes(), 1472u);
  EXPECT_EQ(sender.stats.losses_undone, 0u);
  ASSERT_EQ(sender.told.size(), 1u);
  EXPECT_EQ(sender.told[0].acked_bytes, 0u) << "it was not in flight";
  EXPECT_EQ(sender.told[0].datagram_bytes, 1472u);
}

TEST(Recovery, the_window_counts_the_next_datagram_and_one_may_always_leave) {
  Sender<> sender;
  EXPECT_TRUE(sender.recovery.window_open(1000));
  EXPECT_TRUE(sender.recovery.window_open(1001)) << "nothing is on the way";
  sender.send(0ms, 1, 400);
  EXPECT_TRUE(sender.recovery.window_open(600));
  EXPECT_FALSE(sender.recovery.window_open(601));
}

TEST(Recovery, the_timer_probes_and_then_declares_lost) {
  Sender<> sender;
  sender.send(0ms, 2);
  const auto on_lost = [&](PacketNumber n) { sender.lost.push_back(n); };
  const TimePoint first = sender.recovery.deadline(10ms);
  // 250 + 4 · 125 + 10 = 760 ms, and up to an eighth of jitter.
  EXPECT_GE(first, at(760ms));
  EXPECT_LE(first, at(855ms));
  EXPECT_EQ(sender.recovery.on_timer(first, 10ms, sender.stats, on_lost), TimerAction::probe);
  const TimePoint second = sender.recovery.deadline(10ms);
  EXPECT_EQ(sender.recovery.on_timer(second, 10ms, sender.stats, on_lost), TimerAction::declared_lost);
  EXPECT_EQ(sender.lost, (Numbers{1, 2}));
  EXPECT_EQ(sender.stats.timeouts, 2u);
  EXPECT_EQ(sender.stats.datagrams_lost, 2u);
  EXPECT_EQ(sender.recovery.timeouts(), 2u);
  EXPECT_EQ(sender.recovery.deadline(10ms), bowline::never);
}

TEST(Recovery, a_loss_that_acknowledgements_show_is_no_timeout) {
  Sender<> sender;
  sender.send(0ms, 2);
  sender.ack(40ms, {{2, 2}});
  EXPECT_EQ(sender.recovery.deadline(0ms), at(45ms));  // 40 · 9 / 8
  EXPECT_EQ(sender.recovery.on_timer(at(45ms), 0ms, sender.stats, [](PacketNumber) {}), TimerAction::nothing);
  EXPECT_EQ(sender.stats.timeouts, 0u);
  EXPECT_EQ(sender.stats.datagrams_lost, 1u);
}

TEST(Recovery, a_schedule_that_does_not_follow_acks_learns_nothing_from_later_packets) {
  Sender<bowline::PeriodicResend> sender;
  sender.send(0ms, 10);
  EXPECT_TRUE(sender.ack(40ms, {{10, 10}}));
  EXPECT_EQ(sender.lost, Numbers{});
  EXPECT_EQ(sender.recovery.deadline(0ms), at(500ms));
}

TEST(Recovery, the_time_to_ask_again_has_no_back_off) {
  Sender<> sender;
  sender.send(0ms, 2);
  static_cast<void>(sender.recovery.on_timer(sender.recovery.deadline(0ms), 0ms, sender.stats, [](PacketNumber) {}));
  EXPECT_GE(sender.recovery.probe_timeout(0ms), 750ms);  // 250 + 4 · 125
  EXPECT_LE(sender.recovery.probe_timeout(0ms), 844ms);  // and an eighth
}

TEST(Recovery, the_time_to_ask_again_is_what_the_path_takes_though_the_schedule_is_hastier) {
  Sender<bowline::PeriodicResend> sender;
  EXPECT_EQ(sender.recovery.probe_timeout(10ms), 760ms);  // 250 + 4 · 125 + 10, and not the interval of 500
  sender.send(0ms);
  sender.ack(800ms, {{1, 1}});
  EXPECT_EQ(sender.recovery.probe_timeout(10ms), 2410ms);  // 800 + 4 · 400 + 10
}

TEST(Recovery, the_time_to_ask_again_is_the_schedules_on_a_path_that_is_faster) {
  Sender<bowline::PeriodicResend> sender;
  sender.send(0ms);
  sender.ack(40ms, {{1, 1}});
  EXPECT_EQ(sender.recovery.probe_timeout(10ms), 500ms);  // 40 + 4 · 20 + 10 is less
}

TEST(Recovery, a_probe_of_the_path_is_not_lost_before_its_answer_can_have_come) {
  Sender<bowline::PeriodicResend> sender;
  sender.send(0ms);
  sender.ack(800ms, {{1, 1}});
  sender.recovery.on_path_probe_sent(at(800ms), 1472, 10ms, sender.stats);
  EXPECT_EQ(sender.recovery.path().deadline(), at(3210ms));  // 800 + 2,410
}

TEST(Recovery, pruning_forgets_what_was_acknowledged) {
  Sender<> sender;
  sender.send(0ms, 3);
  sender.ack(40ms, {{1, 2}});
  sender.recovery.prune({64, 1000});
  EXPECT_EQ(sender.recovery.log().oldest(), 3u);
  EXPECT_TRUE(sender.ack(41ms, {{1, 3}})) << "what left the log counts as sent";
  EXPECT_EQ(sender.acked, Numbers{3});
}

}  // namespace
