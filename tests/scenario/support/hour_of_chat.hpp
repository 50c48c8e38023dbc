// SPDX-License-Identifier: BSL-1.0
// Two peers that talk at 10 messages a second each under 20 % loss, for as long as one likes.
#pragma once

#include <array>
#include <cstdint>

#include "bowline/reliable_channel.hpp"
#include "bowline/sim/world.hpp"

namespace bowline::test {

struct ChatResult {
  std::uint64_t sent = 0, acked = 0, received = 0, unconfirmed = 0;
  std::uint64_t polls = 0, datagrams = 0;
  std::uint64_t trace = 0;
};

/// Both ends send 64 bytes each 100 ms for `time`; a round trip takes 50 ms.
inline ChatResult chat_for(Duration time, std::uint64_t seed) {
  using namespace std::chrono_literals;
  ChatResult result;
  sim::World world{seed};
  auto link = world.link({.delay = 25ms, .loss = 0.2});
  ReliableChannel a{link.a, {}, world.clock()}, z{link.z, {}, world.clock()};
  const auto received = [&](const Received&) { ++result.received; };
  const auto unconfirmed = [&](const Unconfirmed&) { ++result.unconfirmed; };
  world.drive(a, received, unconfirmed);
  world.drive(z, received, unconfirmed);
  const std::array<std::byte, 64> line{};
  bool live = true;
  world.every(100ms, [&] {
    if (live) result.sent += (a.send(line) ? 1u : 0u) + (z.send(line) ? 1u : 0u);
  });
  world.run_for(time);
  live = false;
  (void)world.run_until([&] { return a.settled() && z.settled(); }, 1min);
  result.acked = a.stats().messages_acked + z.stats().messages_acked;
  result.polls = world.polls(a) + world.polls(z);
  result.datagrams = a.stats().datagrams_sent + z.stats().datagrams_sent;
  result.trace = world.trace_hash();
  return result;
}

}  // namespace bowline::test
