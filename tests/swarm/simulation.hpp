// SPDX-License-Identifier: BSL-1.0
// One seed from chaos to good-bye.
#pragma once

#include <algorithm>
#include <string>

#include "swarm/adversary.hpp"
#include "swarm/application.hpp"
#include "swarm/end.hpp"
#include "swarm/mishaps.hpp"
#include "swarm/result.hpp"
#include "swarm/weather.hpp"

namespace bowline::test::swarm {

/// Chaos; then everything heals and must settle in bounded time; then both ends must be able to talk, stay together
/// while nothing happens, and part.
template <class Kind>
class Simulation {
 public:
  explicit Simulation(const Plan& plan)
      : plan_{plan},
        world_{plan.run.seed},
        link_{world_.link(Weather::fair(plan))},
        a_{world_, link_.a, link_.a_to_z, 'a', plan.a, findings_, result_.rare, plan.run.seed * 4 + 1},
        z_{world_, link_.z, link_.z_to_a, 'z', plan.z, findings_, result_.rare, plan.run.seed * 4 + 2},
        weather_{world_, link_, plan_},
        a_mishaps_{world_, a_, plan_},
        z_mishaps_{world_, z_, plan_},
        a_application_{world_, a_, plan_, plan.run.seed * 4 + 3},
        z_application_{world_, z_, plan_, ~(plan.run.seed * 4 + 3)},
        adversary_{world_, link_, plan_, [this](bool a) { return (a ? a_ : z_).socket().own; }} {
    // A filter that keeps nothing delivers twice; the canary is told not to know.
    a_.meet(z_, plan.run.canary || plan.z.dedup != DrawnDedup::Kind::none);
    z_.meet(a_, plan.run.canary || plan.a.dedup != DrawnDedup::Kind::none);
    world_.limit_steps_per_instant(2'000);
    world_.drive(a_);
    world_.drive(z_);
  }

  Result run() {
    a_.start();
    z_.start();
    begin_chaos();
    run_for(plan_.chaos);
    heal();
    if (findings_.none()) settle();
    if (findings_.none()) talk();
    if (findings_.none() && plan_.idle > Duration::zero()) stay_together();
    if (findings_.none()) part();
    result_.hash = hash();
    result_.simulated = world_.elapsed();
    a_.kill();
    z_.kill();
    result_.finding = findings_.first();
    return result_;
  }

 private:
  void begin_chaos() {
    weather_.begin();
    a_mishaps_.begin();
    z_mishaps_.begin();
    adversary_.begin();
    a_application_.begin();
    z_application_.begin();
  }

  void heal() {
    weather_.heal();
    a_mishaps_.heal();
    z_mishaps_.heal();
    adversary_.heal();
  }

  /// All that was sent has ended.
  void settle() {
    const bool settled = run_until([this] { return a_.settled() && z_.settled(); }, patience());
    findings_.expect(settled, "not everything has ended in the time after everything has healed");
    if (!settled) return;
    a_.expect_complete();
    z_.expect_complete();
  }

  /// A session that one of them had given up takes a message or two to be replaced.
  void talk() {
    const bool reached = reaches(a_) && reaches(z_);
    findings_.expect(reached, "the ends do not find each other after everything has healed");
  }

  bool reaches(End<Kind>& end) {
    for (int attempt = 0; attempt < 4; ++attempt) {
      const SendResult result = end.send(Ledger::payload_bytes_min, {});
      // What ended is kept until the peer's verdict is in.
      if (result.error == SendError::queue_full) end.refused_as_full();
      else if (!findings_.expect(static_cast<bool>(result), "a settled channel takes no message")) return false;
      if (!run_until([&] { return end.settled(); }, patience())) return false;
      if (!result) continue;
      // The other may be holding on to a session, or an address, that is gone. And a schedule too hasty for the path
      // may give up what is still on its way.
      if (end->status(result.id) == MessageStatus::acked) return true;
      run_for(plan_.z.options.idle_timeout + plan_.a.options.idle_timeout);
      if (end.ledger()[result.id.value].deliveries != 0) return true;
    }
    return false;
  }

  /// On a good path a session lasts as long as one likes, and costs little.
  void stay_together() {
    const std::uint64_t before = a_.disconnects() + z_.disconnects();
    const std::uint64_t polls = world_.polls(a_) + world_.polls(z_);
    constexpr Duration chat_interval = 11s;
    if (plan_.chat) a_application_.chat(chat_interval), z_application_.chat(chat_interval);
    run_for(plan_.idle);
    a_application_.stop(), z_application_.stop();
    run_for(30s);
    findings_.expect(a_.disconnects() + z_.disconnects() == before, "a session ends on a path without a fault");
    findings_.expect(a_.settled() && z_.settled(), "a word on a path without a fault has no outcome");
    // A second has a PING of either end and its answer at most, and a few timers; what is late may still come in.
    const auto seconds = static_cast<std::uint64_t>(plan_.idle / 1s);
    const std::uint64_t spent = world_.polls(a_) + world_.polls(z_) - polls;
    findings_.expect(spent <= 40 * seconds + 4'000, "an idle session is polled again and again");
    a_.expect_complete();
    z_.expect_complete();
  }

  void part() {
    if (plan_.good_bye == 0) return;
    if ((plan_.good_bye & 1) != 0) a_.close();
    if ((plan_.good_bye & 2) != 0) z_.close();
    const std::uint64_t heard = plan_.good_bye == 1 ? z_.disconnects() : a_.disconnects();
    const auto parted = [&] {
      if (plan_.good_bye == 1) return a_.closed() && z_.disconnects() > heard;
      if (plan_.good_bye == 2) return z_.closed() && a_.disconnects() > heard;
      return a_.closed() && z_.closed();
    };
    findings_.expect(run_until(parted, plan_.a.options.close_timeout + plan_.z.options.close_timeout + 300s),
                     "a good-bye on a path without a fault takes too long, or is not heard");
    a_.expect_complete();
    z_.expect_complete();
  }

  /// The time in which everything must end: what is lost is given up, silence is noticed on either side, one after the
  /// other, and each part that waits takes a few round trips through the smallest window.
  [[nodiscard]] Duration patience() const {
    const Options& a = plan_.a.options;
    const Options& z = plan_.z.options;
    const Duration round_trip = 2 * plan_.delay + a.ack_delay_max + z.ack_delay_max;
    const auto parts = [](const Setup& setup) {
      return setup.talk.messages * (1 + setup.talk.large_bytes_max / 90) / setup.options.window;
    };
    return 2 * (a.idle_timeout + z.idle_timeout + a.handshake_timeout + z.handshake_timeout) + 300s +
           static_cast<int>(parts(plan_.a) + parts(plan_.z)) * 2 * round_trip;
  }

  template <class Done>
  bool run_until(Done&& done, Duration limit) {
    return world_.run_until([&] { return !findings_.none() || done(); }, limit) && findings_.none();
  }
  void run_for(Duration time) {
    static_cast<void>(run_until([] { return false; }, time));
  }

  [[nodiscard]] std::uint64_t hash() const {
    sim::TraceHash hash;
    for (const std::uint64_t part : {world_.trace_hash(), a_.trace_hash(), z_.trace_hash()}) hash.add(part);
    hash.add(static_cast<std::uint64_t>(world_.elapsed().count()));
    return hash.value();
  }

  Plan plan_;
  Findings findings_;
  Result result_;
  sim::World world_;
  sim::LinkPair link_;
  End<Kind> a_, z_;
  Weather weather_;
  Mishaps<Kind> a_mishaps_, z_mishaps_;
  Application<Kind> a_application_, z_application_;
  Adversary adversary_;
};

}  // namespace bowline::test::swarm
