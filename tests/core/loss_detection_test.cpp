// SPDX-License-Identifier: BSL-1.0
#include "bowline/core/loss_detection.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "bowline/resend/adaptive_resend.hpp"
#include "bowline/resend/periodic_resend.hpp"

namespace {

using namespace std::chrono_literals;
using bowline::AdaptiveResend;
using bowline::Duration;
using bowline::LossDetection;
using bowline::never;
using bowline::PacketLog;
using bowline::PacketNumber;
using bowline::PeriodicResend;
using bowline::RttEstimator;
using bowline::TimePoint;
using bowline::TimerAction;

using Numbers = std::vector<PacketNumber>;

constexpr TimePoint at(Duration moment) { return TimePoint{moment}; }

/// A schedule of 100 ms that doubles, without jitter.
struct Doubling {
  [[nodiscard]] Duration timeout(const bowline::ResendQuery& query) const { return 100ms * (1 << query.timeouts); }
  [[nodiscard]] std::uint32_t resends_max() const { return 10; }
  [[nodiscard]] bool follows_acks() const { return true; }
};
static_assert(bowline::ResendSchedule<Doubling>);

/// Loss detection over a path of 40 ms, with its log.
template <class Schedule>
struct Path {
  explicit Path(Schedule with = {}) : schedule{with} { rtt.sample(40ms, 0ms, 0ms); }

  void send(Duration moment, int count = 1, bool eliciting = true) {
    for (int i = 0; i < count; ++i) log.commit(at(moment), 100, eliciting);
  }

  /// Packets `first` to `last` are acknowledged; answers what that makes lost.
  Numbers ack(Duration moment, PacketNumber first, PacketNumber last) {
    log.acknowledge({first, last}, [](PacketNumber, bool) {});
    loss.on_progress(at(moment), last);
    Numbers lost;
    loss.detect(at(moment), log, rtt, [&](PacketNumber n) { lost.push_back(n); });
    return lost;
  }

  TimerAction timer(Duration moment, Numbers* lost = nullptr) {
    return loss.on_timer(at(moment), log, rtt, 0ms, schedule, [&](PacketNumber n) {
      if (lost != nullptr) lost->push_back(n);
    });
  }

  TimePoint deadline() const { return loss.deadline(log, rtt, 0ms, schedule); }

