// SPDX-License-Identifier: BSL-1.0
// What waits for what: chains and forks, both gates, both ways to take a failure.
#include <gtest/gtest.h>

#include "bowline/sim/presets.hpp"
#include "scenario/support/links.hpp"
#include "scenario/support/seeds.hpp"
#include "scenario/support/traffic.hpp"

namespace bowline::test {
namespace {

using namespace std::chrono_literals;

constexpr sim::LinkOptions scrambling{.delay = 25ms,
                                      .jitter = 50ms,
                                      .loss = sim::Share::per_million(200'000),
                                      .duplicate = sim::Share::per_million(100'000),
                                      .duplicate_delay = 100ms};

struct Gates : testing::TestWithParam<Gate> {};
INSTANTIATE_TEST_SUITE_P(Both, Gates, testing::Values(Gate::at_receiver, Gate::at_sender),
                         [](const auto& gate) {
                           return gate.param == Gate::at_receiver ? "at_receiver" : "at_sender";
                         });

TEST_P(Gates, a_chain_arrives_in_order_whatever_is_lost) {
  for_each_seed(10, [](std::uint64_t seed) {
    // With 20 % loss each way 0.36 of the transmissions are not acknowledged: 31 of them in a row are 2 · 10^-14.
    Conversation conversation{seed, scrambling, scrambling, [](sim::LinkEnd end, sim::World& world) {
                                return ReliableChannel{end, Options{}, world.clock(), FixedQueueDedup<>{},
                                                       AdaptiveResend{.resend_count_max = 30}};
                              }};
    MessageId last;
    for (int i = 0; i < 100; ++i) last = conversation.a.send(300, {.after = last, .gate = GetParam()}).id;
    ASSERT_TRUE(conversation.settle(300s));
    conversation.expect_complete();
    EXPECT_EQ(conversation.a.ledger().count(Outcome::acked), 100u);
  });
}

TEST_P(Gates, branches_of_a_fork_wait_for_the_root_and_not_for_each_other) {
  Conversation conversation{1, clean, clean, with({})};
  ASSERT_TRUE(conversation.a.send(20));
  ASSERT_TRUE(conversation.settle(1s));
  const SendResult root = conversation.a.send(20);
  conversation.world.run_for(1ms);
  const SendResult left = conversation.a.send(20, {.after = root.id, .gate = GetParam()});
  conversation.world.run_for(90ms);  // A round trip, and the delay of the acknowledgement.
  conversation.link.a_to_z.drop_next(1);  // if it is there already, what is left of the left branch
  const SendResult right = conversation.a.send(20, {.after = root.id, .gate = GetParam()});
  ASSERT_TRUE(conversation.settle(5s));
  conversation.expect_complete();
  const Ledger& ledger = conversation.a.ledger();
  EXPECT_LT(ledger[left.id.value].delivered_at, ledger[right.id.value].delivered_at);
}

TEST_P(Gates, what_may_survive_a_failure_is_delivered_after_it) {
  Conversation conversation{1, clean, clean, with({})};
  ASSERT_TRUE(conversation.a.send(20));
  ASSERT_TRUE(conversation.settle(1s));
  conversation.link.a_to_z.drop_next();
  const SendResult head = conversation.a.send(20);
  conversation.world.run_for(1ms);
  const SendResult next = conversation.a.send(20, {.after = head.id, .gate = GetParam()});
  conversation.world.run_for(29ms);
  EXPECT_EQ(conversation.a.ledger()[next.id.value].deliveries, 0u);
  EXPECT_TRUE(conversation.a.cancel(head.id));
  ASSERT_TRUE(conversation.settle(5s));
  conversation.expect_complete();
  EXPECT_EQ(conversation.a.ledger()[head.id.value].outcome, Outcome::cancelled);
  EXPECT_EQ(conversation.a.ledger()[head.id.value].deliveries, 0u);
  EXPECT_EQ(conversation.a.ledger()[next.id.value].outcome, Outcome::acked);
}

TEST_P(Gates, a_failure_takes_the_whole_chain_that_asked_for_it) {
  Conversation conversation{1, clean, clean, with({})};
  ASSERT_TRUE(conversation.a.send(20));
  ASSERT_TRUE(conversation.settle(1s));
  conversation.link.a_to_z.drop_next();
  SendOptions options{.gate = GetParam(), .on_dependency_failure = OnDependencyFailure::fail};
  const SendResult head = conversation.a.send(20);
  conversation.world.run_for(1ms);
  options.after = head.id;
  for (int i = 0; i < 10; ++i) options.after = conversation.a.send(20, options).id;
  options.on_dependency_failure = OnDependencyFailure::deliver;
  const SendResult survivor = conversation.a.send(20, options);
  conversation.world.run_for(29ms);
  EXPECT_TRUE(conversation.a.cancel(head.id));
  ASSERT_TRUE(conversation.settle(5s));
  conversation.world.run_for(1s);
  conversation.expect_complete();
  EXPECT_EQ(conversation.a.ledger().count(Outcome::dependency_failed), 10u);
  EXPECT_EQ(conversation.a.ledger()[survivor.id.value].outcome, Outcome::acked);
  EXPECT_EQ(conversation.a.ledger().deliveries(), 2u);  // the introduction and the survivor
}

TEST(Dependency, of_what_arrived_unknown_to_us_may_fail_here_and_not_there) {
  Conversation conversation{1, clean, clean, with({})};
  ASSERT_TRUE(conversation.a.send(20));
  ASSERT_TRUE(conversation.settle(1s));
  conversation.link.z_to_a.partition();
  const SendResult head = conversation.a.send(20, {.deadline = 100ms});
  const SendResult next =
      conversation.a.send(20, {.after = head.id, .on_dependency_failure = OnDependencyFailure::fail});
  conversation.world.run_for(200ms);
  conversation.link.heal();
  ASSERT_TRUE(conversation.settle(5s));
  conversation.world.run_for(1s);
  conversation.expect_complete();
  const Ledger& ledger = conversation.a.ledger();
  EXPECT_EQ(ledger[head.id.value].outcome, Outcome::expired);
  EXPECT_EQ(ledger[next.id.value].outcome, Outcome::dependency_failed);
  EXPECT_TRUE(ledger[head.id.value].late_acked);
  EXPECT_TRUE(ledger[next.id.value].late_acked);
}

TEST(Dependency, that_cannot_be_is_refused) {
  Conversation conversation{1, clean, clean, with({.outcomes_remembered = 4})};
  ASSERT_TRUE(conversation.a.send(20, {.reliable = false}));
  EXPECT_EQ(conversation.a.send(20, {.after = {1}}).error, SendError::unreliable_dependency);
  EXPECT_EQ(conversation.a.send(20, {.after = {2}}).error, SendError::unknown_dependency);
  EXPECT_EQ(conversation.a.send(20, {.after = {7}}).error, SendError::unknown_dependency);
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(conversation.a.send(20));
  ASSERT_TRUE(conversation.settle(2s));
  EXPECT_EQ(conversation.a.send(20, {.after = {1}}).error, SendError::none);  // too old to matter
  EXPECT_EQ(conversation.a.send(20, {.after = {2}, .on_dependency_failure = OnDependencyFailure::fail}).error,
            SendError::forgotten_dependency);
  EXPECT_TRUE(conversation.a.send(20, {.after = {11}, .on_dependency_failure = OnDependencyFailure::fail}));
}

TEST(Dependency, graphs_of_every_shape_keep_the_laws) {
  const Mix mix{.messages = 150, .interval = 2ms, .dependent = 900'000, .recent = 20, .at_sender = 400'000,
                .fail = 500'000, .deadline = 150'000, .cancel = 150'000};
  for_each_seed(40, [&](std::uint64_t seed) {
    Conversation conversation{seed, sim::hostile(), sim::hostile(), with({})};
    exchange(conversation, mix, seed, 300s);
  });
}

TEST(Dependency, waits_within_the_byte_budget_of_the_receiver) {
  const Mix mix{.messages = 150, .interval = 1ms, .bytes_max = 900, .dependent = 900'000};
  for_each_seed(20, [&](std::uint64_t seed) {
    Conversation conversation{seed, sim::hostile(), sim::hostile(),
                              with({.held_bytes_max = 3000, .held_unreliable_bytes_max = 1000})};
    exchange(conversation, mix, seed, 300s);
  });
}

TEST(Dependency, works_with_a_window_of_any_size) {
  const Mix mix{.messages = 60, .dependent = 700'000, .deadline = 200'000, .cancel = 200'000};
  for (const std::uint32_t window : {1u, 2u, 3u, 5u, 8u, 16u}) {
    SCOPED_TRACE(window);
    for_each_seed(10, [&](std::uint64_t seed) {
      Conversation conversation{seed, sim::hostile(), sim::hostile(), with({.window = window})};
      exchange(conversation, mix, seed, 600s);
    });
  }
}

}  // namespace
}  // namespace bowline::test
