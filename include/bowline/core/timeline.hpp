// SPDX-License-Identifier: BSL-1.0
// Makes one time that only goes on out of whatever a clock shows.
#pragma once

#include "bowline/base/time.hpp"

namespace bowline::inline v0_1 {

/// Absorbs steps back of the caller's clock into an offset, so that every timer goes on from where it was.
class Timeline {
 public:
  /// The session's time when the caller's clock shows `now`. Never goes back. True in `stepped` when the clock did.
  [[nodiscard]] TimePoint advance(TimePoint now, bool& stepped) noexcept {
    stepped = now + offset_ < latest_ && started_;
    if (stepped) offset_ = latest_ - now;
    started_ = true;
    latest_ = now + offset_;
    return latest_;
  }

  /// What the caller's clock shows at a moment of the session.
  [[nodiscard]] TimePoint to_caller(TimePoint moment) const noexcept {
    return moment == never ? never : moment - offset_;
  }

 private:
  TimePoint latest_{};
  Duration offset_{};
  bool started_ = false;
};

}  // namespace bowline::inline v0_1
