// SPDX-License-Identifier: BSL-1.0
// Whose turn it is among the levels of priority.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "bowline/base/options.hpp"
#include "bowline/core/levels.hpp"

namespace bowline::inline v0_1 {

/// A level goes first as long as it has something, but every eighth turn belongs to the next level that waits, so none
/// starves.
class LevelTurns {
 public:
  /// Turns a level may take in a row while a lower one waits.
  static constexpr std::uint32_t in_a_row_max = 7;

  /// Which of the `ready` levels, of which there is one at least, to serve next. Counts as no turn until `took`.
  [[nodiscard]] Priority next(Levels ready) const noexcept {
    for (Levels rest = ready; !rest.empty(); rest.remove(rest.first())) {
      if (taken_[level_index(rest.first())] < in_a_row_max) return rest.first();
    }
    return ready.first();
  }

  /// `priority` was served while the `ready` levels waited.
  void took(Priority priority, Levels ready) noexcept {
    const bool others_wait = !ready.below(priority).empty();
    if (!others_wait && !counting_) return;
    counting_ = others_wait;
    taken_[level_index(priority)] = others_wait ? taken_[level_index(priority)] + 1 : 0;
    for (std::size_t i = 0; i < level_index(priority); ++i) taken_[i] = 0;
  }

 private:
  std::array<std::uint32_t, priority_levels> taken_{};
  bool counting_ = false;  // Whether any level may have turns to its account.
};

}  // namespace bowline::inline v0_1
