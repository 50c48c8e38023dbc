// SPDX-License-Identifier: BSL-1.0
// What left, what arrived of it, and how much more may leave: packets, round trips, losses, congestion.
#pragma once

#include <algorithm>
#include <cstdint>

#include "bowline/base/memory_bound.hpp"
#include "bowline/base/options.hpp"
#include "bowline/base/stats.hpp"
#include "bowline/congestion/concept.hpp"
#include "bowline/core/delivery_rate.hpp"
#include "bowline/core/loss_detection.hpp"
#include "bowline/core/pacer.hpp"
#include "bowline/core/packet_log.hpp"
#include "bowline/core/path_mtu.hpp"
#include "bowline/core/rtt_estimator.hpp"
#include "bowline/resend/concept.hpp"
#include "bowline/resend/rtt_timeout.hpp"
#include "bowline/wire/ack_frame.hpp"

namespace bowline::inline v0_1 {

/// Joins the packet log, the round-trip estimator, loss detection, congestion control, the pacer and the search for the
/// path's size. Tells its caller which packets arrived or were lost; what that means for messages is the outbox's
/// business.
template <ResendSchedule ResendPolicy, CongestionControl Congestion>
class Recovery {
 public:
  Recovery(Duration rtt_initial, ResendPolicy schedule, Congestion congestion, PathMtu path, std::uint64_t seed)
      : schedule_{std::move(schedule)},
        congestion_{std::move(congestion)},
        path_{std::move(path)},
        rtt_{rtt_initial},
        loss_{seed} {}

  [[nodiscard]] PacketLog& log() noexcept { return log_; }
  [[nodiscard]] const PacketLog& log() const noexcept { return log_; }
  [[nodiscard]] PathMtu& path() noexcept { return path_; }
  [[nodiscard]] const PathMtu& path() const noexcept { return path_; }
  [[nodiscard]] const ResendPolicy& schedule() const noexcept { return schedule_; }
  [[nodiscard]] std::uint32_t timeouts() const noexcept { return loss_.timeouts(); }
  [[nodiscard]] PacketNumber largest_acked() const noexcept { return loss_.largest_acked(); }

  /// Whether the congestion window has room for one more datagram. One may always be on the way.
  [[nodiscard]] bool window_open(std::size_t datagram_bytes) const noexcept {
    return log_.in_flight_bytes() == 0 || log_.in_flight_bytes() + datagram_bytes <= congestion_.window_bytes();
  }

  /// Whether the pacer lets one more datagram leave. If not, `release_at()` says when it will.
  [[nodiscard]] bool pacer_allows(TimePoint now, std::size_t datagram_bytes) noexcept {
    return pacer_.allows(now, datagram_bytes, congestion_.pacing());
  }

  /// Nothing waits for the pacer: there is nothing to send, or no window to send it in.
  void release() noexcept { pacer_.release(); }
  [[nodiscard]] TimePoint release_at() const noexcept { return pacer_.release_at(); }

  /// There was window left and nothing to send in it.
  void on_app_limited() noexcept { delivery_.on_app_limited(log_.in_flight_bytes()); }

  /// How long an answer may take, as far as is known: the probe time-out of RFC 9002 section 6.2.1.
  [[nodiscard]] Duration answer_time(Duration ack_delay_max) const noexcept {
    return rtt_timeout(loss_.query(rtt_, ack_delay_max));
  }

  /// How long an answer may take before it is asked for again, without back-off. A schedule may be hastier than the
  /// path; whoever asks once or three times in all may not.
  [[nodiscard]] Duration probe_timeout(Duration ack_delay_max) const {
    ResendQuery query = loss_.query(rtt_, ack_delay_max);
    query.timeouts = 0;
    return (std::max)(schedule_.timeout(query), answer_time(ack_delay_max));
  }

  /// A datagram leaves under the number log().next().
  void on_sent(TimePoint now, std::size_t bytes, bool eliciting) {
    log_.commit(now, bytes, eliciting,
                eliciting ? delivery_.stamp(now, log_.in_flight_bytes()) : DeliveryStamp{});
    if (eliciting) pacer_.on_sent(bytes);
  }

  /// A probe of the path's size leaves under the number log().next(). It goes beside the window, and its loss is no
  /// sign of congestion (RFC 9000 section 14.4).
  void on_path_probe_sent(TimePoint now, std::size_t bytes, Duration ack_delay_max, Stats& stats) {
    path_.on_probe_sent(now, log_.next(), probe_timeout(ack_delay_max), stats);
    log_.commit_probe(now, bytes, delivery_.stamp(now, log_.in_flight_bytes()));
    pacer_.on_sent(bytes);
  }

  /// The path was shown to work: it has answered, and nothing is overdue.
  [[nodiscard]] bool path_works() const noexcept { return rtt_.sampled() && loss_.timeouts() == 0; }

