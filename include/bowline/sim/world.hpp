// SPDX-License-Identifier: BSL-1.0
// A network for tests: channels, links and a clock that jumps from one event to the next.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "bowline/base/assert.hpp"
#include "bowline/base/random.hpp"
#include "bowline/clock/manual_clock.hpp"
#include "bowline/sim/agenda.hpp"
#include "bowline/sim/driven.hpp"
#include "bowline/sim/link_end.hpp"
#include "bowline/sim/skewed_clock.hpp"

namespace bowline::inline v0_1::sim {

/// Runs channels over simulated links in virtual time: it never sleeps, and one seed decides everything, so a run
/// that failed once fails again. Make it before its channels, so that it outlives them.
///
///     sim::World world{7};
///     auto link = world.link({.delay = 25ms, .loss = 0.2});
///     ReliableChannel a{link.a, {}, world.clock()}, z{link.z, {}, world.clock()};
///     world.drive(a);
///     world.drive(z, [&](const Received& m) { … });
///     world.run_until([&] { return a.settled(); }, 10s);
///
/// A channel is stepped when a datagram has arrived for it, when its deadline is reached, when `run_until` or
/// `run_for` begins, and after each planned action (either may have done anything to it). At one moment datagrams
/// arrive first, planned actions follow, then the first channel that is due is stepped, in the order of `drive`.
class World {
 public:
  explicit World(std::uint64_t seed) : seeds_{seed}, shared_{start(), Random{seeds_.next()}} {}
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  /// The moment at which every world begins: a day, so that a clock can be set back.
  [[nodiscard]] static constexpr TimePoint start() noexcept { return TimePoint{std::chrono::hours{24}}; }
  [[nodiscard]] TimePoint now() const noexcept { return shared_.now; }
  [[nodiscard]] Duration elapsed() const noexcept { return now() - start(); }

  /// The world's time, for channels.
  [[nodiscard]] ManualClock clock() const noexcept { return ManualClock{shared_.now}; }

  /// A clock that can be made to jump. Name it to `drive` too: a channel's deadlines are in its own time.
  [[nodiscard]] SkewedClock skewed_clock() {
    return SkewedClock{clock_settings_.emplace_back(SkewedClock::Setting{&shared_.now})};
  }

  /// A link that is the same both ways, or not. Refuses options that have a fault.
  LinkPair link(const LinkOptions& both_ways) { return link(both_ways, both_ways); }
  LinkPair link(const LinkOptions& a_to_z, const LinkOptions& z_to_a) {
    const std::uint64_t forth = seeds_.next(), back = seeds_.next();
    Wire& wire = wires_.emplace_back(Link{a_to_z, forth}, Link{z_to_a, back}, shared_);
    return {LinkEnd{wire.a}, LinkEnd{wire.z}, wire.a_to_z, wire.z_to_a};
  }

  /// Steps `channel` from now on and hands its events to those of `handlers` that take them (`Event::visit`). The
  /// channel stays where it is until `undrive`, or as long as the world runs. Driving it again replaces the handlers.
  template <Drivable Channel, class... Handlers>
    requires(!std::same_as<std::remove_cvref_t<Handlers>, SkewedClock> && ...)
  void drive(Channel& channel, Handlers&&... handlers) {
    start_driving(channel, std::nullopt, std::forward<Handlers>(handlers)...);
  }
  template <Drivable Channel, class... Handlers>
  void drive(Channel& channel, const SkewedClock& clock, Handlers&&... handlers) {
    start_driving(channel, clock, std::forward<Handlers>(handlers)...);
  }

  /// Leaves `channel` alone from now on. Call it before a driven channel ends or moves, never from a handler of its
  /// own that then ends it.
  template <class Channel>
  void undrive(const Channel& channel) {
    if (Driven* driven = find(&channel)) driven->stop();
  }

  /// Calls of `poll` that `channel` has had since it is driven: two a step.
  template <class Channel>
  [[nodiscard]] std::uint64_t polls(const Channel& channel) const {
    const Driven* driven = find(&channel);
    return driven ? driven->polls() : 0;
  }

  /// Runs `action` when the time has come: at a moment, after a while, or over and over. An `interval` is above 0.
  void at(TimePoint when, std::function<void()> action) { agenda_.plan(when, Duration::zero(), std::move(action)); }
  void after(Duration wait, std::function<void()> action) { at(later(now(), wait), std::move(action)); }
  void every(Duration interval, std::function<void()> action) {
    BOWLINE_ASSERT(interval > Duration::zero());
    agenda_.plan(later(now(), interval), interval, std::move(action));
  }

  /// Runs `check` after each step of a channel, for invariants. The next call replaces it.
  void check_each_step(std::function<void()> check) { check_ = std::move(check); }

