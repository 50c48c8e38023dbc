// SPDX-License-Identifier: BSL-1.0
// What congestion control makes of a path: how full it is, how long its queue, and who gets what of it.
#include <gtest/gtest.h>

#include <cstdint>
#include <deque>
#include <vector>

#include "bowline/congestion/bottleneck_control.hpp"
#include "bowline/congestion/cubic.hpp"
#include "bowline/dedup/window_dedup.hpp"
#include "bowline/reliable_channel.hpp"
#include "bowline/sim/world.hpp"

namespace bowline::test {
namespace {

using namespace std::chrono_literals;

template <class Control>
struct Controlled : DefaultExtras {
  Control congestion;
};

/// A channel that always has something to send, and its peer.
template <class Control>
struct Bulk {
  using Channel = ReliableChannel<sim::LinkEnd, ManualClock, WindowDedup<8192>, AdaptiveResend, Controlled<Control>>;

  Bulk(sim::World& world, const sim::LinkPair& link)
      : world_{world}, a{link.a, options(), world.clock()}, z{link.z, options(), world.clock()} {
    world.drive(z, [this](const Received& m) { delivered_bytes += m.payload.size(); });
  }
  Bulk(const Bulk&) = delete;
  Bulk& operator=(const Bulk&) = delete;

  void start() {
    world_.drive(a, [this](const Writable&) { fill(); });
    fill();
  }

  static Options options() {
    Options options;
    options.window = 8192;
    options.packets_tracked = 16384;
    return options;
  }

  void fill() {
    while (a.send(payload)) {}
  }

  sim::World& world_;
  std::vector<std::byte> payload = std::vector<std::byte>(1100);
  Channel a, z;
  std::uint64_t delivered_bytes = 0;
};

/// 10 Mbit/s and 40 ms: 50,000 B on the way, and as much in the queue.
sim::LinkOptions path(double loss = 0) {
  return {.delay = 20ms, .loss = loss, .rate_bits_per_second = 10'000'000, .queue_bytes = 50'000};
}

/// Payload bytes delivered from second 3 to second 8.
template <class Control>
std::uint64_t delivered(double loss) {
  sim::World world{1};
  Bulk<Control> bulk{world, world.link(path(loss))};
  bulk.start();
  world.run_for(3s);
  const std::uint64_t before = bulk.delivered_bytes;
  world.run_for(5s);
  return bulk.delivered_bytes - before;
}

TEST(Congestion, a_tenth_lost_costs_the_default_a_tenth) {
  // 1,250,000 B/s · 5 s · 1,100 / 1,152 for headers are 5,967,000; a twentieth less, and then nine tenths of that.
  EXPECT_GE(delivered<BottleneckControl>(0), 5'669'000u);
  EXPECT_GE(delivered<BottleneckControl>(0.1), 5'102'000u);
}

TEST(Congestion, a_tenth_lost_costs_cubic_nearly_everything) {
  EXPECT_GE(delivered<Cubic>(0), 5'800'000u);
  EXPECT_LE(delivered<Cubic>(0.1), 1'000'000u);
}

TEST(Congestion, the_default_keeps_a_deep_queue_short_and_cubic_fills_it) {
  const auto queued = [](auto control) {
    sim::World world{1};
    sim::LinkOptions deep = path();
    deep.queue_bytes = 200'000;
    const auto link = world.link(deep);
    Bulk<decltype(control)> bulk{world, link};
    bulk.start();
    world.run_for(5s);
    std::uint64_t sum = 0;
    world.every(10ms, [&] { sum += link.a_to_z.queued_bytes(world.now()); });
    world.run_for(5s);
    return sum / 500;
  };
  EXPECT_LE(queued(BottleneckControl{}), 25'000u);  // half of what the path holds
  EXPECT_GE(queued(Cubic{}), 100'000u);
}

TEST(Congestion, a_second_flow_gets_its_share) {
  sim::World world{1};
  const auto first_link = world.link(path(), {.delay = 20ms}), second_link = world.link(path(), {.delay = 20ms});
  second_link.a_to_z.queue_in(first_link.a_to_z);
  Bulk<BottleneckControl> first{world, first_link}, second{world, second_link};
  first.start();
  world.run_for(5s);
  second.start();
  world.run_for(20s);
  const std::uint64_t first_before = first.delivered_bytes, second_before = second.delivered_bytes;
  world.run_for(10s);
  EXPECT_GE(first.delivered_bytes - first_before, 4'000'000u);  // a third of 12,500,000 · 0.95
  EXPECT_GE(second.delivered_bytes - second_before, 4'000'000u);
}

TEST(Congestion, a_chat_is_never_held_back) {
  sim::World world{1};
  const auto link = world.link({.delay = 20ms, .rate_bits_per_second = 10'000'000});
  ReliableChannel a{link.a, {}, world.clock()}, z{link.z, {}, world.clock()};
  Duration longest{};
  TimePoint sent_at{};
  world.drive(a);
  world.drive(z, [&](const Received&) { longest = (std::max)(longest, world.now() - sent_at); });
  ASSERT_TRUE(a.send("hello"));
  world.run_for(1s);
  longest = {};
  for (int i = 0; i < 100; ++i) {
    world.run_for(100ms);
    sent_at = world.now();
    ASSERT_TRUE(a.send(std::vector<std::byte>(200)));
    ASSERT_TRUE(world.run_until([&] { return a.settled(); }, 1s));
  }
  EXPECT_LE(longest, 21ms);  // 20 on the way, 0.2 on the line
}

TEST(Congestion, a_caller_that_polls_sixty_times_a_second_fills_the_path_too) {
  sim::World world{1};
  const auto link = world.link(path());
  Bulk<BottleneckControl> bulk{world, link};
  bulk.fill();
  world.every(16667us, [&] {
    bulk.a.poll();
    while (bulk.a.next_event()) {}
    bulk.fill();
    bulk.a.poll();
  });
  world.run_for(3s);
  const std::uint64_t before = bulk.delivered_bytes;
  world.run_for(5s);
  EXPECT_GE(bulk.delivered_bytes - before, 5'000'000u);  // 0.8 of 1,250,000 B/s
}

}  // namespace
}  // namespace bowline::test
