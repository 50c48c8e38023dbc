// SPDX-License-Identifier: BSL-1.0
// What one round trip has shown.
#pragma once

#include <algorithm>
#include <cstdint>

#include "bowline/base/time.hpp"
#include "bowline/congestion/concept.hpp"

namespace bowline::inline v0_1 {

/// Sums feedback up by round trips: one is over when a datagram is acknowledged that left after it began
/// (draft-ietf-ccwg-bbr, "round counting"). O(1).
class RoundTrip {
 public:
  /// What is known at the end of a round trip.
  struct Seen {
    std::uint64_t acked_bytes = 0;
    std::uint64_t lost_bytes = 0;              ///< Less what turned out to be late: reordering is no loss.
    std::uint64_t rate = 0;                    ///< The fastest delivery, in bytes a second.
    std::uint64_t rate_mean = 0;               ///< What was delivered over the time it took.
    Duration rtt_least = (Duration::max)();    ///< The shortest sample.
    bool app_limited = false;                  ///< Some of it was.

    [[nodiscard]] constexpr bool has_rtt() const noexcept { return rtt_least != (Duration::max)(); }
  };

  /// Takes feedback in whose delivery sample amounts to `rate`, 0 if it has none. True when that ends a round trip,
  /// of which `last()` tells.
  constexpr bool take(const CongestionFeedback& feedback, std::uint64_t rate) noexcept {
    running_.acked_bytes += feedback.acked_bytes;
    running_.lost_bytes += feedback.lost_bytes;
    undone_bytes_ += feedback.undone_bytes;
    running_.rate = (std::max)(running_.rate, rate);
    if (feedback.rtt > Duration::zero()) running_.rtt_least = (std::min)(running_.rtt_least, feedback.rtt);
    running_.app_limited |= feedback.delivery.app_limited;
    if (feedback.acked_bytes == 0 || feedback.delivery.before_bytes < ends_at_) return false;
    const std::uint64_t delivered = feedback.delivery.delivered_bytes - ends_at_;
    const auto took = static_cast<std::uint64_t>((std::max)(feedback.now - began_at_, Duration{1}).count());
    running_.rate_mean = (std::min)(delivered * 1'000'000 / took, running_.rate);
    // What is undone may have been declared lost a round trip before.
    const std::uint64_t undone = (std::min)(running_.lost_bytes, undone_bytes_);
    running_.lost_bytes -= undone;
    undone_bytes_ -= undone;
    ends_at_ = feedback.delivery.delivered_bytes;
    began_at_ = feedback.now;
    last_ = running_;
    running_ = {};
    ++count_;
    return true;
  }

  [[nodiscard]] constexpr const Seen& last() const noexcept { return last_; }

  /// Round trips so far.
  [[nodiscard]] constexpr std::uint64_t count() const noexcept { return count_; }

 private:
  Seen running_;
  Seen last_;
  std::uint64_t undone_bytes_ = 0;  // Not yet taken from losses.
  std::uint64_t ends_at_ = 0;  // Delivered when it began.
  TimePoint began_at_{};
  std::uint64_t count_ = 0;
};

}  // namespace bowline::inline v0_1
