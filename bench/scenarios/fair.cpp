// SPDX-License-Identifier: BSL-1.0
// Flows that share a bottleneck of one product, a bottleneck that changes its rate, and a loss-based flow beside ours.
#include <algorithm>
#include <cstdio>
#include <deque>
#include <string>
#include <vector>

#include "bowline/congestion/bottleneck_control.hpp"
#include "bowline/congestion/cubic.hpp"
#include "bowline/congestion/fixed_window.hpp"
#include "bulk_flow.hpp"
#include "figure.hpp"

namespace bowline::bench {

namespace {

using namespace std::chrono_literals;

constexpr int seeds = 5;
constexpr Duration round_trip = 50ms;
constexpr Duration apart = 5s;  // From one start to the next.

constexpr std::uint64_t product_bytes(std::uint64_t bits_per_second) { return bits_per_second / 8 / 20; }

sim::LinkOptions path(std::uint64_t bits_per_second) {
  return {.delay = round_trip / 2,
          .rate_bits_per_second = bits_per_second,
          .queue_bytes = product_bytes(bits_per_second),
          .mtu_bytes = 1500};
}

/// Links whose forward directions wait in one queue.
struct Shared {
  Shared(std::uint64_t seed, std::uint64_t bits_per_second, int count) : world{seed} {
    for (int i = 0; i < count; ++i) {
      links.push_back(world.link(path(bits_per_second), {.delay = round_trip / 2}));
      if (i != 0) links.back().a_to_z.queue_in(links.front().a_to_z);
    }
  }

