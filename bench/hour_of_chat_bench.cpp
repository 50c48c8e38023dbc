// SPDX-License-Identifier: BSL-1.0
// What a simulated hour of two peers costs: 10 messages a second from each, under 20 % loss.
#include <benchmark/benchmark.h>

#include <array>
#include <cstddef>
#include <cstdint>

#include "bowline/reliable_channel.hpp"
#include "bowline/sim/world.hpp"

namespace {

using namespace std::chrono_literals;

void hour_of_chat(benchmark::State& state) {
  std::uint64_t seed = 0, messages = 0;
  for (auto _ : state) {
    bowline::sim::World world{++seed};
    auto link = world.link({.delay = 25ms, .loss = 0.2});
    bowline::ReliableChannel a{link.a, {}, world.clock()}, z{link.z, {}, world.clock()};
    world.drive(a);
    world.drive(z);
    const std::array<std::byte, 64> line{};
    world.every(100ms, [&] {
      if (!a.send(line) || !z.send(line)) state.SkipWithError("a send was refused");
    });
    world.run_for(1h);
    messages += a.stats().messages_delivered + z.stats().messages_delivered;
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(messages));
}

BENCHMARK(hour_of_chat)->Unit(benchmark::kMillisecond);

}  // namespace
