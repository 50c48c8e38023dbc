// SPDX-License-Identifier: BSL-1.0
// What arrives of a 50 Mbit/s path of 50 ms while it loses p of everything, both ways. With the default options.
#include <cstdio>
#include <string>

#include "bowline/congestion/bottleneck_control.hpp"
#include "bowline/congestion/cubic.hpp"
#include "bowline/congestion/fixed_window.hpp"
#include "bulk_flow.hpp"
#include "figure.hpp"

namespace bowline::bench {

namespace {

using namespace std::chrono_literals;

constexpr int seeds = 10;
constexpr std::uint64_t bits_per_second = 50'000'000;
constexpr std::uint64_t product_bytes = bits_per_second / 8 / 20;  // 50 ms
constexpr Duration settle = 3s;
constexpr Duration whole = 10s;

struct Outcome {
  double share = 0;      ///< Of capacity · (1 − p).
  double datagrams = 0;  ///< Forward ones a message.
};

std::string decimal(double value, int digits) {
  char text[32];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

template <class Congestion>
Outcome run(std::uint64_t seed, double loss, Congestion congestion) {
  sim::World world{seed};
  const sim::LinkOptions path{.delay = 25ms, .loss = loss, .rate_bits_per_second = bits_per_second,
                              .queue_bytes = product_bytes, .mtu_bytes = 1500};
  BulkFlow flow{world, world.link(path), congestion};
  flow.start();
  world.run_for(settle);
  const std::uint64_t bytes = flow.delivered_bytes();
  const std::uint64_t datagrams = flow.datagrams_sent();
  world.run_for(whole - settle);
  const double delivered = static_cast<double>(flow.delivered_bytes() - bytes);
  const double capacity = static_cast<double>(bits_per_second / 8) * 7;
  return {delivered / capacity / (1 - loss),
          static_cast<double>(flow.datagrams_sent() - datagrams) * message_bytes / delivered};
}

/// Rows and points; figures where `held_to_it`.
template <class Congestion>
void show(const char* name, Congestion congestion, bool held_to_it) {
  std::string shares, datagrams;
  for (const double loss : {0.0, 0.001, 0.01, 0.05, 0.1}) {
    Outcome mean;
    for (int seed = 1; seed <= seeds; ++seed) {
      const Outcome one = run(static_cast<std::uint64_t>(seed), loss, congestion);
      mean.share += one.share / seeds;
      mean.datagrams += one.datagrams / seeds;
    }
    const std::string percent = decimal(loss * 100, 1) + '%';
    shares += ' ' + percent + '=' + decimal(mean.share, 3);
    datagrams += ' ' + percent + '=' + decimal(mean.datagrams, 3);
    ::bench::point("goodput", name, loss * 100, mean.share);
    if (!held_to_it) continue;
    ::bench::figure_at_least("goodput_p[p=" + percent + ']', mean.share, 0.92);
    ::bench::figure_at_most("goodput_p_datagrams[p=" + percent + ']', mean.datagrams, 1.06 / (1 - loss));
  }
  std::printf("ROW goodput %s%s\n", name, shares.c_str());
  std::printf("ROW datagrams %s%s\n", name, datagrams.c_str());
}

void run_all() {
  show("bottleneck", BottleneckControl{}, true);
  show("cubic", Cubic{}, false);
  show("fixed", FixedWindow{2 * product_bytes, Options{}.datagram_bytes_max}, false);
}

}  // namespace
}  // namespace bowline::bench

int main() { bowline::bench::run_all(); }
