// SPDX-License-Identifier: BSL-1.0
// Loss-based congestion control: CUBIC, RFC 9438.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "bowline/base/narrow.hpp"
#include "bowline/base/options.hpp"
#include "bowline/congestion/burst.hpp"
#include "bowline/congestion/concept.hpp"
#include "bowline/congestion/cube_root.hpp"

namespace bowline::inline v0_1 {

/// Grows the window by a cubic function of the time since the last reduction and takes every loss for a full queue.
/// What most of the Internet runs: fair beside it, and as slow as it where losses have other causes.
///
/// Invariants: the window is at least two datagrams; it is reduced at most once a round trip.
class Cubic {
 public:
  /// The first window is ten datagrams of `datagram_bytes` (RFC 9002 section 7.2). After that they are as long as the
  /// feedback says.
  constexpr Cubic() noexcept : Cubic{Options::datagram_bytes_base} {}
  constexpr explicit Cubic(std::size_t datagram_bytes) noexcept
      : datagram_bytes_{datagram_bytes}, window_bytes_{10 * datagram_bytes} {}

  constexpr void on_feedback(const CongestionFeedback& feedback) noexcept {
    if (feedback.datagram_bytes != 0) follow(feedback.datagram_bytes);
    if (feedback.lost_bytes != 0 && feedback.lost_sent_at > recovery_since_) reduce(feedback);
    if (feedback.acked_bytes != 0 && feedback.acked_sent_at > recovery_since_) grow(feedback);
    seen_at_ = feedback.now;
    if (feedback.rtt_smoothed > Duration::zero()) pace(feedback.rtt_smoothed);
  }

  [[nodiscard]] constexpr std::size_t window_bytes() const noexcept { return narrow<std::size_t>(window_bytes_); }

  [[nodiscard]] constexpr Pacing pacing() const noexcept { return pacing_; }

 private:
  static constexpr std::uint64_t window_bytes_max = std::uint64_t{1} << 32;

  constexpr void follow(std::size_t datagram_bytes) noexcept {
    datagram_bytes_ = datagram_bytes;
    window_bytes_ = (std::max)(window_bytes_, floor());
  }

  [[nodiscard]] constexpr bool slow_start() const noexcept { return window_bytes_ < slow_start_below_; }

  /// A quarter above what the window asks for (RFC 9002 section 7.7), twice it in slow start, so that the window is
  /// what limits. Once for each feedback, because it is asked for with each datagram.
  constexpr void pace(Duration round_trip) noexcept {
    const std::uint64_t ahead = window_bytes_ / 4 * (slow_start() ? 8 : 5);
    pacing_ = paced_at(ahead * 1'000'000 / static_cast<std::uint64_t>(round_trip.count()));
  }

  /// Section 4.6, and 4.8 after a timeout.
  constexpr void reduce(const CongestionFeedback& feedback) noexcept {
    recovery_since_ = feedback.now;
    // Section 4.7: a flow that is reduced before it reached its last maximum makes room for others.
    plateau_bytes_ = window_bytes_ < plateau_bytes_ ? window_bytes_ * 17 / 20 : window_bytes_;
    prior_bytes_ = window_bytes_;
    slow_start_below_ = (std::max)(window_bytes_ * 7 / 10, floor());
    window_bytes_ = feedback.timed_out ? floor() : slow_start_below_;
    epoch_begun_ = false;
  }

  constexpr void grow(const CongestionFeedback& feedback) noexcept {
    if (feedback.delivery.app_limited) {
      // Section 5.8: time in which the window was not used up does not count.
      epoch_at_ += epoch_begun_ ? feedback.now - seen_at_ : Duration::zero();
      return;
    }
    if (slow_start()) {
      window_bytes_ = (std::min)(window_bytes_ + feedback.acked_bytes, window_bytes_max);
      return;
    }
    if (!epoch_begun_) begin_epoch(feedback.now);
    friendly_bytes_ += friendly_gain(feedback.acked_bytes);
    const Duration time = feedback.now - epoch_at_;
    if (cubic_bytes(time) < friendly_bytes_) {
      window_bytes_ = (std::max)(window_bytes_, friendly_bytes_);
    } else {
      const std::uint64_t target =
          std::clamp(cubic_bytes(time + feedback.rtt_smoothed), window_bytes_, window_bytes_ * 3 / 2);
      window_bytes_ += (target - window_bytes_) * feedback.acked_bytes / window_bytes_;
    }
    window_bytes_ = (std::min)(window_bytes_, window_bytes_max);
  }

  constexpr void begin_epoch(TimePoint now) noexcept {
    epoch_begun_ = true;
    epoch_at_ = now;
    friendly_bytes_ = window_bytes_;
    plateau_bytes_ = (std::max)(plateau_bytes_, window_bytes_);
    // K in milliseconds: the cube root of (W_max − cwnd) / (C · segment), C = 0.4 a second³.
    to_plateau_ms_ = static_cast<std::int64_t>(
        cube_root((plateau_bytes_ - window_bytes_) * 2'500'000'000 / datagram_bytes_));
  }

  /// W_cubic(t) = C · (t − K)³ + W_max, section 4.2, in bytes; never below 0.
  [[nodiscard]] constexpr std::uint64_t cubic_bytes(Duration time) const noexcept {
    // 50,000³ · 65,507 stays below 2^63; beyond 50 s the window grows in a straight line.
    constexpr std::int64_t off_max_ms = 50'000;
    const std::int64_t off = std::clamp(time.count() / 1000 - to_plateau_ms_, -off_max_ms, off_max_ms);
    const std::int64_t grown = off * off * off * static_cast<std::int64_t>(datagram_bytes_) / 2'500'000'000;
    const std::int64_t bytes = static_cast<std::int64_t>(plateau_bytes_) + grown;
    return bytes > 0 ? static_cast<std::uint64_t>(bytes) : 0;
  }

  /// Section 4.3: alpha segments a round trip, 3 · (1 − 0.7) / (1 + 0.7) = 9 / 17 until the prior window is reached.
  [[nodiscard]] constexpr std::uint64_t friendly_gain(std::size_t acked_bytes) const noexcept {
    const std::uint64_t one = std::uint64_t{datagram_bytes_} * acked_bytes / window_bytes_;
    return friendly_bytes_ < prior_bytes_ ? one * 9 / 17 : one;
  }

  [[nodiscard]] constexpr std::uint64_t floor() const noexcept { return std::uint64_t{2} * datagram_bytes_; }

  std::size_t datagram_bytes_;
  std::uint64_t window_bytes_;
  std::uint64_t slow_start_below_ = window_bytes_max + 1;
  std::uint64_t plateau_bytes_ = 0;   // W_max.
  std::uint64_t prior_bytes_ = 0;     // cwnd_prior.
  std::uint64_t friendly_bytes_ = 0;  // W_est.
  std::int64_t to_plateau_ms_ = 0;    // K.
  TimePoint epoch_at_{};
  TimePoint seen_at_{};
  TimePoint recovery_since_ = (TimePoint::min)();
  Pacing pacing_{};
  bool epoch_begun_ = false;
};

static_assert(CongestionControl<Cubic>);

}  // namespace bowline::inline v0_1
