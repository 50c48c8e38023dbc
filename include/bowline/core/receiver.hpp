// SPDX-License-Identifier: BSL-1.0
// The receiving half of a connection: packets in, messages out, and what there is to answer.
#pragma once

#include <cstddef>
#include <optional>

#include "bowline/base/events.hpp"
#include "bowline/base/memory_bound.hpp"
#include "bowline/base/options.hpp"
#include "bowline/base/stats.hpp"
#include "bowline/core/ack_schedule.hpp"
#include "bowline/core/inbox.hpp"
#include "bowline/core/packet_frames.hpp"
#include "bowline/core/received_packets.hpp"

namespace bowline::inline v0_1 {

/// Joins the filter for packets, the inbox for messages and the schedule of acknowledgements. Answers nothing while
/// a delivered message has not been taken, since an acknowledgement means taken.
template <DuplicateFilter DedupPolicy, class Number>
class Receiver {
 public:
  Receiver(const Options& options, DedupPolicy filter)
      : inbox_{options, std::move(filter)}, packets_{options.packets_tracked}, acks_{options} {}

  [[nodiscard]] SequenceNumber lowest_unseen() const noexcept { return inbox_.lowest_unseen(); }
  [[nodiscard]] bool has_received() const noexcept { return inbox_.has_received(); }

  /// The full number of a packet, from what travelled of it.
  [[nodiscard]] PacketNumber unwrap(std::uint32_t truncated) const noexcept {
    return Number::unwrap(truncated, packets_.newest() + 1);
  }

  /// Whether a packet of this number can still be taken; counts it if not.
  [[gnu::always_inline, nodiscard]] bool fresh(PacketNumber number, Stats& stats) const noexcept {
    if (number == 0) return ++stats.dropped_malformed, false;
    switch (packets_.classify(number)) {
      case ReceivedPackets::Verdict::seen: return ++stats.dropped_replayed, false;
      case ReceivedPackets::Verdict::too_old: return ++stats.dropped_too_old, false;
      case ReceivedPackets::Verdict::fresh: break;
    }
    return true;
  }

  /// Checks every frame before any takes effect; one bad frame drops the datagram, under its own counter.
  [[nodiscard]] bool check(Bytes frames, const NumberContext& numbers, Stats& stats) {
    InOrderRun run = inbox_.begin_checks();
    Acceptance acceptance = Acceptance::fine;
    const auto check = [&](const Frame& frame) {
      const auto* data = std::get_if<DataFrame>(&frame);
      if (data == nullptr) return true;
      // What comes behind it is not delivered before it.
      run.close();
      acceptance = inbox_.check(*data);
      return acceptance == Acceptance::fine;
    };
    const bool sound = frames_.check(frames, numbers, [&](const DataFrame& whole) { return run.take(whole); }, check);
    switch (acceptance) {
      case Acceptance::fine: break;
      case Acceptance::too_old: return ++stats.dropped_too_old, false;
      case Acceptance::out_of_window: return ++stats.dropped_out_of_window, false;
      case Acceptance::over_budget: return ++stats.dropped_over_budget, false;
      case Acceptance::contradicts: return ++stats.dropped_malformed, false;
    }
    if (!sound || frames.empty()) return ++stats.dropped_malformed, false;
    run_messages_ = run.size();
    return true;
  }

  /// Takes the messages that come next in order in the packet that passed `check`, before its other frames; whether
  /// there were any.
  bool take_run() {
    if (run_messages_ == 0) return false;
    inbox_.take(run_messages_);
    return true;
  }

  /// Other frame `i` of the packet that passed `check`, to be asked for in order; null behind its last one.
  [[gnu::always_inline, nodiscard]] const Frame* checked(std::size_t i) { return frames_.checked(i); }

  /// All frames of a checked packet are taken: it is acknowledged.
  void take_packet(TimePoint now, PacketNumber number, bool eliciting) noexcept {
    acks_.on_packet(now, number, packets_.newest(), eliciting);
    packets_.record(number);
  }

  /// Not all frames could be taken: the packet counts as lost. It is not acknowledged, so its sender repeats what it
  /// has to. No copy of it is taken, so what was taken of it and has no number is delivered once all the same.
  void give_up_packet(PacketNumber number) noexcept { packets_.give_up(number); }

  /// Takes the message, or if memory runs out leaves it: whole, unless it is unreliable, which is then lost.
  [[gnu::always_inline]] void take(const DataFrame& frame, Departure departure, Stats& stats) {
    inbox_.take(frame, departure, stats);
  }

  /// When an answer has to leave; `never` while there is none, or none may be given.
  [[nodiscard]] TimePoint answer_due() const noexcept { return inbox_.has_received() ? never : acks_.due(); }

  [[nodiscard]] bool must_answer(TimePoint now) const noexcept {
    return !inbox_.has_received() && (acks_.due() <= now || inbox_.has_verdicts());
  }

  /// Writes verdicts and, when one waits or `again` is set, an acknowledgement; true if it wrote that. Verdicts go
  /// first: an acknowledgement of a tombstone that comes without its verdict asks for it once more.
  bool write_answers(TimePoint now, bool again, Writer& writer) {
    if (inbox_.has_received()) return false;
    inbox_.template write_verdicts<Number>(writer);
    if ((!again && !acks_.waiting()) || !acks_.write<Number>(now, packets_, writer)) return false;
    return acks_.clear(), true;
  }

  [[nodiscard]] std::optional<Event> next_event(Stats& stats) { return inbox_.next_event(stats); }
  void release_taken() noexcept { inbox_.release_taken(); }

  /// The peer is gone; what was delivered stays to be taken.
  void drop_held() noexcept { inbox_.drop_held(); }

  /// A new incarnation of the peer.
  void clear() {
    inbox_.clear();
    packets_.clear();
    acks_.reset();
  }

  [[nodiscard]] bool invariants_hold() const noexcept { return inbox_.invariants_hold(); }

  /// The most memory it takes.
  [[nodiscard]] static constexpr MemoryBound memory_max(const Options& options) noexcept {
    return Inbox<DedupPolicy>::memory_max(options) + PacketFrames<Number>::memory_max() +
           ReceivedPackets::memory_max(options);
  }

 private:
  PacketFrames<Number> frames_;
  std::size_t run_messages_ = 0;  // Of the packet that passed the last check.
  Inbox<DedupPolicy> inbox_;
  ReceivedPackets packets_;
  AckSchedule acks_;
};

}  // namespace bowline::inline v0_1
