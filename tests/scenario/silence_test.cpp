// SPDX-License-Identifier: BSL-1.0
// How long a peer may be silent before it counts as gone.
#include <gtest/gtest.h>

#include "bowline/resend/no_resend.hpp"
#include "bowline/resend/periodic_resend.hpp"
#include "scenario/support/oracle.hpp"

namespace bowline::test {
namespace {

using namespace std::chrono_literals;

constexpr sim::LinkOptions near{.delay = 25ms};
constexpr sim::LinkOptions far{.delay = 300ms};

template <class ResendPolicy>
auto scheduled(const Options& options, ResendPolicy resend) {
  return [=](sim::LinkEnd end, sim::World& world) {
    return ReliableChannel{end, options, world.clock(), FixedQueueDedup<>{}, resend};
  };
}

template <class Conversation>
void let_meet(Conversation& conversation) {
  ASSERT_TRUE(conversation.a.send(20));
  ASSERT_TRUE(conversation.z.send(20));
  ASSERT_TRUE(conversation.settle(10s));
}

// Resends that leave 20 ms apart, all before an answer to the first could come, are one question.
TEST(Silence, while_the_answer_is_on_a_path_longer_than_the_resend_interval_is_none) {
  for (const Duration keepalive : {0s, 1s, 3s}) {
    SCOPED_TRACE(keepalive.count());
    Conversation conversation{
        1, far, far, scheduled({.idle_timeout = 3s, .keepalive = keepalive}, PeriodicResend{.interval = 20ms})};
    let_meet(conversation);
    for (Duration pause = 100ms; pause < 4s; pause += 100ms) {
      conversation.world.run_for(pause);
      ASSERT_TRUE(conversation.a.send(20));
      conversation.world.run_for(2s);
    }
    EXPECT_TRUE(conversation.a.disconnects.empty() && conversation.z.disconnects.empty());
  }
}

// Both ends ask at 10 s and a little later, and nobody hears it. 9 s are left to ask again.
template <class ResendPolicy>
void expect_an_idle_connection_outlives_an_outage(ResendPolicy resend) {
  Conversation conversation{1, near, near, scheduled(Options{}, resend)};
  let_meet(conversation);
  const Duration begun = conversation.world.elapsed();
  conversation.world.run_for(9500ms);
  conversation.link.partition();
  conversation.world.run_for(1500ms);
  conversation.link.heal();
  conversation.world.run_for(begun + 60s - conversation.world.elapsed());
  EXPECT_TRUE(conversation.a.disconnects.empty() && conversation.z.disconnects.empty());
}

TEST(Silence, of_a_second_and_a_half_that_hides_the_pings_of_an_idle_connection_does_not_end_it) {
  expect_an_idle_connection_outlives_an_outage(AdaptiveResend{});
  expect_an_idle_connection_outlives_an_outage(PeriodicResend{});
  expect_an_idle_connection_outlives_an_outage(NoResend{});
}

// Silence begins with the first question: RFC 9000 section 10.1.
TEST(Silence, of_an_hour_in_which_nobody_asked_is_none) {
  Conversation conversation{1, near, near,
                            scheduled({.idle_timeout = 20s, .keepalive = 0s}, AdaptiveResend{.resend_count_max = 20})};
  let_meet(conversation);
  conversation.world.run_for(1h);
  conversation.link.partition();
  ASSERT_TRUE(conversation.a.send(20));
  conversation.world.run_for(10s);
  conversation.link.heal();
  ASSERT_TRUE(conversation.settle(10s));
  EXPECT_TRUE(conversation.a.disconnects.empty());
}

TEST(Silence, for_good_is_noticed_whatever_the_schedule_and_the_path) {
  const auto gone_after = [](const sim::LinkOptions& path, auto resend) {
    Conversation conversation{1, path, path, scheduled(Options{}, resend)};
    let_meet(conversation);
    const Duration begun = conversation.world.elapsed();
    conversation.kill(conversation.z);
    EXPECT_TRUE(conversation.world.run_until([&] { return !conversation.a.disconnects.empty(); }, 60s));
    return conversation.world.elapsed() - begun;
  };
  // Options::idle_timeout is 20 s, and the third question has its round trip to be answered.
  for (const sim::LinkOptions& path : {near, far}) {
    for (const Duration interval : {20ms, 200ms, 500ms}) {
      EXPECT_LT(gone_after(path, PeriodicResend{.interval = interval}), 22s) << interval.count();
    }
    EXPECT_LT(gone_after(path, AdaptiveResend{}), 22s);
    EXPECT_LT(gone_after(path, NoResend{}), 22s);
  }
}

}  // namespace
}  // namespace bowline::test
