// SPDX-License-Identifier: BSL-1.0
// Where messages of ours wait before they leave: at their gate, in the send queue, in line for room at the peer.
#pragma once

#include "bowline/base/assert.hpp"
#include "bowline/base/memory_bound.hpp"
#include "bowline/base/options.hpp"
#include "bowline/core/message_table.hpp"
#include "bowline/core/ordering_gate.hpp"
#include "bowline/core/peer_room.hpp"
#include "bowline/core/send_queue.hpp"
#include "bowline/wire/hello.hpp"

namespace bowline::inline v0_1 {

/// The messages, and every step between the states in which they wait to be transmitted.
///
/// Invariants:
///   1. A message is in the send queue if and only if it is `queued`.
///   2. A message that is `too_large` waits for room at the peer; none waits while the one whose turn it is fits.
class MessageQueues {
 public:
  explicit MessageQueues(const Options& options) : table_{options} {}

  [[nodiscard]] MessageTable& table() noexcept { return table_; }
  [[nodiscard]] const MessageTable& table() const noexcept { return table_; }
  [[nodiscard]] SendQueue& queue() noexcept { return queue_; }
  [[nodiscard]] PeerRoom& room() noexcept { return room_; }
  [[nodiscard]] const PeerRoom& room() const noexcept { return room_; }

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
  void enqueue(MessageId id) { enqueue(id, table_[id]); }

  /// The same for who has the message at hand.
  void enqueue(MessageId id, Message& message) {
    BOWLINE_ASSERT(&message == &table_[id]);
    message.state = Message::State::queued;
    queue_.push(table_.ring(), id, message.priority);
  }

  /// The same, if it waits at a gate that is open now.
  void enqueue_if_open(MessageId id, Message& message) {
    if (message.state != Message::State::gated) return;
    if (message.dependency != Message::Dependency::none &&
        !OrderingGate::open(message, table_[message.after], over_budget(message))) {
      return;
    }
    enqueue(id, message);
  }

  /// The same for all that wait for `dependency`, which is `id`.
  void enqueue_waiters(MessageId id, const Message& dependency) {
    OrderingGate::for_each_waiter(table_.ring(), id, dependency, [&](MessageId waiter, Message& message) {
      enqueue_if_open(waiter, message);
    });
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
    serve_line();  // It may be its turn at once, where those in the line are of other levels.
    return false;
  }

  /// All of a reliable message, which was the first of its level, was transmitted, the last part as `number`.
  void finish_transmission(MessageId id, Message& message, SequenceNumber number) {
    BOWLINE_ASSERT(queue_.fresh(message.priority).front() == id);
    message.number = number;
    message.state = Message::State::in_flight;
    queue_.pop_fresh(table_.ring(), message.priority);
    if (message.parts_leaving) room_.end_leaving(message), serve_line();
    enqueue_waiters(id, message);
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

  [[nodiscard]] static constexpr MemoryBound memory_max(const Options& options) noexcept {
    return MessageTable::memory_max(options) + SendQueue::memory_max(options);
  }

 private:
  MessageTable table_;
  SendQueue queue_;
  Limits peer_;
  PeerRoom room_;
};

}  // namespace bowline::inline v0_1
