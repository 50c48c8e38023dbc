// SPDX-License-Identifier: BSL-1.0
// What goes next: urgent before ordinary, resends before first transmissions.
#pragma once

#include <array>
#include <cstdint>

#include "bowline/base/memory_bound.hpp"
#include "bowline/base/options.hpp"
#include "bowline/core/fresh_queue.hpp"
#include "bowline/core/level_turns.hpp"
#include "bowline/core/levels.hpp"
#include "bowline/core/number_ring.hpp"

namespace bowline::inline v0_1 {

/// Two queues a priority: segments to be sent again and messages never sent. The levels take turns.
///
/// Invariants:
///   1. waiting() has exactly the levels of which one of both queues is not empty.
class SendQueue {
 public:
  /// Adds a message of this priority.
  void push(MessageRing& ring, MessageId id, Priority priority) {
    level(priority).fresh.push_back(ring, id);
    waiting_.add(priority);
  }

  void remove(MessageRing& ring, MessageId id) {
    const Priority priority = ring[id.value].priority;
    level(priority).fresh.remove(ring, id);
    forget_if_empty(priority);
  }

  /// Removes the message that is the first of its level.
  void pop_fresh(MessageRing& ring, Priority priority) noexcept {
    level(priority).fresh.pop_front(ring);
    forget_if_empty(priority);
  }

  /// Lets the others of its level go first: a message of many parts gives way after each.
  void rotate(MessageRing& ring, MessageId id) {
    remove(ring, id);
    push(ring, id, ring[id.value].priority);
  }

  /// Takes memory for so many segments of a level that wait to be sent again.
  void reserve_resends(Priority priority, std::size_t numbers) { level(priority).resends.reserve(numbers); }

  /// Allocates nothing within what was reserved.
  void push_resend(SequenceNumber number, Priority priority) {
    level(priority).resends.push_back(number);
    waiting_.add(priority);
  }

  void pop_resend(Priority priority) noexcept {
    level(priority).resends.pop_front();
    forget_if_empty(priority);
  }

  /// The levels that have something.
  [[nodiscard]] Levels waiting() const noexcept { return waiting_; }
  [[nodiscard]] bool empty() const noexcept { return waiting_.empty(); }

  /// Which of the `ready` levels, of which there is one at least, to serve next. Counts as no turn until `took`.
  [[nodiscard]] Priority next(Levels ready) const noexcept { return turns_.next(ready); }

  /// `priority` was served while the `ready` levels waited.
  void took(Priority priority, Levels ready) noexcept { turns_.took(priority, ready); }

  [[nodiscard]] const NumberRing<SequenceNumber>& resends(Priority priority) const noexcept {
    return levels_[level_index(priority)].resends;
  }
  [[nodiscard]] const FreshQueue& fresh(Priority priority) const noexcept {
    return levels_[level_index(priority)].fresh;
  }

  /// Forgets the resends; their numbers mean nothing to a new incarnation of the peer.
  void clear_resends() noexcept {
    for (std::size_t i = 0; i < priority_levels; ++i) {
      levels_[i].resends.clear();
      forget_if_empty(static_cast<Priority>(i));
    }
  }

  /// The most memory it takes: at each level a number of the window waits once.
  [[nodiscard]] static constexpr MemoryBound memory_max(const Options& options) noexcept {
    const MemoryBound level = MemoryBound::ring(options.window, sizeof(SequenceNumber));
    return level + level + level + level;
  }
  static_assert(priority_levels == 4);

 private:
  struct Level {
    FreshQueue fresh;
    NumberRing<SequenceNumber> resends;
  };

  [[nodiscard]] Level& level(Priority priority) noexcept { return levels_[level_index(priority)]; }

  void forget_if_empty(Priority priority) noexcept {
    if (level(priority).fresh.empty() && level(priority).resends.empty()) waiting_.remove(priority);
  }

  std::array<Level, priority_levels> levels_;
  Levels waiting_;
  LevelTurns turns_;
};

}  // namespace bowline::inline v0_1
