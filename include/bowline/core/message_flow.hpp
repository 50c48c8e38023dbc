// SPDX-License-Identifier: BSL-1.0
// Moves messages of ours from state to state: gate, queue, flight, outcome, verdict.
#pragma once

#include <vector>

#include "bowline/base/events.hpp"
#include "bowline/base/options.hpp"
#include "bowline/base/stats.hpp"
#include "bowline/core/ack_table.hpp"
#include "bowline/core/message_table.hpp"
#include "bowline/core/ordering_gate.hpp"
#include "bowline/core/send_queue.hpp"
#include "bowline/wire/hello.hpp"

namespace bowline::inline v0_1 {

/// The messages with their queues and numbers, and every step between states that touches more than one of these.
/// Endings run along chains of dependencies without recursion, however long they are.
///
/// Invariants:
///   1. A message is in the send queue if and only if it is `queued`, and linked behind its dependency if and only if
///      it has no outcome and its dependency is not `none`.
///   2. A message in flight has an unsettled segment, or has arrived and waits for its dependency.
///   3. held_bytes() is the sum of what transmitted messages may take of the peer's room for waiting ones.
class MessageFlow {
 public:
  explicit MessageFlow(const Options& options) : table_{options} {}

  [[nodiscard]] MessageTable& table() noexcept { return table_; }
  [[nodiscard]] const MessageTable& table() const noexcept { return table_; }
  [[nodiscard]] AckTable& acks() noexcept { return acks_; }
  [[nodiscard]] const AckTable& acks() const noexcept { return acks_; }
  [[nodiscard]] SendQueue& queue() noexcept { return queue_; }
  [[nodiscard]] NumberRing<SequenceNumber>& tombstones() noexcept { return tombstones_; }
  [[nodiscard]] const NumberRing<SequenceNumber>& tombstones() const noexcept { return tombstones_; }
  [[nodiscard]] std::size_t held_bytes() const noexcept { return held_bytes_; }

  /// What the peer can take; its window is the smaller of both ends'.
  [[nodiscard]] const Limits& peer() const noexcept { return peer_; }
  void set_peer(const Limits& peer) noexcept { peer_ = peer; }

  /// Whether the message is here and has no outcome.
  [[nodiscard]] bool is_pending(MessageId id) noexcept {
    const Message* message = table_.find(id);
    return message != nullptr && message->pending();
  }

  /// Whether the peer has no room to hold the message until its dependency is settled.
  [[nodiscard]] bool over_budget(const Message& message) const noexcept {
    return message.reliable && held_bytes_ + message.payload.bytes > peer_.held_bytes_max;
  }

  /// Puts a message into the send queue.
  void enqueue(MessageId id) {
    table_[id].state = Message::State::queued;
    queue_.push(table_.ring(), id);
  }

  /// The same, if it waits at a gate that is open now.
  void enqueue_if_open(MessageId id) {
    const Message& message = table_[id];
    if (message.state != Message::State::gated) return;
    if (message.dependency != Message::Dependency::none &&
        !OrderingGate::open(message, table_[message.after], over_budget(message))) {
      return;
    }
    enqueue(id);
  }

  /// Takes a message that waits for its turn back to its gate, until the peer has room for it.
  void return_to_gate(MessageId id) {
    queue_.remove(table_.ring(), id);
    table_[id].state = Message::State::gated;
  }

  /// Accounts for a message that travels with a dependency, so that the peer may have to hold it.
  void reserve_held(Message& message) noexcept {
    message.held_bytes = message.payload.bytes;
    held_bytes_ += message.held_bytes;
  }

  /// Gives a message its outcome, and follows what that means for those that wait for it, however long the chain.
  void conclude(MessageId id, Outcome outcome, LossCause cause, Stats& stats) {
    work_.push_back({id, outcome, cause});
    work_off(stats);
  }

