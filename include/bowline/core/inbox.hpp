// SPDX-License-Identifier: BSL-1.0
// The receiving half: what of the peer's data is delivered, held, dropped or refused.
#pragma once

#include <optional>

#include "bowline/base/events.hpp"
#include "bowline/base/memory_bound.hpp"
#include "bowline/base/options.hpp"
#include "bowline/base/scope_exit.hpp"
#include "bowline/base/stats.hpp"
#include "bowline/core/claims_ahead.hpp"
#include "bowline/core/delivery.hpp"
#include "bowline/core/departure.hpp"
#include "bowline/core/number_ring.hpp"
#include "bowline/core/settlement.hpp"
#include "bowline/dedup/concept.hpp"
#include "bowline/wire/control_frames.hpp"
#include "bowline/wire/data_frame.hpp"

namespace bowline::inline v0_1 {

/// What a DATA frame would mean for the datagram that brings it.
enum class Acceptance : std::uint8_t { fine, too_old, out_of_window, over_budget, contradicts };

/// Takes DATA frames and tombstones, and hands out what the settlement lets pass. The receive log alone decides
/// acknowledgements, verdicts and gates; the filter decides delivery only. What a whole message that need not wait
/// passes through is always inlined; the rest stays out of line.
template <DuplicateFilter DedupPolicy>
class Inbox {
 public:
  Inbox(const Options& options, DedupPolicy filter)
      : held_bytes_max_{options.held_bytes_max},
        ahead_{options.window},
        filter_{std::move(filter)},
        settlement_{options} {}

  [[nodiscard]] SequenceNumber lowest_unseen() const noexcept { return log().lowest_unseen(); }

  // A datagram: first every frame is checked, then every frame is taken.

  /// Starts the checks of a datagram. Its first DATA frames may be given to the run instead, as far as that takes them.
  [[nodiscard]] InOrderRun begin_checks() noexcept {
    ahead_.clear();
    return settlement_.begin_run();
  }

  /// Whether the frame can be taken. Changes nothing that lasts.
  [[gnu::always_inline, nodiscard]] Acceptance check(const DataFrame& frame) {
    if (frame.unreliable) {
      return frame.dependency != 0 && log().beyond(frame.dependency) ? Acceptance::out_of_window : Acceptance::fine;
    }
    if (log().behind(frame.number)) return Acceptance::too_old;
    if (log().beyond(frame.number)) return Acceptance::out_of_window;
    if (frame.tombstone || log().fate(frame.number) != Fate::unseen) return Acceptance::fine;
    if (filter_.check(frame.number) != Admission::fresh) return Acceptance::too_old;
    if (frame.dependency != 0 && frame.number - frame.dependency >= log().window()) return Acceptance::out_of_window;
    if (frame.fragment) return check_part(frame);
    if (frame.dependency == 0 || log().settled(frame.dependency)) return Acceptance::fine;
    ahead_.hold(frame.payload.size());
    return held().bytes(true) + ahead_.held_bytes() > held_bytes_max_ ? Acceptance::over_budget : Acceptance::fine;
  }

  /// Takes the messages of a run of its datagram, before any other frame. If memory runs out, the rest of them is left.
  void take(std::size_t run_messages) {
    std::size_t admitted = 0;
    // What the filter has admitted is delivered, whatever becomes of the others.
    ScopeExit deliver{[&]() noexcept { settlement_.finish_run(admitted); }};
    for (SequenceNumber number = lowest_unseen(); admitted != run_messages; ++number, ++admitted) {
      // The log has not seen it, and neither has a filter that covers the window (concept, clauses 1 and 4).
      [[maybe_unused]] const Admission admission = filter_.admit(number);
      BOWLINE_ASSERT(admission == Admission::fresh);
    }
  }

  /// Takes a checked frame. What it delivers may view the datagram, until it is taken out.
  [[gnu::always_inline]] void take(const DataFrame& frame, Departure departure, Stats& stats) {
    if (frame.unreliable) {
      take_unreliable(frame, departure, stats);
    } else if (log().behind(frame.number)) {
      // An earlier frame of the same datagram has moved the window past it.
      ++stats.duplicates_dropped;
    } else if (frame.tombstone) {
      take_tombstone(frame, stats);
    } else {
      take_segment(frame, departure, stats);
    }
  }

