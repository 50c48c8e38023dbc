// SPDX-License-Identifier: BSL-1.0
// The time after which an acknowledgement is overdue.
#pragma once

#include <algorithm>
#include <chrono>

#include "bowline/resend/concept.hpp"

namespace bowline::inline v0_1 {

/// SRTT + max(4 · RTTVAR, 1 ms) + the peer's acknowledgement delay (RFC 6298 section 2.3; RFC 9002
/// section 6.2.1 adds the delay). At least 1 ms, at most 1 hour.
[[nodiscard]] constexpr Duration rtt_timeout(const ResendQuery& query) noexcept {
  constexpr Duration granularity = std::chrono::milliseconds{1};
  constexpr Duration longest = std::chrono::hours{1};
  // Each part is bounded alone, so that no sum or product overflows whatever the peer made us measure.
  const auto bounded = [=](Duration part) { return std::clamp(part, Duration::zero(), longest); };
  const Duration spread = (std::max)(4 * bounded(query.rtt_variation), granularity);
  return bounded(bounded(query.rtt_smoothed) + spread + bounded(query.ack_delay_max));
}

}  // namespace bowline::inline v0_1
