// SPDX-License-Identifier: BSL-1.0
// The receiving half: what of the peer's data is delivered, held, dropped or refused.
#pragma once

#include <optional>
#include <vector>

#include "bowline/base/events.hpp"
#include "bowline/base/options.hpp"
#include "bowline/base/stats.hpp"
#include "bowline/core/held_messages.hpp"
#include "bowline/core/number_ring.hpp"
#include "bowline/core/receive_log.hpp"
#include "bowline/dedup/concept.hpp"
#include "bowline/wire/control_frames.hpp"
#include "bowline/wire/data_frame.hpp"

namespace bowline::inline v0_1 {

/// What a DATA frame would mean for the datagram that brings it.
enum class Acceptance : std::uint8_t { fine, too_old, out_of_window, over_budget };

/// Takes DATA frames and tombstones, keeps the order that dependencies ask for, and hands messages out. The receive
/// log alone decides acknowledgements, verdicts and gates; the filter decides delivery only.
template <DuplicateFilter DedupPolicy>
class Inbox {
 public:
  Inbox(const Options& options, DedupPolicy filter)
      : held_bytes_max_{options.held_bytes_max},
        held_unreliable_bytes_max_{options.held_unreliable_bytes_max},
        window_{options.window},
        filter_{std::move(filter)},
        log_{options.window},
        held_{options.window} {}

  [[nodiscard]] SequenceNumber lowest_unseen() const noexcept { return log_.lowest_unseen(); }

  // A datagram: first every frame is checked, then every frame is taken.

  /// Starts the checks of a datagram.
  void begin_checks() noexcept { held_bytes_ahead_ = 0; }

  /// Whether the frame can be taken. Changes nothing that lasts.
  [[nodiscard]] Acceptance check(const DataFrame& frame) noexcept {
    if (frame.unreliable) {
      return frame.dependency != 0 && log_.beyond(frame.dependency) ? Acceptance::out_of_window : Acceptance::fine;
    }
    if (log_.behind(frame.number)) return Acceptance::too_old;
    if (log_.beyond(frame.number)) return Acceptance::out_of_window;
    if (frame.tombstone || log_.fate(frame.number) != Fate::unseen) return Acceptance::fine;
    if (filter_.check(frame.number) != Admission::fresh) return Acceptance::too_old;
    if (frame.dependency == 0) return Acceptance::fine;
    if (frame.number - frame.dependency >= window_) return Acceptance::out_of_window;
    if (log_.settled(frame.dependency)) return Acceptance::fine;
    held_bytes_ahead_ += frame.payload.size();
    return held_.bytes(true) + held_bytes_ahead_ > held_bytes_max_ ? Acceptance::over_budget : Acceptance::fine;
  }

  /// Takes a checked frame of `packet`. What it delivers may view the datagram, until it is taken out.
  void take(const DataFrame& frame, PacketNumber packet, Stats& stats) {
    if (frame.unreliable) {
      take_unreliable(frame, packet, stats);
    } else if (log_.behind(frame.number)) {
      // An earlier frame of the same datagram has moved the window past it.
      ++stats.duplicates_dropped;
    } else if (frame.tombstone) {
      take_tombstone(frame.number, stats);
    } else {
      take_segment(frame, packet, stats);
    }
  }

  // What it has to say.

  [[nodiscard]] bool has_received() const noexcept { return !ready_.empty(); }
  [[nodiscard]] bool has_verdicts() const noexcept { return !verdicts_.empty(); }

  /// The next message for the application. Ends the view that the previous one gave.
  [[nodiscard]] std::optional<Event> next_event(Stats& stats) {
    if (ready_.empty()) return std::nullopt;
    BOWLINE_ASSERT(taken_.block == Payload::none);
    const Ready ready = ready_.front();
    ready_.pop_front();
    taken_ = ready.kept;
    const Bytes payload = ready.kept.block == Payload::none ? ready.view : held_.view(ready.kept);
    ++stats.messages_delivered;
    stats.delivered_bytes += payload.size();
    return Received{payload, ready.reliable};
  }

  void release_taken() noexcept { held_.release(taken_); }

  /// Writes verdicts as far as they fit. Only while nothing delivered is untaken.
  template <class Number>
  void write_verdicts(Writer& writer) {
    BOWLINE_ASSERT(ready_.empty());
    for (; !verdicts_.empty() && writer.room() >= VerdictFrame::wire_bytes; verdicts_.pop_front()) {
      verdicts_.front().template write<Number>(writer);
    }
  }

  /// The peer is gone: what is held will never be released, and what it asks is void.
  void drop_held() noexcept {
    held_.clear();
    verdicts_.clear();
  }

  /// A new incarnation of the peer: everything starts anew but what was delivered and is still untaken.
  void clear() {
    drop_held();
    log_.clear();
    filter_.clear();
    newest_only_packet_ = 0;
  }

  [[nodiscard]] bool invariants_hold() const noexcept { return held_.bytes(true) <= held_bytes_max_; }

 private:
  struct Ready {
    Bytes view;
    Payload kept;
    bool reliable = true;
  };

