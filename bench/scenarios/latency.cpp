// SPDX-License-Identifier: BSL-1.0
// How long a small message and its echo take over a path that delays and loses, in virtual time: 8 bytes every 20 ms,
// in order, echoed at once; each direction delays evenly 30 to 62.5 ms, loses 5 % and keeps the order.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "bowline/congestion/fixed_window.hpp"
#include "bowline/reliable_channel.hpp"
#include "bowline/resend/adaptive_resend.hpp"
#include "bowline/resend/eager_resend.hpp"
#include "bowline/sim/world.hpp"
#include "figure.hpp"

namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t seeds = 100;
constexpr std::uint32_t messages = 1001;

struct Tally {
  std::vector<double> milliseconds;  ///< From `send` to the echo, of all seeds.
  std::uint64_t bytes_forth = 0;     ///< UDP payload, after the handshake.
  std::uint64_t bytes_back = 0;
  std::uint64_t datagrams_forth = 0;
};

/// Sends a message after the one before.
template <class Channel>
class Line {
 public:
  explicit Line(Channel& channel) : channel_{channel} {}

  void send(bowline::Bytes payload) {
    const bowline::SendResult result = channel_.send(payload, {.after = last_});
    if (!result) std::fputs("broken: a message was refused\n", stderr), std::exit(1);
    last_ = result.id;
  }

 private:
  Channel& channel_;
  bowline::MessageId last_;
};

template <class Resend, class Extras>
void run_one(std::uint64_t seed, Tally& tally) {
  bowline::sim::World world{seed};
  auto link = world.link({.delay = 30ms, .jitter = 32500us, .keep_order = true, .loss = 0.05});
  using Channel = bowline::ReliableChannel<bowline::sim::LinkEnd, bowline::ManualClock, bowline::FixedQueueDedup<>,
                                           Resend, Extras>;
  Channel a{link.a, {}, world.clock()};
  Channel z{link.z, {}, world.clock()};
  Line line{a};
  Line echo{z};
  std::vector<bowline::TimePoint> sent_at;
  std::uint32_t echoed = 0;
  world.drive(z, [&](const bowline::Received& message) { echo.send(message.payload); });
  world.drive(a, [&](const bowline::Received& message) {
    std::uint64_t number = 0;
    std::memcpy(&number, message.payload.data(), sizeof number);
    if (number != echoed) std::fputs("broken: an echo came out of order\n", stderr), std::exit(1);
    tally.milliseconds.push_back(std::chrono::duration<double, std::milli>{world.now() - sent_at[echoed++]}.count());
  });
  a.connect();
  const auto confirmed = [&] { return a.connection().confirmed() && z.connection().confirmed(); };
  const bool connected = world.run_until(confirmed, 1min);
  const std::uint64_t forth = link.a_to_z.counters().offered_bytes;
  const std::uint64_t back = link.z_to_a.counters().offered_bytes;
  const std::uint64_t datagrams = link.a_to_z.counters().offered;
  world.every(20ms, [&] {
    if (sent_at.size() == messages) return;
    std::array<std::byte, 8> payload{};
    const std::uint64_t number = sent_at.size();
    std::memcpy(payload.data(), &number, sizeof number);
    sent_at.push_back(world.now());
    line.send(payload);
  });
  if (!connected || !world.run_until([&] { return echoed == messages; }, 5min)) {
    std::fputs("broken: not all echoes came\n", stderr), std::exit(1);
  }
  tally.bytes_forth += link.a_to_z.counters().offered_bytes - forth;
  tally.bytes_back += link.z_to_a.counters().offered_bytes - back;
  tally.datagrams_forth += link.a_to_z.counters().offered - datagrams;
}

struct Limits {
  double average_ms;
  double p99_ms;
  double bytes;
  double datagrams;  ///< A message, one way: near 1 where acknowledgements ride on data.
};

struct Fixed : bowline::DefaultExtras {
  bowline::FixedWindow congestion;
};

/// A row and points; figures where there are limits.
template <class Resend, class Extras = bowline::DefaultExtras>
void measure(const std::string& name, const std::optional<Limits>& limits = {}) {
  Tally tally;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) run_one<Resend, Extras>(seed, tally);
  std::vector<double>& all = tally.milliseconds;
  std::sort(all.begin(), all.end());
  const auto quantile = [&](double share) {
    return all[static_cast<std::size_t>(share * static_cast<double>(all.size() - 1))];
  };
  double sum = 0;
  for (const double each : all) sum += each;
  const auto per_message = [](std::uint64_t count) {
    return static_cast<double>(count) / static_cast<double>(seeds * messages);
  };
  const double average = sum / static_cast<double>(all.size());
  const double bytes = (std::max)(per_message(tally.bytes_forth), per_message(tally.bytes_back));
  std::printf("ROW latency %s average_ms=%.1f p50_ms=%.1f p95_ms=%.1f p99_ms=%.1f p99.9_ms=%.1f max_ms=%.1f "
              "bytes=%.1f datagrams=%.2f\n",
              name.c_str(), average, quantile(0.5), quantile(0.95), quantile(0.99), quantile(0.999), all.back(), bytes,
              per_message(tally.datagrams_forth));
  if (!limits) return;
  bench::figure_at_most(("latency_" + name + "_average_ms"), average, limits->average_ms);
  bench::figure_at_most(("latency_" + name + "_p99_ms"), quantile(0.99), limits->p99_ms);
  bench::figure_at_most(("latency_" + name + "_bytes"), bytes, limits->bytes);
  bench::figure_at_most(("latency_" + name + "_datagrams"), per_message(tally.datagrams_forth), limits->datagrams);
  // Denser towards the slow end, which is what the picture is about.
  for (const double share : {0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.97, 0.98, 0.99, 0.995, 0.999}) {
    bench::point("latency", name.c_str(), quantile(share), 1 - share);
  }
}

}  // namespace

int main() {
  measure<bowline::AdaptiveResend>("adaptive", Limits{.average_ms = 140, .p99_ms = 320, .bytes = 45, .datagrams = 1.1});
  measure<bowline::AdaptiveResend, Fixed>("adaptive_fixed_window");
  measure<bowline::EagerResend>("eager", Limits{.average_ms = 100, .p99_ms = 165, .bytes = 66, .datagrams = 1.1});
  measure<bowline::EagerResend, Fixed>("eager_fixed_window");
}
