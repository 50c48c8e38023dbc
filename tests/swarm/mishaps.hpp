// SPDX-License-Identifier: BSL-1.0
// What befalls one end while there is chaos: its process, its application, its clock, its socket, its address.
#pragma once

#include <algorithm>
#include <cstdint>

#include "bowline/base/random.hpp"
#include "bowline/sim/world.hpp"
#include "swarm/end.hpp"
#include "swarm/plan.hpp"

namespace bowline::test::swarm {

template <class Kind>
class Mishaps {
 public:
  Mishaps(sim::World& world, End<Kind>& end, const Plan& plan) : world_{world}, end_{end}, plan_{plan} {}

  void begin() {
    std::uint64_t number = 0;
    const auto now_and_then = [&](Fault fault, std::int64_t parts, auto&& action) {
      ++number;
      if (plan_.faults.has(fault)) repeat(Random{seed(number)}, parts, action);
    };
    now_and_then(Fault::restarts, 2, [this](Random& random) { restart(random); });
    now_and_then(Fault::closes, 1, [this](Random& random) { close(random); });
    now_and_then(Fault::deaf_application, 4, [this](Random& random) {
      if (end_.alive()) end_.be_deaf(time(random, random.below(4) == 0 ? 60s : 2s));
    });
    now_and_then(Fault::clock_jumps_ahead, 3, [this](Random& random) {
      const Duration most[] = {1s, 1min, 1h, 24h * 30};
      end_.clock().jump(time(random, most[random.below(4)]));
    });
    now_and_then(Fault::clock_jumps_back, 3, [this](Random& random) {
      const Duration most[] = {10ms, 1s, 1min, 1h};
      end_.clock().jump(-time(random, most[random.below(4)]));
    });
    now_and_then(Fault::clock_drift, 5, [this](Random& random) {
      rate_ = 500'000 + static_cast<std::uint32_t>(random.below(1'500'001));
      if (!frozen_) end_.clock().run_at(rate_);
    });
    now_and_then(Fault::clock_freezes, 3, [this](Random& random) {
      frozen_ = true;
      end_.clock().run_at(0);
      world_.after(time(random, 10s), [this] { thaw(); });
    });
    now_and_then(Fault::blocking_transport, 6, [this](Random& random) {
      end_.socket().faults.would_block = random.below(3) == 0 ? 0 : share(random, 950'000);
    });
    now_and_then(Fault::dropping_transport, 6, [this](Random& random) {
      end_.socket().faults.dropped = share(random, 500'000);
    });
    now_and_then(Fault::half_batches, 6, [this](Random& random) {
      end_.socket().faults.half_batches = share(random, 800'000);
    });
    now_and_then(Fault::extension, 6, [this](Random& random) {
      end_.socket().faults.extended = share(random, 100'000);
    });
    now_and_then(Fault::size_loss, 4, [this](Random& random) {
      end_.socket().faults.bytes_max = 100 + random.index(1'400);
    });
    // Only the end that calls can be seen elsewhere: the other one would never be found again.
    now_and_then(Fault::address_changes, 3, [this](Random&) {
      if (end_.name() != 'a') return;
      ++end_.socket().own;
      end_.socket().rare().add(Rare::address_changed);
    });
  }

  void heal() {
    over_ = true;
    end_.socket().faults = {};
    thaw();
    end_.clock().run_at(FaultyClock::right);
    end_.listen();
    if (!end_.alive() || end_.closing()) end_.start();
  }

 private:
  [[nodiscard]] std::uint64_t seed(std::uint64_t number) const {
    return (plan_.run.seed * 2 + (end_.name() == 'a')) * 0x9e3779b97f4a7c15u + 1000 + number;
  }

  [[nodiscard]] static Duration time(Random& random, Duration most) {
    return Duration{1 + static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(most.count())))};
  }
  [[nodiscard]] static std::uint32_t share(Random& random, std::uint32_t most) {
    return static_cast<std::uint32_t>(random.below(most + 1));
  }

  template <class Action>
  void repeat(Random random, std::int64_t parts, Action action) {
    const Duration wait = time(random, (std::max)(plan_.chaos / parts, Duration{2ms}));
    world_.after(wait, [this, random, parts, action]() mutable {
      if (over_) return;
      action(random);
      repeat(random, parts, action);
    });
  }

  void restart(Random& random) {
    if (!end_.alive() || !end_.may_start_again()) return;
    end_.kill();
    const Duration down = random.below(2) == 0 ? Duration{1} : time(random, 30s);
    world_.after(down, [this] {
      if (!end_.alive()) end_.start();
    });
  }

  /// After a good-bye there is a new process some time later, whether it had finished or not.
  void close(Random& random) {
    if (!end_.alive() || end_.closing() || !end_.may_start_again()) return;
    end_.close();
    world_.after(time(random, 40s), [this] {
      if (!over_ && end_.alive() && end_.closing()) end_.start();
    });
  }

  void thaw() {
    if (!frozen_) return;
    frozen_ = false;
    end_.clock().run_at(rate_);
  }

  sim::World& world_;
  End<Kind>& end_;
  const Plan& plan_;
  std::uint32_t rate_ = FaultyClock::right;
  bool frozen_ = false;
  bool over_ = false;
};

}  // namespace bowline::test::swarm
