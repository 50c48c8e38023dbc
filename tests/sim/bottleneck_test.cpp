// SPDX-License-Identifier: BSL-1.0
#include "bowline/sim/bottleneck.hpp"

#include <gtest/gtest.h>

namespace bowline::sim {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint t0{1h};

TEST(SimBottleneck, without_a_rate_nothing_waits) {
  Bottleneck line{0, 0};
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(line.admit(t0, 1500), 0us);
}

TEST(SimBottleneck, each_datagram_waits_for_those_before_it) {
  Bottleneck line{1'000'000, 10'000};  // 1,250 B · 8 = 10,000 bit at 1 Mbit/s: 10 ms
  EXPECT_EQ(line.admit(t0, 1250), 10ms);
  EXPECT_EQ(line.admit(t0, 1250), 20ms);
  EXPECT_EQ(line.admit(t0 + 5ms, 1250), 25ms);  // 20 + 10 - 5
  EXPECT_EQ(line.admit(t0 + 60ms, 1250), 10ms);  // idle since 30 ms
}

TEST(SimBottleneck, what_finds_the_queue_full_is_refused) {
  Bottleneck line{1'000'000, 2500};
  EXPECT_TRUE(line.admit(t0, 1250));
  EXPECT_TRUE(line.admit(t0, 1250));  // 2,500 of 2,500
  EXPECT_FALSE(line.admit(t0, 1));
  EXPECT_EQ(line.backlog_bytes(t0), 2500u);
  EXPECT_TRUE(line.admit(t0 + 8us, 1));  // 8 µs at 1 Mbit/s: 8 bit, room for one byte
  EXPECT_FALSE(line.admit(t0 + 8us, 1));
}

TEST(SimBottleneck, an_idle_line_takes_even_what_the_queue_could_not_hold) {
  Bottleneck line{1'000'000, 0};
  EXPECT_EQ(line.admit(t0, 1250), 10ms);
  EXPECT_FALSE(line.admit(t0 + 9'999us, 1250));
  EXPECT_EQ(line.admit(t0 + 10ms, 1250), 10ms);
}

TEST(SimBottleneck, fractions_of_a_microsecond_are_not_lost) {
  Bottleneck line{3'000'000, 1'000'000};  // 1 B · 8 at 3 Mbit/s: 2 2/3 µs
  EXPECT_EQ(line.admit(t0, 1), 3us);
  EXPECT_EQ(line.admit(t0, 1), 6us);      // 5 1/3 rounded up
  EXPECT_EQ(line.admit(t0, 1), 8us);      // 8 exactly
  EXPECT_EQ(line.admit(t0 + 1us, 1), 10us);  // 10 2/3 - 1 = 9 2/3
}

TEST(SimBottleneck, a_change_of_rate_holds_from_now_on) {
  Bottleneck line{1'000'000, 10'000};
  EXPECT_EQ(line.admit(t0, 2500), 20ms);
  line.change(t0 + 10ms, 2'000'000, 10'000);        // 1,250 B are left
  EXPECT_EQ(line.admit(t0 + 10ms, 1250), 10ms);     // 2,500 B · 8 / 2 Mbit/s
}

TEST(SimBottleneck, long_idle_times_do_not_overflow) {
  Bottleneck line{1'000'000'000'000, 1u << 30};
  EXPECT_TRUE(line.admit(t0, 1u << 30));
  EXPECT_EQ(line.backlog_bytes(t0 + std::chrono::hours{24 * 365 * 100}), 0u);
}

}  // namespace
}  // namespace bowline::sim
