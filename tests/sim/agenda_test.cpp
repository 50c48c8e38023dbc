// SPDX-License-Identifier: BSL-1.0
#include "bowline/sim/agenda.hpp"

#include <gtest/gtest.h>

#include <string>

namespace bowline::sim {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint t0{1h};

TEST(SimAgenda, actions_run_by_time_and_then_in_the_order_of_planning) {
  Agenda agenda;
  std::string ran;
  agenda.plan(t0 + 2s, 0s, [&] { ran += 'c'; });
  agenda.plan(t0 + 1s, 0s, [&] { ran += 'a'; });
  agenda.plan(t0 + 1s, 0s, [&] { ran += 'b'; });
  EXPECT_EQ(agenda.next(), t0 + 1s);
  EXPECT_FALSE(agenda.run_one(t0));
  while (agenda.run_one(t0 + 2s)) {
  }
  EXPECT_EQ(ran, "abc");
  EXPECT_EQ(agenda.next(), never);
}

TEST(SimAgenda, an_interval_repeats_from_the_planned_moment) {
  Agenda agenda;
  int ran = 0;
  agenda.plan(t0, 10ms, [&] { ++ran; });
  while (agenda.run_one(t0 + 25ms)) {
  }
  EXPECT_EQ(ran, 3);  // at 0, 10 and 20 ms
  EXPECT_EQ(agenda.next(), t0 + 30ms);
}

TEST(SimAgenda, an_action_may_plan_another) {
  Agenda agenda;
  int ran = 0;
  agenda.plan(t0, 0s, [&] { agenda.plan(t0, 0s, [&] { ++ran; }); });
  EXPECT_TRUE(agenda.run_one(t0));
  EXPECT_TRUE(agenda.run_one(t0));
  EXPECT_FALSE(agenda.run_one(t0));
  EXPECT_EQ(ran, 1);
}

}  // namespace
}  // namespace bowline::sim
