// SPDX-License-Identifier: BSL-1.0
#include "bowline/resend/eager_resend.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "bowline/reliable_channel.hpp"
#include "bowline/sim/world.hpp"

namespace {

using namespace bowline;
using namespace std::chrono_literals;

TEST(EagerResend, waits_and_gives_up_as_adaptive_resend_does) {
  constexpr ResendQuery query{100ms, 20ms, 10ms, 2, 77};
  EXPECT_EQ(EagerResend{}.timeout(query), AdaptiveResend{}.timeout(query));
  EXPECT_EQ(EagerResend{}.resends_max(), AdaptiveResend{}.resends_max());
}

TEST(EagerResend, a_lost_datagram_costs_the_time_to_the_next_message_and_no_round_trip) {
  sim::World world{1};
  auto link = world.link({.delay = 50ms});
  ReliableChannel a{link.a, {}, world.clock(), FixedQueueDedup<>{}, EagerResend{}};
  ReliableChannel z{link.z, {}, world.clock(), FixedQueueDedup<>{}, EagerResend{}};
  std::vector<TimePoint> sent, came;
  world.drive(a);
  world.drive(z, [&](const Received&) { came.push_back(world.now()); });
  a.connect();
  ASSERT_TRUE(world.run_until([&] { return a.connection().confirmed() && z.connection().confirmed(); }, 1s));
  SendResult last;
  for (int i = 0; i < 20; ++i) {
    if (i == 10) link.a_to_z.partition();
    sent.push_back(world.now());
    last = a.send("state", {.after = last.id});
    ASSERT_TRUE(last);
    world.run_for(1ms);
    link.a_to_z.heal();
    world.run_for(19ms);
  }
  world.run_for(1s);
  ASSERT_EQ(came.size(), 20u);
  EXPECT_EQ(came[9] - sent[9], 50ms);
  EXPECT_EQ(came[10] - sent[10], 70ms);  // With the message 20 ms later.
  EXPECT_EQ(came[11] - sent[11], 50ms);
  EXPECT_EQ(a.stats().segments_resent, 0u);
}

TEST(EagerResend, repeats_nothing_in_bulk) {
  sim::World world{1};
  auto link = world.link({.delay = 5ms});
  ReliableChannel a{link.a, {}, world.clock(), FixedQueueDedup<>{}, EagerResend{}};
  ReliableChannel z{link.z, {}, world.clock()};
  world.drive(a);
  world.drive(z);
  const std::vector<std::byte> chunk(90);
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(a.send(chunk));
  ASSERT_TRUE(world.run_until([&] { return a.settled(); }, 10s));
  // But for the last datagram of a flight, which has room.
  EXPECT_LT(a.stats().segments_repeated, 20u);
}

TEST(EagerResend, repeats_what_fits_96_bytes_twice_unless_told_otherwise) {
  EXPECT_EQ(EagerResend{}.repeat_bytes_max(), 96u);
  EXPECT_EQ(EagerResend{}.repeats_max(), 2u);
}

}  // namespace
