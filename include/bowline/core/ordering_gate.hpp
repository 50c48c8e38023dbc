// SPDX-License-Identifier: BSL-1.0
// Who waits for whom at the sender, and when a waiting message may go.
#pragma once

#include <utility>

#include "bowline/base/assert.hpp"
#include "bowline/core/message_list.hpp"

namespace bowline::inline v0_1 {

/// Links each message to the ones that wait for it, through the messages themselves. It answers questions and keeps
/// the links; what follows from a release is its caller's business. Only issued messages can be waited for, so no
/// cycle can be built. The one that was sent right after is found by its id, so that a chain takes a bit a message.
///
/// Invariants:
///   1. A message is linked behind `after` if and only if it has no outcome and its dependency is not `none`: by that
///      one's `followed` if its own id is the next, else in the list of `waiters`.
class OrderingGate {
 public:
  /// Whether `message`, whose dependency is `dependency`, may be transmitted for the first time. `over_budget`: the
  /// peer has no room left to hold it, so it goes when it need not wait there any more.
  [[nodiscard]] static bool open(const Message& message, const Message& dependency, bool over_budget) noexcept {
    if (message.dependency == Message::Dependency::none) return true;
    if (over_budget) return false;
    // What travels names the other's last number, which one that failed halfway gets with its tombstone.
    if (!dependency.transmitted()) return false;
    return message.gate == Gate::at_receiver || message.dependency == Message::Dependency::failed;
  }

  /// Whether `message` may stand in the send queue before its gate is open, because the one that it waits for stands
  /// before it there: then its gate is asked when its turn comes.
  [[nodiscard]] static bool follows(const Message& message, const Message& dependency) noexcept {
    return message.gate == Gate::at_receiver && dependency.state == Message::State::queued &&
           dependency.priority == message.priority;
  }

  /// Links `message`, which is `id`, behind the one that it names in `after`. O(1).
  static void wait(MessageRing& ring, MessageId id, Message& message, Message& dependency) noexcept {
    BOWLINE_ASSERT(&message == &ring[id.value] && &dependency == &ring[message.after.value]);
    if (is_next(id, message.after)) return void(dependency.followed = true);
    message.waiter_next = dependency.waiters;
    if (dependency.waiters) ring[dependency.waiters.value].waiter_previous = id;
    dependency.waiters = id;
  }

  /// Unlinks `id`, which waits no more: it has its outcome, or nothing is left to wait for. O(1).
  static void leave(MessageRing& ring, MessageId id) noexcept {
    Message& message = ring[id.value];
    if (message.dependency == Message::Dependency::none) return;
    message.dependency = Message::Dependency::none;
    if (is_next(id, message.after)) return void(ring[message.after.value].followed = false);
    (message.waiter_previous ? ring[message.waiter_previous.value].waiter_next
                             : ring[message.after.value].waiters) = message.waiter_next;
    if (message.waiter_next) ring[message.waiter_next.value].waiter_previous = message.waiter_previous;
    message.waiter_next = message.waiter_previous = {};
  }

  /// Unlinks all that wait for `dependency`, which is `id` and settled, and calls `each(MessageId, Message&)` for them
  /// in the order in which they came. O(messages that wait).
  template <class Each>
  static void settle(MessageRing& ring, MessageId id, Message& dependency, Each&& each) {
    const MessageId newest = std::exchange(dependency.waiters, {});
    if (dependency.followed) {
      dependency.followed = false;
      Message& message = ring[id.value + 1];
      message.dependency = Message::Dependency::none;
      each(MessageId{id.value + 1}, message);
    }
    walk(ring, newest, [&](MessageId waiter, Message& message) {
      message.waiter_next = message.waiter_previous = {};
      message.dependency = Message::Dependency::none;
      each(waiter, message);
    });
  }

  /// Calls `each(MessageId, Message&)` for every message that waits for `dependency`, which is `id`, in the order in
  /// which they came. `each` may make the one it is given leave. O(messages that wait).
  template <class Each>
  static void for_each_waiter(MessageRing& ring, MessageId id, const Message& dependency, Each&& each) {
    const MessageId newest = dependency.waiters;
    if (dependency.followed) each(MessageId{id.value + 1}, ring[id.value + 1]);
    walk(ring, newest, each);
  }

 private:
  [[nodiscard]] static bool is_next(MessageId id, MessageId after) noexcept { return id.value == after.value + 1; }

  /// From the oldest to `newest`, if there is one.
  template <class Each>
  static void walk(MessageRing& ring, MessageId newest, Each&& each) {
    if (!newest) return;
    MessageId id = newest;
    Message* message = &ring[id.value];
    while (message->waiter_next) message = &ring[(id = message->waiter_next).value];
    for (;;) {
      const MessageId newer = message->waiter_previous;
      each(id, *message);
      if (!newer) return;
      message = &ring[(id = newer).value];
    }
  }
};

}  // namespace bowline::inline v0_1
