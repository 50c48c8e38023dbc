// SPDX-License-Identifier: BSL-1.0
// Paths that break, one way and both, for a while and for good; peers that die, come back, or never were.
#include <gtest/gtest.h>

#include <vector>

#include "scenario/support/links.hpp"
#include "scenario/support/seeds.hpp"
#include "scenario/support/traffic.hpp"

namespace bowline::test {
namespace {

using namespace std::chrono_literals;

enum class Broken { forth, back, both };

struct Outage : testing::TestWithParam<Broken> {
  static void partition(sim::LinkPair& link) {
    if (GetParam() != Broken::back) link.a_to_z.partition();
    if (GetParam() != Broken::forth) link.z_to_a.partition();
  }
};
INSTANTIATE_TEST_SUITE_P(EachWay, Outage, testing::Values(Broken::forth, Broken::back, Broken::both),
                         [](const auto& broken) {
                           return broken.param == Broken::forth  ? "forth"
                                  : broken.param == Broken::back ? "back"
                                                                 : "both";
                         });

// Four seconds of outage take 6 or 7 resends; as many as 30 leave none to luck. The back-off ends at 2 s and an eighth:
// so late is the heal noticed, and what is lost then once more, and once more, comes on top.
TEST_P(Outage, shorter_than_the_resends_last_loses_nothing_and_is_over_when_the_path_heals) {
  for_each_seed(10, [](std::uint64_t seed) {
    Conversation conversation{seed, lossy, lossy, [](sim::LinkEnd end, sim::World& world) {
                                return ReliableChannel{end, Options{}, world.clock(), FixedQueueDedup<>{},
                                                       AdaptiveResend{.resend_count_max = 30}};
                              }};
    conversation.world.after(300ms, [&] { partition(conversation.link); });
    conversation.world.after(4300ms, [&] { conversation.link.heal(); });
    exchange(conversation, {.messages = 200, .keyed = 0, .fail = 0, .deadline = 0, .cancel = 0}, seed, 60s);
    EXPECT_EQ(conversation.a->stats().messages_unconfirmed, 0u);
    EXPECT_EQ(conversation.z->stats().messages_unconfirmed, 0u);
    EXPECT_LT(conversation.world.elapsed(), 4300ms + 3 * 2250ms);
  });
}

TEST_P(Outage, of_any_length_ends_everything_in_bounded_time) {
  for_each_seed(10, [](std::uint64_t seed) {
    for (const Duration length : {1s, 8s, 15s, 30s, 100s}) {
      SCOPED_TRACE(length.count());
      Conversation conversation{seed, lossy, lossy, with({})};
      conversation.world.after(300ms, [&] { partition(conversation.link); });
      conversation.world.after(300ms + length, [&] { conversation.link.heal(); });
      const Mix mix{.messages = 200};
      Traffic<ReliableChannel<sim::LinkEnd, ManualClock>> forth{conversation, conversation.a, mix, seed},
          back{conversation, conversation.z, mix, ~seed};
      forth.start(), back.start();
      // 11 transmissions within 12 s, or 20 s of silence and three probes: either end has told everything by then.
      const bool ended = conversation.world.run_until(
          [&] { return forth.done() && back.done() && conversation.settled(); },
          300ms + (std::min)(length, Duration{45s}) + 30s);
      EXPECT_TRUE(ended);
      conversation.world.run_for(length + 60s);
      conversation.expect_complete();
      // And it works again.
      EXPECT_TRUE(conversation.a.send(50));
      EXPECT_TRUE(conversation.settle(20s));
      conversation.expect_complete();
      if (HasFailure()) return;
    }
  });
}

TEST(Outage, that_comes_and_goes_keeps_the_laws) {
  for_each_seed(10, [](std::uint64_t seed) {
    Conversation conversation{seed, lossy, lossy, with({})};
    Random random{seed};
    for (int i = 0; i < 20; ++i) {
      conversation.world.after(i * 200ms, [&] {
        (random.chance(500'000) ? conversation.link.a_to_z : conversation.link.z_to_a).partition();
      });
      conversation.world.after(i * 200ms + 120ms, [&] { conversation.link.heal(); });
    }
    exchange(conversation, {.messages = 400, .interval = 10ms}, seed, 120s);
  });
}

TEST(Peer, that_never_was_is_unreachable_after_the_handshake_timeout) {
  Conversation conversation{1, clean, clean, with({.handshake_timeout = 10s})};
  conversation.kill(conversation.z);
  const SendResult sent = conversation.a.send(20);
  conversation.world.run_for(9'999ms);
  EXPECT_TRUE(conversation.a.disconnects.empty());
  EXPECT_EQ(conversation.a->state(), ConnectionState::connecting);
  conversation.world.run_for(2ms);
  EXPECT_EQ(conversation.a.disconnects, (std::vector{DisconnectReason::unreachable}));
  EXPECT_EQ(conversation.a.ledger()[sent.id.value].outcome, Outcome::closed);
  EXPECT_FALSE(conversation.a.ledger()[sent.id.value].transmitted);
  EXPECT_EQ(conversation.a->state(), ConnectionState::idle);
  EXPECT_EQ(conversation.a->next_deadline(), never);
}

TEST(Peer, that_dies_is_gone_after_the_idle_timeout_and_not_before) {
  Conversation conversation{1, clean, clean, with({.idle_timeout = 20s, .keepalive = 10s})};
  ASSERT_TRUE(conversation.a.send(20));
  ASSERT_TRUE(conversation.settle(1s));
  conversation.world.run_for(500ms);
  const Duration last = conversation.world.elapsed();
  conversation.kill(conversation.z);
  conversation.world.run_for(last + 19s - conversation.world.elapsed());
  EXPECT_TRUE(conversation.a.disconnects.empty());
  conversation.world.run_for(12s);
  EXPECT_EQ(conversation.a.disconnects, (std::vector{DisconnectReason::peer_gone}));
  EXPECT_EQ(conversation.a->next_deadline(), never);
}

TEST(Peer, that_is_idle_is_kept_by_pings) {
  Conversation conversation{1, clean, clean, with({})};
  ASSERT_TRUE(conversation.a.send(20));
  ASSERT_TRUE(conversation.settle(1s));
  conversation.world.run_for(1h);
  EXPECT_TRUE(conversation.a.disconnects.empty() && conversation.z.disconnects.empty());
  // 3,600 s / 10 s from either end, each with an answer; an end that was just asked asks later.
  EXPECT_LE(conversation.a->stats().datagrams_sent, 2 * 360 + 20u);
  EXPECT_GE(conversation.a->stats().datagrams_sent, 360u);
  // No NAT binding of 30 s times out: the longest silence of an end is 10 s and a little.
  ASSERT_TRUE(conversation.a.send(20));
  ASSERT_TRUE(conversation.settle(1s));
}

TEST(Peer, is_never_missed_without_keepalive) {
  Conversation conversation{1, clean, clean, with({.keepalive = 0s})};
  ASSERT_TRUE(conversation.a.send(20));
  ASSERT_TRUE(conversation.settle(1s));
  conversation.world.run_for(1s);
  const std::uint64_t before = conversation.a->stats().datagrams_sent;
  conversation.kill(conversation.z);
  conversation.world.run_for(1h);
  EXPECT_TRUE(conversation.a.disconnects.empty());
  EXPECT_EQ(conversation.a->stats().datagrams_sent, before);
  EXPECT_EQ(conversation.a->next_deadline(), never);
}

TEST(Peer, that_closes_tells_so_after_everything_has_ended) {
  for_each_seed(20, [](std::uint64_t seed) {
    Conversation conversation{seed, lossy, lossy, with({.close_timeout = 30s})};
    for (int i = 0; i < 50; ++i) ASSERT_TRUE(conversation.a.send(100));
    conversation.world.run_for(20ms);
    conversation.a->close();
    EXPECT_EQ(conversation.a.send(20).error, SendError::closed);
    conversation.world.run_for(60s);
    EXPECT_EQ(conversation.a->state(), ConnectionState::closed);
    EXPECT_EQ(conversation.a.disconnects, (std::vector{DisconnectReason::closed}));
    EXPECT_EQ(conversation.a.ledger().deliveries(), 50u);
    EXPECT_EQ(conversation.a.ledger().size(), 50u);
    EXPECT_EQ(conversation.a->stats().messages_acked, 50u);
    EXPECT_EQ(conversation.a->next_deadline(), never);
    conversation.expect_complete();
  });
}

TEST(Restart, of_either_end_in_mid_stream_keeps_the_laws) {
  for_each_seed(30, [](std::uint64_t seed) {
    for (const bool restart_a : {true, false}) {
      Conversation conversation{seed, lossy, lossy, with({})};
      EXPECT_TRUE(conversation.a.send(20) && conversation.settle(10s));
      const Mix mix{.messages = 100, .unreliable = 100'000};
      Traffic<ReliableChannel<sim::LinkEnd, ManualClock>> forth{conversation, conversation.a, mix, seed},
          back{conversation, conversation.z, mix, ~seed};
      forth.start(), back.start();
      conversation.world.run_for(Duration{static_cast<std::int64_t>(seed * 7919 % 300'000)});
      auto& survivor = restart_a ? conversation.z : conversation.a;
      conversation.restart(restart_a ? conversation.a : conversation.z);
      EXPECT_TRUE(conversation.world.run_until(
          [&] { return forth.done() && back.done() && conversation.settled(); }, 60s));
      conversation.expect_complete();
      EXPECT_EQ(survivor.connects, 2u);
      EXPECT_EQ(survivor.disconnects, (std::vector{DisconnectReason::peer_restarted}));
      if (HasFailure()) return;
    }
  });
}

TEST(Restart, of_both_ends_again_and_again_keeps_the_laws) {
  for_each_seed(30, [](std::uint64_t seed) {
    Conversation conversation{seed, lossy, lossy, with({})};
    const Mix mix{.messages = 300, .interval = 5ms};
    Traffic<ReliableChannel<sim::LinkEnd, ManualClock>> forth{conversation, conversation.a, mix, seed},
        back{conversation, conversation.z, mix, ~seed};
    forth.start(), back.start();
    Random random{seed};
    for (int i = 0; i < 6; ++i) {
      conversation.world.run_for(Duration{static_cast<std::int64_t>(random.below(250'000))});
      conversation.restart(random.chance(500'000) ? conversation.a : conversation.z);
    }
    EXPECT_TRUE(
        conversation.world.run_until([&] { return forth.done() && back.done() && conversation.settled(); }, 60s));
    conversation.expect_complete();
  });
}

TEST(Restart, is_noticed_though_the_new_incarnation_only_listens) {
  for_each_seed(20, [](std::uint64_t seed) {
    Conversation conversation{seed, lossy, lossy, with({})};
    ASSERT_TRUE(conversation.a.send(20));
    ASSERT_TRUE(conversation.settle(10s));
    conversation.restart(conversation.z);
    const SendResult lost = conversation.a.send(20);
    EXPECT_TRUE(conversation.settle(30s));
    EXPECT_EQ(conversation.a.ledger()[lost.id.value].outcome, Outcome::closed);
    const SendResult next = conversation.a.send(20);
    EXPECT_TRUE(conversation.settle(10s));
    EXPECT_EQ(conversation.a.ledger()[next.id.value].deliveries, 1u);
  });
}

}  // namespace
}  // namespace bowline::test
