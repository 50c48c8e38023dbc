// SPDX-License-Identifier: BSL-1.0
// Bulk of messages that hardly do not fit a segment, until the path is full.
#include <gtest/gtest.h>

#include <vector>

#include "bowline/reliable_channel.hpp"
#include "bowline/sim/world.hpp"

namespace bowline::test {
namespace {

using namespace std::chrono_literals;

/// A message of 1,171 bytes passes every path whole; a datagram of 1,472 holds 1,443, in two parts 1,439.
TEST(LargeTransfers, messages_just_over_a_segment_fill_the_path) {
  for (const std::size_t bytes : {1172u, 1300u, 1439u}) {
    for (const double loss : {0.0, 0.01, 0.1}) {
      sim::World world{1};
      auto link = world.link({.delay = 25ms, .loss = loss, .rate_bits_per_second = 50'000'000, .queue_bytes = 312'500,
                              .mtu_bytes = 1500});
      ReliableChannel a{link.a, {}, world.clock()}, z{link.z, {}, world.clock()};
      const std::vector<std::byte> body(bytes);
      const auto fill = [&] {
        while (a.send(body)) continue;
      };
      std::uint64_t arrived = 0;
      world.drive(z, [&](const Received&) { ++arrived; });
      world.drive(a, [&](const Writable&) { fill(); });
      fill();
      world.run_for(3s);
      const std::uint64_t before = arrived, offered = link.a_to_z.counters().offered;
      world.run_for(4s);
      const auto messages = static_cast<double>(arrived - before);
      const auto datagrams = static_cast<double>(link.a_to_z.counters().offered - offered);
      // 25 MB in 4 s less what is lost. What surrounds a message takes 61 bytes of the link, 28 of them IP and UDP:
      // 0.951 of it is payload at 1,172 bytes.
      EXPECT_GE(messages * static_cast<double>(bytes), 0.92 * 25e6 * (1 - loss)) << bytes << " bytes, loss " << loss;
      EXPECT_LE(datagrams, 1.06 / (1 - loss) * messages) << bytes << " bytes, loss " << loss;
      EXPECT_EQ(z.stats().dropped_over_budget, 0u);
    }
  }
}

}  // namespace
}  // namespace bowline::test
