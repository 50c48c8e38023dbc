// SPDX-License-Identifier: BSL-1.0
#include "bowline/core/connection_changes.hpp"

#include <gtest/gtest.h>

#include "core/support/pair.hpp"

namespace bowline::test {
namespace {

std::size_t count(ConnectionChanges& changes) {
  std::size_t taken = 0;
  while (changes.next_event()) ++taken;
  return taken;
}

TEST(ConnectionChanges, come_out_in_the_order_in_which_they_came) {
  ConnectionChanges changes;
  EXPECT_FALSE(changes.next_event());
  for (int round = 0; round < 30; ++round) {
    changes.connected();
    changes.disconnected(DisconnectReason::peer_gone);
    const auto first = changes.next_event();
    ASSERT_TRUE(first);
    EXPECT_TRUE(first->as<Connected>());
    const auto second = changes.next_event();
    ASSERT_TRUE(second);
    ASSERT_TRUE(second->as<Disconnected>());
    EXPECT_EQ(second->as<Disconnected>()->reason, DisconnectReason::peer_gone);
  }
  EXPECT_TRUE(changes.empty());
}

TEST(ConnectionChanges, that_are_equal_and_follow_each_other_are_one) {
  ConnectionChanges changes;
  for (int i = 0; i < 100; ++i) changes.disconnected(DisconnectReason::unreachable);
  changes.disconnected(DisconnectReason::closed);
  EXPECT_EQ(count(changes), 2u);
}

TEST(ConnectionChanges, have_room_for_what_follows_the_last_bind) {
  ConnectionChanges changes;
  changes.connected();
  while (changes.has_room()) changes.disconnected(DisconnectReason::peer_restarted), changes.connected();
  changes.disconnected(DisconnectReason::peer_gone);
  changes.disconnected(DisconnectReason::unreachable);
  changes.disconnected(DisconnectReason::closed);
  EXPECT_EQ(changes.size(), 20u);  // 17 after the last bind, and three
  EXPECT_EQ(count(changes), 20u);
}

TEST(ConnectionChanges, that_nobody_takes_make_a_connection_deaf_to_new_incarnations) {
  Pair<> p;
  p.connect();
  Nonce nonce = 1000;
  const auto binds = [&] { return p.z->bind(p.z.now(), ++nonce, p.a->limits()); };
  int bound = 0;
  for (int i = 0; i < 100; ++i) bound += binds() ? 1 : 0;
  EXPECT_EQ(bound, 8);  // two changes each, 16 together
  const auto before = p.z.stats().dropped_rate_limited;
  p.a.restarts();
  p.a->connect(p.a.now());
  p.z.hears_untaken(p.a.says_one());
  EXPECT_EQ(p.z.stats().dropped_rate_limited, before + 1);
  p.z.drain();
  EXPECT_TRUE(binds());
}

}  // namespace
}  // namespace bowline::test
