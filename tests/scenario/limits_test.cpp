// SPDX-License-Identifier: BSL-1.0
// Full queues, small windows, and what tells that there is room again.
#include <gtest/gtest.h>

#include "bowline/dedup/window_dedup.hpp"
#include "bowline/sim/presets.hpp"
#include "scenario/support/links.hpp"
#include "scenario/support/seeds.hpp"
#include "scenario/support/traffic.hpp"

namespace bowline::test {
namespace {

using namespace std::chrono_literals;

/// Sends until refused, and again at each Writable, until `total` messages were taken.
template <class Channel>
void send_all(Conversation<Channel>& conversation, std::uint64_t total, std::size_t bytes) {
  const auto fill = [&, total, bytes] {
    while (conversation.a.ledger().size() < total) {
      const SendResult result = conversation.a.send(bytes);
      if (!result) {
        EXPECT_EQ(result.error, SendError::queue_full);
        return;
      }
    }
  };
  conversation.a.also = [&, fill](const Event& event) {
    if (event.as<Writable>() != nullptr) fill();
  };
  fill();
  EXPECT_LT(conversation.a.ledger().size(), total);
  EXPECT_TRUE(conversation.world.run_until(
      [&] { return conversation.a.ledger().size() == total && conversation.settled(); }, 300s));
  conversation.expect_complete();
  EXPECT_GT(conversation.a.writables, 0u);
  EXPECT_EQ(conversation.a.ledger().deliveries(), total);
}

TEST(Limits, a_full_table_of_messages_refuses_and_tells_when_it_takes_more) {
  Conversation conversation{1, sim::mobile(), clean, with({.messages_max = 10})};
  send_all(conversation, 500, 100);
}

TEST(Limits, a_full_store_of_bytes_refuses_and_tells_when_it_takes_more) {
  Conversation conversation{1, sim::mobile(), clean, with({.send_bytes_max = 5'000})};
  send_all(conversation, 500, 900);
}

TEST(Limits, one_message_always_fits_an_empty_store) {
  Conversation conversation{1, clean, clean, with({.send_bytes_max = 1})};
  ASSERT_TRUE(conversation.a.send(1000));
  EXPECT_EQ(conversation.a.send(9).error, SendError::queue_full);
  ASSERT_TRUE(conversation.settle(2s));
  EXPECT_EQ(conversation.a.writables, 1u);
  conversation.expect_complete();
}

TEST(Limits, the_largest_message_arrives_and_a_larger_one_is_refused) {
  Conversation conversation{1, clean, clean, with({})};
  EXPECT_EQ(conversation.a->connection().datagram_payload_bytes_max(), 1200u - 29u);
  const std::size_t most = std::size_t{16} << 20;
  EXPECT_EQ(conversation.a.send(most + 1).error, SendError::too_large);
  ASSERT_TRUE(conversation.a.send(most));
  ASSERT_TRUE(conversation.settle(60s));
  EXPECT_EQ(conversation.a.ledger().deliveries(), 1u);
}

TEST(Limits, an_empty_message_arrives) {
  sim::World world{1};
  auto link = world.link(clean);
  ReliableChannel a{link.a, {}, world.clock()}, z{link.z, {}, world.clock()};
  int empty = 0;
  world.drive(a);
  world.drive(z, [&](const Received& m) { empty += m.payload.empty(); });
  ASSERT_TRUE(a.send(Bytes{}));
  ASSERT_TRUE(a.send(Bytes{}, {.reliable = false}));
  world.run_for(2s);
  EXPECT_EQ(empty, 2);
  EXPECT_TRUE(a.settled());
}

TEST(Limits, the_smaller_window_of_both_ends_counts) {
  for_each_seed(5, [](std::uint64_t seed) {
    int made = 0;
    Conversation conversation{seed, sim::hostile(), sim::hostile(), [&](sim::LinkEnd end, sim::World& world) {
                                return ReliableChannel{end, Options{.window = ++made % 2 == 1 ? 1024u : 4u},
                                                       world.clock(), WindowDedup<>{}};
                              }};
    exchange(conversation, {.messages = 150}, seed, 600s);
    EXPECT_EQ(conversation.a->stats().dropped_out_of_window, 0u);
    EXPECT_EQ(conversation.z->stats().dropped_out_of_window, 0u);
  });
}

TEST(Limits, a_hundred_thousand_messages_pass_through_small_tables) {
  Conversation conversation{1, {.delay = 2ms, .loss = 0.01}, {.delay = 2ms},
                            with({.window = 64, .messages_max = 256, .outcomes_remembered = 16})};
  send_all(conversation, 100'000, 20);
}

}  // namespace
}  // namespace bowline::test
