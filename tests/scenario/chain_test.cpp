// SPDX-License-Identifier: BSL-1.0
// How fast a chain of dependent messages runs, by the gate that it waits at.
#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "bowline/congestion/fixed_window.hpp"
#include "bowline/reliable_channel.hpp"
#include "bowline/sim/world.hpp"

namespace bowline::test {
namespace {

using namespace std::chrono_literals;

constexpr Duration round_trip = 50ms;
constexpr std::size_t message_bytes = 1000;

struct ChainRun {
  Duration took{};
  std::uint64_t delivered = 0;
  bool in_order = true;
  Stats sender;
};

/// Sends a chain of `links` messages, each after the one before, with all of it queued before the peer is known.
ChainRun run_chain(std::uint64_t links, Gate gate, Duration ack_delay_max = 10ms) {
  ChainRun run;
  sim::World world{1};
  auto link = world.link({.delay = round_trip / 2});
  // W = 1,024 messages leave a round trip. The congestion window must hold them with their headers, 1,024 · 1,033
  // bytes, and so must the receiver's budget,
  // should the first one be late. All of the chain is queued: 10,000 messages, 10 MB, are within the defaults.
  Options options{.window = 1024, .held_bytes_max = 2u << 20, .ack_delay_max = ack_delay_max};
  struct WideOpen : DefaultExtras {
    FixedWindow congestion{std::size_t{2} << 20};
  };
  ReliableChannel a{link.a, options, world.clock(), FixedQueueDedup<>{}, AdaptiveResend{}, WideOpen{}};
  ReliableChannel z{link.z, options, world.clock()};
  world.drive(a);
  world.drive(z, [&](const Received& m) {
    std::uint64_t number = 0;
    std::memcpy(&number, m.payload.data(), sizeof number);
    run.in_order &= number == run.delivered++;
  });
  std::vector<std::byte> payload(message_bytes);
  MessageId last;
  for (std::uint64_t i = 0; i < links; ++i) {
    std::memcpy(payload.data(), &i, sizeof i);
    const SendResult sent = a.send(payload, {.after = last, .gate = gate});
    EXPECT_TRUE(sent);
    last = sent.id;
  }
  EXPECT_TRUE(world.run_until([&] { return a.settled(); }, 1h));
  run.took = world.elapsed();
  run.sender = a.stats();
  return run;
}

TEST(Chain, ten_thousand_links_at_the_receivers_gate_take_less_than_fifteen_round_trips) {
  const ChainRun run = run_chain(10'000, Gate::at_receiver);
  EXPECT_EQ(run.delivered, 10'000u);
  EXPECT_TRUE(run.in_order);
  EXPECT_EQ(run.sender.segments_resent, 0u);
  EXPECT_LT(run.took, 15 * round_trip);
  EXPECT_EQ(run.took, 550ms);  // 1 round trip of handshake and 10 of up to 1,024 messages: ⌈10,000 / 1,024⌉
}

TEST(Chain, at_the_senders_gate_each_link_takes_a_round_trip) {
  const ChainRun run = run_chain(1'000, Gate::at_sender, 0ms);
  EXPECT_EQ(run.delivered, 1'000u);
  EXPECT_TRUE(run.in_order);
  EXPECT_EQ(run.took, 1'001 * round_trip);  // and one of handshake
}

TEST(Chain, at_the_senders_gate_each_link_waits_for_a_delayed_acknowledgement_too) {
  const ChainRun run = run_chain(100, Gate::at_sender, 10ms);
  EXPECT_EQ(run.took, round_trip + 100 * (round_trip + 10ms));
}

}  // namespace
}  // namespace bowline::test
