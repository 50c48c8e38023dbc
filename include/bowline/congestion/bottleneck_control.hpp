// SPDX-License-Identifier: BSL-1.0
// Model-based congestion control, the default: sends as fast as the path delivers, whatever it loses.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "bowline/base/narrow.hpp"
#include "bowline/base/options.hpp"
#include "bowline/congestion/ack_aggregation.hpp"
#include "bowline/congestion/burst.hpp"
#include "bowline/congestion/concept.hpp"
#include "bowline/congestion/least_rtt.hpp"
#include "bowline/congestion/max_filter.hpp"
#include "bowline/congestion/queue_share.hpp"
#include "bowline/congestion/quiet_loss.hpp"
#include "bowline/congestion/round_trip.hpp"

namespace bowline::inline v0_1 {

/// Estimates the rate of the bottleneck and the round trip of the empty path, in the manner of BBR
/// (draft-ietf-ccwg-bbr), paces at that rate and keeps about their product on the way. A loss lowers the rate only
/// beside a queue that grows; without one the path is noisy, and what it loses is sent on top (docs/design/0009).
class BottleneckControl {
 public:
  /// What the control is about to find out.
  enum class Phase : std::uint8_t {
    startup,    ///< The rate, by doubling.
    drain,      ///< Nothing: the queue that startup made has to go.
    cruise,     ///< What the path loses by itself.
    press,      ///< Whether there is more: one datagram a round trip, then two, four, until a queue shows.
    relax,      ///< Nothing: the queue that pressing made has to go.
    probe_rtt,  ///< The round trip of the empty path.
  };

  /// The first window is 32 datagrams of `datagram_bytes`. After that they are as long as the feedback says.
  constexpr BottleneckControl() noexcept : BottleneckControl{Options::datagram_bytes_base} {}
  constexpr explicit BottleneckControl(std::size_t datagram_bytes) noexcept
      : datagram_bytes_{datagram_bytes},
        window_bytes_{initial()},
        ramp_bytes_{initial()},
        share_{datagram_bytes},
        noise_{std::uint64_t{128} * datagram_bytes} {}

  constexpr void on_feedback(const CongestionFeedback& feedback) noexcept {
    if (feedback.datagram_bytes != 0) datagram_bytes_ = feedback.datagram_bytes;
    if (feedback.timed_out) ramp_bytes_ = floor();
    const std::uint64_t rate = rate_of(feedback.delivery);
    if (rate != 0 && (!feedback.delivery.app_limited || rate > rate_.best())) rate_.take(rate);
    if (feedback.rtt > Duration::zero()) {
      // Losses beside a queue that was not known to be one were no noise.
      if (feedback.rtt < least_rtt_.value() - least_rtt_.value() / 8) noise_.forget();
      least_rtt_.take(feedback.now, feedback.rtt);
    }
    if (feedback.acked_bytes != 0) {
      aggregation_.take(feedback.now, feedback.acked_bytes, rate_.best());
      // Without a model, a window that was not used up proves nothing.
      if (modelled() || !feedback.delivery.app_limited) ramp_bytes_ += feedback.acked_bytes;
      ramp_bytes_ = (std::min)(ramp_bytes_, ramp_max);
    }
    rtt_smoothed_ = (std::max)(feedback.rtt_smoothed, Duration{1});
    if (rounds_.take(feedback, rate)) on_round(feedback.now);
    on_time(feedback.now, feedback.in_flight_bytes, feedback.delivery.app_limited);
    decide(feedback.delivery.app_limited);
  }

  [[nodiscard]] constexpr std::size_t window_bytes() const noexcept { return narrow<std::size_t>(window_bytes_); }
  [[nodiscard]] constexpr Pacing pacing() const noexcept { return pacing_; }

  [[nodiscard]] constexpr Phase phase() const noexcept { return phase_; }

  /// Bytes a second that the path is taken to deliver; 0 while that is not known.
  [[nodiscard]] constexpr std::uint64_t rate() const noexcept { return rate_.best(); }

  /// The round trip of the empty path; zero while that is not known.
  [[nodiscard]] constexpr Duration rtt() const noexcept { return least_rtt_.value(); }

  /// What the path is taken to lose by itself, in 1/1,024ths.
  [[nodiscard]] constexpr std::uint64_t noise() const noexcept { return noise_.share(); }

 private:
  static constexpr std::uint64_t initial_datagrams = 32;
  static constexpr std::uint64_t ramp_max = std::uint64_t{1} << 40;
  static constexpr std::uint32_t relax_rounds_max = 4;
  static constexpr Duration probe_rtt_after = std::chrono::seconds{5};
  static constexpr Duration probe_rtt_for = std::chrono::milliseconds{200};

  [[nodiscard]] static constexpr std::uint64_t rate_of(const DeliverySample& sample) noexcept {
    if (sample.interval <= Duration::zero()) return 0;
    const std::uint64_t rate = (sample.delivered_bytes - sample.before_bytes) * 1'000'000 /
                               static_cast<std::uint64_t>(sample.interval.count());
    return (std::min)(rate, Pacing::bytes_per_second_max);
  }