  [[nodiscard]] bool has_received() const noexcept { return !settlement_.delivery().empty(); }
  [[nodiscard]] bool has_verdicts() const noexcept { return !verdicts_.empty(); }

  /// The next message for the application. Ends the view that the previous one gave.
  [[nodiscard]] std::optional<Event> next_event(Stats& stats) { return delivery().next_event(stats); }
  void release_taken() noexcept { delivery().release_taken(); }

  /// Writes verdicts as far as they fit. Only while nothing delivered is untaken.
  template <class Number>
  void write_verdicts(Writer& writer) {
    BOWLINE_ASSERT(delivery().empty());
    for (; !verdicts_.empty() && writer.room() >= VerdictFrame::wire_bytes; verdicts_.pop_front()) {
      verdicts_.front().template write<Number>(writer);
    }
  }

  /// The peer is gone: what is held will never be released, and what it asks is void.
  void drop_held() noexcept {
    delivery().drop_waiting();
    verdicts_.clear();
  }

  /// A new incarnation of the peer: everything starts anew but what was delivered and is still untaken.
  void clear() {
    drop_held();
    settlement_.clear();
    filter_.clear();
  }

  [[nodiscard]] bool invariants_hold() const noexcept {
    return settlement_.delivery().held().bytes(true) <= held_bytes_max_ && settlement_.invariants_hold();
  }
  [[nodiscard]] static constexpr MemoryBound memory_max(const Options& options) noexcept {
    return memory_max_of<DedupPolicy>(options) + ClaimsAhead::memory_max(options) + Settlement::memory_max(options) +
           MemoryBound::ring(options.window, sizeof(VerdictFrame));
  }

 private:
  using Ready = Delivery::Ready;
  [[nodiscard]] Delivery& delivery() noexcept { return settlement_.delivery(); }
  [[nodiscard]] HeldMessages& held() noexcept { return settlement_.held(); }
  [[nodiscard]] Reassembler& parts() noexcept { return settlement_.parts(); }

  [[nodiscard]] const ReceiveLog& log() const noexcept { return settlement_.log(); }

  [[gnu::noinline, nodiscard]] Acceptance check_part(const DataFrame& frame) {
    const SequenceNumber first = frame.fragment.first;
    const std::uint32_t total = frame.fragment.total;
    if (!parts().agrees(frame)) return Acceptance::contradicts;
    if (parts().begun(first)) return Acceptance::fine;
    // A message that begins so far back has ended here, or was recalled.
    if (log().behind(first)) return Acceptance::out_of_window;
    if (ahead_.begins(first)) return Acceptance::fine;
    if (!parts().has_room(total, ahead_.claimed_bytes(), ahead_.messages())) return Acceptance::over_budget;
    ahead_.begin(first, total);
    return Acceptance::fine;
  }

  /// Whether the filter admits the number: asked last of all that may need memory, after which nothing stops. The same
  /// number twice in one datagram passes both checks, so the filter has the last word.
  [[gnu::always_inline, nodiscard]] bool admit(SequenceNumber number, Stats& stats) {
    if (filter_.admit(number) == Admission::fresh) return true;
    return ++stats.duplicates_dropped, false;
  }

  [[gnu::always_inline]] void take_segment(const DataFrame& frame, Departure departure, Stats& stats) {
    if (const Fate fate = log().fate(frame.number); fate != Fate::unseen) return take_again(frame, fate, stats);
    if (frame.fragment) return take_part(frame, departure, stats);
    if (!settlement_.settled(frame.dependency)) return hold(frame, departure, stats);
    const bool refused = frame.fail_with_dependency && settlement_.abandoned(frame.dependency);
    settlement_.reserve(frame.number, refused ? Fate::abandoned : Fate::delivered);
    if (!admit(frame.number, stats)) return;
    settlement_.finish(frame.number, {frame.payload, {}, Reassembler::none, true}, refused, stats);
  }

  [[gnu::noinline]] void take_again(const DataFrame& frame, Fate fate, Stats& stats) {
    if (fate == Fate::abandoned) return void(++stats.refused);
    // A filter that keeps nothing delivers it once more. Acknowledgements and verdicts stay as they are.
    if (fate == Fate::delivered && !frame.fragment) {
      delivery().reserve();
      if (filter_.admit(frame.number) == Admission::fresh) {
        return delivery().push({frame.payload, {}, Reassembler::none, true});
      }
    }
    ++stats.duplicates_dropped;
  }

