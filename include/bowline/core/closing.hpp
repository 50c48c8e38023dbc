// SPDX-License-Identifier: BSL-1.0
// The way out: drain, say good-bye a few times, be gone.
#pragma once

#include <cstdint>

#include "bowline/base/options.hpp"

namespace bowline::inline v0_1 {

/// The phases after `close`. While lingering, CLOSE goes out three times, a probe time-out apart, and then once per
/// probe time-out when a late datagram shows that the peer has not heard; it is never answered itself.
class Closing {
 public:
  enum class Phase : std::uint8_t { open, draining, lingering, closed };

  explicit Closing(const Options& options) noexcept : drain_limit_{options.close_timeout} {}

  [[nodiscard]] Phase phase() const noexcept { return phase_; }
  [[nodiscard]] bool begun() const noexcept { return phase_ != Phase::open; }

  void drain(TimePoint now) noexcept {
    phase_ = Phase::draining;
    at_ = later(now, drain_limit_);
  }

  /// Draining has taken as long as it may.
  [[nodiscard]] bool drained_too_long(TimePoint now) const noexcept { return phase_ == Phase::draining && now >= at_; }

  /// Everything has its outcome. `interval` is the probe time-out.
  void linger(TimePoint now, Duration interval) noexcept {
    phase_ = Phase::lingering;
    interval_ = interval;
    at_ = later(now, interval);
    due_ = true;
    turns_ = 1;
  }

  /// A datagram of the peer came while lingering.
  void on_late_datagram() noexcept { late_ = true; }

  /// Whether to send CLOSE now; asked once a time.
  [[nodiscard]] bool take_due() noexcept {
    const bool due = due_;
    due_ = false;
    return due;
  }

  void finish() noexcept {
    phase_ = Phase::closed;
    due_ = false;
    at_ = never;
  }

  [[nodiscard]] TimePoint deadline() const noexcept {
    return phase_ == Phase::draining || phase_ == Phase::lingering ? at_ : never;
  }

  /// The deadline has passed while lingering. True when it is time to finish.
  [[nodiscard]] bool on_timer(TimePoint now) noexcept {
    if (phase_ != Phase::lingering || now < at_) return false;
    if (turns_ == turns_max) return true;
    due_ = turns_ < sent_unasked || late_;
    late_ = false;
    ++turns_;
    at_ = later(now, interval_);
    return false;
  }

 private:
  static constexpr std::uint32_t sent_unasked = 3;
  static constexpr std::uint32_t turns_max = 5;

  Duration drain_limit_;
  Duration interval_{};
  Phase phase_ = Phase::open;
  TimePoint at_ = never;
  std::uint32_t turns_ = 0;
  bool due_ = false;
  bool late_ = false;
};

}  // namespace bowline::inline v0_1
