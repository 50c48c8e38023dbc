// SPDX-License-Identifier: BSL-1.0
// The sending half without the wire: from `send` to the one outcome of each message.
#pragma once

#include <optional>

#include "bowline/base/events.hpp"
#include "bowline/base/memory_bound.hpp"
#include "bowline/base/options.hpp"
#include "bowline/base/results.hpp"
#include "bowline/base/stats.hpp"
#include "bowline/core/deadline_heap.hpp"
#include "bowline/core/memory_ahead.hpp"
#include "bowline/core/message_flow.hpp"
#include "bowline/core/packet_log.hpp"
#include "bowline/wire/control_frames.hpp"

namespace bowline::inline v0_1 {

/// Takes messages in, keeps their order, and gives each reliable one its outcome. `Transmission` writes what it has
/// to say; what became of that comes back through the `on_…` functions.
class Outbox {
 public:
  explicit Outbox(const Options& options)
      : message_bytes_max_{options.message_bytes_max}, late_acks_max_{options.messages_max}, flow_{options} {}

  // Commands.

  /// Takes a message in; if memory runs out, nothing has changed. Flat, as the other two ways that every message goes
  /// are: to be transmitted, and acknowledged. What is rare on them is out of line.
  [[nodiscard, gnu::flatten]] SendResult send(TimePoint now, Bytes payload, const SendOptions& options, Stats& stats) {
    if (payload.size() > message_bytes_max_) return {{}, SendError::too_large};
    // Most depend on one that has no outcome yet, which says all there is to know.
    const bool awaited = awaitable(options.after);
    if (!awaited && options.after) {
      const SendError error = check_dependency(options);
      if (error != SendError::none) return {{}, error};
    }
    if (!flow_.table().has_room(payload.size())) {
      refused_bytes_ = payload.size();
      refused_ = true;
      return {{}, SendError::queue_full};
    }
    reserve(options);
    const MessageId id = flow_.table().next_id();
    Message& message = flow_.table().append([&](Message& issued) { describe(issued, now, options); }, payload);
    ++stats.messages_accepted;
    admit(id, message, options, awaited, stats);
    if (options.key != 0) supersede(id, options.key, stats);
    return {id, SendError::none};
  }

  /// Ends a message that has no outcome yet. False when it has one, is unreliable and gone, or was never issued.
  bool cancel(MessageId id, Stats& stats) {
    const Message* message = flow_.table().find(id);
    if (message == nullptr || !message->pending()) return false;
    flow_.conclude(id, Outcome::cancelled, LossCause::resends_used_up, stats);
    return true;
  }

  /// Ends what is overdue.
  void expire(TimePoint now, Stats& stats) {
    while (deadlines_.next() <= now) {
      const MessageId id = deadlines_.pop();
      if (flow_.queues().is_pending(id)) flow_.conclude(id, Outcome::expired, LossCause::resends_used_up, stats);
    }
  }

  /// Ends everything as closed and forgets what was on its way: the peer's incarnation is gone.
  void end_all(Stats& stats) {
    flow_.end_all(stats);
    deadlines_.clear();
  }

  // What the network said.

  /// A packet that carried `run` was acknowledged.
  void on_acked(const PacketRun& run, PacketNumber packet, Stats& stats) {
    if (run.tombstones) return on_tombstones_acked(run, packet);
    flow_.acks().settle_run(run.first, run.end, [&](MessageId id) {
      Message& message = flow_.table()[id];
      ++message.rounds;
      if (++message.parts_acked < message.parts) return;
      message.arrived = true;
      if (message.dependency == Message::Dependency::none) flow_.conclude_acked(id, message, stats);
    });
    flow_.table().drop_gone();
  }

  /// A packet that carried `content` is lost.
  void on_lost(PacketContent content, PacketNumber packet, std::uint32_t resends_max, Stats& stats) {
    Segment* segment = flow_.acks().find(content.number);
    if (segment == nullptr || segment->latest != packet) return;
    if (content.tombstone) return flow_.tombstones().repeat(flow_.acks(), content.number);
    if (segment->resends_in(flow_.table()[segment->message].rounds) >= resends_max) {
      return flow_.conclude(segment->message, Outcome::lost, LossCause::resends_used_up, stats);
    }
    segment->latest = 0;
    segment->waiting = true;
    flow_.queue().push_resend(content.number, segment->priority);
  }

