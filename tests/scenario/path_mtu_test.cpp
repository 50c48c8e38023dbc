// SPDX-License-Identifier: BSL-1.0
// Whole channels over paths of every size, and over paths that shrink.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <vector>

#include "bowline/reliable_channel.hpp"
#include "bowline/sim/world.hpp"
#include "scenario/support/seeds.hpp"

namespace bowline::test {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t headers = 28;  // of IPv4 and UDP

/// 25 ms each way; `takes`: bytes of the largest datagram that passes.
sim::LinkOptions path(std::size_t takes, double loss = 0) {
  return {.delay = 25ms, .loss = loss, .rate_bits_per_second = 50'000'000, .queue_bytes = 312'500,
          .mtu_bytes = takes + headers};
}

Options up_to(std::uint32_t bytes) {
  Options options;
  options.datagram_bytes_max = bytes;
  options.message_bytes_max = 1u << 20;
  return options;
}

/// A transfer from a to z over a link whose every datagram is looked at.
struct Transfer {
  Transfer(std::uint64_t seed, const sim::LinkOptions& options, const Options& of_a, const Options& of_z)
      : world{seed}, link{world.link(options)}, a{link.a, of_a, world.clock()}, z{link.z, of_z, world.clock()} {
    link.a_to_z.tap([this](TimePoint, Bytes datagram) { longest = (std::max)(longest, datagram.size()); });
    world.drive(a, [](const Unconfirmed&) { ADD_FAILURE() << "nothing gives up"; });
    world.drive(z, [this](const Received& m) {
      EXPECT_EQ(m.payload[0], static_cast<std::byte>(received++)) << "none is missing, none comes twice";
      const auto same = [&](std::byte byte) { return byte == m.payload[0]; };
      EXPECT_TRUE(std::all_of(m.payload.begin(), m.payload.end(), same));
    });
  }

  /// Messages of `bytes`, each after the one before.
  void sends(int count, std::size_t bytes) {
    for (int i = 0; i < count; ++i) {
      const SendResult result = a.send(std::vector<std::byte>(bytes, static_cast<std::byte>(sent++)), {.after = last});
      ASSERT_TRUE(result);
      last = result.id;
    }
  }
  [[nodiscard]] bool settles(Duration limit) {
    const bool settled = world.run_until([&] { return a.settled(); }, limit);
    EXPECT_EQ(received, sent);
    return settled;
  }
  [[nodiscard]] std::size_t found() const { return a.connection().datagram_bytes(); }

