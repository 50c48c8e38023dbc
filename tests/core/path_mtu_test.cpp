// SPDX-License-Identifier: BSL-1.0
#include "bowline/core/path_mtu.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <vector>

#include "bowline/base/random.hpp"

namespace {

using namespace std::chrono_literals;
using bowline::Options;
using bowline::PacketNumber;
using bowline::PathMtu;
using bowline::Random;
using bowline::Stats;
using bowline::TimePoint;
using Sizes = std::vector<std::size_t>;

Options up_to(std::uint32_t bytes, bool discovers = true) {
  Options options;
  options.datagram_bytes_max = bytes;
  options.path_mtu_discovery = discovers;
  return options;
}

/// A search over a path that takes datagrams up to `takes`.
struct Path {
  Path(std::uint32_t bytes_max, std::size_t path_bytes) : mtu{up_to(bytes_max)}, takes{path_bytes} {}

  /// Sends every probe that is wanted and answers what they were.
  Sizes search() {
    Sizes probes;
    mtu.on_demand(now);
    while (const std::size_t bytes = mtu.probe_bytes()) {
      probes.push_back(bytes);
      mtu.on_probe_sent(now, ++number, 100ms, stats);
      EXPECT_EQ(mtu.deadline(), now + 100ms);
      if (bytes <= takes) {
        mtu.on_acked(now, number, bytes);
      } else {
        now += 100ms;
        mtu.on_timer(now, true, stats);
      }
      EXPECT_TRUE(mtu.invariants_hold());
    }
    return probes;
  }

  /// A datagram leaves and arrives, or is lost if the path does not take it.
  void carries(std::size_t bytes) { bytes <= takes ? arrives(bytes) : loses(bytes); }
  void arrives(std::size_t bytes) { mtu.on_acked(now, ++number, bytes); }
  void loses(std::size_t bytes) { mtu.on_lost(++number, bytes); }