  /// The resend timer fires once more into silence. What was lost before and still waits for its turn, because
  /// congestion control lets little travel now, has had another round. O(numbers in the window).
  void on_silence(std::uint32_t resends_max, Stats& stats) {
    for (SequenceNumber n = flow_.acks().lowest(); n < flow_.acks().next(); ++n) {
      Segment* segment = flow_.acks().find(n);
      if (segment == nullptr || segment->tombstone || !segment->waiting) continue;
      const std::uint8_t rounds = flow_.table()[segment->message].rounds;
      if (segment->resends_in(rounds) < resends_max) {
        segment->count_resend(rounds);
      } else {
        flow_.conclude(segment->message, Outcome::lost, LossCause::resends_used_up, stats);
      }
    }
  }

  /// The peer's verdict. False when no tombstone of ours asked for it.
  bool on_verdict(const VerdictFrame& verdict, Stats& stats) {
    Segment* segment = flow_.acks().find(verdict.number);
    if (segment == nullptr || !segment->tombstone) return false;
    const MessageId id = segment->message;
    // Only the last part tells what became of the whole.
    if (verdict.delivered && verdict.number == flow_.table()[id].number) {
      // Nobody takes them. Unheard, it is asked for again by its tombstone.
      if (late_acks_.size() == late_acks_max_ || late_acks_.full()) return true;
      late_acks_.push_back(id);
      ++stats.late_acks;
    }
    flow_.settle(verdict.number, id, stats);
    return true;
  }

  // What is asked, and what is taken.

  /// The messages themselves, for `Transmission`.
  [[nodiscard]] MessageFlow& flow() noexcept { return flow_; }

  [[nodiscard]] TimePoint next_deadline() const noexcept { return deadlines_.next(); }
  [[nodiscard]] MessageStatus status(MessageId id) const noexcept { return flow_.table().status(id); }
  [[nodiscard]] std::size_t pending() const noexcept {
    return flow_.table().pending() + flow_.table().pending_unreliable();
  }

  /// An outcome or a late acknowledgement waits to be taken.
  [[nodiscard]] bool has_event() const noexcept { return flow_.table().has_outcome() || !late_acks_.empty(); }

  /// L: the lowest number that is not settled.
  [[nodiscard]] SequenceNumber lowest_unsettled() const noexcept { return flow_.acks().lowest(); }

  /// Nothing has yet to be sent or settled.
  [[nodiscard]] bool quiet() const noexcept {
    return pending() == 0 && flow_.acks().empty() && !flow_.tombstones().owes_numbers();
  }

  /// The next outcome, late acknowledgement or Writable. Ends the view that the previous one gave.
  [[nodiscard]] std::optional<Event> next_event() {
    if (auto outcome = flow_.table().take_outcome()) return outcome;
    if (!late_acks_.empty()) {
      const LateAck late{late_acks_.front()};
      late_acks_.pop_front();
      return late;
    }
    if (refused_ && flow_.table().has_room(refused_bytes_)) {
      refused_ = false;
      return Writable{};
    }
    return std::nullopt;
  }

  void release_taken() { flow_.table().release_taken(); }

  [[nodiscard]] bool invariants_hold() const noexcept { return flow_.acks().invariants_hold(); }

  /// The most memory it takes.
  [[nodiscard]] static constexpr MemoryBound memory_max(const Options& options) noexcept {
    return MessageFlow::memory_max(options) + DeadlineHeap::memory_max(options) +
           MemoryBound::ring(options.messages_max, sizeof(MessageId));
  }

 private:
  /// Takes the memory for all that may become of one more message, before anything has changed.
  void reserve(const SendOptions& options) {
    // Before the messages, which tell that there is enough.
    if (flow_.table().ring().full()) late_acks_.reserve(MemoryAhead::messages_grown(flow_));
    MemoryAhead::take_for_message(flow_, static_cast<bool>(options.after));
    if (options.key != 0) flow_.keys().make_room();
    if (options.deadline > Duration::zero()) reserve_deadline();
  }

  [[gnu::noinline]] void reserve_deadline() {
    deadlines_.make_room([&](MessageId id) { return flow_.queues().is_pending(id); });
  }

  [[gnu::noinline]] void add_deadline(MessageId id, TimePoint deadline) {
    deadlines_.add(deadline, id, [&](MessageId other) { return flow_.queues().is_pending(other); });
  }

