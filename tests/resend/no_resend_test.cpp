// SPDX-License-Identifier: BSL-1.0
#include "bowline/resend/no_resend.hpp"

#include <gtest/gtest.h>

namespace {

using namespace std::chrono_literals;
using bowline::Duration;
using bowline::NoResend;

TEST(NoResend, never_sends_again) {
  EXPECT_EQ(NoResend{}.resends_max(), 0u);
  EXPECT_FALSE(NoResend{}.follows_acks());
}

TEST(NoResend, counts_nothing_as_lost_within_a_second) {
  EXPECT_EQ(NoResend{}.timeout({50ms, 10ms, 10ms, 0, 0}), Duration{1s});
}

TEST(NoResend, waits_for_a_slow_path_without_doubling) {
  EXPECT_EQ(NoResend{}.timeout({2s, 100ms, 10ms, 0, 0}), Duration{2410ms});  // 2,000 + 4 · 100 + 10
  EXPECT_EQ(NoResend{}.timeout({2s, 100ms, 10ms, 5, 0xffffffff}), Duration{2410ms});
}

}  // namespace
