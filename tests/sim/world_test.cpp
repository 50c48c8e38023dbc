// SPDX-License-Identifier: BSL-1.0
#include "bowline/sim/world.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "fake_channel.hpp"

namespace bowline::sim {
namespace {

using namespace std::chrono_literals;
using test::FakeChannel;

TEST(SimWorld, time_jumps_to_the_next_event_and_stops_at_the_limit) {
  World world{1};
  EXPECT_EQ(world.elapsed(), 0s);
  world.run_for(1h);
  EXPECT_EQ(world.elapsed(), 1h);
  EXPECT_EQ(world.clock().now(), world.now());
  EXPECT_FALSE(world.run_until([] { return false; }, 30min));
  EXPECT_EQ(world.elapsed(), 90min);
  EXPECT_TRUE(world.run_until([] { return true; }, 30min));
  EXPECT_EQ(world.elapsed(), 90min);
}

TEST(SimWorld, a_message_and_its_answer_take_one_round_trip) {
  World world{1};
  auto link = world.link({.delay = 25ms}, {.delay = 10ms});
  FakeChannel a{link.a, world.clock()}, z{link.z, world.clock()};
  std::string answer;
  world.drive(z, [&](const Received& m) { z.send(std::string{text(m.payload)} + "!"); });
  world.drive(a, [&](const Received& m) { answer = text(m.payload); });
  a.send("order");
  EXPECT_TRUE(world.run_until([&] { return !answer.empty(); }, 1s));
  EXPECT_EQ(answer, "order!");
  EXPECT_EQ(world.elapsed(), 35ms);
}

TEST(SimWorld, deadlines_are_met_to_the_microsecond_and_nobody_is_polled_between) {
  World world{1};
  auto link = world.link({});
  FakeChannel a{link.a, world.clock(), 100ms}, z{link.z, world.clock()};
  std::vector<Duration> arrivals;
  world.drive(a);
  world.drive(z, [&](const Received&) { arrivals.push_back(world.elapsed()); });
  world.run_for(1s);
  EXPECT_EQ(a.beats, 10);
  ASSERT_EQ(arrivals.size(), 10u);
  EXPECT_EQ(arrivals.front(), 100ms);
  EXPECT_EQ(arrivals.back(), 1s);
  EXPECT_EQ(world.polls(a), 22u);  // 2 · (1 at the beginning + 10 deadlines)
  // The first beat wakes both, since nobody is known to read there; the beginning is one step more.
  EXPECT_EQ(world.polls(z), 22u);  // 2 · (1 + 10 arrivals)
}

TEST(SimWorld, only_the_channel_with_an_arrival_is_stepped) {
  World world{1};
  auto link = world.link({}), other = world.link({});
  FakeChannel a{link.a, world.clock(), 10ms}, z{link.z, world.clock()};
  FakeChannel idle{other.a, world.clock()};
  world.drive(a);
  world.drive(z);
  world.drive(idle);
  world.run_for(10s);
  EXPECT_EQ(world.polls(a), 2'002u);  // 2 · (1 + 1,000)
  EXPECT_EQ(world.polls(z), 2'002u);
  EXPECT_EQ(world.polls(idle), 2u);
}

TEST(SimWorld, planned_actions_run_at_their_time) {
  World world{1};
  std::vector<Duration> ran;
  const auto note = [&] { ran.push_back(world.elapsed()); };
  world.after(30ms, note);
  world.at(World::start() + 10ms, note);
  world.every(20ms, note);
  world.run_for(60ms);
  EXPECT_EQ(ran, (std::vector<Duration>{10ms, 20ms, 30ms, 40ms, 60ms}));
}

TEST(SimWorld, what_an_action_sends_leaves_at_once) {
  World world{1};
  auto link = world.link({.delay = 5ms});
  FakeChannel a{link.a, world.clock()}, z{link.z, world.clock()};
  Duration arrived{};
  world.drive(a);
  world.drive(z, [&](const Received&) { arrived = world.elapsed(); });
  world.after(20ms, [&] { a.send("x"); });
  world.run_for(1s);
  EXPECT_EQ(arrived, 25ms);
}

TEST(SimWorld, an_undriven_channel_is_left_alone_and_another_may_take_its_place) {
  World world{1};
  auto link = world.link({});
  FakeChannel a{link.a, world.clock(), 10ms};
  std::optional<FakeChannel<ManualClock>> z;
  z.emplace(link.z, world.clock());
  int first = 0, second = 0;
  world.drive(a);
  world.drive(*z, [&](const Received&) { ++first; });
  world.run_for(100ms);
  world.undrive(*z);
  z.reset();
  world.run_for(100ms);
  z.emplace(link.z, world.clock());
  world.drive(*z, [&](const Received&) { ++second; });
  world.run_for(100ms);
  EXPECT_EQ(first, 10);
  EXPECT_EQ(second, 20);  // 10 that had waited unread, 10 new ones
}

TEST(SimWorld, a_handler_may_undrive_its_channel) {
  World world{1};
  auto link = world.link({});
  FakeChannel a{link.a, world.clock(), 10ms}, z{link.z, world.clock()};
  int received = 0;
  world.drive(a);
  world.drive(z, [&](const Received&) { ++received, world.undrive(z); });
  world.run_for(100ms);
  EXPECT_EQ(received, 1);
  EXPECT_EQ(world.polls(z), 0u);
}

TEST(SimWorld, driving_a_channel_again_replaces_its_handlers) {
  World world{1};
  auto link = world.link({});
  FakeChannel a{link.a, world.clock(), 10ms}, z{link.z, world.clock()};
  int old = 0, fresh = 0;
  world.drive(a);
  world.drive(z, [&](const Received&) { ++old; });
  world.drive(z, [&](const Received&) { ++fresh; });
  world.run_for(100ms);
  EXPECT_EQ(old, 0);
  EXPECT_EQ(fresh, 10);
}

TEST(SimWorld, a_clock_that_jumps_ahead_fires_its_channels_timers_early) {
  World world{1};
  auto link = world.link({});
  SkewedClock clock = world.skewed_clock();
  FakeChannel a{link.a, clock, 1min};
  FakeChannel z{link.z, world.clock()};
  std::vector<Duration> arrivals;
  world.drive(a, clock);
  world.drive(z, [&](const Received&) { arrivals.push_back(world.elapsed()); });
  world.after(10s, [&] { clock.jump(30s); });
  world.run_for(2min);
  EXPECT_EQ(arrivals, (std::vector<Duration>{30s, 90s}));  // 60 - 30, then 60 later
}

TEST(SimWorld, a_clock_that_jumps_back_fires_them_late) {
  World world{1};
  auto link = world.link({});
  SkewedClock clock = world.skewed_clock();
  FakeChannel a{link.a, clock, 1min};
  world.drive(a, clock);
  world.after(10s, [&] { clock.jump(-1h); });
  world.run_for(1h + 59s);
  EXPECT_EQ(a.beats, 0);
  world.run_for(1s);
  EXPECT_EQ(a.beats, 1);
}

TEST(SimWorld, the_check_runs_after_each_step) {
  World world{1};
  auto link = world.link({});
  FakeChannel a{link.a, world.clock(), 10ms};
  int checks = 0;
  world.check_each_step([&] { ++checks; });
  world.drive(a);
  world.run_for(100ms);
  EXPECT_EQ(checks, 11 + 10);  // its own steps; and the arrivals at an end where nobody is known to read
}

TEST(SimWorld, an_injected_datagram_reaches_the_channel) {
  World world{1};
  auto link = world.link({.delay = 1h, .loss = 1});
  FakeChannel z{link.z, world.clock()};
  std::string seen;
  world.drive(z, [&](const Received& m) { seen = text(m.payload); });
  link.a_to_z.inject(world.now() + 3ms, bytes_of("forged"));
  EXPECT_TRUE(world.run_until([&] { return seen == "forged"; }, 1s));
  EXPECT_EQ(world.elapsed(), 3ms);
}

std::uint64_t trace_of(std::uint64_t seed) {
  World world{seed};
  auto link = world.link({.delay = 25ms, .jitter = 10ms, .loss = 0.2, .duplicate = 0.1, .corrupt = 0.05});
  FakeChannel a{link.a, world.clock(), 7ms}, z{link.z, world.clock(), 11ms};
  world.drive(a, [&](const Received& m) { a.send(text(m.payload).substr(0, 3)); });
  world.drive(z);
  world.run_for(5s);
  return world.trace_hash();
}

TEST(SimWorld, the_same_seed_gives_the_same_trace) {
  EXPECT_EQ(trace_of(7), trace_of(7));
  EXPECT_NE(trace_of(7), trace_of(8));
}

TEST(SimWorld, the_trace_of_a_seed_is_the_same_on_every_platform) {
  EXPECT_EQ(trace_of(7), 3483414349655869585u);
}

TEST(SimWorldDeathTest, a_channel_that_spins_is_refused_with_a_sentence) {
  struct Spinning {
    void poll() {}
    std::optional<Event> next_event() { return std::nullopt; }
    TimePoint next_deadline() const { return TimePoint{}; }
  };
  World world{1};
  Spinning channel;
  world.drive(channel);
  EXPECT_DEATH(world.run_for(1s), "bowline: sim: driven channel 1 spins");
}

TEST(SimWorldDeathTest, two_channels_that_answer_each_other_without_delay_are_refused_too) {
  World world{1};
  auto link = world.link({});
  FakeChannel a{link.a, world.clock()}, z{link.z, world.clock()};
  world.drive(a, [&](const Received&) { a.send("x"); });
  world.drive(z, [&](const Received&) { z.send("x"); });
  a.send("x");
  EXPECT_DEATH(world.run_for(1s), "spins");
}

TEST(SimWorldDeathTest, an_action_that_plans_itself_anew_without_delay_is_refused_too) {
  World world{1};
  std::function<void()> again = [&] { world.after(0s, again); };
  again();
  EXPECT_DEATH(world.run_for(1s), "bowline: sim: planned actions plan more without end");
}

TEST(SimWorld, without_a_limit_time_stops_where_nothing_more_happens) {
  World world{1};
  world.after(5s, [] {});
  EXPECT_FALSE(world.run_until([] { return false; }, (Duration::max)()));
  EXPECT_EQ(world.elapsed(), 5s);
}

TEST(SimWorld, an_hour_of_two_peers_is_simulated_without_a_queue_that_grows) {
  World world{7};
  auto link = world.link({.delay = 25ms, .jitter = 10ms, .loss = 0.2});
  FakeChannel a{link.a, world.clock(), 100ms}, z{link.z, world.clock(), 100ms};
  world.drive(a);
  world.drive(z);
  world.run_for(1h);
  EXPECT_EQ(a.beats + z.beats, 72'000);  // 2 · 10 / s · 3,600 s
  EXPECT_LE(link.a_to_z.in_flight() + link.z_to_a.in_flight(), 2u);
  EXPECT_NEAR(static_cast<double>(link.a_to_z.counters().dropped_lost), 7'200, 350);  // 20 % of 36,000
  EXPECT_TRUE(link.a_to_z.invariants_hold() && link.z_to_a.invariants_hold());
}

}  // namespace
}  // namespace bowline::sim
