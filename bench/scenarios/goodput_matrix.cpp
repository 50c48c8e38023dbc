// SPDX-License-Identifier: BSL-1.0
// Slow and fast paths, short and long, with hardly a queue and with a bloated one: what arrives, and what stands in the
// queue once the start is over.
#include <cstdio>
#include <string>

#include "bowline/congestion/bottleneck_control.hpp"
#include "bowline/congestion/cubic.hpp"
#include "bowline/congestion/fixed_window.hpp"
#include "bowline/dedup/window_dedup.hpp"
#include "bulk_flow.hpp"
#include "figure.hpp"

namespace bowline::bench {

namespace {

using namespace std::chrono_literals;

constexpr int seeds = 2;
constexpr Duration settle = 10s;
constexpr Duration measured = 10s;

struct Path {
  std::uint64_t megabits_per_second;
  Duration round_trip;
  double queue_products;

  [[nodiscard]] double product_bytes() const {
    return static_cast<double>(megabits_per_second) / 8 * static_cast<double>(round_trip.count());
  }
  [[nodiscard]] std::string name() const {
    char text[64];
    std::snprintf(text, sizeof text, "%dM,%dms,%.1f", static_cast<int>(megabits_per_second),
                  static_cast<int>(round_trip / 1ms), queue_products);
    return text;
  }
};

struct Outcome {
  double share = 0;     ///< Payload of capacity.
  double standing = 0;  ///< The queue on average, in products.
};

/// A path of 500 Mbit/s and 300 ms holds 14,423 messages of 1,300 bytes, two numbers each, and a lost one is missed for
/// as long again: the default window of 4,096 numbers is not made for it (see `Options::window`).
struct WidePath {
  using Dedup = WindowDedup<65536>;
  static Options options() {
    Options options;
    options.window = options.packets_tracked = 65536;
    options.messages_max = 131072;
    options.send_bytes_max = 128u << 20;
    return options;
  }
};

struct DefaultPath {
  using Dedup = FixedQueueDedup<>;
  static Options options() { return {}; }
};

template <class Rules, class Congestion>
Outcome run(std::uint64_t seed, const Path& path, Congestion congestion) {
  sim::World world{seed};
  const sim::LinkOptions link{.delay = path.round_trip / 2,
                              .rate_bits_per_second = path.megabits_per_second * 1'000'000,
                              .queue_bytes = static_cast<std::uint64_t>(path.queue_products * path.product_bytes()),
                              .mtu_bytes = 1500};
  BulkFlow<Congestion, typename Rules::Dedup> flow{world, world.link(link), congestion, Rules::options()};
  flow.start();
  world.run_for(settle);
  const std::uint64_t before = flow.delivered_bytes();
  double queued = 0;
  int looks = 0;
  world.every(10ms, [&] {
    queued += static_cast<double>(flow.link().a_to_z.queued_bytes(world.now()));
    ++looks;
  });
  world.run_for(measured);
  const double capacity = static_cast<double>(path.megabits_per_second) / 8 * static_cast<double>(measured.count());
  return {static_cast<double>(flow.delivered_bytes() - before) / capacity, queued / looks / path.product_bytes()};
}

template <class Congestion>
Outcome mean(const Path& path, Congestion congestion) {
  Outcome mean;
  for (int seed = 1; seed <= seeds; ++seed) {
    const auto number = static_cast<std::uint64_t>(seed);
    const Outcome one = path.product_bytes() > 10'000'000 ? run<WidePath>(number, path, congestion)
                                                          : run<DefaultPath>(number, path, congestion);
    mean.share += one.share / seeds;
    mean.standing += one.standing / seeds;
  }
  return mean;
}

void show(const Path& path) {
  const Outcome ours = mean(path, BottleneckControl{});
  const Outcome cubic = mean(path, Cubic{});
  const Outcome fixed = mean(path, FixedWindow{});
  // Half of what the path could carry is a collapse.
  ::bench::figure_at_least("matrix_goodput[" + path.name() + ']', ours.share, 0.5);
  ::bench::figure_at_most("matrix_queue[" + path.name() + ']', ours.standing, 0.5);
  std::printf("ROW matrix %s bottleneck=%.3f queue=%.3f cubic=%.3f queue=%.3f fixed=%.3f queue=%.3f\n",
              path.name().c_str(), ours.share, ours.standing, cubic.share, cubic.standing, fixed.share,
              fixed.standing);
}

void run_all() {
  for (const std::uint64_t rate : {5u, 500u}) {
    for (const Duration round_trip : {10ms, 300ms}) {
      for (const double queue : {0.1, 4.0}) show({rate, round_trip, queue});
    }
  }
}

}  // namespace
}  // namespace bowline::bench

int main() { bowline::bench::run_all(); }
