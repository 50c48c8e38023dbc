// SPDX-License-Identifier: BSL-1.0
// Moves messages of ours from state to state: gate, queue, flight, outcome, verdict.
#pragma once

#include <vector>

#include "bowline/base/assert.hpp"
#include "bowline/base/events.hpp"
#include "bowline/base/memory_bound.hpp"
#include "bowline/base/options.hpp"
#include "bowline/base/stats.hpp"
#include "bowline/core/ack_table.hpp"
#include "bowline/core/key_table.hpp"
#include "bowline/core/message_queues.hpp"
#include "bowline/core/number_ring.hpp"
#include "bowline/core/ordering_gate.hpp"
#include "bowline/core/tombstones.hpp"
#include "bowline/wire/hello.hpp"

namespace bowline::inline v0_1 {

/// The messages with their queues and numbers, and every step between states that touches more than one of these.
/// Endings run along chains of dependencies without recursion, however long they are.
///
/// Invariants:
///   1. A message is linked behind its dependency if and only if it has no outcome and its dependency is not `none`.
///   2. A message in flight has an unsettled segment, or has arrived and waits for its dependency.
class MessageFlow {
 public:
  explicit MessageFlow(const Options& options) : queues_{options} {}

  [[nodiscard]] MessageQueues& queues() noexcept { return queues_; }
  [[nodiscard]] MessageTable& table() noexcept { return queues_.table(); }
  [[nodiscard]] const MessageTable& table() const noexcept { return queues_.table(); }
  [[nodiscard]] AckTable& acks() noexcept { return acks_; }
  [[nodiscard]] const AckTable& acks() const noexcept { return acks_; }
  [[nodiscard]] SendQueue& queue() noexcept { return queues_.queue(); }
  [[nodiscard]] Tombstones& tombstones() noexcept { return tombstones_; }
  [[nodiscard]] const Tombstones& tombstones() const noexcept { return tombstones_; }
  /// Small segments that were lost and sent again, to travel once more with the next datagram that has room.
  [[nodiscard]] NumberRing<SequenceNumber>& again() noexcept { return again_; }
  [[nodiscard]] const PeerRoom& room() const noexcept { return queues_.room(); }
  [[nodiscard]] KeyTable& keys() noexcept { return keys_; }
  [[nodiscard]] const Limits& peer() const noexcept { return queues_.peer(); }
  void set_peer(const Limits& peer) noexcept { queues_.set_peer(peer); }

  /// Takes the memory to end so many messages at once.
  void reserve_endings(std::size_t messages) {
    if (messages > endings_reserved_) work_.reserve(messages), endings_reserved_ = messages;
  }

  /// All of an unreliable message was sent.
  void end_sent_unreliable(MessageId id) {
    OrderingGate::leave(table().ring(), id);
    queue().remove(table().ring(), id);
    forget_key(id, table()[id]);
    table().end_unreliable(id);
  }

  /// A number for an unreliable message in parts, by which the peer knows them from others.
  [[nodiscard]] std::uint32_t name_unreliable() noexcept { return ++unreliable_name_; }

  /// Gives a pending message its outcome, and follows what that means for those that wait, however long the chain.
  // Out of line: what is acknowledged in order has a shorter way.
  [[gnu::noinline]] void conclude(MessageId id, Outcome outcome, LossCause cause, Stats& stats) {
    conclude_one({id, outcome, cause}, stats);
    work_.empty() ? table().drop_gone() : work_off(stats);
  }

  /// The same for a message that has arrived, and waits for nothing; but it may stay the oldest of the table, although
  /// it is gone, until `drop_gone`.
  void conclude_acked(MessageId id, Message& message, Stats& stats) {
    end_acked(id, message, stats);
    if (!work_.empty()) work_off(stats);
  }

  /// The peer's verdict on `number` of an ended message is in. With that on its last part nothing needs to wait for
  /// the message any more.
  void settle(SequenceNumber number, MessageId id, Stats& stats) {
    acks_.settle(number);
    Message& message = table()[id];
    if (number == message.number) {
      message.unsettled = false;
      release_waiters(id, message, /*failed=*/true);
    }
    if (--message.tombstones == 0) {
      queues_.leave_peer(message);
      table().settle(id);
    }
    if (!work_.empty()) work_off(stats);
  }

  /// Gives recalled messages the numbers that they are owed, as far as the window and the memory of `acks` go.
  void pay_numbers() {
    tombstones_.pay_numbers(acks_, table().ring(), peer().window,
                            [&](MessageId id) { queues_.enqueue_waiters(id, table()[id]); });
  }

