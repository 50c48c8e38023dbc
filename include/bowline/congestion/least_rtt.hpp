// SPDX-License-Identifier: BSL-1.0
// The round-trip time of a path whose queues are empty.
#pragma once

#include <algorithm>

#include "bowline/base/time.hpp"

namespace bowline::inline v0_1 {

/// The least round-trip sample, and when one was last as good as that. Flows that share a queue see it shrink at the
/// same moment, so they will doubt their values, and let the queue run empty, at the same moment too.
class LeastRtt {
 public:
  [[nodiscard]] constexpr bool known() const noexcept { return value_ != Duration::zero(); }
  [[nodiscard]] constexpr Duration value() const noexcept { return value_; }

  /// When a sample last confirmed the value.
  [[nodiscard]] constexpr TimePoint confirmed_at() const noexcept { return confirmed_at_; }

  constexpr void take(TimePoint now, Duration sample) noexcept {
    value_ = known() && !doubted_ ? (std::min)(value_, sample) : sample;
    doubted_ = false;
    if (sample == value_) confirmed_at_ = now;
  }

  /// The path may have become longer: from the next sample on only new ones count.
  constexpr void doubt() noexcept { doubted_ = true; }

  /// How much longer `sample` took than the empty path; zero if that may be the ends' own doing.
  [[nodiscard]] constexpr Duration queued(Duration sample) const noexcept {
    return known() && sample > value_ + jitter ? sample - value_ : Duration::zero();
  }

  /// Whether `sample` shows a queue of at least an eighth of what the path itself holds.
  [[nodiscard]] constexpr bool shows_queue(Duration sample) const noexcept {
    return known() && sample > value_ + value_ / 8 + jitter;
  }

 private:
  // Timers and schedulers of the ends; below it a longer round trip is no queue.
  static constexpr Duration jitter{500};

  Duration value_{};
  TimePoint confirmed_at_{};
  bool doubted_ = false;
};

}  // namespace bowline::inline v0_1