  void take_segment(const DataFrame& frame, PacketNumber packet, Stats& stats) {
    switch (log_.fate(frame.number)) {
      case Fate::abandoned: ++stats.refused; return;
      case Fate::received: ++stats.duplicates_dropped; return;
      case Fate::delivered:
        // A filter that keeps nothing delivers it once more. Acknowledgements and verdicts stay as they are.
        if (filter_.admit(frame.number) != Admission::fresh) {
          ++stats.duplicates_dropped;
        } else {
          ready_.push_back({frame.payload, {}, true});
        }
        return;
      case Fate::unseen: break;
    }
    // The same number twice in one datagram passes both checks, so the filter has the last word here as well.
    if (filter_.admit(frame.number) != Admission::fresh) return void(++stats.duplicates_dropped);
    if (frame.dependency == 0 || log_.settled(frame.dependency)) {
      const bool refused = frame.dependency != 0 && frame.fail_with_dependency &&
                           log_.fate(frame.dependency) == Fate::abandoned;
      if (!refused) ready_.push_back({frame.payload, {}, true});
      stats.refused += refused ? 1u : 0u;
      return settle(frame.number, refused ? Fate::abandoned : Fate::delivered, stats);
    }
    log_.set(frame.number, Fate::received);
    held_.hold(describe(frame, packet), frame.payload);
  }

  void take_tombstone(SequenceNumber number, Stats& stats) {
    const Fate fate = log_.fate(number);
    if (fate == Fate::received) held_.drop(number);
    if (fate == Fate::received || fate == Fate::unseen) {
      // The filter learns of it too, or its memory would not advance with the log.
      if (fate == Fate::unseen) static_cast<void>(filter_.admit(number));
      settle(number, Fate::abandoned, stats);
    }
    // One that finds no room is asked for again by its sender.
    if (verdicts_.size() < window_) verdicts_.push_back({number, fate == Fate::delivered});
  }

  void take_unreliable(const DataFrame& frame, PacketNumber packet, Stats& stats) {
    if (frame.dependency == 0 || log_.behind(frame.dependency)) {
      // Of what is far behind only that it is settled is known, which is too little for one that may fail with it.
      if (frame.dependency != 0 && frame.fail_with_dependency) return void(++stats.refused);
      return deliver_unreliable({frame.payload, {}, false}, frame.newest_only, packet, stats);
    }
    if (!log_.settled(frame.dependency)) {
      // Empty messages take no payload, but a place each.
      const bool full = held_.size() >= 2 * std::size_t{window_} ||
                        held_.bytes(false) + frame.payload.size() > held_unreliable_bytes_max_;
      if (full) return void(++stats.held_dropped);
      return held_.hold(describe(frame, packet), frame.payload);
    }
    if (frame.fail_with_dependency && log_.fate(frame.dependency) == Fate::abandoned) return void(++stats.refused);
    deliver_unreliable({frame.payload, {}, false}, frame.newest_only, packet, stats);
  }

  void deliver_unreliable(Ready ready, bool newest_only, PacketNumber packet, Stats& stats) {
    if (newest_only) {
      if (packet < newest_only_packet_) {
        held_.release(ready.kept);
        ++stats.late_dropped;
        return;
      }
      newest_only_packet_ = packet;
    }
    ready_.push_back(ready);
  }

  [[nodiscard]] static HeldMessage describe(const DataFrame& frame, PacketNumber packet) noexcept {
    HeldMessage message;
    message.number = frame.number;
    message.dependency = frame.dependency;
    message.packet = packet;
    message.fail_with_dependency = frame.fail_with_dependency;
    message.newest_only = frame.newest_only;
    return message;
  }

  /// Settles `number`, and everything that waits for it, however long the chain.
  void settle(SequenceNumber number, Fate fate, Stats& stats) {
    log_.set(number, fate);
    settled_.push_back({number, fate});
    for (std::size_t i = 0; i < settled_.size(); ++i) {
      const Settled settled = settled_[i];
      held_.release_waiting(settled.number, [&](const HeldMessage& held) { release(held, settled.fate, stats); });
    }
    settled_.clear();
  }

  void release(const HeldMessage& held, Fate dependency, Stats& stats) {
    const Ready ready{{}, held.payload, held.number != 0};
    const bool refused = held.fail_with_dependency && dependency == Fate::abandoned;
    if (refused) {
      Payload dropped = held.payload;
      held_.release(dropped);
      ++stats.refused;
    } else if (held.number == 0) {
      deliver_unreliable(ready, held.newest_only, held.packet, stats);
    } else {
      ready_.push_back(ready);
    }
    if (held.number == 0) return;
    const Fate fate = refused ? Fate::abandoned : Fate::delivered;
    log_.set(held.number, fate);
    settled_.push_back({held.number, fate});
  }

  struct Settled {
    SequenceNumber number;
    Fate fate;
  };

  std::size_t held_bytes_max_;
  std::size_t held_unreliable_bytes_max_;
  std::uint32_t window_;
  std::size_t held_bytes_ahead_ = 0;
  PacketNumber newest_only_packet_ = 0;
  DedupPolicy filter_;
  ReceiveLog log_;
  HeldMessages held_;
  NumberRing<Ready> ready_;
  NumberRing<VerdictFrame> verdicts_;
  std::vector<Settled> settled_;
  Payload taken_;
};

}  // namespace bowline::inline v0_1
