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
    gated,      ///< Waits for its dependency, apart from the send queue.
    too_large,  ///< Waits until the peer has room for a message in parts.
    queued,     ///< Waits for its turn in the send queue, and stays there until its last part is transmitted.
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
  SequenceNumber number = 0;   ///< That of its last part, given at its first transmission.
  std::uint64_t first = 0;     ///< The number of its first part; the name of an unreliable message in parts.
  std::uint64_t key = 0;       ///< A newer message with the same key takes its place; 0 is none.
  MessageId after;
  MessageId waiters;           ///< The newest of those that depend on this one, but for the one that is `followed`.
  MessageId waiter_next;       ///< Neighbours among those that depend on the same one.
  MessageId waiter_previous;
  MessageId queue_next;        ///< Neighbours among those linked in the send queue, or in a list for outcomes or room.
  MessageId queue_previous;
  std::uint32_t distance = 0;   ///< What it carries: its first number less the dependency's, fixed with that.
  std::uint32_t held_bytes = 0; ///< What it may take of the room that the peer has for waiting messages.
  std::uint32_t reassembly_bytes = 0;  ///< The same of the room for messages in parts.
  std::uint32_t parts = 1;      ///< Segments it travels in, fixed at the first transmission.
  std::uint32_t parts_sent = 0;
  std::uint32_t parts_acked = 0;
  std::uint32_t tombstones = 0; ///< Ended: its numbers that have yet to get a verdict.
  std::uint8_t rounds = 0;      ///< How often a part was newly acknowledged; wraps. Resends count from there.
  State state = State::gone;
  Dependency dependency = Dependency::none;
  Outcome outcome = Outcome::acked;
  Priority priority = Priority::normal;
  Gate gate = Gate::at_receiver;
  bool fail_with_dependency = false;
  bool reliable = true;
  bool newest_only = false;
  bool report_ack = false;
  bool too_large_for_peer : 1 = false;  ///< Ended as lost for that.
  bool parts_leaving : 1 = false;       ///< It travels in parts, and some have yet to leave.
  bool followed : 1 = false;    ///< The next message depends on this one.
  bool arrived : 1 = false;     ///< Its segments are acknowledged; a held one is not acked yet.
  bool unsettled : 1 = false;   ///< Ended, and its last part's tombstone has no verdict yet: its fate is not known.
  bool outcome_untaken : 1 = false;  ///< Ended, and the application has not taken the outcome.

  [[nodiscard]] bool pending() const noexcept { return state != State::gone && state != State::ended; }

  /// Something of it may have reached the peer as a reliable message.
  [[nodiscard]] bool started() const noexcept { return reliable && first != 0; }

  /// All of it may have.
  [[nodiscard]] bool transmitted() const noexcept { return number != 0; }
};

/// How a message is to end.
struct Ending {
  MessageId id;
  Outcome outcome;
  LossCause cause;
};

static_assert(sizeof(Message) <= 128, "there are as many as Options::messages_max, and each is touched all its life");

}  // namespace bowline::inline v0_1
