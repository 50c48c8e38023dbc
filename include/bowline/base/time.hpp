// SPDX-License-Identifier: BSL-1.0
// Time as the core sees it: an argument, never a question.
#pragma once

#include <chrono>
#include <cstdint>

namespace bowline::inline v0_1 {

/// Every duration in the library, in whole microseconds.
using Duration = std::chrono::duration<std::int64_t, std::micro>;

/// The clock type of `TimePoint`. It has no `now()`, so code that asks it for the time does not compile:
/// only a `MonotonicClock` that the application chose can make a `TimePoint`.
struct SessionClock {
  using duration = Duration;
  using rep = Duration::rep;
  using period = Duration::period;
  using time_point = std::chrono::time_point<SessionClock, Duration>;
  static constexpr bool is_steady = true;
};

/// A moment on the channel's own clock; its zero has no meaning.
using TimePoint = SessionClock::time_point;

/// Later than every moment: "no deadline", "no timer".
inline constexpr TimePoint never = (TimePoint::max)();

/// `moment + wait`, or `never` where that would not fit. Negative waits count as none.
[[nodiscard]] constexpr TimePoint later(TimePoint moment, Duration wait) noexcept {
  if (wait <= Duration::zero()) return moment;
  return wait > never - (moment < TimePoint{} ? TimePoint{} : moment) ? never : moment + wait;
}

}  // namespace bowline::inline v0_1
