// SPDX-License-Identifier: BSL-1.0
// A transport that does not take what it is given, half of the time.
#include <gtest/gtest.h>

#include "bowline/transport/faulty_transport.hpp"
#include "scenario/support/seeds.hpp"
#include "scenario/support/traffic.hpp"

namespace bowline::test {
namespace {

using namespace std::chrono_literals;

using Transport = FaultyTransport<sim::LinkEnd>;

/// Of two datagrams one is dropped, and so is one of two acknowledgements: a transmission stays unacknowledged with
/// 0.75 at most. 0.75^81 = 8 · 10^-11, and there are fewer than 10^4 messages: none is lost.
/// The handshake, which is given up after a time and not after a number of attempts, gets time enough for as many.
constexpr std::uint32_t resends_enough = 80;

auto refusing(const Faults& faults) {
  return [faults](sim::LinkEnd end, sim::World& world) {
    const std::uint64_t seed = end.entropy().high;
    return ReliableChannel{Transport{end, faults, seed},
                           Options{.handshake_timeout = 10min, .idle_timeout = 10min}, world.clock(),
                           FixedQueueDedup<>{}, AdaptiveResend{.resend_count_max = resends_enough}};
  };
}

constexpr Mix plain{.messages = 200, .keyed = 0, .dependent = 300'000, .fail = 0, .deadline = 0, .cancel = 0};

struct Cost {
  std::uint64_t polls = 0;
  std::uint64_t seconds = 0;   // begun
  std::uint64_t datagrams = 0;
  std::uint64_t refusals = 0;  // each asks for one more step, a millisecond later
};

/// Two polls a step, and a step for each message sent by either end (400), each datagram that leaves or arrives, each
/// refusal, and a few timers a second: no more, however long it takes.
void expect_no_spinning(const Cost& cost) {
  EXPECT_LT(cost.polls, 2 * (2 * 400 + 2 * cost.datagrams + cost.refusals + 100 * cost.seconds));
  EXPECT_LT(cost.polls / cost.seconds, 3'000u);
}

Cost exchange_through(const Faults& faults, std::uint64_t seed) {
  Conversation conversation{seed, {.delay = 25ms}, {.delay = 25ms}, refusing(faults)};
  exchange(conversation, plain, seed, 600s);
  for (auto* end : {&conversation.a, &conversation.z}) {
    EXPECT_EQ((*end)->stats().messages_unconfirmed, 0u);
  }
  return {conversation.world.polls(*conversation.a) + conversation.world.polls(*conversation.z),
          static_cast<std::uint64_t>(conversation.world.elapsed() / 1s) + 1,
          conversation.a->stats().datagrams_sent + conversation.z->stats().datagrams_sent,
          conversation.a->transport().counts().would_block + conversation.z->transport().counts().would_block};
}

TEST(RefusingTransport, would_block_half_of_the_time_loses_nothing_and_does_not_spin) {
  for_each_seed(10, [](std::uint64_t seed) {
    const Cost cost = exchange_through({.would_block_ppm = 500'000}, seed);
    expect_no_spinning(cost);
  });
}

TEST(RefusingTransport, dropped_half_of_the_time_loses_nothing_and_does_not_spin) {
  for_each_seed(10, [](std::uint64_t seed) {
    const Cost cost = exchange_through({.dropped_ppm = 500'000}, seed);
    expect_no_spinning(cost);
  });
}

TEST(RefusingTransport, both_at_once_lose_nothing_and_do_not_spin) {
  for_each_seed(10, [](std::uint64_t seed) {
    const Cost cost = exchange_through({.would_block_ppm = 500'000, .dropped_ppm = 500'000}, seed);
    expect_no_spinning(cost);
  });
}

TEST(RefusingTransport, one_that_blocks_for_ever_is_asked_a_thousand_times_a_second) {
  Conversation conversation{1, {.delay = 25ms}, {.delay = 25ms}, refusing({})};
  ASSERT_TRUE(conversation.a.send(100));
  ASSERT_TRUE(conversation.settle(10s));
  conversation.a->transport().faults().would_block_ppm = 1'000'000;
  ASSERT_TRUE(conversation.a.send(100));
  const std::uint64_t before = conversation.world.polls(*conversation.a);
  const std::uint64_t asked_before = conversation.a->transport().counts().would_block;
  conversation.world.run_for(10s);
  const std::uint64_t asked = conversation.a->transport().counts().would_block - asked_before;
  EXPECT_EQ(asked, 10'001u);  // 10 s / 1 ms, and the first
  EXPECT_LE(conversation.world.polls(*conversation.a) - before, 2 * (asked + 1));
  conversation.a->transport().faults().would_block_ppm = 0;
  ASSERT_TRUE(conversation.settle(10s));
  conversation.expect_complete();
  EXPECT_EQ(conversation.a->stats().messages_acked, 2u);
}

}  // namespace
}  // namespace bowline::test
