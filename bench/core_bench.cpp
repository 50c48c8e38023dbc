// SPDX-License-Identifier: BSL-1.0
// What the parts of the core cost that every datagram or message passes.
#include <benchmark/benchmark.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "bowline/core/number_ring.hpp"
#include "bowline/core/packet_log.hpp"
#include "bowline/core/payload_pool.hpp"
#include "bowline/core/receive_log.hpp"
#include "bowline/core/received_packets.hpp"
#include "bowline/core/transmission.hpp"
#include "bowline/wire/data_frame.hpp"
#include "bowline/wire/frame_reader.hpp"

namespace {

using Number = bowline::WireNumber<>;

/// As many frames of 64 bytes as fit a datagram, each after the one before, and the bytes they take.
std::size_t write_frames(bowline::Buffer buffer) {
  static constexpr std::array<std::byte, 64> payload{};
  bowline::Writer writer{buffer};
  bowline::SequenceNumber previous = 0;
  for (bowline::SequenceNumber number = 2;; ++number) {
    bowline::DataFrame frame;
    frame.number = number;
    frame.dependency = number - 1;
    frame.payload = payload;
    if (writer.room() < frame.wire_bytes(previous)) return writer.used();
    frame.write<Number>(writer, previous);
    previous = number;
  }
}

constexpr std::size_t room = 1183;           // Of a datagram of 1,200 bytes, for frames.
constexpr std::int64_t frames_a_datagram = 17;  // 1 · 71 + 16 · 67 bytes.

void frames_written(benchmark::State& state) {
  std::vector<std::byte> buffer(room);
  for (auto _ : state) {
    benchmark::DoNotOptimize(buffer.data());
    benchmark::DoNotOptimize(write_frames(buffer));
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * frames_a_datagram);
}
BENCHMARK(frames_written);

void frames_read(benchmark::State& state) {
  std::vector<std::byte> buffer(room);
  const bowline::Bytes written = bowline::Bytes{buffer}.first(write_frames(buffer));
  std::size_t read = 0;
  for (auto _ : state) {
    bowline::FrameReader<Number> reader{written, {}};
    while (const auto frame = reader.next()) read += std::get<bowline::DataFrame>(*frame).payload.size();
  }
  benchmark::DoNotOptimize(read);
  state.SetItemsProcessed(state.iterations() * frames_a_datagram);
}
BENCHMARK(frames_read);

/// A datagram full of messages in a chain: accepted, transmitted and acknowledged.
void messages_sent_and_acknowledged(benchmark::State& state) {
  static constexpr std::array<std::byte, 64> payload{};
  const bowline::Options options;
  bowline::Outbox outbox{options};
  bowline::Transmission::bind(outbox, bowline::Limits::of(options), options.window);
  bowline::PacketLog log;
  bowline::Stats stats;
  std::vector<std::byte> buffer(room);
  bowline::MessageId last;
  for (auto _ : state) {
    for (std::int64_t i = 0; i < frames_a_datagram; ++i) last = outbox.send({}, payload, {.after = last}, stats).id;
    bowline::Writer writer{buffer};
    bowline::Transmission{outbox, log, stats}.write_segments<Number>(writer, room);
    const bowline::PacketNumber packet = log.next();
    log.commit({}, writer.used(), true);
    log.acknowledge({packet, packet}, [&](bowline::PacketNumber number, bool) {
      log.for_each_run(number, [&](const bowline::PacketRun& run) { outbox.on_acked(run, number, stats); });
    });
    log.prune(bowline::PacketLogLimits::of(options));
  }
  if (outbox.pending() != 0) state.SkipWithError("a message was left behind");
  state.SetItemsProcessed(state.iterations() * frames_a_datagram);
}
BENCHMARK(messages_sent_and_acknowledged);

void number_ring(benchmark::State& state) {
  struct Item {
    std::array<std::uint64_t, 13> words{};
  };
  bowline::NumberRing<Item> ring;
  for (int i = 0; i < 100; ++i) ring.push_back({});
  for (auto _ : state) {
    ring.push_back({});
    benchmark::DoNotOptimize(ring[ring.end() - 50]);
    ring.pop_front();
  }
}
BENCHMARK(number_ring);

void payload_pool(benchmark::State& state) {
  const std::vector<std::byte> payload(static_cast<std::size_t>(state.range(0)));
  bowline::PayloadPool pool{1u << 20, 64};
  std::array<bowline::Payload, 64> kept{};
  std::size_t turn = 0;
  for (auto _ : state) {
    bowline::Payload& place = kept[turn++ % kept.size()];
    pool.release(place);
    place = pool.store(payload);
    benchmark::DoNotOptimize(pool.view(place).data());
  }
}
BENCHMARK(payload_pool)->Arg(64)->Arg(1000);

void receive_log_in_order(benchmark::State& state) {
  bowline::ReceiveLog log{1024};
  for (auto _ : state) {
    const bowline::SequenceNumber number = log.lowest_unseen();
    benchmark::DoNotOptimize(log.fate(number));
    log.set(number, bowline::Fate::delivered);
  }
}
BENCHMARK(receive_log_in_order);

void received_packets_in_order(benchmark::State& state) {
  bowline::ReceivedPackets packets{4096};
  bowline::PacketNumber number = 0;
  for (auto _ : state) {
    ++number;
    benchmark::DoNotOptimize(packets.classify(number));
    packets.record(number);
  }
}
BENCHMARK(received_packets_in_order);

// A packet of 17 segments, acknowledged when 100 more are on the way.
void packet_log(benchmark::State& state) {
  bowline::PacketLog log;
  bowline::SequenceNumber number = 0;
  const auto send = [&] {
    for (int i = 0; i < 17; ++i) log.add_content({++number, false});
    log.commit({}, 1200, true);
  };
  for (int i = 0; i < 100; ++i) send();
  std::uint64_t seen = 0;
  const bowline::PacketLogLimits limits = bowline::PacketLogLimits::of({});
  for (auto _ : state) {
    send();
    const bowline::PacketNumber oldest = log.oldest_outstanding();
    log.acknowledge({oldest, oldest}, [&](bowline::PacketNumber packet, bool) {
      log.for_each_content(packet, [&](bowline::PacketContent content) { seen += content.number; });
    });
    log.prune(limits);
  }
  benchmark::DoNotOptimize(seen);
}
BENCHMARK(packet_log);

}  // namespace