  /// Ends everything as closed and forgets what was on its way: the peer's incarnation is gone.
  void end_all(Stats& stats) {
    MessageRing& ring = table().ring();
    const std::uint64_t end = ring.end();
    for (std::uint64_t i = ring.first(); i < end; ++i) {
      if (ring[i].pending()) OrderingGate::leave(ring, {i});
    }
    for (std::uint64_t i = ring.first(); i < end; ++i) {
      if (!ring.contains(i)) continue;
      Message& message = ring[i];
      queues_.leave_queue({i});
      if (message.pending()) {
        give_outcome({i}, Outcome::closed, LossCause::resends_used_up, stats);
      } else if (message.tombstones != 0) {
        table().settle({i});
      }
    }
    queue().clear_resends();
    again_.clear();
    tombstones_.clear();
    acks_.clear();
    queues_.room().clear();
  }

  [[nodiscard]] static constexpr MemoryBound memory_max(const Options& options) noexcept {
    return MessageQueues::memory_max(options) + AckTable::memory_max(options) + KeyTable::memory_max(options) +
           MemoryBound::ring(options.window, sizeof(SequenceNumber)) + Tombstones::memory_max(options) +
           MemoryBound::vector(options.messages_max, sizeof(Ending));
  }

 private:
  // Out of line for the sake of what has nothing to do with it. Flat, because after a loss most of a chain ends here:
  // what arrived before the one that it waits for.
  [[gnu::noinline, gnu::flatten]] void work_off(Stats& stats) {
    for (std::size_t i = 0; i < work_.size(); ++i) conclude_one(work_[i], stats);
    work_.clear();
    table().drop_gone();
  }

  /// A message waits for one other, and ends once, with that or before it: then it waits no more.
  void conclude_one(Ending ending, Stats& stats) {
    BOWLINE_ASSERT(queues_.is_pending(ending.id));
    Message& message = table()[ending.id];
    ending.outcome == Outcome::acked ? end_acked(ending.id, message, stats) : end_unacked(ending, message, stats);
  }

  [[gnu::noinline]] void end_unacked(const Ending& ending, Message& message, Stats& stats) {
    queues_.leave_queue(ending.id);
    if (message.parts_leaving) queues_.room().end_leaving(message), queues_.serve_line();
    OrderingGate::leave(table().ring(), ending.id);
    // What was never transmitted cannot be delivered, so nothing needs to be recalled.
    const bool settled = !message.started();
    if (settled) {
      queues_.leave_peer(message);
    } else {
      tombstones_.recall(acks_, ending.id, message);
      pay_numbers();
    }
    if (message.reliable) settled ? release_waiters(ending.id, message, /*failed=*/true) : warn_waiters(ending.id);
    give_outcome(ending.id, ending.outcome, ending.cause, stats);
  }

  /// What has arrived and waits for nothing is in no queue and at no gate.
  void end_acked(MessageId id, Message& message, Stats& stats) {
    queues_.leave_peer(message);
    release_waiters(id, message, /*failed=*/false);
    forget_key(id, message);
    ++stats.messages_acked;
    table().mark_ended(id, message, Outcome::acked);
  }

  void forget_key(MessageId id, const Message& message) noexcept {
    if (message.key != 0) keys_.erase(message.key, id);
  }

  void give_outcome(MessageId id, Outcome outcome, LossCause cause, Stats& stats) {
    Message& message = table()[id];
    forget_key(id, message);
    if (!message.reliable) {
      ++stats.unreliable_expired;
      return table().end_unreliable(id);
    }
    ++stats.messages_unconfirmed;
    table().end(id, message, outcome, cause);
  }

  /// A message is settled: nothing waits for it any more.
  void release_waiters(MessageId id, Message& settled, bool failed) {
    OrderingGate::settle(table().ring(), id, settled, [&](MessageId waiter, Message& message) {
      if (failed && message.fail_with_dependency) {
        work_.push_back({waiter, Outcome::dependency_failed, LossCause::resends_used_up});
      } else if (message.arrived) {
        work_.push_back({waiter, Outcome::acked, LossCause::resends_used_up});
      } else {
        queues_.enqueue_if_open(waiter, message);
      }
    });
  }

  /// A message ended unacknowledged, and nobody knows yet whether it was delivered.
  void warn_waiters(MessageId id) {
    OrderingGate::for_each_waiter(table().ring(), id, table()[id], [&](MessageId waiter, Message& message) {
      if (message.fail_with_dependency) {
        work_.push_back({waiter, Outcome::dependency_failed, LossCause::resends_used_up});
        return;
      }
      message.dependency = Message::Dependency::failed;
      queues_.enqueue_if_open(waiter, message);
    });
  }

  MessageQueues queues_;
  AckTable acks_;
  KeyTable keys_;
  NumberRing<SequenceNumber> again_;
  Tombstones tombstones_;
  std::vector<Ending> work_;
  std::size_t endings_reserved_ = 0;  // A vector computes its capacity.
  std::uint32_t unreliable_name_ = 0;
};

}  // namespace bowline::inline v0_1
