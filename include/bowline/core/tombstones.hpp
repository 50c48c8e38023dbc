// SPDX-License-Identifier: BSL-1.0
// Numbers of messages that ended unacknowledged, on their way to be recalled.
#pragma once

#include <algorithm>
#include <cstdint>

#include "bowline/base/memory_bound.hpp"
#include "bowline/base/options.hpp"
#include "bowline/core/ack_table.hpp"
#include "bowline/core/message_list.hpp"
#include "bowline/core/number_ring.hpp"

namespace bowline::inline v0_1 {

/// Which tombstones have to leave. A message is recalled under each of its numbers that is not acknowledged, and always
/// under its last one, by whose verdict its fate is known. One that ended before its last part was transmitted is owed
/// a number for that, which it gets when the window has one.
class Tombstones {
 public:
  /// No tombstone has to leave now.
  [[nodiscard]] bool empty() const noexcept { return due_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept { return due_.size(); }

  /// The number whose tombstone leaves next.
  [[nodiscard]] SequenceNumber front() noexcept { return due_.front(); }
  void pop_front() noexcept { due_.pop_front(); }

  /// Takes memory for all tombstones of `numbers` unsettled numbers, and of those settled while they waited.
  void reserve_numbers(std::size_t numbers) { due_.reserve(2 * numbers); }

  /// Takes memory for `messages` that are owed a number.
  void reserve_messages(std::size_t messages) { unnumbered_.reserve(messages); }

  /// Some message is owed its last number.
  [[nodiscard]] bool owes_numbers() const noexcept { return !unnumbered_.empty(); }

  /// Recalls a message of which something was transmitted. O(numbers since its first).
  void recall(AckTable& acks, MessageId id, Message& message) {
    message.unsettled = true;
    message.tombstones = 1;
    const bool numbered = message.transmitted();
    const SequenceNumber end = numbered ? message.number : acks.next();
    for (SequenceNumber n = (std::max)(message.first, acks.lowest()); n < end; ++n) {
      const Segment& segment = acks[n];
      if (segment.message != id || segment.settled) continue;
      recall(acks, n);
      ++message.tombstones;
    }
    numbered ? recall(acks, message.number) : static_cast<void>(unnumbered_.push_back(id));
  }

  /// Gives messages the numbers that they are owed, as far as the window and the memory of `acks` go, and calls
  /// `each(MessageId)` for them.
  template <class Each>
  void pay_numbers(AckTable& acks, MessageRing& ring, std::uint32_t window, Each&& each) {
    while (!unnumbered_.empty() && acks.window_open(window, Priority::urgent) && !acks.full()) {
      const MessageId id = unnumbered_.front();
      unnumbered_.pop_front();
      Message& message = ring[id.value];
      message.number = acks.next();
      acks.issue(id, message.parts - 1, message.priority);
      recall(acks, message.number);
      each(id);
    }
  }

  /// The tombstone of `number` has to leave once more.
  void repeat(AckTable& acks, SequenceNumber number) {
    acks[number].latest = 0;
    acks[number].waiting = true;
    due_.push_back(number);
  }

  /// The peer's incarnation is gone.
  void clear() noexcept {
    due_.clear();
    unnumbered_.clear();
  }

  /// The most memory it takes. Numbers that are settled before their turn comes may wait beside the window's.
  [[nodiscard]] static constexpr MemoryBound memory_max(const Options& options) noexcept {
    return MemoryBound::ring(2 * std::uint64_t{options.window}, sizeof(SequenceNumber)) +
           MemoryBound::ring(options.messages_max, sizeof(MessageId));
  }

 private:
  void recall(AckTable& acks, SequenceNumber number) {
    acks.recall(number);
    repeat(acks, number);
  }

  NumberRing<SequenceNumber> due_;
  NumberRing<MessageId> unnumbered_;
};

}  // namespace bowline::inline v0_1