  sim::World world;
  std::deque<sim::LinkPair> links;
};

/// (Σ x)² / (n · Σ x²): 1 when all are equal, 1 / n when one has everything (Jain 1984).
double jain_index(const std::vector<double>& shares) {
  double sum = 0, squares = 0;
  for (const double share : shares) sum += share, squares += share * share;
  return sum * sum / (static_cast<double>(shares.size()) * squares);
}

/// What `count` flows get of each other, from 30 s after the last start on, for 10 s.
template <class Congestion>
double equality(std::uint64_t seed, std::uint64_t bits_per_second, int count, Congestion congestion) {
  Shared shared{seed, bits_per_second, count};
  std::deque<BulkFlow<Congestion>> flows;
  for (const sim::LinkPair& link : shared.links) flows.emplace_back(shared.world, link, congestion);
  for (BulkFlow<Congestion>& flow : flows) {
    flow.start();
    shared.world.run_for(apart);
  }
  shared.world.run_for(30s - apart);
  std::vector<double> shares;
  for (const auto& flow : flows) shares.push_back(-static_cast<double>(flow.delivered_bytes()));
  shared.world.run_for(10s);
  for (std::size_t i = 0; i < flows.size(); ++i) shares[i] += static_cast<double>(flows[i].delivered_bytes());
  return jain_index(shares);
}

/// Seconds until half a second's payload is 0.85 of the link's rate and the queue below half a product again.
template <class Congestion>
double seconds_to_follow(sim::World& world, BulkFlow<Congestion>& flow, std::uint64_t bits_per_second) {
  constexpr Duration step = 500ms;
  for (int steps = 1; steps < 40; ++steps) {
    const std::uint64_t before = flow.delivered_bytes();
    world.run_for(step);
    const double got = static_cast<double>(flow.delivered_bytes() - before) * 16;
    const std::uint64_t queued = flow.link().a_to_z.queued_bytes(world.now());
    const bool full = got >= 0.85 * static_cast<double>(bits_per_second);
    if (full && queued <= product_bytes(bits_per_second) / 2) return steps * 0.5;
  }
  return 20;
}

/// The slower of both directions of a step from 20 to 5 to 20 Mbit/s, 15 s apart. The queue keeps its bytes.
template <class Congestion>
double step_seconds(std::uint64_t seed, Congestion congestion) {
  Shared shared{seed, 20'000'000, 1};
  BulkFlow<Congestion> flow{shared.world, shared.links.front(), congestion};
  flow.start();
  shared.world.run_for(15s);
  sim::LinkOptions slow = path(20'000'000);
  slow.rate_bits_per_second = 5'000'000;
  flow.link().a_to_z.change(shared.world.now(), slow);
  const double down = seconds_to_follow(shared.world, flow, 5'000'000);
  shared.world.run_for(15s - Duration{static_cast<std::int64_t>(down * 1e6)});
  flow.link().a_to_z.change(shared.world.now(), path(20'000'000));
  return (std::max)(down, seconds_to_follow(shared.world, flow, 20'000'000));
}

/// The smaller share of the two, of what both get from 20 to 60 s after the second start.
double beside_cubic(std::uint64_t seed, bool cubic_first) {
  Shared shared{seed, 20'000'000, 2};
  BulkFlow<BottleneckControl> ours{shared.world, shared.links[0], BottleneckControl{}};
  BulkFlow<Cubic> other{shared.world, shared.links[1], Cubic{}};
  if (cubic_first) other.start();
  else ours.start();
  shared.world.run_for(apart);
  if (cubic_first) ours.start();
  else other.start();
  shared.world.run_for(20s);
  const std::uint64_t ours_before = ours.delivered_bytes(), other_before = other.delivered_bytes();
  shared.world.run_for(40s);
  const double a = static_cast<double>(ours.delivered_bytes() - ours_before);
  const double b = static_cast<double>(other.delivered_bytes() - other_before);
  return (std::min)(a, b) / (a + b);
}

template <class Measure>
double least(Measure&& measure) {
  double result = 1e9;
  for (int seed = 1; seed <= seeds; ++seed) result = (std::min)(result, measure(static_cast<std::uint64_t>(seed)));
  return result;
}

template <class Measure>
double greatest(Measure&& measure) {
  return -least([&](std::uint64_t seed) { return -measure(seed); });
}

struct Fairness {
  double two_at_20 = 0, eight_at_20 = 0, eight_at_50 = 0;  ///< Jain's index of so many flows at so many Mbit/s.
  double step_seconds = 0;
};

template <class Congestion>
Fairness measure(const char* name, Congestion congestion) {
  const auto equal = [&](std::uint64_t rate, int count) {
    return least([&](std::uint64_t seed) { return equality(seed, rate, count, congestion); });
  };
  const Fairness found{equal(20'000'000, 2), equal(20'000'000, 8), equal(50'000'000, 8),
                       greatest([&](std::uint64_t seed) { return step_seconds(seed, congestion); })};
  std::printf("ROW fairness %s 2,20M=%.3f 8,20M=%.3f 8,50M=%.3f step_seconds=%.1f\n", name, found.two_at_20,
              found.eight_at_20, found.eight_at_50, found.step_seconds);
  return found;
}

void run_all() {
  const Fairness ours = measure("bottleneck", BottleneckControl{});
  ::bench::figure_at_least("fair_jain[2,20M]", ours.two_at_20, 0.95);
  ::bench::figure_at_least("fair_jain[8,20M]", ours.eight_at_20, 0.95);
  ::bench::figure_at_least("fair_jain[8,50M]", ours.eight_at_50, 0.95);
  ::bench::figure_at_most("fair_step_seconds", ours.step_seconds, 3);
  for (const bool cubic_first : {false, true}) {
    const std::string which = cubic_first ? "[cubic_first]" : "[cubic_second]";
    const double share = least([&](std::uint64_t seed) { return beside_cubic(seed, cubic_first); });
    ::bench::figure_at_least("fair_beside_cubic" + which, share, 0.25);
  }
  measure("cubic", Cubic{});
  measure("fixed", FixedWindow{2 * product_bytes(20'000'000), Options{}.datagram_bytes_max});
}

}  // namespace
}  // namespace bowline::bench

int main() { bowline::bench::run_all(); }
