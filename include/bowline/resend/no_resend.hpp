// SPDX-License-Identifier: BSL-1.0
// The schedule that sends nothing again.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "bowline/resend/concept.hpp"
#include "bowline/resend/rtt_timeout.hpp"

namespace bowline::inline v0_1 {

/// Sends once; the application learns what was not acknowledged. Not below the 1 s of RFC 6298 section 2.4,
/// and no guess from later acknowledgements: what counts as lost too early is what the application sends a
/// second time.
struct NoResend {
  [[nodiscard]] constexpr Duration timeout(const ResendQuery& query) const noexcept {
    return (std::max)(rtt_timeout(query), Duration{std::chrono::seconds{1}});
  }
  [[nodiscard]] constexpr std::uint32_t resends_max() const noexcept { return 0; }
  [[nodiscard]] constexpr bool follows_acks() const noexcept { return false; }
};

static_assert(ResendSchedule<NoResend>);

}  // namespace bowline::inline v0_1
