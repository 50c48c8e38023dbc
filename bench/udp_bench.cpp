// SPDX-License-Identifier: BSL-1.0
// What a message costs over loopback, both ends in one thread, for each way in which datagrams share system calls.
#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "bowline/congestion/fixed_window.hpp"
#include "bowline/reliable_channel.hpp"
#include "bowline/transport/udp_transport.hpp"

namespace {

using namespace std::chrono_literals;
using bowline::UdpBatching;
using bowline::UdpTransport;

/// Congestion control is not what is measured: as much is on the way as the socket buffers hold.
struct Extras : bowline::DefaultExtras {
  bowline::FixedWindow congestion{std::size_t{1} << 20};
};
using Channel = bowline::ReliableChannel<UdpTransport, bowline::SteadyClock, bowline::FixedQueueDedup<8192>,
                                         bowline::AdaptiveResend, Extras>;

std::optional<Channel> opened(benchmark::State& state, const bowline::UdpOptions& where) {
  bowline::UdpOptions options = where;
  options.send_buffer_bytes = options.receive_buffer_bytes = std::size_t{4} << 20;
  auto socket = UdpTransport::open(options);
  if (!socket) return state.SkipWithError(std::string{socket.why()}.c_str()), std::nullopt;
  return Channel{std::move(socket).value(), bowline::Options{.window = 4096}};
}

template <UdpBatching sending, UdpBatching receiving = sending>
void loopback(benchmark::State& state) {
  auto z = opened(state, {.local = "127.0.0.1:0", .batching = receiving});
  if (!z) return;
  auto a = opened(state, {.remote = z->transport().local_address(), .batching = sending});
  if (!a) return;
  const std::vector<std::byte> payload(static_cast<std::size_t>(state.range(0)), std::byte{0x5a});
  const auto messages_a_turn = static_cast<std::uint64_t>(state.range(1));
  const auto shorter_max = static_cast<std::uint32_t>(state.range(2));
  bowline::Random lengths{1};
  std::uint64_t sent = 0, delivered = 0;
  const auto turn = [&] {
    a->poll();
    while (const auto event = z->next_event()) {
      if (const auto* message = event->as<bowline::Received>()) {
        benchmark::DoNotOptimize(message->payload.data());
        ++delivered;
      }
    }
    z->poll();
    while (const auto event = a->next_event()) benchmark::DoNotOptimize(&*event);
  };
  for (auto _ : state) {
    for (std::uint64_t i = 0; i < messages_a_turn; ++i) {
      const auto shorter = static_cast<std::uint32_t>(lengths.below(shorter_max + 1));
      sent += a->send(bowline::Bytes{payload}.first(payload.size() - shorter)) ? 1u : 0u;
    }
    do turn();
    while (delivered < sent);
  }
  const std::uint64_t counted = delivered;
  while (!a->settled()) turn();
  const auto& stats = a->transport().stats();
  const auto& arrived = z->transport().stats();
  state.SetItemsProcessed(static_cast<std::int64_t>(counted));
  state.counters["us"] = benchmark::Counter(static_cast<double>(counted) / 1e6,
                                            benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.counters["datagrams_a_call"] = static_cast<double>(stats.sent) / static_cast<double>(stats.send_calls);
  state.counters["datagrams_a_receive"] =
      static_cast<double>(arrived.received) / static_cast<double>(arrived.receive_calls);
  state.counters["resent"] = static_cast<double>(a->stats().segments_resent);
}

void sizes(benchmark::internal::Benchmark* bench) {
  bench->ArgNames({"bytes", "a_turn", "shorter"});
  for (const int bytes : {64, 1000}) {
    for (const int datagrams : {1, 64}) bench->Args({bytes, datagrams * (bytes == 64 ? 16 : 1), 0});
    bench->Args({bytes, bytes == 64 ? 1024 : 64, 60});  // lengths differ by up to 60 bytes
  }
  bench->Args({16384, 4, 0});
}

BENCHMARK(loopback<UdpBatching::automatic>)->Apply(sizes);
BENCHMARK(loopback<UdpBatching::many>)->Apply(sizes);
BENCHMARK(loopback<UdpBatching::none>)->Apply(sizes);
// A receiver that joins what comes from a sender whose kernel does not cut: loopback joins none of that.
BENCHMARK(loopback<UdpBatching::many, UdpBatching::automatic>)->Apply(sizes);

}  // namespace
