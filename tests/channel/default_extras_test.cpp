// SPDX-License-Identifier: BSL-1.0
#include "bowline/default_extras.hpp"

#include <gtest/gtest.h>

#include "bowline/reliable_channel.hpp"
#include "bowline/seal/plain_seal.hpp"
#include "bowline/sim/world.hpp"

namespace bowline::test {
namespace {

using namespace std::chrono_literals;

struct Plain : DefaultExtras {
  PlainSeal seal;
};

TEST(DefaultExtras, follow_the_bottleneck_and_have_a_checksum) {
  static_assert(std::is_same_v<decltype(DefaultExtras::congestion), BottleneckControl>);
  static_assert(std::is_same_v<decltype(DefaultExtras::seal), Crc32cSeal>);
  EXPECT_EQ(DefaultExtras{}.congestion.window_bytes(), 38'400u);  // 32 datagrams of 1,200
}

TEST(DefaultExtras, a_part_is_replaced_by_naming_it_again) {
  static_assert(ChannelExtras<Plain>);
  sim::World world{1};
  auto link = world.link({.delay = 25ms});
  ReliableChannel a{link.a, {}, world.clock(), FixedQueueDedup<>{}, AdaptiveResend{}, Plain{}};
  ReliableChannel z{link.z, {}, world.clock(), FixedQueueDedup<>{}, AdaptiveResend{}, Plain{}};
  // Four bytes more a datagram are for messages.
  const ReliableChannel sealed{link.a, {}, world.clock()};
  EXPECT_EQ(a.connection().datagram_payload_bytes_max(),
            sealed.connection().datagram_payload_bytes_max() + Crc32cSeal::overhead_bytes);
  world.drive(a);
  world.drive(z);
  ASSERT_TRUE(a.send("hello"));
  EXPECT_TRUE(world.run_until([&] { return a.settled(); }, 1s));
  EXPECT_EQ(z.stats().messages_delivered, 1u);
}

TEST(DefaultExtras, ends_with_different_seals_do_not_understand_each_other) {
  sim::World world{1};
  auto link = world.link({.delay = 25ms});
  ReliableChannel a{link.a, {}, world.clock(), FixedQueueDedup<>{}, AdaptiveResend{}, Plain{}};
  ReliableChannel z{link.z, {}, world.clock()};
  world.drive(a);
  world.drive(z);
  ASSERT_TRUE(a.send("hello"));
  world.run_for(5s);
  EXPECT_EQ(z.stats().messages_delivered, 0u);
  EXPECT_GT(z.stats().dropped_corrupt, 0u);
}

}  // namespace
}  // namespace bowline::test
