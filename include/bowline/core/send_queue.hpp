// SPDX-License-Identifier: BSL-1.0
// What goes next: urgent before ordinary, resends before first transmissions.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "bowline/base/options.hpp"
#include "bowline/core/message_list.hpp"
#include "bowline/core/number_ring.hpp"

namespace bowline::inline v0_1 {

/// Two queues a priority: segments to be sent again and messages never sent. A level goes first as long as it has
/// something, but every eighth turn belongs to the next level that waits, so none starves.
class SendQueue {
 public:
  /// Turns a level may take in a row while a lower one waits.
  static constexpr std::uint32_t turns_in_a_row = 7;

  void push(MessageRing& ring, MessageId id) { level(ring[id.value].priority).fresh.push_back(ring, id); }
  void remove(MessageRing& ring, MessageId id) { level(ring[id.value].priority).fresh.remove(ring, id); }

  /// Lets the others of its level go first: a message of many parts gives way after each.
  void rotate(MessageRing& ring, MessageId id) {
    remove(ring, id);
    push(ring, id);
  }

  void push_resend(SequenceNumber number, Priority priority) { level(priority).resends.push_back(number); }

  [[nodiscard]] bool empty() const noexcept {
    for (const Level& level : levels_) {
      if (!level.fresh.empty() || !level.resends.empty()) return false;
    }
    return true;
  }

  /// The next level to serve among those for which `ready(level)` holds, or none. Counts as no turn until `took`.
  template <class Ready>
  [[nodiscard]] std::optional<Priority> next(Ready&& ready) const {
    std::optional<Priority> first;
    for (std::size_t i = 0; i < priority_levels; ++i) {
      const auto priority = static_cast<Priority>(i);
      if (!ready(priority)) continue;
      if (!first) first = priority;
      if (levels_[i].turns < turns_in_a_row) return priority;
    }
    return first;
  }

  /// `priority` was served while the levels for which `ready` holds waited.
  template <class Ready>
  void took(Priority priority, Ready&& ready) {
    const auto served = static_cast<std::size_t>(priority);
    bool lower_waits = false;
    for (std::size_t i = served + 1; i < priority_levels; ++i) lower_waits |= ready(static_cast<Priority>(i));
    levels_[served].turns = lower_waits ? levels_[served].turns + 1 : 0;
    for (std::size_t i = 0; i < served; ++i) levels_[i].turns = 0;
  }

  [[nodiscard]] NumberRing<SequenceNumber>& resends(Priority priority) noexcept { return level(priority).resends; }
  [[nodiscard]] const MessageList& fresh(Priority priority) const noexcept {
    return levels_[static_cast<std::size_t>(priority)].fresh;
  }

  /// Forgets the resends; their numbers mean nothing to a new incarnation of the peer.
  void clear_resends() noexcept {
    for (Level& level : levels_) level.resends.clear();
  }

 private:
  struct Level {
    MessageList fresh;
    NumberRing<SequenceNumber> resends;
    std::uint32_t turns = 0;
  };

  [[nodiscard]] Level& level(Priority priority) noexcept { return levels_[static_cast<std::size_t>(priority)]; }

  std::array<Level, priority_levels> levels_;
};

}  // namespace bowline::inline v0_1
