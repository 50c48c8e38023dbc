// SPDX-License-Identifier: BSL-1.0
#include "bowline/clock/steady_clock.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace bowline {
namespace {

TEST(SteadyClock, it_reads_the_steady_clock_of_the_machine_in_microseconds) {
  const auto microseconds = [] {
    const auto since_start = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::microseconds>(since_start).count();
  };
  const auto before = microseconds();
  const auto now = SteadyClock{}.now().time_since_epoch().count();
  const auto after = microseconds();
  EXPECT_LE(before, now);
  EXPECT_LE(now, after);
}

TEST(SteadyClock, it_goes_on) {
  const SteadyClock clock;
  const TimePoint start = clock.now();
  while (clock.now() == start) {
  }
  EXPECT_GT(clock.now(), start);
}

}  // namespace
}  // namespace bowline
