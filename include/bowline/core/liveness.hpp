// SPDX-License-Identifier: BSL-1.0
// Keeps the path open, and notices when nobody is there any more.
#pragma once

#include <algorithm>
#include <cstdint>

#include "bowline/base/options.hpp"

namespace bowline::inline v0_1 {

/// Counts silence and unanswered probes. A peer is gone only when both are enough: a clock that jumps makes any
/// silence long, but no probe unanswered. Where nothing keeps the path open, silence begins with the first question, so
/// that no connection ends as soon as somebody speaks again (RFC 9000 section 10.1).
class Liveness {
 public:
  /// Unanswered probes, from as many calls of `handle_timeout` and each an answer's time after the one before, until a
  /// peer may count as gone.
  static constexpr std::uint32_t probes_min = 3;

  /// Questions that an idle end asks within `Options::idle_timeout` at most while they stay unanswered.
  static constexpr int pings_in_silence = 16;

  explicit Liveness(const Options& options) noexcept
      : idle_timeout_{options.idle_timeout}, keepalive_{options.keepalive} {}

  /// A peer was bound.
  void start(TimePoint now) noexcept {
    on_heard(now);
    asked_at_ = now;
  }

  void on_heard(TimePoint now) noexcept {
    silent_since_ = now;
    unanswered_since_ = never;
    probes_ = 0;
  }

  /// Something was sent that asks for an answer.
  void on_asked(TimePoint now) noexcept {
    asked_at_ = now;
    if (unanswered_since_ != never) return;
    unanswered_since_ = now;
    if (keepalive_ == Duration::zero()) silent_since_ = now;
  }

  /// A timer made us ask once more. At most once a call of `handle_timeout`. It counts when the question before could
  /// have been answered, which takes up to `answer_time`.
  void on_probe(TimePoint now, Duration answer_time) noexcept {
    if (unanswered_since_ == never) return on_asked(now);
    if (now < later(unanswered_since_, answer_time)) return;
    ++probes_;
    unanswered_since_ = now;
  }

  /// For so long the clock leapt or this end did not run: no time in which the peer was silent.
  void excuse(TimePoint now, Duration overdue) noexcept {
    silent_since_ = (std::min)(now, later(silent_since_, overdue));
  }

  /// `mute`: this end cannot ask any more, so silence alone is enough.
  [[nodiscard]] bool gone(TimePoint now, bool mute = false) const noexcept {
    return (mute || probes_ >= probes_min) && now >= gone_at();
  }

  /// Whether to ask for a sign of life, which is for when nothing else on the way asks for one.
  [[nodiscard]] bool ping_due(TimePoint now, Duration answer_time) const noexcept {
    return now >= ping_at(answer_time);
  }

  /// `asking`: something on the way asks for an answer, and its timer probes.
  [[nodiscard]] TimePoint deadline(bool asking, Duration answer_time, bool mute = false) const noexcept {
    if (mute) return gone_at();
    const TimePoint ask_at = asking ? never : ping_at(answer_time);
    return probes_ >= probes_min ? (std::min)(ask_at, gone_at()) : ask_at;
  }

 private:
  [[nodiscard]] TimePoint gone_at() const noexcept { return later(silent_since_, idle_timeout_); }

  [[nodiscard]] TimePoint ping_at(Duration answer_time) const noexcept {
    if (keepalive_ == Duration::zero()) return never;
    if (unanswered_since_ == never) return later(asked_at_, keepalive_);
    // What the resend timer has given up is asked again soon, or an outage of a moment would go for long silence.
    return later(asked_at_, (std::min)(keepalive_, (std::max)(answer_time, idle_timeout_ / pings_in_silence)));
  }

  Duration idle_timeout_;
  Duration keepalive_;
  TimePoint silent_since_{};
  TimePoint asked_at_{};
  TimePoint unanswered_since_ = never;
  std::uint32_t probes_ = 0;
};

}  // namespace bowline::inline v0_1
