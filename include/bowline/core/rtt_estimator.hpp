// SPDX-License-Identifier: BSL-1.0
// Round-trip time from samples: RFC 9002 section 5, which refines RFC 6298 section 2.
#pragma once

#include <algorithm>

#include "bowline/base/assert.hpp"
#include "bowline/base/time.hpp"

namespace bowline::inline v0_1 {

/// Smooths round-trip samples, in integers. Every packet has a number of its own, so samples are unambiguous and
/// Karn's rule (RFC 6298 section 3) is not needed.
class RttEstimator {
 public:
  explicit RttEstimator(Duration initial) noexcept
      : believed_max_{(std::max)(Duration{std::chrono::seconds{10}}, 4 * initial)},
        smoothed_{initial},
        variation_{initial / 2} {}

  [[nodiscard]] bool sampled() const noexcept { return sampled_; }
  [[nodiscard]] Duration smoothed() const noexcept { return smoothed_; }
  [[nodiscard]] Duration variation() const noexcept { return variation_; }
  [[nodiscard]] Duration latest() const noexcept { return latest_; }
  [[nodiscard]] Duration least() const noexcept { return least_; }

  /// Takes in the time between sending a packet and its acknowledgement, of which the peer says that it spent
  /// `ack_delay` waiting. The delay is believed up to `ack_delay_max`, and never below the least sample. A sample above
  /// 10 s, and four times what was assumed at first, is not believed: the clock leapt, or this end did not run.
  void sample(Duration rtt, Duration ack_delay, Duration ack_delay_max) noexcept {
    BOWLINE_ASSERT(rtt >= Duration::zero());
    if (rtt > believed_max_) return;
    latest_ = (std::max)(rtt, Duration{1});
    if (!sampled_) {
      sampled_ = true;
      least_ = smoothed_ = latest_;
      variation_ = latest_ / 2;
      return;
    }
    least_ = (std::min)(least_, latest_);
    const Duration delay = (std::min)(ack_delay, ack_delay_max);
    const Duration adjusted = latest_ >= least_ + delay ? latest_ - delay : latest_;
    // RFC 6298 (2.3): the variation is updated first, with the old smoothed value.
    const Duration deviation = smoothed_ > adjusted ? smoothed_ - adjusted : adjusted - smoothed_;
    variation_ = (3 * variation_ + deviation) / 4;
    smoothed_ = (7 * smoothed_ + adjusted) / 8;
  }

 private:
  Duration believed_max_;
  Duration smoothed_;
  Duration variation_;
  Duration latest_{};
  Duration least_{};
  bool sampled_ = false;
};

}  // namespace bowline::inline v0_1
