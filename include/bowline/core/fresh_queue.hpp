// SPDX-License-Identifier: BSL-1.0
// A queue of messages most of which were sent one right after the other.
#pragma once

#include <cstdint>

#include "bowline/core/message_list.hpp"

namespace bowline::inline v0_1 {

/// First in, first out; any message may leave at any time, as from a `MessageList`. Those that came last are one run of
/// consecutive ids, which takes two numbers whatever its length; what interrupts the run links it to those before.
/// O(1) each, amortised: a message is linked once at most each time that it comes.
///
/// Invariants:
///   1. The ids in [run_, run_end_) stand behind the list, and none of them is in it.
class FreshQueue {
 public:
  [[nodiscard]] bool empty() const noexcept { return run_ == run_end_ && list_.empty(); }

  /// The one that came first; none if it is empty.
  [[nodiscard]] MessageId front() const noexcept {
    if (!list_.empty()) return list_.front();
    return run_ != run_end_ ? MessageId{run_} : MessageId{};
  }

  void push_back(MessageRing& ring, MessageId id) noexcept {
    if (id.value == run_end_) return void(++run_end_);
    link_run(ring);
    run_ = id.value;
    run_end_ = id.value + 1;
  }

  /// Asserts that there is one.
  void pop_front(MessageRing& ring) noexcept { list_.empty() ? pop_run() : list_.pop_front(ring); }

  void remove(MessageRing& ring, MessageId id) noexcept {
    if (list_.empty() && id.value == run_) return pop_run();
    if (id.value >= run_ && id.value < run_end_) link_run(ring);
    list_.remove(ring, id);
  }

  /// Calls `each(MessageId)` from the first to the last, until it answers false.
  template <class Each>
  void for_each(const MessageRing& ring, Each&& each) const {
    for (MessageId id = list_.front(); id; id = ring[id.value].queue_next) {
      if (!each(id)) return;
    }
    for (std::uint64_t id = run_; id != run_end_; ++id) {
      if (!each(MessageId{id})) return;
    }
  }

 private:
  void pop_run() noexcept {
    BOWLINE_ASSERT(run_ != run_end_);
    ++run_;
  }

  // Out of line: what is sent in a row needs no links.
  [[gnu::noinline]] void link_run(MessageRing& ring) noexcept {
    for (; run_ != run_end_; ++run_) list_.push_back(ring, {run_});
  }

  MessageList list_;
  std::uint64_t run_ = 0;
  std::uint64_t run_end_ = 0;
};

}  // namespace bowline::inline v0_1