  /// Once a message has ended, only a verdict tells what became of it. That travels apart from the acknowledgement of
  /// the tombstone that asks for it; when it is not in by now it was lost.
  void on_tombstones_acked(const PacketRun& run, PacketNumber packet) {
    for (SequenceNumber n = run.first; n < run.end; ++n) {
      const Segment* segment = flow_.acks().find(n);
      if (segment != nullptr && segment->latest == packet) flow_.tombstones().repeat(flow_.acks(), n);
    }
  }

  /// Whether the message has no outcome yet and is one to depend on.
  [[nodiscard]] bool awaitable(MessageId id) const noexcept {
    if (!flow_.table().ring().contains(id.value)) return false;
    const Message& message = flow_.table()[id];
    return message.pending() && message.reliable;
  }

  /// Whether a message may depend on one that is not `awaitable`.
  [[gnu::noinline, nodiscard]] SendError check_dependency(const SendOptions& options) const noexcept {
    const Message* dependency = flow_.table().find(options.after);
    if (dependency != nullptr && dependency->pending()) return SendError::unreliable_dependency;
    switch (flow_.table().status(options.after)) {
      case MessageStatus::unknown: return SendError::unknown_dependency;
      case MessageStatus::unreliable_done: return SendError::unreliable_dependency;
      case MessageStatus::forgotten:
        return options.on_dependency_failure == OnDependencyFailure::fail ? SendError::forgotten_dependency
                                                                          : SendError::none;
      default: return SendError::none;
    }
  }

  static void describe(Message& message, TimePoint now, const SendOptions& options) noexcept {
    message.state = Message::State::gated;
    message.after = options.after;
    message.gate = options.gate;
    message.fail_with_dependency = options.on_dependency_failure == OnDependencyFailure::fail;
    message.priority = options.priority;
    message.key = options.key;
    message.reliable = options.reliable;
    message.newest_only = options.newest_only && !options.reliable;
    message.report_ack = options.report_ack;
    if (options.deadline > Duration::zero()) message.deadline = later(now, options.deadline);
  }

  /// The message that was the newest with this key is so no more.
  [[gnu::noinline]] void supersede(MessageId id, std::uint64_t key, Stats& stats) {
    // The new one may have ended already, with the one that it depends on.
    if (!flow_.queues().is_pending(id)) return;
    const MessageId older = flow_.keys().exchange(key, id);
    if (older) flow_.conclude(older, Outcome::superseded, LossCause::resends_used_up, stats);
  }

  /// Puts a message that was just issued where it belongs: behind its dependency, which is `awaited` when it has no
  /// outcome, or into the queue.
  void admit(MessageId id, Message& message, const SendOptions& options, bool awaited, Stats& stats) {
    if (message.deadline != never) add_deadline(id, message.deadline);
    if (awaited) {
      if (wait_for_dependency(id, message, Message::Dependency::pending)) return;
    } else if (options.after && follow_ended(id, message, stats)) {
      return;
    }
    flow_.queues().enqueue(id, message);
  }

  /// Links the message behind its dependency. True when it waits at its gate.
  bool wait_for_dependency(MessageId id, Message& message, Message::Dependency known) {
    Message& dependency = flow_.table()[message.after];
    message.dependency = known;
    OrderingGate::wait(flow_.table().ring(), id, message, dependency);
    return !OrderingGate::follows(message, dependency) &&
           !OrderingGate::open(message, dependency, flow_.queues().over_budget(message));
  }

  /// The same for one whose dependency has ended. True when it is dealt with: it failed at once, or waits.
  [[gnu::noinline]] bool follow_ended(MessageId id, Message& message, Stats& stats) {
    const Message* dependency = flow_.table().find(message.after);
    const bool failed = flow_.table().status(message.after) >= MessageStatus::lost;
    if (failed && message.fail_with_dependency) {
      flow_.conclude(id, Outcome::dependency_failed, LossCause::resends_used_up, stats);
      return true;
    }
    // One that nobody knows to be delivered or not ended unacknowledged.
    if (dependency == nullptr || !dependency->unsettled) return false;
    return wait_for_dependency(id, message, Message::Dependency::failed);
  }

  std::size_t message_bytes_max_;
  std::size_t late_acks_max_;
  MessageFlow flow_;
  DeadlineHeap deadlines_;
  NumberRing<MessageId> late_acks_;
  std::size_t refused_bytes_ = 0;
  bool refused_ = false;
};

}  // namespace bowline::inline v0_1
