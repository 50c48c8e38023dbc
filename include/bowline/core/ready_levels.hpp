// SPDX-License-Identifier: BSL-1.0
// Which levels of priority have something to send.
#pragma once

#include "bowline/core/levels.hpp"
#include "bowline/core/message_flow.hpp"

namespace bowline::inline v0_1 {

/// Asks a flow what congestion control alone holds back.
struct ReadyLevels {
  /// The levels with a resend that is still needed, or a first transmission for which the window has a number. Sweeps
  /// out resends that have become needless.
  [[nodiscard]] static Levels of(MessageFlow& flow) noexcept {
    Levels levels = flow.queue().waiting();
    for (Levels rest = levels; !rest.empty(); rest.remove(rest.first())) {
      const Priority priority = rest.first();
      // An eighth of the window is kept free of the lowest level. It is the others' while none of them is ready; where
      // one is, their turns decide, or they could keep the lowest out for ever.
      const Priority share = levels == Levels{priority} ? priority : Priority::urgent;
      if (!ready(flow, priority, share)) levels.remove(priority);
    }
    return levels;
  }

 private:
  [[nodiscard]] static bool ready(MessageFlow& flow, Priority priority, Priority share) noexcept {
    while (!flow.queue().resends(priority).empty()) {
      const Segment* segment = flow.acks().find(flow.queue().resends(priority).front());
      if (segment != nullptr && segment->waiting && !segment->tombstone) return true;
      flow.queue().pop_resend(priority);
    }
    const FreshQueue& fresh = flow.queue().fresh(priority);
    if (fresh.empty()) return false;
    return !flow.table()[fresh.front()].reliable || flow.acks().window_open(flow.peer().window, share);
  }
};

}  // namespace bowline::inline v0_1
