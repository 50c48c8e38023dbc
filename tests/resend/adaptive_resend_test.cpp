// SPDX-License-Identifier: BSL-1.0
#include "bowline/resend/adaptive_resend.hpp"

#include <gtest/gtest.h>

namespace {

using namespace std::chrono_literals;
using bowline::AdaptiveResend;
using bowline::Duration;
using bowline::ResendQuery;

/// 50 + 4 · 10 + 10 = 100 ms.
constexpr ResendQuery hundred(std::uint32_t timeouts, std::uint32_t random = 0) {
  return {50ms, 10ms, 10ms, timeouts, random};
}

TEST(AdaptiveResend, waits_for_the_measured_round_trip) {
  EXPECT_EQ(AdaptiveResend{}.timeout(hundred(0)), Duration{100ms});
}

TEST(AdaptiveResend, doubles_with_each_timeout_in_a_row_up_to_its_maximum) {
  constexpr AdaptiveResend schedule;
  EXPECT_EQ(schedule.timeout(hundred(1)), Duration{200ms});
  EXPECT_EQ(schedule.timeout(hundred(2)), Duration{400ms});
  EXPECT_EQ(schedule.timeout(hundred(4)), Duration{1600ms});
  EXPECT_EQ(schedule.timeout(hundred(5)), Duration{2s});  // 3,200 ms is over it.
  EXPECT_EQ(schedule.timeout(hundred(31)), Duration{2s});
  EXPECT_EQ(schedule.timeout(hundred(64)), Duration{2s});
  EXPECT_EQ(schedule.timeout(hundred(0xffffffff)), Duration{2s});
}

TEST(AdaptiveResend, adds_up_to_an_eighth_at_random) {
  constexpr AdaptiveResend schedule;
  EXPECT_EQ(schedule.timeout(hundred(0, 0x80000000)), Duration{106'250us});  // 100,000 + 12,500 / 2
  EXPECT_EQ(schedule.timeout(hundred(0, 0xffffffff)),
            Duration{112'499us});  // 100,000 + 12,500 · 65,535 / 65,536
  EXPECT_EQ(schedule.timeout(hundred(9, 0xffffffff)),
            Duration{2'249'996us});  // 2,000,000 + 250,000 · the same
}

TEST(AdaptiveResend, is_no_shorter_than_its_minimum) {
  constexpr ResendQuery loopback{100us, 20us, 10ms, 0, 0};
  EXPECT_EQ(AdaptiveResend{}.timeout(loopback), Duration{30ms});
  EXPECT_EQ(AdaptiveResend{.timeout_min = 0ms}.timeout(loopback), Duration{11'100us});  // 0.1 + 1 + 10 ms
}

TEST(AdaptiveResend, doubles_the_minimum_too) {
  constexpr ResendQuery loopback{100us, 20us, 10ms, 3, 0};
  EXPECT_EQ(AdaptiveResend{}.timeout(loopback), Duration{240ms});  // 30 · 8
}

TEST(AdaptiveResend, a_path_slower_than_the_maximum_gets_what_it_needs) {
  constexpr ResendQuery slow{3s, 500ms, 10ms, 0, 0};
  EXPECT_EQ(AdaptiveResend{}.timeout(slow), Duration{5010ms});  // 3 + 4 · 0.5 + 0.01 s
  constexpr ResendQuery slow_and_silent{3s, 500ms, 10ms, 4, 0};
  EXPECT_EQ(AdaptiveResend{}.timeout(slow_and_silent), Duration{5010ms});
}

TEST(AdaptiveResend, gives_a_message_up_before_a_silent_peer_counts_as_gone) {
  constexpr AdaptiveResend schedule;
  Duration silence{};
  for (std::uint32_t sent = 0; sent <= schedule.resends_max(); ++sent) {
    silence += schedule.timeout({1ms, 0ms, 10ms, sent, 0});
  }
  EXPECT_EQ(silence, Duration{11'810ms});  // 30 · (1 + 2 + … + 64) + 4 · 2,000
  EXPECT_LT(silence * 9 / 8, Duration{20s});
}

TEST(AdaptiveResend, no_setting_makes_it_overflow_or_spin) {
  constexpr Duration longest = (Duration::max)();
  constexpr Duration least = (Duration::min)();
  for (const Duration low : {least, Duration{0}, longest}) {
    for (const Duration high : {least, Duration{0}, longest}) {
      for (const std::uint32_t timeouts : {0u, 1u, 20u, 0xffffffffu}) {
        const AdaptiveResend schedule{.timeout_min = low, .timeout_max = high};
        const Duration wait = schedule.timeout({longest, longest, longest, timeouts, 0xffffffff});
        EXPECT_LE(wait, Duration{1h} * 9 / 8);
        EXPECT_GE(schedule.timeout({least, least, least, timeouts, 0}), Duration{1ms});
      }
    }
  }
}

TEST(AdaptiveResend, follows_acknowledgements) {
  EXPECT_TRUE(AdaptiveResend{}.follows_acks());
  EXPECT_EQ(AdaptiveResend{.resend_count_max = 3}.resends_max(), 3u);
}

}  // namespace