  /// The peer's verdict on an ended message is in: nothing needs to wait for it any more.
  void settle(MessageId id, Stats& stats) {
    release_held(table_[id]);
    release_waiters(id, /*failed=*/true, /*settled=*/true);
    table_.settle(id);
    work_off(stats);
  }

  /// Sends the tombstone of `number` once more, or for the first time.
  void repeat_tombstone(SequenceNumber number) {
    acks_[number].latest = 0;
    acks_[number].waiting = true;
    tombstones_.push_back(number);
  }

  /// Ends everything as closed and forgets what was on its way: the peer's incarnation is gone.
  void end_all(Stats& stats) {
    MessageRing& ring = table_.ring();
    const std::uint64_t end = ring.end();
    for (std::uint64_t i = ring.first(); i < end; ++i) {
      if (ring[i].pending()) OrderingGate::leave(ring, {i});
    }
    for (std::uint64_t i = ring.first(); i < end; ++i) {
      if (!ring.contains(i)) continue;
      Message& message = ring[i];
      if (message.state == Message::State::queued) queue_.remove(ring, {i});
      if (message.pending()) {
        give_outcome({i}, Outcome::closed, LossCause::resends_used_up, stats);
      } else if (message.unsettled) {
        table_.settle({i});
      }
    }
    queue_.clear_resends();
    tombstones_.clear();
    acks_.clear();
    held_bytes_ = 0;
  }

 private:
  struct Ending {
    MessageId id;
    Outcome outcome;
    LossCause cause;
  };

  void work_off(Stats& stats) {
    for (std::size_t i = 0; i < work_.size(); ++i) {
      const Ending ending = work_[i];
      if (is_pending(ending.id)) conclude_one(ending, stats);
    }
    work_.clear();
  }

  void conclude_one(const Ending& ending, Stats& stats) {
    Message& message = table_[ending.id];
    if (message.state == Message::State::queued) queue_.remove(table_.ring(), ending.id);
    OrderingGate::leave(table_.ring(), ending.id);
    const bool acked = ending.outcome == Outcome::acked;
    // What was never transmitted cannot be delivered, so nothing needs to be recalled.
    const bool settled = acked || !message.transmitted();
    if (settled) {
      release_held(message);
    } else {
      recall(message);
    }
    if (message.reliable) release_waiters(ending.id, !acked, settled);
    give_outcome(ending.id, ending.outcome, ending.cause, stats);
  }

  void give_outcome(MessageId id, Outcome outcome, LossCause cause, Stats& stats) {
    if (!table_[id].reliable) {
      ++stats.unreliable_expired;
      table_.end_unreliable(id);
      return;
    }
    ++(outcome == Outcome::acked ? stats.messages_acked : stats.messages_unconfirmed);
    table_.end(id, outcome, cause);
  }

  void release_waiters(MessageId id, bool failed, bool settled) {
    OrderingGate::for_each_waiter(table_.ring(), id, [&](MessageId waiter) {
      Message& message = table_[waiter];
      if (failed && message.fail_with_dependency) {
        work_.push_back({waiter, Outcome::dependency_failed, LossCause::resends_used_up});
        return;
      }
      if (settled) {
        OrderingGate::leave(table_.ring(), waiter);
        if (message.arrived) work_.push_back({waiter, Outcome::acked, LossCause::resends_used_up});
      } else {
        message.dependency = Message::Dependency::failed;
      }
      enqueue_if_open(waiter);
    });
  }

  void recall(Message& message) {
    message.unsettled = true;
    acks_.recall(message.number);
    repeat_tombstone(message.number);
  }

  void release_held(Message& message) noexcept {
    held_bytes_ -= message.held_bytes;
    message.held_bytes = 0;
  }

  MessageTable table_;
  AckTable acks_;
  SendQueue queue_;
  NumberRing<SequenceNumber> tombstones_;
  std::vector<Ending> work_;
  Limits peer_;
  std::size_t held_bytes_ = 0;
};

}  // namespace bowline::inline v0_1