  [[nodiscard]] constexpr bool modelled() const noexcept { return rate_.best() != 0 && least_rtt_.known(); }

  [[nodiscard]] constexpr std::uint64_t initial() const noexcept { return initial_datagrams * datagram_bytes_; }
  [[nodiscard]] constexpr std::uint64_t floor() const noexcept { return 4 * datagram_bytes_; }

  /// What has to be on the way for the bottleneck never to idle, and its queue to stay empty.
  [[nodiscard]] constexpr std::uint64_t product() const noexcept {
    const Duration round_trip = (std::min)(least_rtt_.value(), Duration{std::chrono::minutes{1}});
    return noise_.sent_for(rate_.best()) * static_cast<std::uint64_t>(round_trip.count()) / 1'000'000;
  }

  /// Once for each feedback, because both are asked for with each datagram.
  constexpr void decide(bool app_limited) noexcept {
    window_bytes_ = ramp_bytes_;
    if (!modelled()) return;
    const std::uint64_t target = product() * window_percent() / 100 + aggregation_.extra_bytes() + 2 * datagram_bytes_;
    const std::uint64_t rate = noise_.sent_for(rate_.best()) * pacing_percent() / 100;
    switch (phase_) {
      case Phase::startup:
        // Until the path was filled once, little sent says little about it: it leaves as the first window did.
        pacing_ = paced_at((std::max)(rate, per_second(initial(), least_rtt_.value())));
        if (app_limited) pacing_ = {};
        window_bytes_ = (std::min)((std::max)(target, initial()), ramp_bytes_);
        break;
      case Phase::press:
        pacing_ = paced_at(rate + per_second(bonus_bytes_, rtt_smoothed_));
        window_bytes_ = (std::min)(target, ramp_bytes_);
        break;
      case Phase::probe_rtt:
        pacing_ = paced_at(rate);
        window_bytes_ = (std::min)(product() / 2, ramp_bytes_);
        break;
      default:
        pacing_ = paced_at(rate);
        window_bytes_ = (std::min)(target, ramp_bytes_);
        break;
    }
    window_bytes_ = (std::max)(window_bytes_, floor());
  }

  /// What `bytes` a round trip are a second.
  [[nodiscard]] static constexpr std::uint64_t per_second(std::uint64_t bytes, Duration round_trip) noexcept {
    return bytes * 1'000'000 / static_cast<std::uint64_t>(round_trip.count());
  }

  [[nodiscard]] constexpr std::uint64_t pacing_percent() const noexcept {
    switch (phase_) {
      case Phase::startup: return 277;  // 4 · ln 2: doubles each round trip (draft-ietf-ccwg-bbr).
      case Phase::drain: return 50;
      case Phase::press: return 100;
      case Phase::relax: return 75;
      // A hundredth below the rate lets a small queue go without a phase of its own; one that stands is steered.
      default: return standing_ ? 100 : 99;
    }
  }

  [[nodiscard]] constexpr std::uint64_t window_percent() const noexcept {
    switch (phase_) {
      case Phase::startup: return 277;
      case Phase::press: return 225;
      default: return 200;
    }
  }

  constexpr void on_round(TimePoint now) noexcept {
    const RoundTrip::Seen& seen = rounds_.last();
    const bool queue = seen.has_rtt() && least_rtt_.shows_queue(seen.rtt_least);
    const bool lossy = noise_.exceeded_by(seen.acked_bytes, seen.lost_bytes);
    ++rounds_in_phase_;
    standing_ = queue;
    learn_noise(seen, queue);
    switch (phase_) {
      case Phase::startup: return on_startup_round(now, seen, queue && lossy);
      case Phase::press: return on_press_round(now, seen, queue || lossy);
      case Phase::drain:
      case Phase::relax: return on_relax_round(now, seen, queue && lossy);
      case Phase::cruise: return on_cruise_round(now, seen, queue && lossy);
      default: return;
    }
  }

  /// Noise is what is lost while nothing is pressed and no queue is there; what was lost of the phase before is told in
  /// the first round trip. Beside a queue less may be lost than noise would explain, never more.
  constexpr void learn_noise(const RoundTrip::Seen& seen, bool queue) noexcept {
    const bool calm = phase_ == Phase::cruise || phase_ == Phase::probe_rtt;
    const bool quiet = calm && rounds_in_phase_ > 1 && !queue;
    if (quiet || (queue && noise_.undercut_by(seen.acked_bytes, seen.lost_bytes))) {
      noise_.take(seen.acked_bytes, seen.lost_bytes);
    }
  }

  constexpr void on_startup_round(TimePoint now, const RoundTrip::Seen& seen, bool congested) noexcept {
    if (seen.app_limited) return;
    if (seen.rate >= plateau_rate_ + plateau_rate_ / 4) {
      plateau_rate_ = seen.rate;
      plateau_rounds_ = 0;
      return;
    }
    if (++plateau_rounds_ == 3 || congested) enter(Phase::drain, now);
  }

