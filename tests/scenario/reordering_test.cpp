// SPDX-License-Identifier: BSL-1.0
// Paths of which a part is longer, so that datagrams overtake each other all the time.
#include <gtest/gtest.h>

#include <vector>

#include "bowline/reliable_channel.hpp"
#include "bowline/sim/world.hpp"

namespace bowline::test {
namespace {

using namespace std::chrono_literals;

/// What 10 MB cost over a path of 50 Mbit/s, a share of whose datagrams takes 10 ms longer.
Stats bulk(sim::Share longer) {
  sim::World world{1};
  auto link = world.link({.delay = 25ms, .reorder = longer, .reorder_delay = 10ms,
                          .rate_bits_per_second = 50'000'000, .queue_bytes = 312'500});
  ReliableChannel a{link.a, {}, world.clock()}, z{link.z, {}, world.clock()};
  world.drive(a, [](const Unconfirmed&) { ADD_FAILURE() << "nothing gives up"; });
  world.drive(z);
  const std::vector<std::byte> payload(100'000);
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(a.send(payload));
  EXPECT_TRUE(world.run_until([&] { return a.settled(); }, 1min));
  return a.stats();
}

// Before the first loss was undone, and until the window is wide enough, some count as lost: a round trip's worth.
// 50 ms at 50 Mbit/s are 312,500 bytes, 212 datagrams of 1,472; 10 MB are 6,800 and more.
TEST(Reordering, over_a_second_path_10_ms_longer_hardly_anything_travels_twice) {
  for (const double longer : {1.0 / 16, 15.0 / 16}) {
    SCOPED_TRACE(longer);
    const Stats stats = bulk(longer);
    EXPECT_GT(stats.datagrams_sent, 6'800u);
    EXPECT_LT(stats.losses_undone, 212u);
  }
}

}  // namespace
}  // namespace bowline::test
