// SPDX-License-Identifier: BSL-1.0
// A channel's own time, worked out a second time.
#pragma once

#include "bowline/base/time.hpp"

namespace bowline::test::swarm {

/// Goes on with a clock and stands still while that steps back. To be sampled whenever the channel reads its clock.
class OwnTime {
 public:
  void sample(TimePoint shown) noexcept {
    if (begun_ && shown > latest_) now_ += shown - latest_;
    begun_ = true;
    latest_ = shown;
  }

  /// Since the first sample.
  [[nodiscard]] TimePoint now() const noexcept { return now_; }

 private:
  TimePoint now_{};
  TimePoint latest_{};
  bool begun_ = false;
};

}  // namespace bowline::test::swarm
