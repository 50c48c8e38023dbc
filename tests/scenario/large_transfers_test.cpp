// SPDX-License-Identifier: BSL-1.0
// Messages of a megabyte over a bad path, several at once, beside others.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <vector>

#include "bowline/reliable_channel.hpp"
#include "bowline/sim/world.hpp"
#include "scenario/support/seeds.hpp"

namespace bowline::test {
namespace {

using namespace std::chrono_literals;

/// Bytes that tell one message and one place from another.
std::vector<std::byte> body_of(std::uint64_t name, std::size_t bytes) {
  Random random{name};
  std::vector<std::byte> body(bytes);
  for (std::byte& byte : body) byte = static_cast<std::byte>(random.next());
  return body;
}

TEST(LargeTransfers, ten_at_once_under_loss_arrive_bit_by_bit) {
  for_each_seed(3, [](std::uint64_t seed) {
    sim::World world{seed};
    auto link = world.link({.delay = 25ms, .jitter = 5ms, .loss = 0.1, .duplicate = 0.02, .corrupt = 0.01});
    ReliableChannel a{link.a, {}, world.clock()}, z{link.z, {}, world.clock()};
    std::map<std::size_t, std::vector<std::byte>> sent;
    for (std::size_t i = 0; i < 10; ++i) {
      const std::size_t bytes = 500'000 + 1001 * i;  // The length is the name.
      sent[bytes] = body_of(bytes, bytes);
    }
    std::map<std::size_t, int> arrived;
    world.drive(a, [](const Unconfirmed&) { FAIL() << "nothing gives up"; });
    world.drive(z, [&](const Received& m) {
      ++arrived[m.payload.size()];
      const auto& body = sent.at(m.payload.size());
      EXPECT_TRUE(std::equal(body.begin(), body.end(), m.payload.begin(), m.payload.end()));
      EXPECT_TRUE(z.connection().invariants_hold());
    });
    for (const auto& [bytes, body] : sent) ASSERT_TRUE(a.send(body));
    ASSERT_TRUE(world.run_until([&] { return a.settled(); }, 120s));
    EXPECT_EQ(arrived.size(), 10u);
    for (const auto& [bytes, times] : arrived) EXPECT_EQ(times, 1) << bytes;
    EXPECT_EQ(z.stats().dropped_over_budget, 0u);
  });
}

TEST(LargeTransfers, both_ways_in_little_room_arrive_one_after_the_other) {
  sim::World world{1};
  auto link = world.link({.delay = 10ms, .loss = 0.1});
  const Options options{.message_bytes_max = 40'000, .reassembly_bytes_max = 60'000};
  ReliableChannel a{link.a, options, world.clock()}, z{link.z, options, world.clock()};
  std::uint64_t at_a = 0, at_z = 0;
  world.drive(a, [&](const Received& m) { at_a += m.payload.size(); });
  world.drive(z, [&](const Received& m) { at_z += m.payload.size(); });
  const auto body = body_of(1, 40'000);
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(a.send(body) && z.send(body));
  ASSERT_TRUE(world.run_until([&] { return a.settled() && z.settled(); }, 120s));
  EXPECT_EQ(at_a, 800'000u);
  EXPECT_EQ(at_z, 800'000u);
  EXPECT_EQ(a.stats().dropped_over_budget + z.stats().dropped_over_budget, 0u);
}

TEST(LargeTransfers, an_urgent_message_does_not_wait_for_a_large_one) {
  sim::World world{1};
  // 1 ms a datagram: 8 MB would take more than 6 s.
  auto link = world.link({.delay = 10ms, .rate_bits_per_second = 10'000'000});
  DefaultExtras extras;
  ReliableChannel a{link.a, {}, world.clock(), FixedQueueDedup<>{}, AdaptiveResend{}, extras};
  ReliableChannel z{link.z, {}, world.clock()};
  world.drive(a);
  TimePoint came = never;
  world.drive(z, [&](const Received& m) {
    if (m.payload.size() == 1) came = world.now();
  });
  ASSERT_TRUE(a.send(body_of(1, 8'000'000)));
  world.run_for(1s);
  const TimePoint sent = world.now();
  ASSERT_TRUE(a.send("!", {.priority = Priority::urgent}));
  world.run_for(1s);
  // What is on its way goes first: no more than the congestion window, 128 KiB or 105 ms with the default of before.
  EXPECT_LT(came - sent, 200ms);
}

TEST(LargeTransfers, cancelled_at_random_moments_leave_nothing_behind) {
  for_each_seed(30, [](std::uint64_t seed) {
    sim::World world{seed};
    Random random{seed};
    auto link = world.link({.delay = 5ms, .jitter = 5ms, .loss = 0.2, .duplicate = 0.1});
    const Options options{.window = 32, .message_bytes_max = 50'000, .reassembly_bytes_max = 100'000};
    ReliableChannel a{link.a, options, world.clock()}, z{link.z, options, world.clock()};
    std::uint64_t delivered = 0, late = 0, unconfirmed = 0;
    world.drive(a, [&](const Unconfirmed&) { ++unconfirmed; }, [&](const LateAck&) { ++late; });
    world.drive(z, [&](const Received&) { ++delivered; });
    constexpr std::uint64_t count = 20;
    for (std::uint64_t i = 0; i < count; ++i) {
      const SendResult sent = a.send(body_of(i, 2'000 + random.index(48'000)));
      ASSERT_TRUE(sent);
      world.run_for(Duration{static_cast<std::int64_t>(random.below(40'000))});
      static_cast<void>(a.cancel(sent.id));
      ASSERT_TRUE(z.connection().invariants_hold());
    }
    a.close();
    ASSERT_TRUE(world.run_until([&] { return a.state() == ConnectionState::closed; }, 60s));
    world.run_for(1s);
    EXPECT_EQ(a.stats().messages_acked + unconfirmed, count);
    EXPECT_EQ(delivered, a.stats().messages_acked + late);
  });
}

}  // namespace
}  // namespace bowline::test