  /// An ACK frame came. Calls `acked(PacketNumber)` for what it newly acknowledges and `lost(PacketNumber)` for what
  /// that shows to be lost. False, without effect, when it names a packet that was never sent.
  template <class Acked, class Lost>
  bool on_ack(TimePoint now, const AckFrame& frame, Duration ack_delay_max, Stats& stats, Acked&& acked, Lost&& lost) {
    if (frame.largest() == 0 || frame.largest() >= log_.next()) return false;
    bool sound = true;
    sound &= frame.for_each_range([&](PacketRange range) { sound &= log_.may_be_acked(range); });
    if (!sound) return false;

    CongestionFeedback feedback{now};
    PacketNumber newest = 0;
    std::size_t delivered = 0;
    static_cast<void>(frame.for_each_range([&](PacketRange range) {
      log_.acknowledge(range, [&](PacketNumber number, bool was_lost) {
        newest = (std::max)(newest, number);
        const std::size_t bytes = log_[number].bytes;
        delivered += bytes;
        path_.on_acked(now, number, bytes);
        stats.losses_undone += was_lost ? 1u : 0u;
        loss_.on_acked(now, number, was_lost, rtt_);
        if (!log_[number].probe) (was_lost ? feedback.undone_bytes : feedback.acked_bytes) += bytes;
        acked(number);
      });
    }));
    if (newest == 0) return true;
    const SentPacket& packet = log_[newest];
    feedback.acked_sent_at = packet.sent_at;
    feedback.delivery = delivery_.on_acked(now, delivered, packet.sent_at, packet.delivery);
    // RFC 9002 section 5.1: a sample needs the largest acknowledged to be newly so. One that was told once more into
    // silence, long after the packet came, says how long the silence lasted and nothing of the path.
    const bool repeated = loss_.timeouts() != 0 && frame.delay() > ack_delay_max;
    if (newest == frame.largest() && !repeated) {
      rtt_.sample(now - packet.sent_at, frame.delay(), ack_delay_max);
      stats.rtt_latest = rtt_.latest();
      stats.rtt_min = rtt_.least();
      stats.rtt_smoothed = rtt_.smoothed();
      feedback.rtt = (std::max)(rtt_.latest() - (std::min)(frame.delay(), ack_delay_max), Duration{1});
    }
    loss_.on_progress(now, newest);
    if (schedule_.follows_acks()) {
      loss_.detect(now, log_, rtt_, [&](PacketNumber number) { on_lost(number, feedback, stats, lost); });
    }
    tell(feedback);
    return true;
  }

  [[nodiscard]] TimePoint deadline(Duration ack_delay_max) const {
    return loss_.deadline(log_, rtt_, ack_delay_max, schedule_);
  }

  /// The deadline has passed.
  template <class Lost>
  [[nodiscard]] TimerAction on_timer(TimePoint now, Duration ack_delay_max, Stats& stats, Lost&& lost) {
    CongestionFeedback feedback{now};
    const TimerAction action =
        loss_.on_timer(now, log_, rtt_, ack_delay_max, schedule_,
                       [&](PacketNumber number) { on_lost(number, feedback, stats, lost); });
    feedback.timed_out = action == TimerAction::declared_lost;
    if (feedback.lost_bytes != 0) tell(feedback);
    stats.timeouts += action != TimerAction::nothing ? 1u : 0u;
    return action;
  }

  /// Forgets packets that no acknowledgement will name any more.
  void prune(const PacketLogLimits& limits) noexcept { log_.prune(limits); }

  /// The log is crowded: declares its oldest packets lost, with `lost` as in `on_ack`, until it is not.
  template <class Lost>
  void relieve(TimePoint now, const PacketLogLimits& limits, Stats& stats, Lost&& lost) {
    CongestionFeedback feedback{now};
    while (log_.crowded(limits)) {
      const PacketNumber oldest = log_.oldest_outstanding();
      log_.declare_lost(oldest);
      on_lost(oldest, feedback, stats, lost);
    }
    tell(feedback);
  }

  /// The most memory it takes.
  [[nodiscard]] static constexpr MemoryBound memory_max(const Options& options) noexcept {
    return PacketLog::memory_max(options) + memory_max_of<ResendPolicy>(options) + memory_max_of<Congestion>(options);
  }

 private:
  template <class Lost>
  void on_lost(PacketNumber number, CongestionFeedback& feedback, Stats& stats, Lost& lost) {
    ++stats.datagrams_lost;
    feedback.lost_bytes += log_[number].bytes;
    path_.on_lost(number, log_[number].bytes);
    feedback.lost_sent_at = (std::max)(feedback.lost_sent_at, log_[number].sent_at);
    lost(number);
  }

  void tell(CongestionFeedback& feedback) {
    feedback.datagram_bytes = path_.datagram_bytes();
    feedback.in_flight_bytes = log_.in_flight_bytes();
    feedback.rtt_smoothed = rtt_.smoothed();
    feedback.delivery.delivered_bytes = delivery_.delivered_bytes();
    congestion_.on_feedback(feedback);
  }

  ResendPolicy schedule_;
  Congestion congestion_;
  PathMtu path_;
  PacketLog log_;
  RttEstimator rtt_;
  LossDetection loss_;
  DeliveryRate delivery_;
  Pacer pacer_;
};

}  // namespace bowline::inline v0_1