  /// Runs until `done()`, asked after every step, or until `limit` has passed. Answers whether it is done.
  template <std::predicate Predicate>
  bool run_until(Predicate&& done, Duration limit) {
    const TimePoint end = later(now(), limit);
    wake_all();
    while (!done()) {
      if (!go_on(end)) return done();
    }
    return true;
  }

  /// Runs for `time`, all that is due at its end included.
  void run_for(Duration time) {
    (void)run_until([] { return false; }, time);
  }

  /// Steps that a channel may take while time stands still; one that takes more ends the process with a sentence.
  void limit_steps_per_instant(std::uint64_t steps) noexcept { steps_per_instant_max_ = steps; }

  /// Stands for all that was sent on all links, and when. Equal for equal seeds and tests. O(links).
  [[nodiscard]] std::uint64_t trace_hash() const noexcept {
    TraceHash hash;
    for (const Wire& wire : wires_) hash.add(wire.a_to_z.trace_hash()), hash.add(wire.z_to_a.trace_hash());
    return hash.value();
  }

 private:
  struct Wire {
    Wire(Link forth, Link back, Surroundings& world)
        : a_to_z{std::move(forth)}, z_to_a{std::move(back)}, a{&world, &a_to_z, &z_to_a}, z{&world, &z_to_a, &a_to_z} {}
    Wire(const Wire&) = delete;
    Wire& operator=(const Wire&) = delete;

    Link a_to_z, z_to_a;
    EndState a, z;
  };

  template <class Channel, class... Handlers>
  void start_driving(Channel& channel, std::optional<SkewedClock> clock, Handlers&&... handlers) {
    undrive(channel);
    driven_.push_back(
        std::make_unique<Driven>(++numbers_given_, channel, clock, std::forward<Handlers>(handlers)...));
  }

  [[nodiscard]] Driven* find(const void* channel) const noexcept {
    const auto is_it = [&](const auto& driven) { return driven->channel() == channel; };
    const auto found = std::find_if(driven_.begin(), driven_.end(), is_it);
    return found == driven_.end() ? nullptr : found->get();
  }

  void wake_all() noexcept {
    for (const auto& driven : driven_) driven->wake();
  }

  /// Does one thing and answers true; with nothing left to do up to `end`, moves there and answers false.
  bool go_on(TimePoint end) {
    std::erase_if(driven_, [](const auto& driven) { return driven->stopped(); });
    TimePoint next = (std::min)(agenda_.next(), let_in());
    if (agenda_.run_one(now())) {
      if (++actions_this_instant_ > actions_per_instant_max) refuse("sim: planned actions plan more without end");
      wake_all();
      return true;
    }
    for (const auto& driven : driven_) {
      const TimePoint due = driven->due();
      if (due <= now()) {
        step(*driven);
        return true;
      }
      next = (std::min)(next, due);
    }
    if (next > end || next == never) {
      if (end != never) move_to(end);
      return false;
    }
    move_to(next);
    return true;
  }

  void move_to(TimePoint when) noexcept {
    actions_this_instant_ = 0;
    shared_.now = when;
  }

  void step(Driven& driven) {
    shared_.stepping = driven.number();
    driven.step(now(), steps_per_instant_max_);
    shared_.stepping = 0;
    if (check_) check_();
  }

  /// Lets in what has arrived and wakes its readers. Answers when more arrives.
  TimePoint let_in() {
    TimePoint next = never;
    for (Wire& wire : wires_) next = (std::min)({next, let_in(wire.a), let_in(wire.z)});
    return next;
  }

  TimePoint let_in(EndState& end) {
    if (end.in->next_arrival() <= now()) {
      end.in->advance(now());
      const auto reads = [&](const auto& driven) { return driven->number() == end.reader; };
      const auto reader = std::find_if(driven_.begin(), driven_.end(), reads);
      // Nobody has read here yet, or whoever did is gone: anyone may be about to.
      if (reader == driven_.end()) wake_all();
      else (*reader)->wake();
    }
    return end.in->next_arrival();
  }

  static constexpr std::uint64_t actions_per_instant_max = 1'000'000;

  Random seeds_;
  Surroundings shared_;
  std::deque<SkewedClock::Setting> clock_settings_;
  std::deque<Wire> wires_;
  std::vector<std::unique_ptr<Driven>> driven_;
  Agenda agenda_;
  std::function<void()> check_;
  std::uint64_t numbers_given_ = 0;
  std::uint64_t steps_per_instant_max_ = 10'000;
  std::uint64_t actions_this_instant_ = 0;
};

}  // namespace bowline::inline v0_1::sim