  sim::World world;
  sim::LinkPair link;
  ReliableChannel<sim::LinkEnd, ManualClock> a, z;
  std::size_t longest = 0;
  MessageId last;
  unsigned sent = 0, received = 0;
};

TEST(PathMtuDiscovery, finds_ethernet_with_one_probe_and_a_large_path_with_two) {
  Transfer ethernet{1, path(1472), {}, {}};
  ethernet.sends(1, 100'000);
  ASSERT_TRUE(ethernet.settles(10s));
  EXPECT_EQ(ethernet.found(), 1472u);
  EXPECT_EQ(ethernet.a.stats().path_probes_sent, 1u);
  EXPECT_EQ(ethernet.longest, 1472u);

  for (const std::uint32_t bytes : {9000u, 65507u}) {
    Transfer large{1, path(65507), up_to(bytes), up_to(bytes)};
    large.sends(1, 500'000);
    ASSERT_TRUE(large.settles(10s));
    EXPECT_EQ(large.found(), bytes);
    EXPECT_EQ(large.a.stats().path_probes_sent, 2u);
    const std::uint64_t before = large.link.a_to_z.counters().offered;
    large.sends(1, 500'000);
    ASSERT_TRUE(large.settles(10s));
    // 500,000 / 8,983 = 56; less than two thirds of a datagram are never filled. 1,200 would make 433.
    EXPECT_LT(large.link.a_to_z.counters().offered - before, 80u);
  }
}

TEST(PathMtuDiscovery, a_path_of_1200_costs_twelve_probes_and_then_quiet_until_the_raise_timer) {
  Transfer transfer{1, path(1200), {}, {}};
  transfer.sends(1, 1'000'000);
  ASSERT_TRUE(transfer.settles(20s));
  transfer.world.run_for(10s);
  EXPECT_EQ(transfer.found(), 1200u);
  EXPECT_EQ(transfer.a.stats().path_probes_sent, 12u);
  EXPECT_EQ(transfer.a.stats().segments_resent, 0u) << "no segment was in a probe";
  transfer.world.run_for(9min);
  transfer.sends(1, 100'000);
  ASSERT_TRUE(transfer.settles(20s));
  EXPECT_EQ(transfer.a.stats().path_probes_sent, 12u);

  transfer.link.change(transfer.world.now(), path(1472));
  transfer.world.run_for(1min);
  transfer.sends(1, 100'000);
  ASSERT_TRUE(transfer.settles(20s));
  EXPECT_EQ(transfer.found(), 1472u);
}

TEST(PathMtuDiscovery, small_talk_probes_nothing) {
  Transfer transfer{1, path(1472), {}, {}};
  for (int i = 0; i < 100; ++i) {
    transfer.sends(3, 100);
    transfer.world.run_for(50ms);
  }
  ASSERT_TRUE(transfer.settles(1s));
  EXPECT_EQ(transfer.a.stats().path_probes_sent + transfer.z.stats().path_probes_sent, 0u);
}

TEST(PathMtuDiscovery, nothing_larger_than_what_the_peer_takes_leaves) {
  Transfer transfer{1, path(65507), up_to(9000), up_to(1300)};
  transfer.sends(3, 300'000);
  ASSERT_TRUE(transfer.settles(20s));
  EXPECT_EQ(transfer.found(), 1300u);
  EXPECT_EQ(transfer.longest, 1300u);
}

TEST(PathMtuDiscovery, a_fixed_size_probes_nothing_and_is_used_at_once) {
  Options fixed;
  fixed.path_mtu_discovery = false;
  Transfer transfer{1, path(1472), fixed, fixed};
  transfer.sends(3, 300'000);
  ASSERT_TRUE(transfer.settles(20s));
  EXPECT_EQ(transfer.a.stats().path_probes_sent, 0u);
  EXPECT_EQ(transfer.found(), 1472u);
}

TEST(PathMtuDiscovery, a_probe_is_acknowledged_and_takes_no_sequence_number) {
  Transfer transfer{1, path(1472), {}, {}};
  transfer.sends(1, 5'000);
  ASSERT_TRUE(transfer.settles(5s));
  transfer.world.run_for(1s);
  EXPECT_EQ(transfer.found(), 1472u);
  EXPECT_EQ(transfer.a.stats().segments_sent, 5u);  // ⌈5,000 / 1,154⌉
  EXPECT_EQ(transfer.a.stats().path_probes_lost, 0u);
  EXPECT_EQ(transfer.a.stats().timeouts, 0u);
}

TEST(PathMtuDiscovery, losses_by_chance_do_not_shrink_datagrams) {
  for (const double loss : {0.1, 0.3}) {
    for_each_seed(10, [&](std::uint64_t seed) {
      Transfer transfer{seed, path(1472), {}, {}};
      transfer.sends(1, 50'000);
      ASSERT_TRUE(transfer.settles(5s));
      ASSERT_EQ(transfer.found(), 1472u);
      transfer.link.change(transfer.world.now(), path(1472, loss));
      transfer.sends(8000, 90);  // 15 fill a datagram
      EXPECT_TRUE(transfer.settles(120s));
      // A doubt that the last losses raised ends once the path is seen to work again.
      for (int i = 0; i < 40; ++i) {
        transfer.sends(1, 20);
        transfer.world.run_for(250ms);
      }
      EXPECT_EQ(transfer.found(), 1472u);
      EXPECT_EQ(transfer.a.stats().black_holes, 0u);
    });
  }
}

TEST(PathMtuDiscovery, an_outage_is_no_black_hole) {
  Transfer transfer{1, path(9000), up_to(9000), up_to(9000)};
  transfer.sends(4, 500'000);
  transfer.world.run_for(250ms);
  ASSERT_EQ(transfer.found(), 9000u);
  transfer.link.partition();
  transfer.world.run_for(3s);
  transfer.link.heal();
  ASSERT_TRUE(transfer.settles(30s));
  EXPECT_EQ(transfer.found(), 9000u);
  EXPECT_EQ(transfer.a.stats().black_holes, 0u);
}

TEST(PathMtuDiscovery, a_black_hole_in_mid_transfer_is_found_in_bounded_time_and_everything_arrives) {
  for (const std::size_t takes : {std::size_t{1200}, std::size_t{1300}, std::size_t{1472}}) {
    for_each_seed(5, [&](std::uint64_t seed) {
      Transfer transfer{seed, path(9000), up_to(9000), up_to(9000)};
      transfer.sends(3, 1'000'000);
      transfer.world.run_for(300ms);
      ASSERT_EQ(transfer.found(), 9000u);
      transfer.link.change(transfer.world.now(), path(takes, 0.01));
      // Two time-outs, of about 100 and 200 ms, show the path silent; then what is short arrives.
      const auto short_again = [&] { return transfer.found() <= takes; };
      EXPECT_TRUE(transfer.world.run_until(short_again, 1500ms));
      ASSERT_TRUE(transfer.settles(60s));
      transfer.world.run_for(10s);
      EXPECT_EQ(transfer.a.stats().black_holes, 1u);
      EXPECT_LE(transfer.found(), takes);
      EXPECT_GT(transfer.found(), takes - 80);
    });
  }
}

TEST(PathMtuDiscovery, a_black_hole_beside_small_talk_is_found_by_what_is_lost) {
  Transfer transfer{1, path(1472), {}, {}};
  transfer.sends(1, 50'000);
  ASSERT_TRUE(transfer.settles(5s));
  ASSERT_EQ(transfer.found(), 1472u);
  transfer.link.change(transfer.world.now(), path(1300));
  for (int i = 0; i < 40; ++i) {
    transfer.sends(20, 90);  // One full datagram, and a short one.
    transfer.world.run_for(50ms);
  }
  ASSERT_TRUE(transfer.settles(10s));
  EXPECT_EQ(transfer.a.stats().black_holes, 1u);
  EXPECT_LE(transfer.found(), 1300u);
}

TEST(PathMtuDiscovery, a_probe_that_is_lost_does_not_lower_the_window) {
  // The same transfer over a path that takes all probes, and over one that takes none, in datagrams of 1,200 bytes.
  const auto seconds = [](std::size_t takes, std::uint32_t limit) {
    Transfer transfer{1, path(takes), up_to(limit), up_to(limit)};
    transfer.sends(10, 1'000'000);
    EXPECT_TRUE(transfer.settles(60s));
    EXPECT_EQ(transfer.a.stats().path_probes_lost, limit == 1200 ? 0u : 12u);
    return (transfer.world.now() - TimePoint{}).count();
  };
  EXPECT_LE(seconds(1200, 1472), seconds(1200, 1200) * 101 / 100);
}

}  // namespace
}  // namespace bowline::test
