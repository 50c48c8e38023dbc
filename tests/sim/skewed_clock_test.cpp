// SPDX-License-Identifier: BSL-1.0
#include "bowline/sim/skewed_clock.hpp"

#include <gtest/gtest.h>

namespace bowline::sim {
namespace {

using namespace std::chrono_literals;

TEST(SimSkewedClock, it_runs_with_the_world_and_jumps_by_itself) {
  TimePoint world{24h};
  SkewedClock::Setting setting{&world};
  SkewedClock clock{setting};
  const SkewedClock copy = clock;
  EXPECT_EQ(clock.now(), TimePoint{24h});
  clock.jump(-1h);
  EXPECT_EQ(copy.now(), TimePoint{23h});
  world += 5ms;
  clock.jump(2h);
  EXPECT_EQ(copy.now(), TimePoint{25h + 5ms});
  EXPECT_EQ(copy.offset(), 1h);
}

TEST(SimSkewedClock, its_moments_translate_to_the_worlds) {
  TimePoint world{24h};
  SkewedClock::Setting setting{&world};
  SkewedClock clock{setting};
  clock.jump(-1h);
  EXPECT_EQ(clock.in_world_time(TimePoint{23h + 1s}), TimePoint{24h + 1s});
  EXPECT_EQ(clock.in_world_time(never), never);
  EXPECT_EQ(clock.in_world_time(never - 1us), never);
  clock.jump(3h);
  EXPECT_EQ(clock.in_world_time(TimePoint{26h + 1s}), TimePoint{24h + 1s});
}

}  // namespace
}  // namespace bowline::sim
