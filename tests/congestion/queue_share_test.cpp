// SPDX-License-Identifier: BSL-1.0
#include "bowline/congestion/queue_share.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

namespace {

using namespace std::chrono_literals;
using bowline::Duration;
using bowline::QueueShare;

TEST(QueueShare, wants_twice_the_root_of_what_is_on_the_way_in_datagrams) {
  const QueueShare share{1000};
  EXPECT_EQ(share.target_bytes(0), 0u);
  EXPECT_EQ(share.target_bytes(100'000), 20'000u);      // 2 · √100 datagrams
  EXPECT_EQ(share.target_bytes(10'000'000), 200'000u);  // 2 · √10,000
}

TEST(QueueShare, wants_three_eighths_at_most) {
  EXPECT_EQ(QueueShare{1000}.target_bytes(4000), 1500u);  // 2 · √4 datagrams would be all
}

TEST(QueueShare, stays_where_it_owns_what_it_should) {
  // 1,000,000 B/s for 20 ms are the 20,000 B that 100,000 on the way ask for.
  EXPECT_EQ(QueueShare{1000}.rate(1'000'000, 20ms, 100ms, 100'000), 1'000'000u);
}

TEST(QueueShare, makes_up_a_third_of_what_is_missing_and_of_what_is_in_excess) {
  // 10,000 B missing, and in excess, are 100,000 B/s over 100 ms.
  EXPECT_EQ(QueueShare{1000}.rate(1'000'000, 10ms, 100ms, 100'000), 1'033'333u);
  EXPECT_EQ(QueueShare{1000}.rate(1'000'000, 30ms, 100ms, 100'000), 966'666u);
}

TEST(QueueShare, gives_up_an_eighth_at_most_to_a_queue_that_stays) {
  EXPECT_EQ(QueueShare{1000}.rate(800'000, 1s, 50ms, 40'000), 700'000u);
  EXPECT_EQ(QueueShare{1000}.rate(800'000, 1h, 50ms, 40'000), 700'000u);
}

TEST(QueueShare, bears_the_fastest_and_longest_paths) {
  constexpr std::uint64_t fastest = 100'000'000'000;
  const std::uint64_t rate = QueueShare{65'507}.rate(fastest, 1min, 1min, fastest * 60);
  EXPECT_GE(rate, fastest - fastest / 8);
  EXPECT_LE(rate, fastest);
}

TEST(QueueShare, unequal_flows_become_equal) {
  // 1,000,000 B/s and 50 ms; each round trip the line carries in proportion to what is on the way.
  const QueueShare share{100};
  std::array<std::uint64_t, 2> window{55'000, 5000};
  constexpr std::uint64_t product = 50'000;
  for (int i = 0; i < 300; ++i) {
    const std::uint64_t all = window[0] + window[1];
    const std::uint64_t queue = all > product ? all - product : 0;
    const Duration queued{static_cast<std::int64_t>(queue)};  // at 1 B/µs
    for (std::uint64_t& own : window) {
      const std::uint64_t delivered = own * 1'000'000 / (std::max)(all, product);
      own += (share.rate(delivered, queued, 50ms, delivered / 20) * 50 + 500) / 1000;
      own -= (delivered * 50 + 500) / 1000;
    }
  }
  EXPECT_NEAR(static_cast<double>(window[0]), static_cast<double>(window[1]), 600.0);
  EXPECT_NEAR(static_cast<double>(window[0] + window[1]), 56'325.0, 600.0);  // 50,000 + 2 · 2 · √250 · 100
}

}  // namespace
