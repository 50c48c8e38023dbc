// SPDX-License-Identifier: BSL-1.0
// Where a channel reads the time.
#pragma once

#include <concepts>

#include "bowline/base/time.hpp"

namespace bowline::inline v0_1 {

/// Reads the time.
///
/// A model promises:
///   1. `now()` does not go back. (A channel survives one that does: time stands still for it until it is past.)
///   2. Copies agree: a clock that is moved by hand is a handle to time kept elsewhere.
template <class C>
concept MonotonicClock = std::copyable<C> && requires(const C& clock) {
  { clock.now() } noexcept -> std::same_as<TimePoint>;
};

}  // namespace bowline::inline v0_1
