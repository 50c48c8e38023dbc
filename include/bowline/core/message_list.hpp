// SPDX-License-Identifier: BSL-1.0
// A queue of messages that is linked through the messages themselves.
#pragma once

#include "bowline/base/assert.hpp"
#include "bowline/base/ids.hpp"
#include "bowline/core/message.hpp"
#include "bowline/core/number_ring.hpp"

namespace bowline::inline v0_1 {

/// The messages by id.
using MessageRing = NumberRing<Message>;

/// First in, first out; any message may leave at any time. Needs no memory of its own, and a message is in one
/// such list at most. O(1) each.
class MessageList {
 public:
  [[nodiscard]] bool empty() const noexcept { return !first_; }
  [[nodiscard]] MessageId front() const noexcept { return first_; }

  void push_back(MessageRing& ring, MessageId id) noexcept {
    Message& message = ring[id.value];
    message.queue_previous = last_;
    message.queue_next = {};
    (last_ ? ring[last_.value].queue_next : first_) = id;
    last_ = id;
  }

  /// Asserts that there is one.
  void pop_front(MessageRing& ring) noexcept {
    Message& message = ring[first_.value];
    first_ = message.queue_next;
    message.queue_next = {};
    (first_ ? ring[first_.value].queue_previous : last_) = {};
  }

  void remove(MessageRing& ring, MessageId id) noexcept {
    Message& message = ring[id.value];
    BOWLINE_ASSERT(message.queue_previous || first_ == id);
    (message.queue_previous ? ring[message.queue_previous.value].queue_next : first_) = message.queue_next;
    (message.queue_next ? ring[message.queue_next.value].queue_previous : last_) = message.queue_previous;
    message.queue_previous = message.queue_next = {};
  }

 private:
  MessageId first_;
  MessageId last_;
};

}  // namespace bowline::inline v0_1
