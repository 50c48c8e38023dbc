// SPDX-License-Identifier: BSL-1.0
// The states that a channel and a message answer with when asked.
#pragma once

#include <cstdint>

namespace bowline::inline v0_1 {

/// Where a message stands. Answered for every id ever issued, for as long as `Options::outcomes_remembered` allows.
enum class MessageStatus : std::uint8_t {
  unknown,    ///< Never issued.
  forgotten,  ///< Ended so long ago that its outcome is no longer known.
  gated,      ///< Waits for its dependency.
  queued,     ///< Waits for its turn.
  in_flight,  ///< Sent, not yet acknowledged.
  unreliable_done,  ///< Unreliable, and no longer here: sent once, or dropped at its deadline.
  acked,
  lost,
  expired,
  cancelled,
  superseded,
  dependency_failed,
  closed,
};

/// Where a channel stands.
enum class ConnectionState : std::uint8_t {
  idle,        ///< No peer, and none looked for: `send`, `connect` or a HELLO starts a handshake.
  connecting,  ///< A handshake runs; no peer is bound.
  connected,   ///< A peer is bound.
  closing,     ///< `close` waits for outcomes and verdicts, or says good-bye.
  closed,      ///< `close` has finished. Nothing is sent or taken any more.
};

}  // namespace bowline::inline v0_1