  PathMtu mtu;
  std::size_t takes;
  TimePoint now{1h};
  PacketNumber number = 0;
  Stats stats;
};

TEST(PathMtu, begins_with_what_every_path_takes_and_probes_nothing_until_it_pays) {
  Path path{1472, 1472};
  EXPECT_EQ(path.mtu.datagram_bytes(), 1200u);
  EXPECT_EQ(path.mtu.probe_bytes(), 0u);
  EXPECT_EQ(path.mtu.deadline(), bowline::never);
}

TEST(PathMtu, a_smaller_limit_bounds_the_base) {
  Path path{600, 1472};
  EXPECT_EQ(path.mtu.datagram_bytes(), 600u);
  EXPECT_EQ(path.search(), Sizes{});
}

TEST(PathMtu, finds_ethernet_with_one_probe) {
  Path path{1472, 1472};
  EXPECT_EQ(path.search(), Sizes{1472});
  EXPECT_EQ(path.mtu.datagram_bytes(), 1472u);
}

TEST(PathMtu, finds_all_that_both_ends_take_with_two) {
  Path path{65507, 65507};
  EXPECT_EQ(path.search(), (Sizes{1472, 65507}));
  EXPECT_EQ(path.mtu.datagram_bytes(), 65507u);
}

TEST(PathMtu, never_probes_beyond_what_the_peer_takes) {
  Path path{9000, 65507};
  path.mtu.start(1400);
  EXPECT_EQ(path.search(), Sizes{1400});
  EXPECT_EQ(path.mtu.datagram_bytes(), 1400u);
}

TEST(PathMtu, a_path_of_1200_costs_twelve_probes_and_then_quiet_for_ten_minutes) {
  Path path{1472, 1200};
  EXPECT_EQ(path.search(), (Sizes{1472, 1472, 1472, 1392, 1392, 1392, 1280, 1280, 1280, 1232, 1232, 1232}));
  EXPECT_EQ(path.mtu.datagram_bytes(), 1200u);
  EXPECT_EQ(path.stats.path_probes_sent, 12u);
  EXPECT_EQ(path.stats.path_probes_lost, 12u);
  path.now += 10min - 1us;
  EXPECT_EQ(path.search(), Sizes{});
  path.now += 1us;
  path.takes = 1472;
  EXPECT_EQ(path.search(), Sizes{1472});
}

TEST(PathMtu, finds_every_path_to_within_an_eighth_in_at_most_40_probes) {
  for (std::size_t takes = 1200; takes <= 65507; takes += 13) {
    Path path{65507, takes};
    EXPECT_LE(path.search().size(), 40u) << takes;
    EXPECT_LE(path.mtu.datagram_bytes(), takes);
    EXPECT_GT(path.mtu.datagram_bytes(), takes - takes / 8 - 72) << takes;  // 1,280 to 1,352 are the widest steps
  }
}

TEST(PathMtu, a_probe_lost_by_chance_is_sent_again) {
  Path path{1472, 1472};
  path.mtu.on_demand(path.now);
  for (int i = 0; i < 2; ++i) {
    path.mtu.on_probe_sent(path.now, ++path.number, 100ms, path.stats);
    EXPECT_EQ(path.mtu.probe_bytes(), 0u) << "one at a time";
    path.mtu.on_timer(path.now += 100ms, true, path.stats);
  }
  EXPECT_EQ(path.search(), Sizes{1472});
  EXPECT_EQ(path.mtu.datagram_bytes(), 1472u);
}

TEST(PathMtu, a_probe_lost_while_nothing_else_is_answered_counts_for_nothing) {
  Path path{1472, 1472};
  path.mtu.on_demand(path.now);
  for (int i = 0; i < 20; ++i) {
    path.mtu.on_probe_sent(path.now, ++path.number, 100ms, path.stats);
    path.mtu.on_timer(path.now += 100ms, false, path.stats);
  }
  EXPECT_EQ(path.stats.path_probes_lost, 0u);
  EXPECT_EQ(path.search(), Sizes{1472});
}

TEST(PathMtu, a_probe_that_was_given_up_and_arrives_counts) {
  Path path{1472, 1200};
  path.search();
  EXPECT_EQ(path.mtu.datagram_bytes(), 1200u);
  path.mtu.on_acked(path.now, 2, 1472);
  EXPECT_EQ(path.mtu.datagram_bytes(), 1472u);
}

TEST(PathMtu, the_search_goes_on_beyond_a_probe_that_was_given_up_and_arrives) {
  Path path{4000, 1200};
  path.mtu.on_demand(path.now);
  for (int i = 0; i < 3; ++i) {
    ASSERT_EQ(path.mtu.probe_bytes(), 1472u);
    path.mtu.on_probe_sent(path.now, ++path.number, 100ms, path.stats);
    path.mtu.on_timer(path.now += 100ms, true, path.stats);
  }
  EXPECT_LT(path.mtu.probe_bytes(), 1472u);
  path.mtu.on_acked(path.now, path.number, 1472);
  EXPECT_EQ(path.mtu.probe_bytes(), 4000u) << "nothing is known to be too large any more";
}

TEST(PathMtu, six_losses_while_smaller_ones_arrive_make_datagrams_short_at_once) {
  Path path{1472, 1472};
  path.search();
  for (int i = 0; i < 5; ++i) path.loses(1472), path.arrives(1000);
  EXPECT_EQ(path.mtu.datagram_bytes(), 1472u);
  path.loses(1472);
  EXPECT_EQ(path.mtu.datagram_bytes(), 1200u);
  EXPECT_EQ(path.mtu.probe_bytes(), 1472u);
  EXPECT_EQ(path.stats.black_holes, 0u) << "not yet";
}

TEST(PathMtu, a_doubt_ends_with_the_first_probe_that_arrives) {
  Path path{1472, 1472};
  path.search();
  for (int i = 0; i < 6; ++i) path.loses(1472);
  path.arrives(1000);
  ASSERT_EQ(path.mtu.datagram_bytes(), 1200u);
  EXPECT_EQ(path.search(), Sizes{1472});
  EXPECT_EQ(path.mtu.datagram_bytes(), 1472u);
  EXPECT_EQ(path.stats.black_holes, 0u);
}

TEST(PathMtu, losses_count_from_none_on_a_path_that_was_found_anew) {
  Path path{4000, 4000};
  path.search();
  path.takes = 1472;
  for (int i = 0; i < 6; ++i) path.carries(4000), path.carries(1200);
  path.search();
  for (int i = 0; i < 5; ++i) path.loses(1472), path.arrives(1000);
  EXPECT_EQ(path.mtu.datagram_bytes(), 1472u);
  path.loses(1472);
  EXPECT_EQ(path.mtu.datagram_bytes(), 1200u);
}

TEST(PathMtu, six_probes_lost_confirm_a_black_hole_and_the_search_goes_on_below) {
  Path path{1472, 1472};
  path.search();
  path.takes = 1400;
  for (int i = 0; i < 6; ++i) path.carries(1472), path.carries(1200);
  EXPECT_EQ(path.search(), (Sizes{1472, 1472, 1472, 1472, 1472, 1472, 1392, 1432, 1432, 1432, 1412, 1412, 1412}));
  EXPECT_EQ(path.mtu.datagram_bytes(), 1392u);
  EXPECT_EQ(path.stats.black_holes, 1u);
}

TEST(PathMtu, losses_of_everything_are_no_black_hole) {
  Path path{1472, 1472};
  path.search();
  for (int i = 0; i < 100; ++i) path.loses(1472), path.mtu.on_lost(++path.number, 300);
  EXPECT_EQ(path.mtu.datagram_bytes(), 1472u);
}

TEST(PathMtu, what_arrived_before_the_losses_shows_nothing) {
  Path path{1472, 1472};
  path.search();
  const PacketNumber before = ++path.number;
  for (int i = 0; i < 10; ++i) path.loses(1472);
  path.mtu.on_acked(path.now, before, 1200);
  EXPECT_EQ(path.mtu.datagram_bytes(), 1472u);
  path.arrives(1200);
  EXPECT_EQ(path.mtu.datagram_bytes(), 1200u);
  path.mtu.on_acked(path.now, before, 1472);
  EXPECT_EQ(path.mtu.datagram_bytes(), 1200u) << "it left before the last loss";
}

TEST(PathMtu, datagrams_that_are_shorter_but_not_short_do_not_hide_a_black_hole) {
  Path path{1472, 1472};
  path.search();
  path.takes = 1300;
  for (int i = 0; i < 6; ++i) path.carries(1250), path.carries(1472), path.carries(1250);
  EXPECT_EQ(path.mtu.datagram_bytes(), 1250u);
  path.search();
  EXPECT_EQ(path.stats.black_holes, 1u);
  EXPECT_EQ(path.mtu.datagram_bytes(), 1280u);
}

TEST(PathMtu, a_short_one_that_arrived_before_the_losses_were_noticed_shows_as_much) {
  Path path{1472, 1472};
  path.search();
  const PacketNumber first = path.number + 1;
  path.mtu.on_acked(path.now, first + 6, 1200);
  for (PacketNumber number = first; number < first + 5; ++number) path.mtu.on_lost(number, 1472);
  EXPECT_EQ(path.mtu.datagram_bytes(), 1472u);
  path.mtu.on_lost(first + 5, 1472);
  EXPECT_EQ(path.mtu.datagram_bytes(), 1200u);
}

TEST(PathMtu, what_is_longer_than_the_shortest_loss_and_arrives_is_no_sign_of_a_black_hole) {
  Path path{1472, 1472};
  path.search();
  for (int i = 0; i < 10; ++i) path.loses(1472), path.loses(1300), path.arrives(1350);
  EXPECT_EQ(path.mtu.datagram_bytes(), 1472u);
}

TEST(PathMtu, chance_that_loses_three_of_ten_is_never_taken_for_a_black_hole) {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    Random random{seed};
    Path path{1472, 1472};
    path.search();
    for (int i = 0; i < 10'000; ++i) {
      const std::size_t bytes = random.below(2) == 0 ? 1200 : 1472;
      random.below(10) < 3 ? path.loses(bytes) : path.arrives(bytes);
      while (const std::size_t probe = path.mtu.probe_bytes()) {
        path.mtu.on_probe_sent(path.now, ++path.number, 1ms, path.stats);
        if (random.below(10) >= 3) path.mtu.on_acked(path.now, path.number, probe);
        path.mtu.on_timer(path.now += 1ms, true, path.stats);
      }
      ASSERT_TRUE(path.mtu.invariants_hold());
    }
    EXPECT_EQ(path.stats.black_holes, 0u) << seed;
    EXPECT_EQ(path.mtu.datagram_bytes(), 1472u) << seed;
  }
}

TEST(PathMtu, without_discovery_every_path_is_taken_to_carry_the_limit) {
  PathMtu mtu{up_to(1472, false)};
  mtu.start(9000);
  mtu.on_demand(TimePoint{1h});
  for (PacketNumber n = 1; n < 100; n += 2) mtu.on_lost(n, 1472), mtu.on_acked(TimePoint{1h}, n + 1, 100);
  EXPECT_EQ(mtu.datagram_bytes(), 1472u);
  EXPECT_EQ(mtu.sure_bytes(), 1472u);
  EXPECT_EQ(mtu.probe_bytes(), 0u);
}

}  // namespace
