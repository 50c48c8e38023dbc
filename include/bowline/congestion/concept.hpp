// SPDX-License-Identifier: BSL-1.0
// How much may be on the way at once, and how fast it may leave.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>

#include "bowline/base/time.hpp"

namespace bowline::inline v0_1 {

/// How fast the path delivers, seen between the sending of a datagram and its acknowledgement
/// (draft-cheng-iccrg-delivery-rate-estimation).
struct DeliverySample {
  std::uint64_t delivered_bytes = 0;  ///< Acknowledged so far, of all datagrams.
  std::uint64_t before_bytes = 0;     ///< The same when the newest acknowledged datagram left.
  Duration interval{};                ///< What the difference took; zero: no sample.
  bool app_limited = false;           ///< There was not enough to send, so the path may be faster than this.
};

/// What one ACK frame, or one time that the resend timer fired, has shown.
struct CongestionFeedback {
  TimePoint now;
  std::size_t acked_bytes = 0;      ///< Newly acknowledged, of what was in flight.
  std::size_t lost_bytes = 0;       ///< Newly declared lost, but for probes of the path's size.
  std::size_t undone_bytes = 0;     ///< Declared lost before, and acknowledged after all.
  std::size_t in_flight_bytes = 0;  ///< After both.
  std::size_t datagram_bytes = 0;   ///< Of a full datagram from now on; 0: as before.
  TimePoint acked_sent_at{};        ///< When the newest acknowledged datagram left, if one was.
  TimePoint lost_sent_at{};         ///< When the newest lost datagram left, if one was.
  bool timed_out = false;           ///< The losses are inferred from silence, not from an acknowledgement.
  Duration rtt{};                   ///< A round-trip sample without the peer's own delay; zero: none.
  Duration rtt_smoothed{};
  DeliverySample delivery{};
};

/// How datagrams are spread over time.
struct Pacing {
  std::uint64_t bytes_per_second = 0;  ///< 0: not at all. At most `bytes_per_second_max`.
  std::size_t burst_bytes = 0;         ///< What may leave at once, so that timers may be coarse and batches pay.

  static constexpr std::uint64_t bytes_per_second_max = 100'000'000'000;
};

/// Decides how many bytes may be unacknowledged at once and how fast they leave. Acks, verdicts, tombstones and probes
/// are never asked for.
///
/// A model promises:
///   1. `window_bytes()` never falls below two full datagrams, whatever is lost, or sending would stop for ever.
///   2. It uses integers only, so that every platform sends the same bytes.
///   3. Time a call is O(1).
///   4. `pacing()` is within its bounds, and a rate above 0 is at least 1,000 bytes a second, or sending would stop.
template <class C>
concept CongestionControl = std::copyable<C> && requires(C& control, const C& seen, const CongestionFeedback& shown) {
  control.on_feedback(shown);
  { seen.window_bytes() } -> std::same_as<std::size_t>;
  { seen.pacing() } -> std::same_as<Pacing>;
};

}  // namespace bowline::inline v0_1
