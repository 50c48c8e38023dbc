// SPDX-License-Identifier: BSL-1.0
#include "bowline/sim/link_end.hpp"

#include <gtest/gtest.h>

#include <array>
#include <set>

namespace bowline::sim {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint t0{1h};

struct SimLinkEnd : testing::Test {
  Surroundings world{t0, Random{7}};
  Link forth{{}, 1}, back{{}, 2};
  EndState a_state{&world, &forth, &back}, z_state{&world, &back, &forth};
  LinkEnd a{a_state}, z{z_state};
  std::array<std::byte, 4> buffer{};
};

TEST_F(SimLinkEnd, what_one_end_sends_the_other_receives) {
  EXPECT_EQ(a.send(bytes_of("abc")), SendOutcome::sent);
  forth.advance(t0);
  EXPECT_FALSE(a.receive(buffer));
  ASSERT_EQ(z.receive(buffer), 3u);
  EXPECT_EQ(text(Bytes{buffer}.first(3)), "abc");
  EXPECT_FALSE(z.receive(buffer));
}

TEST_F(SimLinkEnd, an_empty_datagram_is_received_as_one) {
  (void)a.send({});
  forth.advance(t0);
  EXPECT_EQ(z.receive(buffer), 0u);
}

TEST_F(SimLinkEnd, a_datagram_larger_than_the_buffer_is_cut) {
  (void)a.send(bytes_of("abcdef"));
  forth.advance(t0);
  ASSERT_EQ(z.receive(buffer), 4u);
  EXPECT_EQ(text(buffer), "abcd");
  EXPECT_FALSE(z.receive(buffer));
}

TEST_F(SimLinkEnd, copies_are_the_same_end) {
  LinkEnd copy = z;
  (void)a.send(bytes_of("abc"));
  forth.advance(t0);
  EXPECT_EQ(copy.receive(buffer), 3u);
  EXPECT_FALSE(z.receive(buffer));
}

TEST_F(SimLinkEnd, entropy_is_there_and_new_at_each_call) {
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 100; ++i) {
    const Entropy entropy = i % 2 == 0 ? a.entropy() : z.entropy();
    EXPECT_TRUE(entropy);
    seen.insert(entropy.high);
  }
  EXPECT_EQ(seen.size(), 100u);
}

TEST_F(SimLinkEnd, a_partition_of_the_pair_can_be_healed) {
  LinkPair link{a, z, forth, back};
  link.partition();
  (void)a.send(bytes_of("x"));
  (void)z.send(bytes_of("x"));
  EXPECT_EQ(forth.counters().dropped_partition + back.counters().dropped_partition, 2u);
  link.heal();
  (void)a.send(bytes_of("x"));
  EXPECT_EQ(forth.in_flight(), 1u);
}

TEST_F(SimLinkEnd, a_change_of_the_pair_changes_both_directions) {
  LinkPair link{a, z, forth, back};
  link.change(t0, {.loss = 1});
  (void)a.send(bytes_of("x"));
  (void)z.send(bytes_of("x"));
  EXPECT_EQ(forth.counters().dropped_lost, 1u);
  EXPECT_EQ(back.counters().dropped_lost, 1u);
  EXPECT_EQ(forth.options().loss, Share{1});
}

}  // namespace
}  // namespace bowline::sim