  Schedule schedule;
  PacketLog log;
  RttEstimator rtt{250ms};
  LossDetection loss{1};
};

TEST(LossDetection, a_packet_is_lost_when_one_sent_three_later_is_acknowledged) {
  Path<Doubling> path;
  path.send(0ms, 5);
  EXPECT_EQ(path.ack(1ms, 2, 2), Numbers{});
  EXPECT_EQ(path.ack(1ms, 3, 3), Numbers{});
  EXPECT_EQ(path.ack(1ms, 4, 4), Numbers{1});  // 1 + 3 = 4
  EXPECT_EQ(path.loss.largest_acked(), 4u);
}

TEST(LossDetection, one_acknowledgement_may_show_many_losses) {
  Path<Doubling> path;
  path.send(0ms, 10);
  EXPECT_EQ(path.ack(1ms, 8, 8), (Numbers{1, 2, 3, 4, 5}));  // 5 + 3 = 8
  EXPECT_EQ(path.log.oldest_outstanding(), 6u);
}

TEST(LossDetection, what_was_sent_after_the_largest_acknowledged_is_not_lost) {
  Path<Doubling> path;
  path.send(0ms, 1);
  path.send(1000ms, 5);
  EXPECT_EQ(path.ack(2000ms, 1, 1), Numbers{});
  EXPECT_EQ(path.log.outstanding(), 5u);
}

TEST(LossDetection, reordering_within_nine_eighths_of_a_round_trip_waits_for_a_timer) {
  Path<Doubling> path;
  path.send(0ms, 2);
  EXPECT_EQ(path.ack(40ms, 2, 2), Numbers{});
  EXPECT_EQ(path.deadline(), at(45ms));  // 0 + 40 · 9 / 8
  Numbers lost;
  EXPECT_EQ(path.timer(45ms, &lost), TimerAction::nothing) << "no back-off: an acknowledgement made it lost";
  EXPECT_EQ(lost, Numbers{1});
  EXPECT_EQ(path.deadline(), never);
  EXPECT_EQ(path.loss.timeouts(), 0u);
}

TEST(LossDetection, a_late_acknowledgement_calls_the_timer_off) {
  Path<Doubling> path;
  path.send(0ms, 2);
  path.ack(40ms, 2, 2);
  path.ack(41ms, 1, 1);
  EXPECT_EQ(path.deadline(), never);
}

TEST(LossDetection, the_wait_for_reordering_is_a_millisecond_at_least) {
  Path<Doubling> path;
  path.rtt = RttEstimator{250ms};
  path.rtt.sample(10us, 0us, 0us);
  path.send(0ms, 2);
  path.ack(10us, 2, 2);
  EXPECT_EQ(path.deadline(), at(1ms));
}

TEST(LossDetection, nothing_outstanding_needs_no_timer) {
  Path<Doubling> path;
  EXPECT_EQ(path.deadline(), never);
  path.send(0ms, 1, false);
  EXPECT_EQ(path.deadline(), never);
}

TEST(LossDetection, the_timer_runs_from_the_oldest_outstanding_and_later_packets_do_not_put_it_off) {
  Path<Doubling> path;
  path.send(10ms);
  EXPECT_EQ(path.deadline(), at(110ms));
  path.send(60ms);
  EXPECT_EQ(path.deadline(), at(110ms));
}

TEST(LossDetection, progress_restarts_the_timer) {
  Path<Doubling> path;
  path.send(0ms, 3);
  path.ack(50ms, 1, 1);
  EXPECT_EQ(path.deadline(), at(150ms));  // 50 + 100
}

TEST(LossDetection, the_first_timeout_probes_the_next_declare_lost_and_each_waits_longer) {
  Path<Doubling> path;
  path.send(0ms, 2);
  Numbers lost;
  EXPECT_EQ(path.timer(100ms, &lost), TimerAction::probe);
  EXPECT_EQ(lost, Numbers{});
  EXPECT_EQ(path.loss.timeouts(), 1u);
  path.send(100ms);  // The probe.
  EXPECT_EQ(path.deadline(), at(300ms));  // 100 + 2 · 100
  EXPECT_EQ(path.timer(300ms, &lost), TimerAction::declared_lost);
  EXPECT_EQ(lost, (Numbers{1, 2, 3}));
  EXPECT_EQ(path.deadline(), never);
  path.send(300ms);
  EXPECT_EQ(path.deadline(), at(700ms));  // 300 + 4 · 100
}

TEST(LossDetection, a_timeout_spares_what_left_less_than_a_round_trip_ago) {
  Path<Doubling> path;
  path.send(0ms);
  path.timer(100ms);
  path.send(260ms);
  path.send(261ms);
  Numbers lost;
  EXPECT_EQ(path.timer(300ms, &lost), TimerAction::declared_lost);
  EXPECT_EQ(lost, (Numbers{1, 2}));  // 260 + 40 = 300
  EXPECT_EQ(path.log.outstanding(), 1u);
}

TEST(LossDetection, progress_ends_the_back_off) {
  Path<Doubling> path;
  path.send(0ms, 2);
  path.timer(100ms);
  path.timer(300ms);
  EXPECT_EQ(path.loss.timeouts(), 2u);
  path.send(300ms, 2);
  path.ack(340ms, 3, 3);
  EXPECT_EQ(path.loss.timeouts(), 0u);
  EXPECT_EQ(path.deadline(), at(440ms));
  EXPECT_EQ(path.timer(440ms), TimerAction::probe);
}

TEST(LossDetection, without_following_acks_each_packet_has_a_timer_of_its_own) {
  Path<PeriodicResend> path{PeriodicResend{.interval = 100ms}};
  path.send(0ms);
  path.send(30ms);
  path.send(60ms);
  EXPECT_EQ(path.deadline(), at(100ms));
  Numbers lost;
  EXPECT_EQ(path.timer(130ms, &lost), TimerAction::declared_lost) << "the first time already";
  EXPECT_EQ(lost, (Numbers{1, 2}));  // 30 + 100 = 130
  EXPECT_EQ(path.deadline(), at(160ms));
}

TEST(LossDetection, without_following_acks_the_interval_is_the_same_each_time) {
  Path<PeriodicResend> path{PeriodicResend{.interval = 100ms}};
  for (int i = 0; i < 5; ++i) {
    path.send(100ms * i);
    ASSERT_EQ(path.deadline(), at(100ms * (i + 1)));
    ASSERT_EQ(path.timer(100ms * (i + 1)), TimerAction::declared_lost);
    ASSERT_EQ(path.log.outstanding(), 0u);
  }
}

TEST(LossDetection, jitter_is_redrawn_at_a_timeout_and_only_then) {
  Path<AdaptiveResend> path;
  path.send(0ms);
  const TimePoint first = path.deadline();
  for (int i = 0; i < 10; ++i) EXPECT_EQ(path.deadline(), first);
  const auto jitter = path.loss.query(path.rtt, 0ms).random;
  path.timer(200ms);
  EXPECT_NE(path.loss.query(path.rtt, 0ms).random, jitter);
}

TEST(LossDetection, the_same_seed_gives_the_same_jitter) {
  const RttEstimator rtt{250ms};
  EXPECT_EQ(LossDetection{5}.query(rtt, 0ms).random, LossDetection{5}.query(rtt, 0ms).random);
  EXPECT_NE(LossDetection{5}.query(rtt, 0ms).random, LossDetection{6}.query(rtt, 0ms).random);
}

}  // namespace
