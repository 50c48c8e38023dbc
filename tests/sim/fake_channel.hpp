// SPDX-License-Identifier: BSL-1.0
// Small channels without a protocol, to test the simulator by itself.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bowline/base/events.hpp"
#include "bowline/base/time.hpp"
#include "bowline/sim/link_end.hpp"

namespace bowline::test {

/// Sends what it is told at its next poll, and a beat at each interval; every datagram that comes is an event.
template <class Clock>
class FakeChannel {
 public:
  FakeChannel(sim::LinkEnd end, Clock clock, Duration beat = Duration::zero())
      : end_{end}, clock_{clock}, beat_{beat}, next_beat_{beat > Duration::zero() ? later(clock.now(), beat) : never} {}

  void send(std::string_view text) { waiting_.emplace_back(text); }

  void poll() {
    for (const std::string& text : waiting_) end_.send(bytes_of(text));
    waiting_.clear();
    if (clock_.now() >= next_beat_) {
      ++beats;
      end_.send(bytes_of("beat"));
      next_beat_ = later(clock_.now(), beat_);
    }
  }

  std::optional<Event> next_event() {
    const std::optional<std::size_t> count = end_.receive(Buffer{buffer_});
    if (!count) return std::nullopt;
    return Event{Received{Bytes{buffer_}.first(*count)}};
  }

  TimePoint next_deadline() const { return waiting_.empty() ? next_beat_ : clock_.now(); }

  int beats = 0;

 private:
  sim::LinkEnd end_;
  Clock clock_;
  Duration beat_;
  TimePoint next_beat_;
  std::vector<std::string> waiting_;
  std::array<std::byte, 2048> buffer_{};
};

}  // namespace bowline::test
