// SPDX-License-Identifier: BSL-1.0
// Keeps the path open, and notices when nobody is there any more.
#pragma once

#include <algorithm>
#include <cstdint>

#include "bowline/base/options.hpp"

namespace bowline::inline v0_1 {

/// Counts silence and unanswered probes. A peer is gone only when both are enough: a clock that jumps makes any
/// silence long, but no probe unanswered.
class Liveness {
 public:
  /// Unanswered probes, from as many calls of `handle_timeout`, before a peer may count as gone.
  static constexpr std::uint32_t probes_min = 3;

  explicit Liveness(const Options& options) noexcept
      : idle_timeout_{options.idle_timeout}, keepalive_{options.keepalive} {}

  /// A peer was bound.
  void start(TimePoint now) noexcept { heard_at_ = asked_at_ = now, probes_ = 0; }

  void on_heard(TimePoint now) noexcept { heard_at_ = now, probes_ = 0; }

  /// Something was sent that asks for an answer.
  void on_asked(TimePoint now) noexcept { asked_at_ = now; }

  /// A timer made us ask once more. At most once a call of `handle_timeout`.
  void on_probe() noexcept { ++probes_; }

  /// For so long the clock leapt or this end did not run: no time in which the peer was silent.
  void excuse(TimePoint now, Duration overdue) noexcept { heard_at_ = (std::min)(now, later(heard_at_, overdue)); }

  /// `mute`: this end cannot ask any more, so silence alone is enough.
  [[nodiscard]] bool gone(TimePoint now, bool mute = false) const noexcept {
    return (mute || probes_ >= probes_min) && now >= later(heard_at_, idle_timeout_);
  }

  /// Whether to ask for a sign of life, which is for when nothing else on the way asks for one.
  [[nodiscard]] bool ping_due(TimePoint now) const noexcept { return now >= ping_at(); }

  /// `asking`: something on the way asks for an answer, and its timer probes.
  [[nodiscard]] TimePoint deadline(bool asking, bool mute = false) const noexcept {
    if (mute || probes_ >= probes_min) return later(heard_at_, idle_timeout_);
    return asking ? never : ping_at();
  }

 private:
  [[nodiscard]] TimePoint ping_at() const noexcept {
    return keepalive_ == Duration::zero() ? never : later(asked_at_, keepalive_);
  }

  Duration idle_timeout_;
  Duration keepalive_;
  TimePoint heard_at_{};
  TimePoint asked_at_{};
  std::uint32_t probes_ = 0;
};

}  // namespace bowline::inline v0_1