  constexpr void press(TimePoint now) noexcept {
    rate_.advance();
    aggregation_.advance();
    plateau_rate_ = rate_.best();
    bonus_bytes_ = datagram_bytes_;
    press_rounds_min_ = standing_ ? 2 : 1;
    enter(Phase::press, now);
  }

  /// Every flow adds the same, whatever its share (docs/design/0010).
  constexpr void on_press_round(TimePoint now, const RoundTrip::Seen& seen, bool full) noexcept {
    if (seen.rate > plateau_rate_ + plateau_rate_ / 8) {
      plateau_rate_ = seen.rate;
      plateau_rounds_ = 0;
    } else if (bonus_bytes_ > product() / 8) {
      ++plateau_rounds_;
    }
    if ((full && rounds_in_phase_ > press_rounds_min_) || plateau_rounds_ == 3) return enter(Phase::relax, now);
    // The same four datagrams for all who have few on the way, where they are not the path's whole queue.
    const std::uint64_t few = (std::min)(4 * datagram_bytes_, 3 * product() / 8);
    bonus_bytes_ = (std::min)(2 * bonus_bytes_, (std::max)(product() / 4, few));
  }

  /// A queue that overflows although nothing is pressed any more: the path has become slower, however little there was
  /// to send. One that does not go shows a rate that is too high, which cruising corrects: bursts that a token bucket
  /// lets pass make it so.
  constexpr void on_relax_round(TimePoint now, const RoundTrip::Seen& seen, bool overflows) noexcept {
    const bool slower = overflows && rounds_in_phase_ > 1;
    if (slower) follow(seen.rate);
    if (slower || rounds_in_phase_ == relax_rounds_max) cruise(now);
  }

  /// Beside a queue the rate becomes the one that keeps this flow's share of it (docs/design/0013), from the second
  /// round trip on, since the first tells of the phase before.
  constexpr void on_cruise_round(TimePoint now, const RoundTrip::Seen& seen, bool overflows) noexcept {
    const Duration queued = seen.has_rtt() ? least_rtt_.queued(seen.rtt_least) : Duration::zero();
    if (overflows) {
      follow(seen.rate);
    } else if (queued > Duration::zero() && !seen.app_limited && rounds_in_phase_ > 1) {
      follow(share_.rate(seen.rate_mean, queued, least_rtt_.value(), product()));
    }
    if (rounds_in_phase_ >= (standing_ ? 2 * cruise_rounds_ : cruise_rounds_)) press(now);
  }

  /// The rate becomes `rate`; what one round trip has shown never takes more than half.
  constexpr void follow(std::uint64_t rate) noexcept { rate_.reset((std::max)(rate, rate_.best() / 2)); }

  constexpr void on_time(TimePoint now, std::size_t in_flight_bytes, bool app_limited) noexcept {
    if (!modelled()) return;
    if ((phase_ == Phase::drain || phase_ == Phase::relax) && in_flight_bytes <= product()) cruise(now);
    if (phase_ == Phase::probe_rtt) {
      if (now - entered_at_ >= probe_rtt_for && rounds_in_phase_ >= 1) cruise(now);
    } else if (phase_ != Phase::startup && now - least_rtt_.confirmed_at() > probe_rtt_after) {
      least_rtt_.doubt();
      // A flow that sends little makes no queue: its next sample says what there is to know.
      if (!app_limited) enter(Phase::probe_rtt, now);
    }
  }

  constexpr void cruise(TimePoint now) noexcept {
    // Flows that share a path should not press together.
    cruise_rounds_ = 4 + static_cast<std::uint32_t>((rate_.best() ^ (rate_.best() >> 7)) & 3);
    enter(Phase::cruise, now);
  }

  constexpr void enter(Phase phase, TimePoint now) noexcept {
    phase_ = phase;
    entered_at_ = now;
    rounds_in_phase_ = 0;
    plateau_rounds_ = 0;
  }

  std::uint64_t datagram_bytes_;
  std::uint64_t window_bytes_;
  Pacing pacing_{};
  std::uint64_t ramp_bytes_;  // What the window may be, as slow start would have it.
  MaxFilter rate_;
  LeastRtt least_rtt_;
  QueueShare share_;
  RoundTrip rounds_;
  AckAggregation aggregation_;
  QuietLoss noise_;
  Phase phase_ = Phase::startup;
  bool standing_ = false;
  std::uint32_t plateau_rounds_ = 0;
  std::uint32_t rounds_in_phase_ = 0;
  std::uint32_t cruise_rounds_ = 0;
  std::uint32_t press_rounds_min_ = 0;
  std::uint64_t plateau_rate_ = 0;
  std::uint64_t bonus_bytes_ = 0;  // What is sent beyond the rate each round trip while pressing.
  TimePoint entered_at_{};
  Duration rtt_smoothed_{};
};

static_assert(CongestionControl<BottleneckControl>);

}  // namespace bowline::inline v0_1
