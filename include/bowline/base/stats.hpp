// SPDX-License-Identifier: BSL-1.0
// What a channel counts. Every datagram dropped is counted under exactly one reason.
#pragma once

#include <cstdint>

#include "bowline/base/time.hpp"

namespace bowline::inline v0_1 {

/// Counters since the channel was made; they survive a restart of the peer. All are counts but where the name
/// ends in `bytes`, and the round-trip times.
struct Stats {
  // Messages of ours.
  std::uint64_t messages_accepted = 0;     ///< Taken by `send`, reliable or not.
  std::uint64_t messages_acked = 0;
  std::uint64_t messages_unconfirmed = 0;  ///< Every end but acked.
  std::uint64_t late_acks = 0;
  std::uint64_t unreliable_sent = 0;
  std::uint64_t unreliable_expired = 0;    ///< Unreliable messages ended before they were sent.

  // Messages of the peer.
  std::uint64_t messages_delivered = 0;    ///< Handed over as `Received`, reliable or not.
  std::uint64_t delivered_bytes = 0;       ///< Their payload.
  std::uint64_t duplicates_dropped = 0;    ///< Segments that had arrived before.
  std::uint64_t late_dropped = 0;          ///< Newest-only messages that came after a newer one.
  std::uint64_t refused = 0;               ///< Messages not delivered because the sender had given them up.
  std::uint64_t held_dropped = 0;          ///< Unreliable messages dropped for want of room to wait.

  // Datagrams out.
  std::uint64_t datagrams_sent = 0;
  std::uint64_t sent_bytes = 0;
  std::uint64_t segments_sent = 0;         ///< First transmissions of reliable segments.
  std::uint64_t segments_resent = 0;       ///< Further ones.
  std::uint64_t segments_repeated = 0;     ///< Further ones without a loss of their own, in room to spare.
  std::uint64_t datagrams_lost = 0;        ///< Declared lost.
  std::uint64_t losses_undone = 0;         ///< Of those, acknowledged later all the same.
  std::uint64_t timeouts = 0;              ///< Times the resend timer fired.
  std::uint64_t probes_sent = 0;           ///< Tail probes and PINGs.
  std::uint64_t tombstones_sent = 0;
  std::uint64_t path_probes_sent = 0;      ///< Datagrams that asked how large the path takes them.
  std::uint64_t path_probes_lost = 0;
  std::uint64_t black_holes = 0;           ///< Times the path turned out not to take any more what it took before.

  // Datagrams in.
  std::uint64_t datagrams_received = 0;    ///< Everything handed in, good or bad.
  std::uint64_t received_bytes = 0;
  std::uint64_t dropped_malformed = 0;     ///< Empty, truncated, of an unknown version or kind, or nonsense inside.
  std::uint64_t dropped_corrupt = 0;       ///< The seal did not open.
  std::uint64_t dropped_foreign = 0;       ///< Not from the bound incarnation of the peer, or after `close`.
  std::uint64_t dropped_replayed = 0;      ///< A packet number seen before.
  std::uint64_t dropped_too_old = 0;       ///< Too far behind the newest, or numbers behind the window.
  std::uint64_t dropped_out_of_window = 0; ///< A sequence number or distance beyond the window.
  std::uint64_t dropped_over_budget = 0;   ///< More held bytes than were announced.
  std::uint64_t dropped_reflected = 0;     ///< Our own HELLO came back.
  std::uint64_t dropped_rate_limited = 0;  ///< HELLOs that came too fast to be answered, or to be told.
  std::uint64_t acks_void = 0;             ///< ACK frames that named what was never sent.
  std::uint64_t verdicts_void = 0;         ///< VERDICT frames for no tombstone of ours.

  // The session.
  std::uint64_t binds = 0;
  std::uint64_t clock_steps_back = 0;

  /// Smoothed, least and latest round-trip time (RFC 6298); zero before the first sample.
  Duration rtt_smoothed{};
  Duration rtt_min{};
  Duration rtt_latest{};
};

}  // namespace bowline::inline v0_1
