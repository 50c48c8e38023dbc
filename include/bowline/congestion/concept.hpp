// SPDX-License-Identifier: BSL-1.0
// How much may be on the way at once.
#pragma once

#include <concepts>
#include <cstddef>

#include "bowline/base/time.hpp"

namespace bowline::inline v0_1 {

/// A datagram that counts against the congestion window and has just been sent, acknowledged or declared lost.
struct CongestionSample {
  TimePoint now;
  std::size_t datagram_bytes = 0;
  std::size_t in_flight_bytes = 0;  ///< After this event.
  TimePoint sent_at{};              ///< When this datagram was sent.
};

/// Decides how many bytes may be unacknowledged at once. Acks, verdicts, tombstones and probes are never asked for.
///
/// A model promises:
///   1. `window_bytes()` never falls below two full datagrams, whatever is lost, or sending would stop for ever.
///   2. It uses integers only, so that every platform sends the same bytes.
///   3. Time a call is O(1).
template <class C>
concept CongestionControl = std::copyable<C> && requires(C& control, const C& seen, const CongestionSample& sample) {
  control.on_sent(sample);
  control.on_acked(sample);
  control.on_lost(sample);
  { seen.window_bytes() } -> std::same_as<std::size_t>;
};

}  // namespace bowline::inline v0_1
