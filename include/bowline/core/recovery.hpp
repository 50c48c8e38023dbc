// SPDX-License-Identifier: BSL-1.0
// What left, what arrived of it, and how much more may leave: packets, round trips, losses, congestion.
#pragma once

#include <algorithm>
#include <cstdint>

#include "bowline/base/stats.hpp"
#include "bowline/congestion/concept.hpp"
#include "bowline/core/loss_detection.hpp"
#include "bowline/core/packet_log.hpp"
#include "bowline/core/rtt_estimator.hpp"
#include "bowline/resend/concept.hpp"
#include "bowline/wire/ack_frame.hpp"

namespace bowline::inline v0_1 {

/// Joins the packet log, the round-trip estimator, loss detection and the congestion window. Tells its caller which
/// packets arrived or were lost; what that means for messages is the outbox's business.
template <ResendSchedule ResendPolicy, CongestionControl Congestion>
class Recovery {
 public:
  Recovery(Duration rtt_initial, ResendPolicy schedule, Congestion congestion, std::uint64_t seed)
      : schedule_{std::move(schedule)}, congestion_{std::move(congestion)}, rtt_{rtt_initial}, loss_{seed} {}

  [[nodiscard]] PacketLog& log() noexcept { return log_; }
  [[nodiscard]] const PacketLog& log() const noexcept { return log_; }
  [[nodiscard]] const ResendPolicy& schedule() const noexcept { return schedule_; }
  [[nodiscard]] std::uint32_t timeouts() const noexcept { return loss_.timeouts(); }
  [[nodiscard]] PacketNumber largest_acked() const noexcept { return loss_.largest_acked(); }

  /// Whether the congestion window has room for one more datagram. One may always be on the way.
  [[nodiscard]] bool window_open(std::size_t datagram_bytes) const noexcept {
    return log_.in_flight_bytes() == 0 || log_.in_flight_bytes() + datagram_bytes <= congestion_.window_bytes();
  }

  /// How long an answer may take before it is asked for again, without back-off.
  [[nodiscard]] Duration probe_timeout(Duration ack_delay_max) const {
    ResendQuery query = loss_.query(rtt_, ack_delay_max);
    query.timeouts = 0;
    return schedule_.timeout(query);
  }

  /// A datagram leaves under the number log().next().
  void on_sent(TimePoint now, std::size_t bytes, bool eliciting) {
    log_.commit(now, bytes, eliciting);
    if (eliciting) congestion_.on_sent({now, bytes, log_.in_flight_bytes(), now});
  }

  /// An ACK frame came. Calls `acked(PacketNumber)` for what it newly acknowledges and `lost(PacketNumber)` for what
  /// that shows to be lost. False, without effect, when it names a packet that was never sent.
  template <class Acked, class Lost>
  bool on_ack(TimePoint now, const AckFrame& frame, Duration ack_delay_max, Stats& stats, Acked&& acked, Lost&& lost) {
    if (frame.largest() == 0 || frame.largest() >= log_.next()) return false;
    bool sound = true;
    sound &= frame.for_each_range([&](PacketRange range) { sound &= log_.may_be_acked(range); });
    if (!sound) return false;

    PacketNumber newest = 0;
    static_cast<void>(frame.for_each_range([&](PacketRange range) {
      log_.acknowledge(range, [&](PacketNumber number, bool was_lost) {
        newest = (std::max)(newest, number);
        const SentPacket& packet = log_[number];
        stats.losses_undone += was_lost ? 1u : 0u;
        if (!was_lost) congestion_.on_acked({now, packet.bytes, log_.in_flight_bytes(), packet.sent_at});
        acked(number);
      });
    }));
    if (newest == 0) return true;
    // RFC 9002 section 5.1: a sample needs the largest acknowledged to be newly so. One that was told once more into
    // silence, long after the packet came, says how long the silence lasted and nothing of the path.
    const bool repeated = loss_.timeouts() != 0 && frame.delay() > ack_delay_max;
    if (newest == frame.largest() && !repeated) {
      rtt_.sample(now - log_[newest].sent_at, frame.delay(), ack_delay_max);
      stats.rtt_latest = rtt_.latest();
      stats.rtt_min = rtt_.least();
      stats.rtt_smoothed = rtt_.smoothed();
    }
    loss_.on_progress(now, newest);
    if (schedule_.follows_acks()) {
      loss_.detect(now, log_, rtt_, [&](PacketNumber number) { on_lost(now, number, stats, lost); });
    }
    return true;
  }

  [[nodiscard]] TimePoint deadline(Duration ack_delay_max) const {
    return loss_.deadline(log_, rtt_, ack_delay_max, schedule_);
  }

  /// The deadline has passed.
  template <class Lost>
  [[nodiscard]] TimerAction on_timer(TimePoint now, Duration ack_delay_max, Stats& stats, Lost&& lost) {
    const TimerAction action =
        loss_.on_timer(now, log_, rtt_, ack_delay_max, schedule_,
                       [&](PacketNumber number) { on_lost(now, number, stats, lost); });
    stats.timeouts += action != TimerAction::nothing ? 1u : 0u;
    return action;
  }

  /// Forgets packets that no acknowledgement will name any more.
  void prune(std::uint32_t packets_tracked) noexcept { log_.prune(packets_tracked); }

 private:
  template <class Lost>
  void on_lost(TimePoint now, PacketNumber number, Stats& stats, Lost& lost) {
    ++stats.datagrams_lost;
    const SentPacket& packet = log_[number];
    congestion_.on_lost({now, packet.bytes, log_.in_flight_bytes(), packet.sent_at});
    lost(number);
  }

  ResendPolicy schedule_;
  Congestion congestion_;
  PacketLog log_;
  RttEstimator rtt_;
  LossDetection loss_;
};

}  // namespace bowline::inline v0_1
