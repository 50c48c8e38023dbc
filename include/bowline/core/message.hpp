// SPDX-License-Identifier: BSL-1.0
// A message of ours between `send` and the moment nobody can ask for it any more.
#pragma once

#include <cstdint>

#include "bowline/base/events.hpp"
#include "bowline/base/ids.hpp"
#include "bowline/base/options.hpp"
#include "bowline/core/payload_pool.hpp"

namespace bowline::inline v0_1 {

/// One entry of the message table.
struct Message {
  enum class State : std::uint8_t {
    gone,       ///< Nothing is left of it but its outcome in the history.
    gated,      ///< Waits for its dependency.
    queued,     ///< Waits for its turn in the send queue.
    in_flight,  ///< Transmitted, no outcome yet.
    ended,      ///< Has its outcome: the application has yet to take it, or the peer has yet to give its verdict.
  };

  /// How much is known here of the message that this one depends on.
  enum class Dependency : std::uint8_t {
    none,     ///< There is none, or it is known to be settled at the peer.
    pending,  ///< It has no outcome yet.
    failed,   ///< It ended unacknowledged, and the peer's verdict is not in.
  };

  Payload payload;
  TimePoint deadline = never;
  SequenceNumber number = 0;   ///< Given at the first transmission.
  MessageId after;
  MessageId waiters;           ///< The first of those that depend on this one.
  MessageId waiter_next;       ///< Neighbours among those that depend on the same one.
  MessageId waiter_previous;
  MessageId queue_next;        ///< Neighbours in the send queue, or in the list of outcomes to take.
  MessageId queue_previous;
  std::uint32_t resends = 0;
  std::uint32_t distance = 0;   ///< What it carries: its number less the dependency's, fixed at first transmission.
  std::uint32_t held_bytes = 0; ///< What it may take of the room that the peer has for waiting messages.
  State state = State::gone;
  Dependency dependency = Dependency::none;
  Outcome outcome = Outcome::acked;
  LossCause cause = LossCause::resends_used_up;
  Priority priority = Priority::normal;
  Gate gate = Gate::at_receiver;
  bool fail_with_dependency = false;
  bool reliable = true;
  bool newest_only = false;
  bool report_ack = false;
  bool arrived = false;         ///< Its segment is acknowledged; a held one is not acked yet.
  bool unsettled = false;       ///< Ended, and its tombstone has no verdict yet.
  bool outcome_untaken = false; ///< Ended, and the application has not taken the outcome.

  [[nodiscard]] bool pending() const noexcept { return state != State::gone && state != State::ended; }
  [[nodiscard]] bool transmitted() const noexcept { return number != 0; }
};

}  // namespace bowline::inline v0_1