  [[gnu::noinline]] void hold(const DataFrame& frame, Departure departure, Stats& stats) {
    settlement_.reserve(frame.number, Fate::received);
    Payload kept = held().keep(frame.payload);
    ScopeExit undo{[&]() noexcept { held().release(kept); }};
    if (!admit(frame.number, stats)) return;
    undo.release();
    settlement_.receive(frame.number);
    held().hold_kept(describe(frame, departure), kept);
  }

  [[gnu::noinline]] void take_part(const DataFrame& frame, Departure departure, Stats& stats) {
    const bool resolved = frame.dependency != 0 && settlement_.settled(frame.dependency);
    const bool refused = resolved && frame.fail_with_dependency && settlement_.abandoned(frame.dependency);
    settlement_.reserve(frame.number, Fate::received);
    const auto slot = parts().reserve(frame, stats);
    // What contradicts another frame of its datagram.
    if (!slot) return;
    ScopeExit undo{[&]() noexcept { parts().unreserve(*slot); }};
    const SequenceNumber dependency = frame.fragment.index == 0 ? frame.dependency : parts()[*slot].dependency;
    if (!settlement_.settled(dependency)) held().reserve();
    if (!admit(frame.number, stats)) return;
    undo.release();
    settlement_.receive(frame.number);
    parts().put(*slot, frame, departure);
    if (resolved) parts().resolve(*slot, refused);
    const Assembly& assembly = parts()[*slot];
    if (assembly.state != Assembly::State::whole) return;
    if (settlement_.settled(assembly.dependency)) {
      return settlement_.finish(assembly.number, {{}, {}, *slot, true}, assembly.refused, stats);
    }
    held().hold_kept(describe(assembly, *slot), {});
  }

  [[gnu::noinline]] void take_tombstone(const DataFrame& frame, Stats& stats) {
    const SequenceNumber number = frame.number;
    const Fate fate = log().fate(number);
    const bool settles = fate == Fate::received || fate == Fate::unseen;
    if (settles) settlement_.reserve(number, Fate::abandoned);
    if (verdicts_.size() < log().window()) verdicts_.reserve();
    // The filter learns of it too, or its memory would not advance with the log.
    if (fate == Fate::unseen) static_cast<void>(filter_.admit(number));
    if (frame.fragment.first != 0) parts().drop_partial(frame.fragment.first);
    if (fate == Fate::received) {
      const Reassembler::Slot slot = held().drop(number);
      if (slot != Reassembler::none) parts().drop(slot);
    }
    if (settles) settlement_.settle(number, Fate::abandoned, stats);
    // One that finds no room is asked for again by its sender.
    if (verdicts_.size() < log().window()) verdicts_.push_back({number, fate == Fate::delivered});
  }

  [[gnu::noinline]] void take_unreliable(const DataFrame& frame, Departure departure, Stats& stats) {
    const Ready ready{frame.payload, {}, Reassembler::none, false};
    if (!frame.fragment) return settlement_.arrive(describe(frame, departure), ready, stats);
    const auto slot = parts().take(frame, departure, stats);
    if (!slot || parts()[*slot].state != Assembly::State::whole) return;
    settlement_.arrive(describe(parts()[*slot], *slot), {{}, {}, *slot, false}, stats);
  }

  [[nodiscard]] static HeldMessage describe(const DataFrame& frame, Departure departure) noexcept {
    HeldMessage message;
    message.number = frame.number;
    message.dependency = frame.dependency;
    message.departure = departure;
    message.fail_with_dependency = frame.fail_with_dependency;
    message.newest_only = frame.newest_only;
    return message;
  }

  [[nodiscard]] static HeldMessage describe(const Assembly& assembly, Reassembler::Slot slot) noexcept {
    HeldMessage message;
    message.number = assembly.number;
    message.dependency = assembly.dependency;
    message.departure = assembly.departure;
    message.parts = slot;
    message.fail_with_dependency = assembly.fail_with_dependency;
    message.newest_only = assembly.newest_only;
    return message;
  }

  std::size_t held_bytes_max_;
  ClaimsAhead ahead_;
  DedupPolicy filter_;
  Settlement settlement_;
  NumberRing<VerdictFrame> verdicts_;
};

}  // namespace bowline::inline v0_1
