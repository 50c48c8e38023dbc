// SPDX-License-Identifier: BSL-1.0
// A channel that a world drives, whatever its type.
#pragma once

#include <concepts>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <optional>
#include <utility>

#include "bowline/base/assert.hpp"
#include "bowline/base/events.hpp"
#include "bowline/base/time.hpp"
#include "bowline/sim/skewed_clock.hpp"

namespace bowline::inline v0_1::sim {

/// What a world needs of a channel: `ReliableChannel` has it. Besides, `next_deadline` must show at once what a
/// command such as `send` made due and that an event waits, and lie in the future after a `poll` that left none.
template <class C>
concept Drivable = requires(C& channel) {
  channel.poll();
  { channel.next_event() } -> std::same_as<std::optional<Event>>;
  { channel.next_deadline() } -> std::same_as<TimePoint>;
};

/// One driven channel: how to step it, when it is due, and what that has cost. Not movable: a step may start more
/// channels. A channel that spins ends the process with a sentence that has its number.
class Driven {
 public:
  /// `clock` is the channel's own when it is not the world's. `number` is from 1 and never used again.
  template <Drivable Channel, class... Handlers>
  Driven(std::uint64_t number, Channel& channel, std::optional<SkewedClock> clock, Handlers&&... handlers)
      : number_{number},
        channel_{&channel},
        clock_{clock},
        deadline_{[&channel] { return channel.next_deadline(); }},
        step_{[this, &channel, ... handlers = std::forward<Handlers>(handlers)]() mutable {
          poll(channel);
          for (std::uint64_t taken = 0; !stopped(); ++taken) {
            if (taken == events_per_step_max) refuse_it("hands out events without end");
            const std::optional<Event> event = channel.next_event();
            if (!event) break;
            if constexpr (sizeof...(Handlers) > 0) event->visit(handlers...);
          }
          // Once more, so that what the events made due (acks, answers) leaves in this step.
          if (!stopped()) poll(channel);
        }} {}

  Driven(const Driven&) = delete;
  Driven& operator=(const Driven&) = delete;

  /// When the channel wants to be stepped, in the world's time: at once after `wake`.
  [[nodiscard]] TimePoint due() const {
    if (woken_) return (TimePoint::min)();
    const TimePoint deadline = deadline_();
    return clock_ ? clock_->in_world_time(deadline) : deadline;
  }

  void wake() noexcept { woken_ = true; }

  /// Polls, takes all events, polls again. Refuses more than `steps_per_instant_max` steps at one `now`.
  void step(TimePoint now, std::uint64_t steps_per_instant_max) {
    if (now != instant_) steps_this_instant_ = 0;
    instant_ = now;
    if (++steps_this_instant_ > steps_per_instant_max) {
      refuse_it("spins: it is due again and again while time stands still");
    }
    woken_ = false;
    step_();
  }

  /// The channel is not touched again.
  void stop() noexcept { channel_ = nullptr; }
  [[nodiscard]] bool stopped() const noexcept { return channel_ == nullptr; }

  [[nodiscard]] std::uint64_t number() const noexcept { return number_; }
  [[nodiscard]] const void* channel() const noexcept { return channel_; }

  /// Calls of `poll` so far.
  [[nodiscard]] std::uint64_t polls() const noexcept { return polls_; }

 private:
  static constexpr std::uint64_t events_per_step_max = 10'000'000;

  template <class Channel>
  void poll(Channel& channel) {
    ++polls_;
    channel.poll();
  }

  [[noreturn]] void refuse_it(const char* what) const {
    char sentence[128];
    std::snprintf(sentence, sizeof sentence, "sim: driven channel %llu %s",
                  static_cast<unsigned long long>(number_), what);
    refuse(sentence);
  }

  std::uint64_t number_;
  const void* channel_;
  std::optional<SkewedClock> clock_;
  std::function<TimePoint()> deadline_;
  std::function<void()> step_;
  TimePoint instant_ = (TimePoint::min)();
  std::uint64_t steps_this_instant_ = 0;
  std::uint64_t polls_ = 0;
  bool woken_ = true;
};

}  // namespace bowline::inline v0_1::sim
