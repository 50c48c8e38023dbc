// SPDX-License-Identifier: BSL-1.0
#include "bowline/congestion/fixed_window.hpp"

#include <gtest/gtest.h>

namespace {

using bowline::FixedWindow;

TEST(FixedWindow, fills_20_megabits_at_50_milliseconds_by_default) {
  EXPECT_EQ(FixedWindow{}.window_bytes(),
            131'072u);  // 128 · 1,024; the path holds 20,000,000 / 8 · 0.05 = 125,000
}

TEST(FixedWindow, stays_the_same_whatever_is_lost) {
  FixedWindow window{50'000};
  for (int i = 0; i < 100; ++i) {
    bowline::CongestionFeedback feedback;
    feedback.lost_bytes = 1200;
    window.on_feedback(feedback);
  }
  EXPECT_EQ(window.window_bytes(), 50'000u);
  EXPECT_EQ(window.pacing().bytes_per_second, 0u);
}

TEST(FixedWindow, holds_two_full_datagrams_at_least) {
  EXPECT_EQ(FixedWindow{0}.window_bytes(), 2400u);
  EXPECT_EQ(FixedWindow{2399}.window_bytes(), 2400u);
  EXPECT_EQ((FixedWindow{4000, 9000}.window_bytes()), 18'000u);
}

}  // namespace
