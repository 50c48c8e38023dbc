// SPDX-License-Identifier: BSL-1.0
// What the rules cost that every datagram or segment passes: the checksum and the duplicate filters.
#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "bowline/base/bytes.hpp"
#include "bowline/dedup/fixed_queue_dedup.hpp"
#include "bowline/dedup/no_dedup.hpp"
#include "bowline/dedup/window_dedup.hpp"
#include "bowline/seal/crc32c.hpp"
#include "bowline/seal/crc32c_portable.hpp"

namespace {

template <std::uint32_t (*Checksum)(std::uint32_t, bowline::Bytes)>
void checksum(benchmark::State& state) {
  const std::vector<std::byte> datagram(static_cast<std::size_t>(state.range(0)), std::byte{0x5a});
  for (auto _ : state) benchmark::DoNotOptimize(Checksum(0, datagram));
  state.SetBytesProcessed(state.iterations() * state.range(0));
}

std::uint32_t chosen(std::uint32_t running, bowline::Bytes bytes) { return bowline::crc32c(running, bytes); }
std::uint32_t portable(std::uint32_t running, bowline::Bytes bytes) { return bowline::crc32c_portable(running, bytes); }

BENCHMARK(checksum<chosen>)->Arg(64)->Arg(1200);
BENCHMARK(checksum<portable>)->Arg(64)->Arg(1200);

// Numbers in order, each one twice, as from a network that repeats everything.
template <class Filter>
void each_number_twice(benchmark::State& state) {
  Filter filter;
  bowline::SequenceNumber number = 0;
  for (auto _ : state) {
    ++number;
    benchmark::DoNotOptimize(filter.admit(number));
    benchmark::DoNotOptimize(filter.admit(number));
  }
  state.SetItemsProcessed(2 * state.iterations());
}

// Numbers in blocks of 32, each block from its end, as from a network that reorders everything.
template <class Filter>
void blocks_reversed(benchmark::State& state) {
  Filter filter;
  bowline::SequenceNumber turn = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(filter.admit((turn ^ 31) + 1));
    ++turn;
  }
  state.SetItemsProcessed(state.iterations());
}

BENCHMARK(each_number_twice<bowline::FixedQueueDedup<>>);
BENCHMARK(each_number_twice<bowline::WindowDedup<>>);
BENCHMARK(each_number_twice<bowline::NoDedup>);
BENCHMARK(blocks_reversed<bowline::FixedQueueDedup<>>);
BENCHMARK(blocks_reversed<bowline::WindowDedup<>>);

}  // namespace
