// SPDX-License-Identifier: BSL-1.0
// All that a seed decides before anything happens.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "bowline/base/options.hpp"
#include "bowline/base/random.hpp"
#include "swarm/drawn_policies.hpp"
#include "swarm/fault.hpp"

namespace bowline::test::swarm {

using namespace std::chrono_literals;

/// What of a seed is run: all of it, or less when a failure is made smaller.
struct Case {
  std::uint64_t seed = 0;
  FaultSet without{};
  std::uint32_t messages_max = ~0u;
  std::uint32_t chaos_percent = 100;
  bool canary = false;  ///< Neither end filters duplicates, and the law that nothing comes twice is kept all the same.
};

/// The types of channel.
enum class Shape : std::uint8_t {
  drawn,     ///< A schedule drawn, CRC32C.
  batching,  ///< EagerResend, CRC32C, a transport with batches.
  unsealed,  ///< A schedule drawn, no seal.
};

/// What one end sends. Shares are in parts per million.
struct Talk {
  std::uint32_t messages = 0;
  Duration interval = 10ms;
  std::uint32_t at_once_max = 1;
  std::uint32_t bytes_max = 400;
  std::uint32_t large = 0;
  std::uint32_t large_bytes_max = 400;
  std::uint32_t unreliable = 0;
  std::uint32_t newest_only = 500'000;
  std::uint32_t other_priority = 0;
  std::uint32_t keyed = 0;
  std::uint32_t keys = 3;
  std::uint32_t dependent = 0;
  std::uint32_t recent = 10;  ///< A dependency is one of as many messages before.
  std::uint32_t at_sender = 0;
  std::uint32_t fail = 0;
  std::uint32_t deadline = 0;
  Duration deadline_max = 1s;
  std::uint32_t cancel = 0;
  std::uint32_t report_ack = 500'000;
  std::uint32_t mistakes = 0;  ///< Calls of `send` that must be refused.
};

/// One end: its limits, its policies, its traffic.
struct Setup {
  Options options;
  DrawnDedup::Kind dedup = DrawnDedup::Kind::queue;
  std::size_t window_size = 5;  ///< In `DrawnDedup::windows`.
  std::uint32_t resend = 0;     ///< In `DrawnResend::Any`.
  std::uint32_t resends = 10;
  Duration resend_interval = 500ms;
  DrawnCongestion::Kind congestion = DrawnCongestion::Kind::bottleneck;
  Talk talk;
};

struct Plan {
  Case run;
  FaultSet faults;
  Shape shape = Shape::drawn;
  Duration delay = 25ms;
  Duration chaos = 10s;
  Duration idle = 0s;   ///< After everything has healed.
  bool soak = false;    ///< A day of it, with a word now and then.
  bool chat = false;    ///< A word now and then while idle.
  std::uint32_t good_bye = 0;  ///< 0: none closes at the end, 1: a, 2: z, 3: both.
  Setup a, z;
};

/// Draws a plan. What concerns one fault or one end has random numbers of its own, so a smaller case stays like the
/// whole one as far as it can.
class Planner {
 public:
  [[nodiscard]] static Plan plan(const Case& run) {
    Plan plan;
    plan.run = run;
    Random random{run.seed * 0x9e3779b97f4a7c15u + 1};
    plan.shape = run.canary ? Shape::drawn : static_cast<Shape>(random.below(4) % 3);
    plan.faults = FaultSet::of_bits(random.next() >> 8).without(run.without);
    plan.soak = random.below(soak_every) == 0 && !run.canary;
    if (plan.soak) plan.faults = FaultSet{};
    if (plan.shape == Shape::unsealed) {
      for (const Fault fault : {Fault::bit_flips, Fault::truncation, Fault::extension}) plan.faults.remove(fault);
    }
    plan.delay = pick<Duration>(random, {0ms, 1ms, 25ms, 25ms, 80ms, 300ms});
    const Duration chaos = pick<Duration>(random, {2s, 5s, 10s, 30s, 90s});
    plan.chaos = chaos * run.chaos_percent / 100;
    plan.idle = pick<Duration>(random, {0s, 0s, 1min, 10min, 1h});
    if (plan.soak) plan.idle = 24h;
    plan.chat = random.below(2) == 0;
    plan.good_bye = static_cast<std::uint32_t>(random.below(4));
    plan.a = setup(Random{random.next()}, plan, chaos);
    plan.z = setup(Random{random.next()}, plan, chaos);
    if (run.canary) show_duplicates(plan);
    return plan;
  }

 private:
  static constexpr std::uint64_t soak_every = 500;

  template <class T>
  static T pick(Random& random, std::initializer_list<T> of) {
    return of.begin()[random.below(of.size())];
  }
  /// None in half of the seeds, else up to `most` of a million.
  static std::uint32_t share(Random& random, std::uint32_t most) {
    const auto share = static_cast<std::uint32_t>(random.below(most + 1));
    return random.below(2) == 0 ? share : 0;
  }

