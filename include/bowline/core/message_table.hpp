// SPDX-License-Identifier: BSL-1.0
// Every message of ours that somebody may still ask about, and the outcomes nobody has taken yet.
#pragma once

#include <algorithm>
#include <optional>

#include "bowline/base/events.hpp"
#include "bowline/base/memory_bound.hpp"
#include "bowline/base/options.hpp"
#include "bowline/base/status.hpp"
#include "bowline/core/message_list.hpp"
#include "bowline/core/outcome_history.hpp"

namespace bowline::inline v0_1 {

/// Issues ids and keeps messages until their outcome was taken and the peer's verdict is in. An outcome lives in
/// the message's own entry, so outcomes cannot overflow.
///
/// Invariants:
///   1. pending() counts the reliable messages without an outcome, pending_unreliable() the others still here.
///   2. payload_bytes() is the sum of the payloads kept.
///   3. A message is `gone` if and only if nothing of it is kept; the oldest one in the ring is not gone.
class MessageTable {
 public:
  explicit MessageTable(const Options& options)
      : messages_max_{options.messages_max},
        bytes_max_{options.send_bytes_max},
        // One message always fits an empty table.
        pool_{(std::max)(options.send_bytes_max, options.message_bytes_max), options.messages_max,
              options.payload_pool},
        history_{options.outcomes_remembered} {}

  [[nodiscard]] std::size_t pending() const noexcept { return pending_; }
  [[nodiscard]] std::size_t pending_unreliable() const noexcept { return pending_unreliable_; }
  [[nodiscard]] std::size_t payload_bytes() const noexcept { return payload_bytes_; }
  [[nodiscard]] bool has_outcome() const noexcept { return !outcomes_.empty(); }
  [[nodiscard]] MessageRing& ring() noexcept { return ring_; }
  [[nodiscard]] const MessageRing& ring() const noexcept { return ring_; }
  [[nodiscard]] MessageId next_id() const noexcept { return {ring_.end()}; }

  /// False when a limit would be passed by one more message of `bytes`: one of the table's own, or that of a shared
  /// pool. One message always fits an empty table, whatever others have taken of the pool.
  [[nodiscard]] bool has_room(std::size_t bytes) const noexcept {
    if (ring_.size() >= messages_max_) return false;
    return payload_bytes_ == 0 || (payload_bytes_ + bytes <= bytes_max_ && pool_.shared_has_room(bytes));
  }

  /// The message, or null when it is gone or was never issued.
  [[nodiscard]] const Message* find(MessageId id) const noexcept {
    if (!ring_.contains(id.value)) return nullptr;
    const Message& message = ring_[id.value];
    return message.state == Message::State::gone ? nullptr : &message;
  }
  [[nodiscard]] Message& operator[](MessageId id) noexcept { return ring_[id.value]; }
  [[nodiscard]] const Message& operator[](MessageId id) const noexcept { return ring_[id.value]; }
  [[nodiscard]] Bytes payload(const Message& message) const noexcept { return pool_.view(message.payload); }

  /// Takes a message in that `describe(Message&)` makes pending where it lies, with a copy of `payload`, under the id
  /// next_id(), and answers it. Asserts that there is room, and that the ring has storage for it. If memory runs out,
  /// nothing has changed; to end the message takes none.
  template <class Describe>
  Message& append(Describe&& describe, Bytes payload) {
    history_.make_room(next_id());
    const Payload kept = pool_.store(payload);
    Message& message = ring_.unchecked_emplace_back();
    describe(message);
    BOWLINE_ASSERT(message.pending());
    message.payload = kept;
    payload_bytes_ += payload.size();
    ++(message.reliable ? pending_ : pending_unreliable_);
    return message;
  }

  /// The same, but takes the storage and answers the id.
  template <class Describe>
  MessageId issue(Describe&& describe, Bytes payload) {
    ring_.reserve();
    append(describe, payload);
    return {ring_.end() - 1};
  }

  /// Gives a pending reliable message its outcome. The caller has taken it out of every queue.
  void end(MessageId id, Outcome outcome, LossCause cause = LossCause::resends_used_up) {
    end(id, ring_[id.value], outcome, cause);
  }

  /// The same for who has the message at hand.
  void end(MessageId id, Message& message, Outcome outcome, LossCause cause = LossCause::resends_used_up) {
    mark_ended(id, message, outcome, cause);
    drop_gone();
  }

  /// The same, but leaves it to `drop_gone` to forget the oldest ones: for many that end together.
  void mark_ended(MessageId id, Message& message, Outcome outcome, LossCause cause = LossCause::resends_used_up) {
    BOWLINE_ASSERT(&message == &ring_[id.value]);
    BOWLINE_ASSERT(message.pending() && message.reliable);
    --pending_;
    message.state = Message::State::ended;
    message.outcome = outcome;
    history_.record(id, status_of(outcome));
    if (outcome == Outcome::acked && !message.report_ack) return release(message);
    message.outcome_untaken = true;
    message.too_large_for_peer = cause == LossCause::peer_limit;
    outcomes_.push_back(ring_, id);
  }

