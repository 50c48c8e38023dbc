// SPDX-License-Identifier: BSL-1.0
// The simulator and the channel together, as a user writes it.
#include <gtest/gtest.h>

#include "bowline/reliable_channel.hpp"
#include "bowline/sim/world.hpp"

namespace bowline::sim {
namespace {

using namespace std::chrono_literals;

struct Trial {
  int orders = 0, confirmations = 0;
  Duration took{};
  std::uint64_t trace = 0;
};

Trial order_once(std::uint64_t seed) {
  Trial trial;
  World world{seed};
  auto link = world.link({.delay = 25ms, .jitter = 10ms, .loss = 0.2, .duplicate = 0.1});
  ReliableChannel a{link.a, {}, world.clock()}, z{link.z, {}, world.clock()};
  world.drive(z, [&](const Received& m) {
    trial.orders += text(m.payload) == "order";
    EXPECT_TRUE(z.send("confirmed"));
  });
  world.drive(a, [&](const Received& m) { trial.confirmations += text(m.payload) == "confirmed"; });
  EXPECT_TRUE(a.send("order"));
  EXPECT_TRUE(world.run_until([&] { return a.settled() && z.settled(); }, 60s)) << "seed " << seed;
  trial.took = world.elapsed();
  trial.trace = world.trace_hash();
  EXPECT_TRUE(link.a_to_z.invariants_hold() && link.z_to_a.invariants_hold());
  return trial;
}

TEST(SimChannel, an_order_and_its_confirmation_arrive_once_under_loss) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    const Trial trial = order_once(seed);
    EXPECT_EQ(trial.orders, 1) << "seed " << seed;
    EXPECT_EQ(trial.confirmations, 1) << "seed " << seed;
  }
}

TEST(SimChannel, a_seed_decides_every_datagram) {
  const Trial first = order_once(7), again = order_once(7);
  EXPECT_EQ(first.trace, again.trace);
  EXPECT_EQ(first.took, again.took);
  EXPECT_NE(first.trace, order_once(8).trace);
}

TEST(SimChannel, two_idle_peers_are_hardly_polled) {
  World world{7};
  auto link = world.link({.delay = 25ms});
  ReliableChannel a{link.a, {}, world.clock()}, z{link.z, {}, world.clock()};
  world.drive(a);
  world.drive(z);
  ASSERT_TRUE(a.send("hello"));
  world.run_for(10s);
  const std::uint64_t before = world.polls(a) + world.polls(z);
  world.run_for(100s);
  EXPECT_LT(world.polls(a) + world.polls(z) - before, 1'000u);  // a PING each 10 s, its ack, and their timers
}

}  // namespace
}  // namespace bowline::sim
