// SPDX-License-Identifier: BSL-1.0
// Messages that wait for room at the peer.
#pragma once

#include <array>
#include <cstddef>

#include "bowline/base/options.hpp"
#include "bowline/core/level_turns.hpp"
#include "bowline/core/levels.hpp"
#include "bowline/core/message_list.hpp"

namespace bowline::inline v0_1 {

/// A line for each level of priority, which take turns as in the send queue. O(1) each.
///
/// Invariants:
///   1. waiting() has exactly the levels whose line is not empty.
class RoomLine {
 public:
  [[nodiscard]] Levels waiting() const noexcept { return waiting_; }
  [[nodiscard]] bool empty() const noexcept { return waiting_.empty(); }

  void push_back(MessageRing& ring, MessageId id) noexcept {
    const Priority priority = ring[id.value].priority;
    line(priority).push_back(ring, id);
    waiting_.add(priority);
  }

  /// A message gives up its place.
  void remove(MessageRing& ring, MessageId id) noexcept {
    const Priority priority = ring[id.value].priority;
    line(priority).remove(ring, id);
    if (line(priority).empty()) waiting_.remove(priority);
  }

  /// Whose turn it is among the `ready` levels, of which there is one at least and all wait.
  [[nodiscard]] MessageId front(Levels ready) const noexcept {
    return lines_[level_index(turns_.next(ready))].front();
  }

  /// That one had its turn.
  void pop_front(MessageRing& ring, Levels ready) noexcept {
    const Priority priority = turns_.next(ready);
    turns_.took(priority, ready);
    remove(ring, line(priority).front());
  }

 private:
  [[nodiscard]] MessageList& line(Priority priority) noexcept { return lines_[level_index(priority)]; }

  std::array<MessageList, priority_levels> lines_;
  LevelTurns turns_;
  Levels waiting_;
};

}  // namespace bowline::inline v0_1