  /// An unreliable message was sent or dropped, and is of no more interest.
  void end_unreliable(MessageId id) {
    BOWLINE_ASSERT(ring_[id.value].pending() && !ring_[id.value].reliable);
    --pending_unreliable_;
    history_.record(id, MessageStatus::unreliable_done);
    ring_[id.value].state = Message::State::ended;
    release_if_done(ring_[id.value]);
  }

  /// The oldest outcome nobody has taken. What it shows of a payload stays until `release_taken`.
  [[nodiscard]] std::optional<Event> take_outcome() {
    if (outcomes_.empty()) return std::nullopt;
    BOWLINE_ASSERT(!taken_);
    taken_ = outcomes_.front();
    outcomes_.remove(ring_, taken_);
    const Message& message = ring_[taken_.value];
    if (message.outcome == Outcome::acked) return Acked{taken_};
    const LossCause cause = message.too_large_for_peer ? LossCause::peer_limit : LossCause::resends_used_up;
    return Unconfirmed{taken_, payload(message), message.outcome, cause, message.started()};
  }

  /// Ends the life of the payload that the last `take_outcome` showed.
  void release_taken() {
    if (!taken_) return;
    Message& message = ring_[std::exchange(taken_, MessageId{}).value];
    message.outcome_untaken = false;
    release_if_done(message);
  }

  /// Forgets the oldest messages as far as they are gone.
  void drop_gone() noexcept {
    while (!ring_.empty() && ring_.front().state == Message::State::gone) ring_.pop_front();
  }

  /// The peer's verdicts on an ended message are in, or will never be asked for.
  void settle(MessageId id) {
    Message& message = ring_[id.value];
    message.unsettled = false;
    message.tombstones = 0;
    release_if_done(message);
  }

  [[nodiscard]] MessageStatus status(MessageId id) const noexcept {
    if (!id || id.value >= ring_.end()) return MessageStatus::unknown;
    if (!ring_.contains(id.value)) return history_.status(id);
    const Message& message = ring_[id.value];
    switch (message.state) {
      case Message::State::gated: return MessageStatus::gated;
      case Message::State::too_large: return MessageStatus::queued;
      case Message::State::queued:
        if (message.first != 0) return MessageStatus::in_flight;
        return waits_in_queue(message) ? MessageStatus::gated : MessageStatus::queued;
      case Message::State::in_flight: return MessageStatus::in_flight;
      case Message::State::ended:
      case Message::State::gone: break;
    }
    return message.reliable ? status_of(message.outcome) : MessageStatus::unreliable_done;
  }

  /// The most memory it takes. Of a shared pool, only what it takes beyond that one's limit: the one message that fits.
  [[nodiscard]] static constexpr MemoryBound memory_max(const Options& options) noexcept {
    const bool shared = options.payload_pool != nullptr;
    const std::uint64_t bytes = (std::max)(shared ? 0 : options.send_bytes_max, options.message_bytes_max);
    return MemoryBound::ring(options.messages_max, sizeof(Message)) +
           PayloadPool::memory_max(bytes, shared ? 0 : options.messages_max, options.messages_max) +
           OutcomeHistory::memory_max(options);
  }

 private:
  [[nodiscard]] static constexpr MessageStatus status_of(Outcome outcome) noexcept {
    static_assert(static_cast<int>(MessageStatus::closed) - static_cast<int>(MessageStatus::acked) ==
                  static_cast<int>(Outcome::closed) - static_cast<int>(Outcome::acked));
    return static_cast<MessageStatus>(static_cast<unsigned>(MessageStatus::acked) + static_cast<unsigned>(outcome));
  }

  /// Whether a queued message follows one there that has to go first.
  [[nodiscard]] bool waits_in_queue(const Message& message) const noexcept {
    return message.dependency != Message::Dependency::none && !ring_[message.after.value].transmitted();
  }

  void release_if_done(Message& message) noexcept {
    if (!message.outcome_untaken) release(message);
    drop_gone();
  }

  /// Nobody asks for the payload of an ended message any more.
  void release(Message& message) noexcept {
    BOWLINE_ASSERT(message.state == Message::State::ended);
    payload_bytes_ -= message.payload.bytes;
    pool_.release(message.payload);
    if (message.tombstones == 0) message.state = Message::State::gone;
  }

  std::size_t messages_max_;
  std::size_t bytes_max_;
  std::size_t pending_ = 0;
  std::size_t pending_unreliable_ = 0;
  std::size_t payload_bytes_ = 0;
  MessageRing ring_;
  MessageList outcomes_;
  MessageId taken_;
  PayloadPool pool_;
  OutcomeHistory history_;
};

}  // namespace bowline::inline v0_1
