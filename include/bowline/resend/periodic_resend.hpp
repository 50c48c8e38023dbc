// SPDX-License-Identifier: BSL-1.0
// The plainest schedule that resends: a fixed interval and a maximum.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "bowline/resend/concept.hpp"

namespace bowline::inline v0_1 {

/// Sends each unacknowledged message again at a fixed interval, whatever the path is like. Easy to reason
/// about and to predict; wasteful on a path slower than the interval and slow on a fast one.
struct PeriodicResend {
  /// Time between two transmissions of a message. Less than 1 ms counts as 1 ms.
  Duration interval = std::chrono::milliseconds{500};

  /// Times that a message is sent again before it is lost: with the defaults 11 intervals, 5.5 s, after
  /// `send`.
  std::uint32_t resend_count_max = 10;

  [[nodiscard]] constexpr Duration timeout(const ResendQuery&) const noexcept {
    return (std::max)(interval, Duration{std::chrono::milliseconds{1}});
  }
  [[nodiscard]] constexpr std::uint32_t resends_max() const noexcept { return resend_count_max; }
  [[nodiscard]] constexpr bool follows_acks() const noexcept { return false; }
};

static_assert(ResendSchedule<PeriodicResend>);

}  // namespace bowline::inline v0_1
