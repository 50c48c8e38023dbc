// SPDX-License-Identifier: BSL-1.0
// How many HELLOs are answered: a token bucket.
#pragma once

#include <algorithm>
#include <cstdint>

#include "bowline/base/time.hpp"

namespace bowline::inline v0_1 {

/// Lets a burst of eight through, and one more every 50 ms. Whoever replays HELLOs, or two live peers that fight for
/// one address, cost no more than that.
class AnswerLimiter {
 public:
  static constexpr std::int64_t burst = 8;
  static constexpr Duration refill = std::chrono::milliseconds{50};

  [[nodiscard]] bool allow(TimePoint now) noexcept {
    const std::int64_t earned = (now - since_) / refill;
    if (earned > 0) {
      tokens_ = (std::min)(burst, earned >= burst ? burst : tokens_ + earned);
      since_ = earned >= burst ? now : since_ + earned * refill;
    }
    if (tokens_ == 0) return false;
    --tokens_;
    return true;
  }

 private:
  std::int64_t tokens_ = burst;
  TimePoint since_{};
};

}  // namespace bowline::inline v0_1
