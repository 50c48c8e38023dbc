// SPDX-License-Identifier: BSL-1.0
// When a message is sent again, as literals of virtual time.
#include <gtest/gtest.h>

#include <vector>

#include "bowline/resend/no_resend.hpp"
#include "bowline/resend/periodic_resend.hpp"
#include "scenario/support/links.hpp"
#include "scenario/support/oracle.hpp"

namespace bowline::test {
namespace {

using namespace std::chrono_literals;
using Times = std::vector<Duration>;

/// When datagrams with a message of 100 bytes left `a`, counted from its `send`, over a path that breaks right before.
/// No PING comes between.
template <class ResendPolicy>
struct Schedule {
  Times sent;
  Duration ended{};
  Outcome outcome{};

  explicit Schedule(ResendPolicy resend, Duration heal_after = 1h) {
    Conversation conversation{1, clean, clean, [&](sim::LinkEnd end, sim::World& world) {
                                return ReliableChannel{end, Options{.ack_delay_max = 0ms, .keepalive = 0s},
                                                       world.clock(), FixedQueueDedup<>{}, resend};
                              }};
    EXPECT_TRUE(conversation.a.send(20) && conversation.settle(1s));
    conversation.world.run_for(2s);
    conversation.link.a_to_z.partition();
    const Duration start = conversation.world.elapsed();
    conversation.link.a_to_z.tap([&](TimePoint, Bytes datagram) {
      if (datagram.size() >= 100) sent.push_back(conversation.world.elapsed() - start);
    });
    conversation.world.after(heal_after, [&] { conversation.link.heal(); });
    EXPECT_TRUE(conversation.a.send(100, {.report_ack = true}));
    EXPECT_TRUE(conversation.settle(1h));
    ended = conversation.world.elapsed() - start;
    outcome = conversation.a.ledger()[2].outcome.value_or(Outcome::superseded);
  }
};

TEST(PeriodicResendSchedule, sends_each_interval_and_ends_one_interval_after_the_last) {
  const Schedule schedule{PeriodicResend{.interval = 500ms, .resend_count_max = 3}};
  EXPECT_EQ(schedule.sent, (Times{0ms, 500ms, 1000ms, 1500ms}));
  EXPECT_EQ(schedule.ended, 2000ms);
  EXPECT_EQ(schedule.outcome, Outcome::lost);
}

TEST(PeriodicResendSchedule, with_its_defaults_ends_after_five_and_a_half_seconds) {
  const Schedule schedule{PeriodicResend{}};
  EXPECT_EQ(schedule.sent.size(), 11u);
  EXPECT_EQ(schedule.ended, 11 * 500ms);
}

TEST(PeriodicResendSchedule, stops_when_the_acknowledgement_comes) {
  const Schedule schedule{PeriodicResend{.interval = 500ms}, 700ms};
  EXPECT_EQ(schedule.sent, (Times{0ms, 500ms, 1000ms}));
  EXPECT_EQ(schedule.ended, 1000ms + 50ms);
  EXPECT_EQ(schedule.outcome, Outcome::acked);
}

TEST(NoResendSchedule, sends_once_and_tells_after_a_second) {
  const Schedule schedule{NoResend{}};
  EXPECT_EQ(schedule.sent, Times{0ms});
  EXPECT_EQ(schedule.ended, 1000ms);  // longer than the 50 ms path asks for
  EXPECT_EQ(schedule.outcome, Outcome::lost);
}

TEST(AdaptiveResendSchedule, probes_first_then_backs_off_and_gives_up) {
  const Schedule schedule{AdaptiveResend{}};
  ASSERT_EQ(schedule.sent.size(), 11u);  // and 10 resends
  EXPECT_EQ(schedule.outcome, Outcome::lost);
  // One sample of 50 ms: 50 + 4 · 25 ms = 150 ms. Doubled each time up to 2 s, and each an eighth longer at most.
  Duration least = 150ms;
  for (std::size_t i = 1; i < schedule.sent.size(); ++i) {
    const Duration wait = schedule.sent[i] - schedule.sent[i - 1];
    EXPECT_GE(wait, least) << i;
    EXPECT_LE(wait, least + least / 8) << i;
    least = (std::min)(2 * least, Duration{2s});
  }
  // 150 + 300 + 600 + 1,200 ms and 7 · 2 s, up to an eighth longer.
  EXPECT_GE(schedule.ended, 16'250ms);
  EXPECT_LE(schedule.ended, 18'282ms);
}

}  // namespace
}  // namespace bowline::test
