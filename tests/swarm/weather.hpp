// SPDX-License-Identifier: BSL-1.0
// What befalls both directions of a link while there is chaos.
#pragma once

#include <algorithm>
#include <cstdint>

#include "bowline/base/random.hpp"
#include "bowline/sim/world.hpp"
#include "swarm/plan.hpp"

namespace bowline::test::swarm {

/// Changes the link again and again, each direction by itself, within the faults of the plan.
class Weather {
 public:
  Weather(sim::World& world, sim::LinkPair& link, const Plan& plan)
      : world_{world}, link_{link}, plan_{plan}, forth_{seed(1)}, back_{seed(2)}, breaks_{seed(3)} {}

  [[nodiscard]] static sim::LinkOptions fair(const Plan& plan) {
    sim::LinkOptions options;
    options.delay = plan.delay;
    return options;
  }

  void begin() {
    change(link_.a_to_z, forth_);
    change(link_.z_to_a, back_);
    if (plan_.faults.has(Fault::partitions) || plan_.faults.has(Fault::one_way_partitions)) plan_break();
  }

  void heal() {
    over_ = true;
    link_.heal();
    link_.change(world_.now(), fair(plan_));
  }

 private:
  [[nodiscard]] std::uint64_t seed(std::uint64_t use) const { return plan_.run.seed * 0x9e3779b97f4a7c15u + 100 + use; }

  /// A moment within the next part of the chaos.
  [[nodiscard]] Duration some_time(Random& random, std::int64_t parts) const {
    const auto most = static_cast<std::uint64_t>((std::max)(plan_.chaos.count() / parts, std::int64_t{2000}));
    return Duration{1000 + static_cast<std::int64_t>(random.below(most))};
  }

  void change(sim::Link& link, Random& random) {
    if (over_) return;
    link.change(world_.now(), draw(random));
    world_.after(some_time(random, 4), [this, &link, &random] { change(link, random); });
  }

  /// As many draws whatever the faults, so that one less changes nothing about the others.
  sim::LinkOptions draw(Random& random) {
    sim::LinkOptions options = fair(plan_);
    const auto upto = [&](std::uint32_t parts) {
      return sim::Share::per_million(static_cast<std::uint32_t>(random.below(parts + 1)));
    };
    const auto time = [&](Duration most) {
      return Duration{static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(most.count()) + 1))};
    };
    const auto on = [&](Fault fault, auto& setting, auto value) {
      if (plan_.faults.has(fault)) setting = value;
    };
    on(Fault::loss, options.loss, upto(500'000));
    sim::Burst burst;
    burst.start = upto(20'000);
    burst.end = sim::Share::per_million(5'000 + static_cast<std::uint32_t>(random.below(500'000)));
    on(Fault::bursts, options.burst, burst);
    on(Fault::repeats, options.duplicate, upto(300'000));
    const Duration lateness[] = {0ms, 20ms, 400ms, 12s, 120s};
    on(Fault::repeats, options.duplicate_delay, lateness[random.below(5)]);
    on(Fault::reordering, options.jitter, time(200ms));
    on(Fault::reordering, options.reorder, upto(200'000));
    on(Fault::reordering, options.reorder_delay, time(2s));
    on(Fault::bit_flips, options.corrupt, upto(100'000));
    on(Fault::bit_flips, options.corrupt_bits, 1 + static_cast<std::uint32_t>(random.below(8)));
    on(Fault::truncation, options.truncate, upto(100'000));
    const Duration spike = random.below(8) == 0 ? time(30s) : Duration::zero();
    on(Fault::spikes, options.delay, plan_.delay + spike);
    on(Fault::rate, options.rate_bits_per_second, 30'000 + random.below(2'000'000));
    on(Fault::rate, options.queue_bytes, 2'000 + random.below(30'000));
    return options;
  }

  void plan_break() {
    world_.after(some_time(breaks_, 2), [this] {
      if (over_) return;
      const std::uint64_t way = breaks_.below(3);
      const Duration length = (std::min)(some_time(breaks_, breaks_.below(2) == 0 ? 20 : 2), Duration{60s});
      const bool both = plan_.faults.has(Fault::partitions) &&
                        (way == 0 || !plan_.faults.has(Fault::one_way_partitions));
      if (both || way == 1) link_.a_to_z.partition();
      if (both || way != 1) link_.z_to_a.partition();
      world_.after(length, [this] {
        link_.heal();
        plan_break();
      });
    });
  }

  sim::World& world_;
  sim::LinkPair& link_;
  const Plan& plan_;
  Random forth_, back_, breaks_;
  bool over_ = false;
};

}  // namespace bowline::test::swarm
