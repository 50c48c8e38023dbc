// SPDX-License-Identifier: BSL-1.0
// Two connections that hand each other their datagrams in place: what the protocol itself costs, without a channel, a
// transport or a clock around it.
#include <benchmark/benchmark.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "bowline/core/connection.hpp"
#include "bowline/dedup/fixed_queue_dedup.hpp"
#include "bowline/default_extras.hpp"
#include "bowline/resend/adaptive_resend.hpp"

namespace {

using namespace std::chrono_literals;
using Connection = bowline::Connection<bowline::FixedQueueDedup<>, bowline::AdaptiveResend, bowline::DefaultExtras>;

class Pair {
 public:
  void tick() {
    now_ += 1ms;
    carry(a_, z_);
    carry(z_, a_);
  }

  bool send(bowline::Bytes payload) {
    const bowline::SendResult result = a_.send(now_, payload, {.after = last_});
    if (result) last_ = result.id;
    return static_cast<bool>(result);
  }

  [[nodiscard]] const bowline::Stats& receiver() const { return z_.stats(); }

 private:
  void carry(Connection& from, Connection& to) {
    from.handle_timeout(now_);
    while (const std::size_t bytes = from.poll_transmit(now_, buffer_)) {
      to.handle_datagram(now_, bowline::Buffer{buffer_}.first(bytes));
      while (const auto event = to.next_event()) benchmark::DoNotOptimize(event->as<bowline::Received>());
    }
  }

  bowline::TimePoint now_{1s};
  Connection a_{bowline::Options{.entropy = {1, 2}}};
  Connection z_{bowline::Options{.entropy = {3, 4}}};
  bowline::MessageId last_;
  std::vector<std::byte> buffer_ = std::vector<std::byte>(bowline::Options{}.datagram_bytes_max);
};

// 32 messages a tick, each after the one before.
void messages_in_order(benchmark::State& state) {
  const std::vector<std::byte> payload(static_cast<std::size_t>(state.range(0)));
  Pair pair;
  const auto tick = [&] {
    for (int i = 0; i < 32; ++i) {
      if (!pair.send(payload)) state.SkipWithError("a message was refused");
    }
    pair.tick();
  };
  for (int i = 0; i < 100; ++i) tick();
  const std::uint64_t before = pair.receiver().messages_delivered;
  for (auto _ : state) tick();
  state.SetItemsProcessed(static_cast<std::int64_t>(pair.receiver().messages_delivered - before));
}
BENCHMARK(messages_in_order)->Arg(16)->Arg(64)->Arg(256)->Arg(1000);

}  // namespace
