// SPDX-License-Identifier: BSL-1.0
// The clock of the machine.
#pragma once

#include <chrono>

#include "bowline/base/time.hpp"
#include "bowline/clock/concept.hpp"

namespace bowline::inline v0_1 {

/// Reads `std::chrono::steady_clock`: it never goes back and knows nothing of the time of day. Whether it
/// goes on while the machine sleeps is up to the system.
class SteadyClock {
 public:
  [[nodiscard]] TimePoint now() const noexcept {
    const auto since_start = std::chrono::steady_clock::now().time_since_epoch();
    return TimePoint{std::chrono::duration_cast<Duration>(since_start)};
  }
};

static_assert(MonotonicClock<SteadyClock>);

}  // namespace bowline::inline v0_1
