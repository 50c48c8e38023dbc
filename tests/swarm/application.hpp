// SPDX-License-Identifier: BSL-1.0
// What an end's application sends, cancels and gets wrong.
#pragma once

#include <algorithm>
#include <cstdint>

#include "bowline/base/random.hpp"
#include "bowline/sim/world.hpp"
#include "swarm/end.hpp"
#include "swarm/plan.hpp"

namespace bowline::test::swarm {

template <class Kind>
class Application {
 public:
  Application(sim::World& world, End<Kind>& end, const Plan& plan, std::uint64_t seed)
      : world_{world}, end_{end}, plan_{plan}, talk_{end.setup().talk}, random_{seed} {}

  /// Sends what is planned, from now on.
  void begin() {
    if (sent_ >= talk_.messages) return;
    const std::uint64_t at_once = 1 + random_.below(talk_.at_once_max);
    for (std::uint64_t i = 0; i < at_once && sent_ < talk_.messages; ++i, ++sent_) {
      if (end_.alive() && !end_.closing()) say();
      else if (end_.alive()) end_.send_wrongly(9, {}, SendError::closed, Rare::refused_after_close);
    }
    world_.after(talk_.interval * static_cast<int>(at_once), [this] { begin(); });
  }

  /// A small message now and then, until `stop`.
  void chat(Duration interval) {
    world_.after(interval, [this, interval] {
      if (stopped_) return;
      if (end_.alive() && !end_.closing()) {
        static_cast<void>(end_.send(Ledger::payload_bytes_min, {.report_ack = true}));
      }
      chat(interval);
    });
  }
  void stop() noexcept { stopped_ = true; }

 private:
  void say() {
    SendOptions options;
    options.reliable = !random_.chance(talk_.unreliable);
    options.newest_only = !options.reliable && random_.chance(talk_.newest_only);
    if (random_.chance(talk_.other_priority)) {
      constexpr Priority others[] = {Priority::urgent, Priority::high, Priority::low};
      options.priority = others[random_.below(3)];
    }
    if (random_.chance(talk_.keyed)) options.key = 1 + random_.below(talk_.keys);
    options.report_ack = random_.chance(talk_.report_ack);
    if (random_.chance(talk_.dependent)) depend(options);
    if (random_.chance(talk_.deadline)) {
      options.deadline = Duration{
          1 + static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(talk_.deadline_max.count())))};
    }
    const std::uint32_t bytes_most = random_.chance(talk_.large) ? talk_.large_bytes_max : talk_.bytes_max;
    const std::size_t bytes = Ledger::payload_bytes_min + random_.index(bytes_most);
    if (bytes <= end_.setup().options.message_bytes_max) {
      const SendResult result = end_.send(bytes, options);
      if (result.error == SendError::queue_full) end_.refused_as_full();
      else if (result && options.after && forgotten_) end_.socket().rare().add(Rare::dependency_forgotten);
    } else {
      end_.send_wrongly(bytes, {}, SendError::too_large, Rare::refused_too_large);
    }
    if (const std::uint64_t id = recent(); id != 0 && random_.chance(talk_.cancel)) end_.cancel({id});
    if (random_.chance(talk_.mistakes)) err();
  }

  void depend(SendOptions& options) {
    const std::uint64_t after = recent();
    if (after == 0 || !end_.ledger()[after].options.reliable) return;
    options.after = {after};
    options.gate = random_.chance(talk_.at_sender) ? Gate::at_sender : Gate::at_receiver;
    forgotten_ = end_->status(options.after) == MessageStatus::forgotten;
    if (random_.chance(talk_.fail) && !forgotten_) options.on_dependency_failure = OnDependencyFailure::fail;
  }

  /// Asks for what must be refused.
  void err() {
    const std::uint64_t newest = end_.ledger().size();
    SendOptions options{.after = {newest + 1 + random_.below(3)}};
    end_.send_wrongly(9, options, SendError::unknown_dependency, Rare::refused_unknown_dependency);
    for (std::uint64_t id = newest; id != 0 && id + 20 > newest; --id) {
      options.after = {id};
      options.on_dependency_failure = OnDependencyFailure::fail;
      const MessageStatus status = end_->status({id});
      if (status == MessageStatus::forgotten) {
        return end_.send_wrongly(9, options, SendError::forgotten_dependency, Rare::refused_forgotten_dependency);
      }
      if (!end_.ledger()[id].options.reliable) {
        return end_.send_wrongly(9, options, SendError::unreliable_dependency, Rare::refused_unreliable_dependency);
      }
    }
  }

  [[nodiscard]] std::uint64_t recent() {
    const std::uint64_t newest = end_.ledger().size(), back = random_.below(talk_.recent);
    return newest > back ? newest - back : 0;
  }

  sim::World& world_;
  End<Kind>& end_;
  const Plan& plan_;
  Talk talk_;
  Random random_;
  std::uint32_t sent_ = 0;
  bool forgotten_ = false;
  bool stopped_ = false;
};

}  // namespace bowline::test::swarm
