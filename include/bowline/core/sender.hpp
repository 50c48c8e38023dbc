// SPDX-License-Identifier: BSL-1.0
// The sending half of a connection: messages in, segments out, and what acknowledgements and timers make of them.
#pragma once

#include <algorithm>
#include <utility>

#include "bowline/base/memory_bound.hpp"
#include "bowline/base/options.hpp"
#include "bowline/base/stats.hpp"
#include "bowline/core/outbox.hpp"
#include "bowline/core/recovery.hpp"
#include "bowline/core/transmission.hpp"

namespace bowline::inline v0_1 {

/// Joins the outbox, which knows messages, with recovery, which knows packets. The outbox outlives a peer: what waits
/// in it before a bind goes to whoever is bound.
template <ResendSchedule ResendPolicy, CongestionControl Congestion, class Number>
class Sender {
 public:
  Sender(const Options& options, ResendPolicy resend, Congestion congestion, std::uint64_t seed)
      : log_limits_{PacketLogLimits::of(options)},
        rtt_initial_{options.rtt_initial},
        resend_{std::move(resend)},
        congestion_{std::move(congestion)},
        outbox_{options},
        recovery_{rtt_initial_, resend_, congestion_, PathMtu{options}, seed} {}

  [[nodiscard]] Outbox& outbox() noexcept { return outbox_; }
  [[nodiscard]] const Outbox& outbox() const noexcept { return outbox_; }
  [[nodiscard]] PacketNumber next_packet() const noexcept { return recovery_.log().next(); }

  /// A new incarnation of the peer takes `limits`: numbers start from 1. `window` is the smaller of both ends'.
  void start(const Limits& limits, std::uint32_t window, std::uint64_t seed) {
    peer_ = limits;
    Transmission::bind(outbox_, limits, window);
    PathMtu path = recovery_.path();
    path.start(limits.datagram_bytes_max);
    recovery_ = {rtt_initial_, resend_, congestion_, path, seed};
    skips_ = Random{~seed};
    skip_at_ = next_skip(1);
    probe_wanted_ = false;
  }

  // What the network and the clock say.

  [[gnu::flatten]] void take(TimePoint now, const AckFrame& frame, Stats& stats) {
    const auto acked = [&](PacketNumber packet) {
      recovery_.log().for_each_run(packet, [&](const PacketRun& run) { outbox_.on_acked(run, packet, stats); });
    };
    if (!recovery_.on_ack(now, frame, ack_delay(), stats, acked, lost(stats))) ++stats.acks_void;
    recovery_.prune(log_limits_);
  }

  void take(const VerdictFrame& frame, Stats& stats) {
    if (!outbox_.on_verdict(frame, stats)) ++stats.verdicts_void;
  }

  [[nodiscard]] TimePoint deadline() const { return recovery_.deadline(ack_delay()); }

  /// When the pacer lets segments leave that wait for nothing else; `never` if none do.
  [[nodiscard]] TimePoint release_at() const noexcept { return recovery_.release_at(); }

  /// Lets the resend timer fire if it is due. True if it made us ask the peer once more.
  bool on_timer(TimePoint now, Stats& stats) {
    bool asked = false;
    // Twice at the most: what acknowledgements have made lost, and then silence itself.
    for (int i = 0; i < 2 && deadline() <= now; ++i) {
      // The first timeout only probes.
      if (resend_.follows_acks() && timeouts() != 0) outbox_.on_silence(resend_.resends_max(), stats);
      const TimerAction action = recovery_.on_timer(now, ack_delay(), stats, lost(stats));
      probe_wanted_ |= action == TimerAction::probe;
      asked |= action != TimerAction::nothing;
    }
    recovery_.path().on_timer(now, recovery_.path_works(), stats);
    recovery_.prune(log_limits_);
    return asked;
  }

  /// When to look after a probe of the path's size.
  [[nodiscard]] TimePoint path_deadline() const noexcept { return recovery_.path().deadline(); }

  /// Something on the way asks for an answer.
  [[nodiscard]] bool asking() const noexcept { return probe_wanted_ || recovery_.log().outstanding() != 0; }

  /// How often the timer has fired since the peer last acknowledged something new.
  [[nodiscard]] std::uint32_t timeouts() const noexcept { return recovery_.timeouts(); }

  /// Asks for a sign of life with the next packet.
  void probe() noexcept { probe_wanted_ = true; }

  [[nodiscard]] Duration probe_timeout() const { return recovery_.probe_timeout(ack_delay()); }

  /// How long an answer may take, whatever the schedule.
  [[nodiscard]] Duration answer_time() const noexcept { return recovery_.answer_time(ack_delay()); }

  // What it has to say.

  /// Bytes of the largest datagram that may leave now. What is said into silence passes every path.
  [[nodiscard]] std::size_t datagram_bytes() const noexcept {
    return timeouts() > 1 ? recovery_.path().sure_bytes() : recovery_.path().datagram_bytes();
  }

  /// Bytes of the largest datagram that the path is known to take.
  [[nodiscard]] std::size_t path_bytes() const noexcept { return recovery_.path().datagram_bytes(); }

  /// Bytes of a datagram that passes whatever becomes of the path.
  [[nodiscard]] std::size_t sure_bytes() const noexcept { return recovery_.path().sure_bytes(); }

  /// Bytes of a probe of the path's size that may leave when nothing else has to; 0 for none.
  [[nodiscard]] std::size_t path_probe_bytes() const noexcept {
    return recovery_.path_works() ? recovery_.path().probe_bytes() : 0;
  }

