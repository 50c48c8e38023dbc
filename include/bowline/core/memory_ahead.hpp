// SPDX-License-Identifier: BSL-1.0
// Memory that is taken before it is needed, so that it cannot be missing when something goes wrong.
#pragma once

#include <algorithm>
#include <cstddef>

#include "bowline/base/options.hpp"
#include "bowline/core/message_flow.hpp"

namespace bowline::inline v0_1 {

/// Takes all the memory that may be needed for a message when it is sent, and for each of its numbers before that is
/// transmitted. What becomes of them then takes none: an acknowledgement, a loss, a verdict, a timer or a cancellation
/// cannot fail for want of it. If memory runs out here, nothing has changed. O(1), amortised.
struct MemoryAhead {
  /// Messages that there will be room for when it is full.
  [[nodiscard]] static std::size_t messages_grown(MessageFlow& flow) noexcept {
    return (std::max)(std::size_t{4}, 2 * flow.table().ring().capacity());
  }

  /// For one more message but its payload and its numbers: its place, its end and its recall. `depends`: it waits for
  /// another, and so may end with that.
  static void take_for_message(MessageFlow& flow, bool depends) {
    MessageRing& ring = flow.table().ring();
    if (ring.full()) grow_messages(flow);
    if (depends) flow.reserve_endings(ring.capacity());
  }

  /// For the numbers of a level that `acks` has memory for: their resends.
  static void take_for_level(MessageFlow& flow, Priority priority) {
    flow.queue().reserve_resends(priority, flow.acks().capacity());
  }

  /// For one more number of a level, for which `take_for_level` was called before: its segment, its resend and its
  /// recall.
  static void take_for_number(MessageFlow& flow, Priority priority) {
    if (!flow.acks().full()) return;
    grow_numbers(flow);
    take_for_level(flow, priority);
  }

  /// Gives recalled messages the numbers that they are owed, as far as the window goes.
  static void pay_numbers(MessageFlow& flow) {
    if (flow.tombstones().owes_numbers()) pay_owed(flow);
  }

 private:
  [[gnu::noinline]] static void pay_owed(MessageFlow& flow) {
    while (flow.tombstones().owes_numbers() && flow.acks().window_open(flow.peer().window, Priority::urgent)) {
      if (flow.acks().full()) grow_numbers(flow);
      flow.pay_numbers();
    }
  }

  // What is asked for last is what tells that there is enough, so each can be tried again.

  [[gnu::noinline]] static void grow_messages(MessageFlow& flow) {
    const std::size_t messages = messages_grown(flow);
    flow.tombstones().reserve_messages(messages);
    flow.table().ring().reserve(messages);
  }

  [[gnu::noinline]] static void grow_numbers(MessageFlow& flow) {
    const std::size_t numbers = (std::max)(std::size_t{4}, 2 * flow.acks().capacity());
    flow.tombstones().reserve_numbers(numbers);
    flow.acks().reserve(numbers);
  }
};

}  // namespace bowline::inline v0_1