  /// A conversation that lasts, over a path on which what came is sent again: datagrams overtake each other, and
  /// acknowledgements are lost. Sessions that end and limits that leave little to say stay out of it.
  static void show_duplicates(Plan& plan) {
    FaultSet path;
    path.add(Fault::loss), path.add(Fault::reordering);
    plan.faults = path.without(plan.run.without);
    plan.chaos = 10s * plan.run.chaos_percent / 100;
    for (Setup* setup : {&plan.a, &plan.z}) {
      constexpr std::uint32_t adaptive = 0, messages = 100;
      setup->resend = adaptive;
      setup->resends = 10;
      setup->options = Options{.window = setup->options.window};
      setup->talk.messages = (std::min)(messages, plan.run.messages_max);
      setup->talk.interval = plan.chaos / (2 * messages);
    }
  }

  static Setup setup(Random random, const Plan& plan, Duration chaos) {
    Setup setup;
    setup.window_size = pick<std::size_t>(random, {0, 1, 2, 3, 4, 5, 5, 5});
    setup.dedup = pick(random, {DrawnDedup::Kind::queue, DrawnDedup::Kind::queue, DrawnDedup::Kind::window,
                                DrawnDedup::Kind::window, DrawnDedup::Kind::none});
    if (plan.run.canary) setup.dedup = DrawnDedup::Kind::none;
    setup.resend = static_cast<std::uint32_t>(random.below(4) % 3);
    setup.resends = pick<std::uint32_t>(random, {0, 1, 3, 10, 10, 40});
    setup.resend_interval = pick<Duration>(random, {20ms, 200ms, 500ms, 1s});
    setup.congestion = static_cast<DrawnCongestion::Kind>(random.below(3));
    setup.options = options(random, DrawnDedup::windows[setup.window_size]);
    // Whoever keeps to an address that is no longer the peer's notices it by asking.
    if (setup.options.keepalive == Duration::zero() &&
        (plan.faults.has(Fault::address_changes) || plan.faults.has(Fault::forwards))) {
      setup.options.keepalive = 1s;
    }
    setup.talk = talk(random, plan, chaos, setup.options);
    return setup;
  }

  static Options options(Random& random, std::uint32_t window) {
    Options options;
    options.window = window;
    // Half of the ends have the defaults for the rest, so that both worlds are seen.
    if (random.below(2) == 0) return options;
    options.packets_tracked = pick(random, {64u, 256u, 4096u});
    options.datagram_bytes_max = pick(random, {128u, 200u, 576u, 1200u, 1452u, 9000u});
    options.message_bytes_max = pick(random, {64u, 1'000u, 20'000u, 60'000u, 16u << 20});
    options.reassembly_bytes_max =
        (std::max)(options.message_bytes_max, pick(random, {64u, 20'000u, 100'000u, 32u << 20}));
    options.reassembly_unreliable_bytes_max = pick(random, {0u, 3'000u, 100'000u, 2u << 20});
    options.messages_max = pick(random, {1u, 3u, 16u, 100u, 16'384u});
    options.send_bytes_max = pick(random, {1u, 500u, 20'000u, 64u << 20});
    options.outcomes_remembered = pick(random, {1u, 8u, 64u, 4096u});
    options.held_bytes_max = pick(random, {0u, 100u, 2'000u, 2u << 20});
    options.held_unreliable_bytes_max = pick(random, {0u, 100u, 2'000u, 64u << 10});
    options.rtt_initial = pick<Duration>(random, {20ms, 250ms, 1s});
    options.ack_delay_max = pick<Duration>(random, {0ms, 5ms, 25ms, 200ms, 1s});
    options.ack_every = pick(random, {1u, 2u, 8u, 32u});
    options.handshake_timeout = pick<Duration>(random, {2s, 10s, 40s});
    options.idle_timeout = pick<Duration>(random, {3s, 20s, 60s});
    options.keepalive = pick<Duration>(random, {0s, 1s, 2s, 10s});
    options.keepalive = (std::min)(options.keepalive, options.idle_timeout);
    options.close_timeout = pick<Duration>(random, {0s, 1s, 5s, 20s});
    return options;
  }

  static Talk talk(Random& random, const Plan& plan, Duration chaos, const Options& options) {
    Talk talk;
    talk.messages = pick(random, {0u, 5u, 20u, 60u, 60u, 150u});
    // Spread over half of the chaos, or all in the first moments of it.
    talk.interval = random.below(3) == 0 ? 2ms : chaos / (2 * (std::max)(talk.messages, 1u));
    talk.messages = (std::min)(talk.messages, plan.run.messages_max);
    talk.at_once_max = pick(random, {1u, 1u, 4u, 12u});
    talk.bytes_max = pick(random, {1u, 60u, 400u, 1'100u});
    talk.large = share(random, 200'000);
    // A window of few numbers passes few parts in a round trip.
    talk.large_bytes_max = (std::min)(pick(random, {400u, 3'000u, 20'000u}), 40 * options.window * 90);
    talk.unreliable = share(random, 500'000);
    talk.other_priority = share(random, 800'000);
    talk.keyed = share(random, 400'000);
    talk.keys = pick(random, {1u, 3u, 10u});
    talk.dependent = share(random, 1'000'000);
    talk.recent = pick(random, {1u, 3u, 10u});
    talk.at_sender = share(random, 1'000'000);
    talk.fail = share(random, 1'000'000);
    talk.deadline = share(random, 400'000);
    talk.deadline_max = pick<Duration>(random, {20ms, 300ms, 3s});
    talk.cancel = share(random, 200'000);
    talk.mistakes = share(random, 50'000);
    return talk;
  }
};

}  // namespace bowline::test::swarm
