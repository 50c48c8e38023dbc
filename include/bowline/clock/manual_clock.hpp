// SPDX-License-Identifier: BSL-1.0
// A clock that stands still until somebody moves it.
#pragma once

#include "bowline/base/time.hpp"
#include "bowline/clock/concept.hpp"

namespace bowline::inline v0_1 {

/// Reads a moment that the test owns: `TimePoint now; ManualClock clock{now}; now += 5ms;` moves this clock
/// and every copy of it.
///
/// `time` must outlive the clock, its copies, and the channels that hold one. Moving `time` back breaks the
/// first promise of `MonotonicClock` on purpose, to see what a channel makes of it.
class ManualClock {
 public:
  explicit ManualClock(const TimePoint& time) noexcept : time_{&time} {}

  /// A temporary would be gone before the first reading.
  explicit ManualClock(const TimePoint&& time) = delete;

  [[nodiscard]] TimePoint now() const noexcept { return *time_; }

 private:
  const TimePoint* time_;
};

static_assert(MonotonicClock<ManualClock>);

}  // namespace bowline::inline v0_1
