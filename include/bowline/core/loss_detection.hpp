// SPDX-License-Identifier: BSL-1.0
// Which packets are lost, and when the resend timer fires: RFC 9002 section 6, RFC 6298 section 5, RFC 8985 sections 6
// and 7.
#pragma once

#include <algorithm>
#include <cstdint>

#include "bowline/base/random.hpp"
#include "bowline/core/packet_log.hpp"
#include "bowline/core/reordering_window.hpp"
#include "bowline/core/rtt_estimator.hpp"
#include "bowline/resend/concept.hpp"

namespace bowline::inline v0_1 {

/// What the resend timer asks for when it fires.
enum class TimerAction : std::uint8_t { nothing, probe, declared_lost };

/// Declares packets lost, by acknowledgements of later ones and by a timer. Knows packets, not messages.
class LossDetection {
 public:
  /// A packet is lost when one sent this many later is acknowledged (RFC 9002 section 6.1.1), unless packets are known
  /// to overtake each other.
  static constexpr PacketNumber packet_threshold = 3;

  explicit LossDetection(std::uint64_t seed) noexcept : random_{seed} { redraw(); }

  /// The highest packet number acknowledged so far.
  [[nodiscard]] PacketNumber largest_acked() const noexcept { return largest_acked_; }

  /// Timeouts since the last acknowledgement.
  [[nodiscard]] std::uint32_t timeouts() const noexcept { return timeouts_; }

  /// A packet was newly acknowledged, though declared lost before if it `was_lost`. Before `on_progress`.
  void on_acked(TimePoint now, PacketNumber number, bool was_lost, const RttEstimator& rtt) noexcept {
    if (number < largest_acked_) reordering_.on_overtaken(now, was_lost, rtt);
  }

  /// Something was newly acknowledged, up to `largest`.
  void on_progress(TimePoint now, PacketNumber largest) noexcept {
    largest_acked_ = (std::max)(largest_acked_, largest);
    restarted_at_ = now;
    if (timeouts_ != 0) redraw();
    timeouts_ = 0;
  }

  /// Calls `each(PacketNumber)` for every packet that acknowledgements have made lost by now, and notes when the next
  /// one is due. For schedules that follow acknowledgements.
  template <class Each>
  void detect(TimePoint now, PacketLog& log, const RttEstimator& rtt, Each&& each) {
    reordering_.on_detection(now, rtt);
    const Duration wait = loss_delay(rtt);
    loss_at_ = never;
    for (PacketNumber n = log.oldest_outstanding(); n < largest_acked_; n = log.oldest_outstanding()) {
      const TimePoint due = later(log[n].sent_at, wait);
      if ((reordering_.open() || n + packet_threshold > largest_acked_) && due > now) {
        loss_at_ = due;
        return;
      }
      log.declare_lost(n);
      each(n);
    }
  }

  /// When `on_timer` has something to do; `never` while nothing is outstanding.
  template <ResendSchedule Schedule>
  [[nodiscard]] TimePoint deadline(const PacketLog& log, const RttEstimator& rtt, Duration ack_delay_max,
                                   const Schedule& schedule) const {
    if (log.outstanding() == 0) return never;
    const TimePoint sent_at = log[log.oldest_outstanding()].sent_at;
    const Duration wait = schedule.timeout(query(rtt, ack_delay_max));
    if (!schedule.follows_acks()) return later(sent_at, wait);
    // RFC 6298 (5.3): progress restarts the timer. What is sent later does not, or a steady sender would never
    // notice that nobody answers.
    return (std::min)(loss_at_, later((std::max)(sent_at, restarted_at_), wait));
  }

  /// The deadline has passed. Declares what is lost, with `each` as in `detect`, or asks for a probe.
  template <ResendSchedule Schedule, class Each>
  [[nodiscard]] TimerAction on_timer(TimePoint now, PacketLog& log, const RttEstimator& rtt, Duration ack_delay_max,
                                     const Schedule& schedule, Each&& each) {
    if (schedule.follows_acks() && loss_at_ <= now) {
      detect(now, log, rtt, each);
      return TimerAction::nothing;
    }
    const Duration wait = schedule.timeout(query(rtt, ack_delay_max));
    const bool first = timeouts_++ == 0;
    restarted_at_ = now;
    redraw();
    if (schedule.follows_acks() && first) return TimerAction::probe;
    // What left less than a round trip ago cannot have been answered yet; it waits for the next time.
    const Duration age = schedule.follows_acks() ? rtt.smoothed() : wait;
    const PacketNumber end = log.next();
    for (PacketNumber n = log.oldest_outstanding(); n < end; n = log.oldest_outstanding()) {
      if (later(log[n].sent_at, age) > now) break;
      log.declare_lost(n);
      each(n);
    }
    loss_at_ = never;
    return TimerAction::declared_lost;
  }

  [[nodiscard]] ResendQuery query(const RttEstimator& rtt, Duration ack_delay_max) const noexcept {
    return {rtt.smoothed(), rtt.variation(), ack_delay_max, timeouts_, jitter_};
  }

 private:
  // RFC 9002 section 6.1.2: 9/8 of a round trip, or more where packets overtake each other, and no less than the
  // timer's granularity.
  [[nodiscard]] Duration loss_delay(const RttEstimator& rtt) const noexcept {
    const Duration longest = (std::max)(rtt.smoothed(), rtt.latest());
    return (std::max)(longest + (std::max)(longest / 8, reordering_.width(rtt)), Duration{1000});
  }

  void redraw() noexcept { jitter_ = static_cast<std::uint32_t>(random_.next() >> 32); }

  Random random_;
  std::uint32_t jitter_ = 0;
  std::uint32_t timeouts_ = 0;
  PacketNumber largest_acked_ = 0;
  TimePoint restarted_at_{};
  TimePoint loss_at_ = never;
  ReorderingWindow reordering_;
};

}  // namespace bowline::inline v0_1