  /// Whether a packet of `datagram_bytes` may carry segments now, and there are some.
  [[nodiscard]] bool may_send(TimePoint now, std::size_t datagram_bytes) {
    const PacketLog& log = recovery_.log();
    // Neither end tells more packets apart than it tracks, so no more may be on the way.
    const std::uint32_t tracked_max = (std::min)(log_limits_.packets_tracked, peer_.packets_tracked);
    const bool tracked = log.next() - log.oldest_outstanding() < tracked_max;
    if (!tracked || !recovery_.window_open(datagram_bytes)) return recovery_.release(), false;
    if (!Transmission::has_data(outbox_)) {
      recovery_.release();
      // What waits for a number of the window, or for room at the peer, the application has long given.
      MessageFlow& flow = outbox_.flow();
      if (flow.queue().empty() && flow.room().line().empty()) recovery_.on_app_limited();
      return false;
    }
    return recovery_.pacer_allows(now, datagram_bytes);
  }

  /// What no window holds back: a probe, or tombstones.
  [[nodiscard]] bool must_send() { return probe_wanted_ || Transmission::has_tombstones(outbox_); }

  /// Packet numbers never run so far beyond the newest acknowledged that the peer would unwrap them wrongly.
  [[nodiscard]] bool numbers_exhausted() const noexcept {
    return recovery_.log().next() - recovery_.largest_acked() >= Number::span / 2;
  }

  /// Begins a packet: its number. Now and then one is left out, which only a peer that guesses will acknowledge. Takes
  /// the memory to commit it.
  [[nodiscard]] PacketNumber begin_packet() {
    recovery_.log().begin();
    if (recovery_.log().next() == skip_at_) {
      recovery_.log().skip();
      skip_at_ = next_skip(recovery_.log().next());
    }
    return recovery_.log().next();
  }

  /// Writes tombstones always, a probe if one is wanted, and segments if they `may` go. True if an answer is asked
  /// for.
  bool write_segments(Writer& writer, bool may, FrameRoom frame_room, Stats& stats) {
    Transmission transmission{outbox_, recovery_.log(), stats};
    if (Transmission::has_tombstones(outbox_)) transmission.write_tombstones<Number>(writer);
    if (std::exchange(probe_wanted_, false) || numbers_run_short()) {
      ++stats.probes_sent;
      const bool repeated = transmission.write_probe<Number>(writer, resend_.resends_max());
      if (!repeated && writer.room() != 0) return PingFrame::write(writer), true;
    }
    if constexpr (EagerSchedule<ResendPolicy>) {
      if (may) transmission.write_repeats<Number>(writer, resend_.repeat_bytes_max(), resend_.repeats_max());
    }
    if (may) transmission.write_segments<Number>(writer, frame_room);
    if (!resend_.follows_acks()) {
      // Such a schedule sends nothing twice on its own, so nothing would ever take them out.
      outbox_.flow().again().clear();
    } else if (may && transmission.wrote()) {
      transmission.write_again<Number>(writer);
    }
    return transmission.wrote();
  }

  /// The packet leaves.
  void commit(TimePoint now, std::size_t datagram_bytes, bool eliciting, Stats& stats) {
    recovery_.on_sent(now, datagram_bytes, eliciting);
    if (recovery_.path().may_search(now) && Transmission::has_data(outbox_)) recovery_.path().on_demand(now);
    limit_log(now, stats);
  }

  /// The packet leaves, which probes the path's size.
  void commit_path_probe(TimePoint now, std::size_t datagram_bytes, Stats& stats) {
    recovery_.on_path_probe_sent(now, datagram_bytes, ack_delay(), stats);
    limit_log(now, stats);
  }

  /// The most memory it takes.
  [[nodiscard]] static constexpr MemoryBound memory_max(const Options& options) noexcept {
    return Outbox::memory_max(options) + Recovery<ResendPolicy, Congestion>::memory_max(options);
  }

 private:
  void limit_log(TimePoint now, Stats& stats) {
    if (recovery_.log().crowded(log_limits_)) relieve(now, stats);
    recovery_.prune(log_limits_);
  }

  // Out of line: an honest peer never brings it about.
  [[gnu::noinline]] void relieve(TimePoint now, Stats& stats) {
    recovery_.relieve(now, log_limits_, stats, lost(stats));
  }

  /// Half of the numbers that may run ahead are used. An end that only acknowledges is never acknowledged itself, so
  /// it has to ask (RFC 9000 section 13.2.4).
  [[nodiscard]] bool numbers_run_short() const noexcept {
    return recovery_.log().next() - recovery_.largest_acked() >= Number::span / 4 && recovery_.log().outstanding() == 0;
  }

  [[nodiscard]] Duration ack_delay() const noexcept { return Duration{peer_.ack_delay_max_us}; }
  [[nodiscard]] PacketNumber next_skip(PacketNumber from) noexcept { return from + 256 + skips_.below(256); }

  [[nodiscard]] auto lost(Stats& stats) {
    return [this, &stats](PacketNumber packet) {
      recovery_.log().for_each_content(packet, [&](PacketContent content) {
        outbox_.on_lost(content, packet, resend_.resends_max(), stats);
      });
    };
  }

  PacketLogLimits log_limits_;
  Duration rtt_initial_;
  ResendPolicy resend_;
  Congestion congestion_;
  Limits peer_;
  Outbox outbox_;
  Recovery<ResendPolicy, Congestion> recovery_;
  Random skips_{0};
  PacketNumber skip_at_ = 0;
  bool probe_wanted_ = false;
};

}  // namespace bowline::inline v0_1
