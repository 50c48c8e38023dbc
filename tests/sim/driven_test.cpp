// SPDX-License-Identifier: BSL-1.0
#include "bowline/sim/driven.hpp"

#include <gtest/gtest.h>

#include <string>

namespace bowline::sim {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint t0{1h};

struct Scripted {
  void poll() { log += 'p'; }
  std::optional<Event> next_event() {
    if (events == 0) return std::nullopt;
    --events;
    log += 'e';
    return Event{Acked{MessageId{1}}};
  }
  TimePoint next_deadline() const { return deadline; }

  int events = 0;
  TimePoint deadline = never;
  std::string log{};
};
static_assert(Drivable<Scripted>);

TEST(SimDriven, a_step_polls_takes_all_events_and_polls_again) {
  Scripted channel{.events = 2};
  int acked = 0;
  Driven driven{1, channel, std::nullopt, [&](const Acked&) { ++acked; }};
  driven.step(t0, 10);
  EXPECT_EQ(channel.log, "peep");
  EXPECT_EQ(acked, 2);
  EXPECT_EQ(driven.polls(), 2u);
}

TEST(SimDriven, events_nobody_handles_are_taken_all_the_same) {
  Scripted channel{.events = 2};
  Driven driven{1, channel, std::nullopt};
  driven.step(t0, 10);
  EXPECT_EQ(channel.events, 0);
}

TEST(SimDriven, it_is_due_at_first_when_woken_and_at_its_deadline) {
  Scripted channel{.deadline = t0 + 5s};
  Driven driven{1, channel, std::nullopt};
  EXPECT_LE(driven.due(), t0);
  driven.step(t0, 10);
  EXPECT_EQ(driven.due(), t0 + 5s);
  driven.wake();
  EXPECT_LE(driven.due(), t0);
}

TEST(SimDriven, a_deadline_in_the_channels_own_time_is_translated) {
  TimePoint now = t0;
  SkewedClock::Setting setting{&now};
  SkewedClock clock{setting};
  clock.jump(30min);
  Scripted channel{.deadline = t0 + 31min};
  Driven driven{1, channel, clock};
  driven.step(t0, 10);
  EXPECT_EQ(driven.due(), t0 + 1min);
}

TEST(SimDriven, a_handler_may_stop_it_in_mid_step) {
  Scripted channel{.events = 5};
  Driven* self = nullptr;
  Driven driven{1, channel, std::nullopt, [&](const Acked&) { self->stop(); }};
  self = &driven;
  driven.step(t0, 10);
  EXPECT_EQ(channel.log, "pe");
}

TEST(SimDrivenDeathTest, spinning_is_refused_with_a_sentence) {
  Scripted channel;
  Driven driven{3, channel, std::nullopt};
  for (int i = 0; i < 10; ++i) driven.step(t0, 10);
  driven.step(t0 + 1us, 10);  // Time has moved: the count begins again.
  for (int i = 0; i < 9; ++i) driven.step(t0 + 1us, 10);
  EXPECT_DEATH(driven.step(t0 + 1us, 10), "bowline: sim: driven channel 3 spins");
}

TEST(SimDrivenDeathTest, a_channel_whose_events_never_end_is_refused_with_a_sentence) {
  struct Endless : Scripted {
    std::optional<Event> next_event() { return Event{Writable{}}; }
  };
  Endless channel;
  Driven driven{3, channel, std::nullopt};
  EXPECT_DEATH(driven.step(t0, 10), "bowline: sim: driven channel 3 hands out events without end");
}

}  // namespace
}  // namespace bowline::sim
