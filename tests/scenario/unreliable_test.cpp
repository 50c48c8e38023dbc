// SPDX-License-Identifier: BSL-1.0
// Messages that are sent once, and of which only the newest may count.
#include <gtest/gtest.h>

#include "bowline/sim/presets.hpp"
#include "scenario/support/links.hpp"
#include "scenario/support/seeds.hpp"
#include "scenario/support/traffic.hpp"

namespace bowline::test {
namespace {

using namespace std::chrono_literals;

TEST(Unreliable, is_sent_once_and_has_no_outcome) {
  Conversation conversation{1, {.delay = 25ms, .loss = 0.3}, clean, with({})};
  ASSERT_TRUE(conversation.z.send(20));
  ASSERT_TRUE(conversation.settle(20s));
  const std::uint64_t lost_before = conversation.link.a_to_z.counters().dropped_lost;
  for (int i = 0; i < 200; ++i) {
    ASSERT_TRUE(conversation.a.send(500, {.reliable = false}));
    conversation.world.run_for(10ms);
  }
  conversation.world.run_for(5s);
  EXPECT_EQ(conversation.a->stats().unreliable_sent, 200u);
  EXPECT_EQ(conversation.a->stats().segments_sent + conversation.a->stats().segments_resent, 0u);
  EXPECT_GE(conversation.a.ledger().deliveries(),
            200 - (conversation.link.a_to_z.counters().dropped_lost - lost_before));
  EXPECT_LT(conversation.a.ledger().deliveries(), 200u);
  EXPECT_EQ(conversation.a->status({1}), MessageStatus::unreliable_done);
  conversation.expect_complete();
}

TEST(Unreliable, is_delivered_once_however_often_the_network_repeats_it) {
  Conversation conversation{1, {.delay = 25ms, .duplicate = 1.0, .duplicate_delay = 40ms}, clean, with({})};
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(conversation.a.send(50, {.reliable = false}));
  conversation.world.run_for(5s);
  EXPECT_EQ(conversation.a.ledger().deliveries(), 100u);
  conversation.expect_complete();
}

TEST(Unreliable, waits_for_a_peer_no_longer_than_its_deadline) {
  Conversation conversation{1, clean, clean, with({})};
  conversation.link.partition();
  ASSERT_TRUE(conversation.a.send(50, {.deadline = 100ms, .reliable = false}));
  ASSERT_TRUE(conversation.a.send(50, {.reliable = false}));
  conversation.world.run_for(1s);
  EXPECT_EQ(conversation.a->stats().unreliable_expired, 1u);
  conversation.link.heal();
  conversation.world.run_for(10s);
  EXPECT_EQ(conversation.a.ledger()[1].deliveries, 0u);
  EXPECT_EQ(conversation.a.ledger()[2].deliveries, 1u);
  conversation.expect_complete();
}

TEST(Unreliable, waits_for_its_dependency) {
  Conversation conversation{1, clean, clean, with({})};
  ASSERT_TRUE(conversation.a.send(20));
  ASSERT_TRUE(conversation.settle(1s));
  conversation.link.a_to_z.drop_next();
  const SendResult head = conversation.a.send(20);
  conversation.world.run_for(1ms);
  const SendResult next = conversation.a.send(20, {.after = head.id, .reliable = false});
  conversation.world.run_for(2s);
  const Ledger& ledger = conversation.a.ledger();
  EXPECT_EQ(ledger[head.id.value].deliveries, 1u);
  EXPECT_EQ(ledger[next.id.value].deliveries, 1u);
  EXPECT_EQ(ledger[next.id.value].delivered_at, ledger[head.id.value].delivered_at);
  conversation.expect_complete();
}

TEST(NewestOnly, drops_what_a_newer_one_has_overtaken) {
  for_each_seed(10, [](std::uint64_t seed) {
    Conversation conversation{seed, {.delay = 25ms, .jitter = 60ms, .loss = 0.1}, clean, with({})};
    for (int i = 0; i < 200; ++i) {
      ASSERT_TRUE(conversation.a.send(300, {.reliable = false, .newest_only = true}));
      conversation.world.run_for(10ms);
    }
    conversation.world.run_for(15s);
    EXPECT_GT(conversation.z->stats().late_dropped, 10u);
    EXPECT_GT(conversation.a.ledger().deliveries(), 60u);
    conversation.expect_complete();  // the ledger has seen that none came after a newer one
  });
}

TEST(Unreliable, of_every_kind_at_random_keeps_the_laws) {
  const Mix mix{.messages = 200, .unreliable = 700'000, .dependent = 500'000, .deadline = 300'000};
  for_each_seed(20, [&](std::uint64_t seed) {
    Conversation conversation{seed, sim::hostile(), sim::hostile(), with({.held_unreliable_bytes_max = 2000})};
    exchange(conversation, mix, seed, 300s);
  });
}

}  // namespace
}  // namespace bowline::test
