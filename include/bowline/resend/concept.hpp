// SPDX-License-Identifier: BSL-1.0
// When a message is sent again, and when it is given up.
#pragma once

#include <concepts>
#include <cstdint>

#include "bowline/base/time.hpp"

namespace bowline::inline v0_1 {

/// What a schedule may look at. All of it is the connection's, none of it is the message's.
struct ResendQuery {
  Duration rtt_smoothed;     ///< RFC 6298 SRTT; `Options::rtt_initial` before the first sample.
  Duration rtt_variation;    ///< RFC 6298 RTTVAR.
  Duration ack_delay_max;    ///< The longest the peer lets an acknowledgement wait.
  std::uint32_t timeouts;    ///< Timeouts in a row without any acknowledgement between them.
  std::uint32_t random;      ///< 32 random bits for jitter, the same until the next timeout.
};

/// Decides when what was sent counts as lost, and how often it is sent again.
///
/// A model promises:
///   1. `timeout(q)` is above zero, and the same whenever q is the same.
///   2. `resends_max()` never changes. A message whose resends are used up when it is due again ends as lost.
///   3. `follows_acks()` never changes. True: an acknowledgement of later datagrams declares earlier ones lost
///      (RFC 9002 section 6.1), the timer runs from the oldest datagram on its way or the latest progress (RFC 6298
///      section 5.3), and the first time it fires it sends a probe instead of declaring anything lost (RFC 8985
///      section 7). False: each datagram has its own timer and nothing else.
template <class R>
concept ResendSchedule = std::copyable<R> && requires(const R& schedule, const ResendQuery& query) {
  { schedule.timeout(query) } -> std::same_as<Duration>;
  { schedule.resends_max() } -> std::same_as<std::uint32_t>;
  { schedule.follows_acks() } -> std::same_as<bool>;
};

/// A schedule that lets small messages travel again before anything is known of their loss, in datagrams that leave
/// anyway and have room to spare.
///
/// A model promises, besides:
///   4. `repeat_bytes_max()`, the bytes of a datagram that repeats may take with their frames, and `repeats_max()`, how
///      often a message is repeated at most, never change. Repeats do not count as resends.
template <class R>
concept EagerSchedule = ResendSchedule<R> && requires(const R& schedule) {
  { schedule.repeat_bytes_max() } -> std::same_as<std::uint32_t>;
  { schedule.repeats_max() } -> std::same_as<std::uint32_t>;
};

}  // namespace bowline::inline v0_1
