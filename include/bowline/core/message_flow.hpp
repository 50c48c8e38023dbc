// SPDX-License-Identifier: BSL-1.0
// Moves messages of ours from state to state: gate, queue, flight, outcome, verdict.
#pragma once

#include <vector>

#include "bowline/base/events.hpp"
#include "bowline/base/memory_bound.hpp"
#include "bowline/base/options.hpp"
#include "bowline/base/stats.hpp"
#include "bowline/core/ack_table.hpp"
#include "bowline/core/key_table.hpp"
#include "bowline/core/message_table.hpp"
#include "bowline/core/ordering_gate.hpp"
#include "bowline/core/peer_room.hpp"
#include "bowline/core/send_queue.hpp"
#include "bowline/core/tombstones.hpp"
#include "bowline/wire/hello.hpp"

namespace bowline::inline v0_1 {

/// The messages with their queues and numbers, and every step between states that touches more than one of these.
/// Endings run along chains of dependencies without recursion, however long they are.
///
/// Invariants:
///   1. A message is in the send queue if and only if it is `queued`, and linked behind its dependency if and only if
///      it has no outcome and its dependency is not `none`.
///   2. A message in flight has an unsettled segment, or has arrived and waits for its dependency.
///   3. A message that is `too_large` waits for room at the peer, in order; none waits while the first one fits.
class MessageFlow {
 public:
  explicit MessageFlow(const Options& options) : table_{options} {}

  [[nodiscard]] MessageTable& table() noexcept { return table_; }
  [[nodiscard]] const MessageTable& table() const noexcept { return table_; }
  [[nodiscard]] AckTable& acks() noexcept { return acks_; }
  [[nodiscard]] const AckTable& acks() const noexcept { return acks_; }
  [[nodiscard]] SendQueue& queue() noexcept { return queue_; }
  [[nodiscard]] Tombstones& tombstones() noexcept { return tombstones_; }
  [[nodiscard]] const Tombstones& tombstones() const noexcept { return tombstones_; }
  /// Small segments that were lost and sent again, to travel once more with the next datagram that has room.
  [[nodiscard]] NumberRing<SequenceNumber>& again() noexcept { return again_; }
  [[nodiscard]] const PeerRoom& room() const noexcept { return room_; }
  [[nodiscard]] KeyTable& keys() noexcept { return keys_; }
  /// Takes the memory to end so many messages at once.
  void reserve_endings(std::size_t messages) { work_.reserve(messages); }

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
    return room_.over_held_budget(peer_, message);
  }

  /// Puts a message into the send queue.
  void enqueue(MessageId id) {
    table_[id].state = Message::State::queued;
    queue_.push(table_.ring(), id);
  }

  /// The same, if it waits at a gate that is open now.
  void enqueue_if_open(MessageId id, const Message& message) {
    if (message.state != Message::State::gated) return;
    if (message.dependency != Message::Dependency::none &&
        !OrderingGate::open(message, table_[message.after], over_budget(message))) {
      return;
    }
    enqueue(id);
  }

  /// The same for all that wait for `dependency`.
  void enqueue_waiters(const Message& dependency) {
    OrderingGate::for_each_waiter(table_.ring(), dependency,
                                  [&](MessageId id, const Message& message) { enqueue_if_open(id, message); });
  }

  /// Takes a message whose turn has come too early back to its gate.
  void return_to_gate(MessageId id) {
    queue_.remove(table_.ring(), id);
    table_[id].state = Message::State::gated;
  }

  /// Accounts for a message that travels with a dependency, so that the peer may have to hold it.
  void reserve_held(Message& message) noexcept { room_.reserve_held(message); }

  /// Whether a message in parts has its room at the peer. Takes it, or makes the message wait for it.
  [[nodiscard]] bool reserve_reassembly(MessageId id) {
    Message& message = table_[id];
    if (message.reassembly_bytes != 0) return true;
    if (room_.line().empty() && room_.has_reassembly_room(peer_, message)) {
      return room_.reserve_reassembly(message), true;
    }
    queue_.remove(table_.ring(), id);
    message.state = Message::State::too_large;
    room_.line().push_back(table_.ring(), id);
    return false;
  }

  /// All of a reliable message, which was the first of its level, was transmitted, the last part as `number`.
  void finish_transmission([[maybe_unused]] MessageId id, Message& message, SequenceNumber number) {
    BOWLINE_ASSERT(queue_.fresh(message.priority).front() == id);
    message.number = number;
    message.state = Message::State::in_flight;
    queue_.pop_fresh(table_.ring(), message.priority);
    if (message.parts_leaving) room_.end_leaving(message), serve_line();
    enqueue_waiters(message);
  }

  /// All of an unreliable message was sent.
  void end_sent_unreliable(MessageId id) {
    OrderingGate::leave(table_.ring(), id);
    queue_.remove(table_.ring(), id);
    forget_key(id, table_[id]);
    table_.end_unreliable(id);
  }

  /// A number for an unreliable message in parts, by which the peer knows them from others.
  [[nodiscard]] std::uint32_t name_unreliable() noexcept { return ++unreliable_name_; }

  /// Gives a pending message its outcome, and follows what that means for those that wait, however long the chain.
  // Out of line: what is acknowledged in order has a shorter way.
  [[gnu::noinline]] void conclude(MessageId id, Outcome outcome, LossCause cause, Stats& stats) {
    conclude_one({id, outcome, cause}, stats);
    if (!work_.empty()) work_off(stats);
  }

  /// The same for a message that has arrived, and waits for nothing.
  void conclude_acked(MessageId id, Message& message, Stats& stats) {
    end_acked(id, message, stats);
    if (!work_.empty()) work_off(stats);
  }

