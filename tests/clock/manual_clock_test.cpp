// SPDX-License-Identifier: BSL-1.0
#include "bowline/clock/manual_clock.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <type_traits>

namespace bowline {
namespace {

using namespace std::chrono_literals;

TEST(ManualClock, it_stands_still_until_its_owner_moves_it) {
  TimePoint time{7ms};
  const ManualClock clock{time};
  EXPECT_EQ(clock.now(), TimePoint{7ms});
  EXPECT_EQ(clock.now(), TimePoint{7ms});
  time += 5ms;
  EXPECT_EQ(clock.now(), TimePoint{12ms});  // 7 + 5
}

TEST(ManualClock, copies_move_together) {
  TimePoint time{};
  const ManualClock clock{time};
  TimePoint elsewhere{1h};
  ManualClock copy{elsewhere};
  copy = clock;
  time += 1s;
  EXPECT_EQ(copy.now(), clock.now());
  EXPECT_EQ(copy.now(), TimePoint{1s});
}

TEST(ManualClock, it_can_be_moved_back_to_try_a_channel) {
  TimePoint time{1h};
  const ManualClock clock{time};
  time -= 2h;
  EXPECT_EQ(clock.now(), TimePoint{-1h});
}

TEST(ManualClock, a_temporary_moment_is_refused) {
  static_assert(std::is_constructible_v<ManualClock, TimePoint&>);
  static_assert(!std::is_constructible_v<ManualClock, TimePoint>);
  static_assert(!std::is_convertible_v<TimePoint&, ManualClock>);
}

}  // namespace
}  // namespace bowline
