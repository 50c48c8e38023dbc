// SPDX-License-Identifier: BSL-1.0
#include "bowline/core/reordering_window.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace bowline {
namespace {

using namespace std::chrono_literals;

struct ReorderingWindowTest : testing::Test {
  ReorderingWindowTest() { rtt.sample(40ms, 0ms, 0ms); }

  void overtaken(Duration moment, bool was_lost) {
    window.on_overtaken(TimePoint{moment}, was_lost, rtt);
    EXPECT_TRUE(window.invariants_hold());
  }
  [[nodiscard]] Duration width_at(Duration moment) {
    window.on_detection(TimePoint{moment}, rtt);
    EXPECT_TRUE(window.invariants_hold());
    return window.width(rtt);
  }

  RttEstimator rtt{250ms};
  ReorderingWindow window;
};

TEST_F(ReorderingWindowTest, opens_when_a_loss_is_undone_and_not_when_packets_merely_overtake_each_other) {
  overtaken(1s, false);
  EXPECT_FALSE(window.open());
  EXPECT_EQ(width_at(1s), 0ms);
  overtaken(1s, true);
  EXPECT_TRUE(window.open());
  EXPECT_EQ(width_at(1s), 10ms);  // 40 / 4
}

TEST_F(ReorderingWindowTest, widens_once_a_round_trip_and_never_beyond_one) {
  overtaken(1s, true);
  overtaken(1s + 39ms, true);
  EXPECT_EQ(width_at(1s + 39ms), 10ms);
  overtaken(1s + 40ms, true);
  EXPECT_EQ(width_at(1s + 40ms), 20ms);
  for (int i = 2; i < 100; ++i) overtaken(1s + i * 40ms, true);
  EXPECT_EQ(width_at(1s + 99 * 40ms), 40ms);
}

TEST_F(ReorderingWindowTest, closes_after_16_round_trips_in_which_nothing_was_overtaken) {
  overtaken(1s, true);
  overtaken(1s + 600ms, false);
  EXPECT_EQ(width_at(1s + 1239ms), 10ms);  // 600 + 16 · 40 - 1
  EXPECT_EQ(width_at(1s + 1240ms), 0ms);
  EXPECT_FALSE(window.open());
}

}  // namespace
}  // namespace bowline