  /// The peer's verdict on `number` of an ended message is in. With that on its last part nothing needs to wait for
  /// the message any more.
  void settle(SequenceNumber number, MessageId id, Stats& stats) {
    acks_.settle(number);
    Message& message = table_[id];
    if (number == message.number) {
      message.unsettled = false;
      release_waiters(message, /*failed=*/true);
    }
    if (--message.tombstones == 0) {
      leave_peer(message);
      table_.settle(id);
    }
    if (!work_.empty()) work_off(stats);
  }

  /// Gives recalled messages the numbers that they are owed, as far as the window and the memory of `acks` go.
  void pay_numbers() {
    tombstones_.pay_numbers(acks_, table_.ring(), peer_.window, [&](MessageId id) { enqueue_waiters(table_[id]); });
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
      leave_queue({i});
      if (message.pending()) {
        give_outcome({i}, Outcome::closed, LossCause::resends_used_up, stats);
      } else if (message.tombstones != 0) {
        table_.settle({i});
      }
    }
    queue_.clear_resends();
    again_.clear();
    tombstones_.clear();
    acks_.clear();
    room_.clear();
  }

  [[nodiscard]] static constexpr MemoryBound memory_max(const Options& options) noexcept {
    return MessageTable::memory_max(options) + AckTable::memory_max(options) + SendQueue::memory_max(options) +
           KeyTable::memory_max(options) + MemoryBound::ring(options.window, sizeof(SequenceNumber)) +
           Tombstones::memory_max(options) + MemoryBound::vector(options.messages_max, sizeof(Ending));
  }

 private:
  // Out of line for the sake of what has nothing to do with it. Flat, because after a loss most of a chain ends here:
  // what arrived before the one that it waits for.
  [[gnu::noinline, gnu::flatten]] void work_off(Stats& stats) {
    for (std::size_t i = 0; i < work_.size(); ++i) conclude_one(work_[i], stats);
    work_.clear();
  }

  /// A message waits for one other, and ends once, with that or before it: then it waits no more.
  void conclude_one(Ending ending, Stats& stats) {
    BOWLINE_ASSERT(is_pending(ending.id));
    Message& message = table_[ending.id];
    ending.outcome == Outcome::acked ? end_acked(ending.id, message, stats) : end_unacked(ending, message, stats);
  }

  [[gnu::noinline]] void end_unacked(const Ending& ending, Message& message, Stats& stats) {
    leave_queue(ending.id);
    if (message.parts_leaving) room_.end_leaving(message), serve_line();
    OrderingGate::leave(table_.ring(), ending.id);
    // What was never transmitted cannot be delivered, so nothing needs to be recalled.
    const bool settled = !message.started();
    if (settled) {
      leave_peer(message);
    } else {
      tombstones_.recall(acks_, ending.id, message);
      pay_numbers();
    }
    if (message.reliable) settled ? release_waiters(message, /*failed=*/true) : warn_waiters(ending.id);
    give_outcome(ending.id, ending.outcome, ending.cause, stats);
  }

  /// What has arrived and waits for nothing is in no queue and at no gate.
  void end_acked(MessageId id, Message& message, Stats& stats) {
    leave_peer(message);
    release_waiters(message, /*failed=*/false);
    forget_key(id, message);
    ++stats.messages_acked;
    table_.end(id, message, Outcome::acked);
  }

  /// Takes a message out of the queue that its state says it is in.
  void leave_queue(MessageId id) {
    const Message::State state = table_[id].state;
    if (state == Message::State::queued) queue_.remove(table_.ring(), id);
    if (state == Message::State::too_large) room_.line().remove(table_.ring(), id);
  }

  /// Nothing of the message is at the peer any more.
  void leave_peer(Message& message) { room_.release(message), serve_line(); }

  /// Those that wait for room at the peer may have what there is.
  void serve_line() {
    if (!room_.line().empty()) room_.serve_line(peer_, table_.ring(), [&](MessageId id) { enqueue(id); });
  }

  void forget_key(MessageId id, const Message& message) noexcept {
    if (message.key != 0) keys_.erase(message.key, id);
  }

  void give_outcome(MessageId id, Outcome outcome, LossCause cause, Stats& stats) {
    Message& message = table_[id];
    forget_key(id, message);
    if (!message.reliable) {
      ++stats.unreliable_expired;
      return table_.end_unreliable(id);
    }
    ++stats.messages_unconfirmed;
    table_.end(id, message, outcome, cause);
  }

  /// A message is settled: nothing waits for it any more.
  void release_waiters(Message& settled, bool failed) {
    OrderingGate::settle(table_.ring(), settled, [&](MessageId waiter, const Message& message) {
      if (failed && message.fail_with_dependency) {
        work_.push_back({waiter, Outcome::dependency_failed, LossCause::resends_used_up});
      } else if (message.arrived) {
        work_.push_back({waiter, Outcome::acked, LossCause::resends_used_up});
      } else {
        enqueue_if_open(waiter, message);
      }
    });
  }

  /// A message ended unacknowledged, and nobody knows yet whether it was delivered.
  void warn_waiters(MessageId id) {
    OrderingGate::for_each_waiter(table_.ring(), table_[id], [&](MessageId waiter, Message& message) {
      if (message.fail_with_dependency) {
        work_.push_back({waiter, Outcome::dependency_failed, LossCause::resends_used_up});
        return;
      }
      message.dependency = Message::Dependency::failed;
      enqueue_if_open(waiter, message);
    });
  }

  MessageTable table_;
  AckTable acks_;
  SendQueue queue_;
  KeyTable keys_;
  NumberRing<SequenceNumber> again_;
  Tombstones tombstones_;
  std::vector<Ending> work_;
  Limits peer_;
  PeerRoom room_;
  std::uint32_t unreliable_name_ = 0;
};

}  // namespace bowline::inline v0_1
