// SPDX-License-Identifier: BSL-1.0
// Channels that store their payloads in one pool: a greedy one delays the others, and takes nothing from them.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <deque>

#include "bowline/base/memory_pool.hpp"
#include "bowline/sim/link_options.hpp"
#include "scenario/support/links.hpp"
#include "scenario/support/oracle.hpp"

namespace bowline::test {
namespace {

using namespace std::chrono_literals;

using Pooled = decltype(Conversation{1, lossy, lossy, with({})});

/// Sends until refused, and again at each Writable, until `total` messages were taken, which are chained by threes so
/// that the peer has to hold some, and of which every tenth travels in parts.
void keep_sending(Pooled& conversation, std::uint64_t total, std::size_t bytes) {
  const auto fill = [&conversation, total, bytes] {
    for (;;) {
      const std::uint64_t sent = conversation.a.ledger().size();
      if (sent == total) return;
      const SendOptions options{.after = {sent % 3 == 0 ? 0 : sent}, .report_ack = true};
      if (!conversation.a.send(sent % 10 == 9 ? 5 * bytes : bytes, options)) return;
    }
  };
  conversation.a.also = [fill](const Event& event) {
    if (event.as<Writable>() != nullptr) fill();
  };
  fill();
}

TEST(SharedPool, nothing_is_lost_because_of_a_greedy_neighbour_and_everything_is_given_back) {
  constexpr std::uint64_t greedy_messages = 1000, messages = 60;
  MemoryPool pool{64u << 10};
  {
    std::deque<Pooled> conversations;
    for (std::uint64_t seed = 1; seed <= 8; ++seed) {
      conversations.emplace_back(seed, lossy, lossy, with({.payload_pool = &pool}));
    }
    for (Pooled& each : conversations) {
      keep_sending(each, &each == &conversations.front() ? greedy_messages : messages, 900);
    }
    std::size_t most = 0;
    const auto done = [&](Pooled& each) {
      return each.a.ledger().size() == (&each == &conversations.front() ? greedy_messages : messages) && each.settled();
    };
    for (int turn = 0; turn < 6000 && !std::ranges::all_of(conversations, done); ++turn) {
      for (Pooled& each : conversations) {
        each.world.run_for(10ms);
        most = (std::max)(most, pool.in_use_bytes());
      }
    }
    EXPECT_GE(most, pool.bytes_max() - 1024) << "the pool was full";
    for (Pooled& each : conversations) {
      EXPECT_TRUE(done(each));
      each.expect_complete();
      EXPECT_GT(each.a.writables, 0u) << "it was refused, and told of room";
      EXPECT_EQ(each.a.ledger().deliveries(), each.a.ledger().size());
      EXPECT_EQ(each.z->stats().dropped_over_budget, 0u);
    }
  }
  EXPECT_EQ(pool.in_use_bytes(), 0u);
  EXPECT_LE(pool.held_bytes(), pool.bytes_max());
}

}  // namespace
}  // namespace bowline::test
