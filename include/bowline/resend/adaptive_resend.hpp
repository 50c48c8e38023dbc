// SPDX-License-Identifier: BSL-1.0
// The default schedule: follows the measured round-trip time and the acknowledgements.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "bowline/resend/concept.hpp"
#include "bowline/resend/rtt_timeout.hpp"

namespace bowline::inline v0_1 {

/// The timer of RFC 6298 with the acknowledgement delay of RFC 9002 section 6.2.1: doubled for each timeout
/// in a row, then lengthened by up to an eighth at random, so that peers which failed together do not retry
/// together.
struct AdaptiveResend {
  /// Times that a message is sent again before it is lost. With the other defaults and a short path that is
  /// 12 s of silence: shorter than `Options::idle_timeout`, so a message ends before its peer is gone.
  std::uint32_t resend_count_max = 10;

  /// The shortest timeout before jitter. Peers that poll once a frame answer up to 17 ms late (60 Hz), more
  /// when the scheduler holds them. RFC 6298 section 2.4 takes 1 s, far too slow for what people wait for;
  /// RFC 9002 takes none. Too short costs little: the first timeout only sends a probe.
  Duration timeout_min = std::chrono::milliseconds{30};

  /// The longest that doubling may reach, before jitter: how late the end of an outage is noticed. A path
  /// whose round trip takes longer still gets the timeout that it needs, but none above 1 hour.
  Duration timeout_max = std::chrono::seconds{2};

  [[nodiscard]] constexpr Duration timeout(const ResendQuery& query) const noexcept {
    constexpr Duration longest = std::chrono::hours{1};
    const Duration once = (std::min)((std::max)(rtt_timeout(query), timeout_min), longest);
    const Duration ceiling = (std::min)((std::max)(timeout_max, once), longest);
    const std::uint32_t doublings = (std::min)(query.timeouts, std::uint32_t{32});
    const bool reached = once.count() > ceiling.count() >> doublings;
    const Duration wait = reached ? ceiling : Duration{once.count() << doublings};
    return wait + Duration{wait.count() / 8 * (query.random >> 16) >> 16};
  }

  [[nodiscard]] constexpr std::uint32_t resends_max() const noexcept { return resend_count_max; }
  [[nodiscard]] constexpr bool follows_acks() const noexcept { return true; }
};

static_assert(ResendSchedule<AdaptiveResend>);

}  // namespace bowline::inline v0_1
