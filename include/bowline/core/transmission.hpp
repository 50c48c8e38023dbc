// SPDX-License-Identifier: BSL-1.0
// Writes what the outbox has to say into packets: tombstones, resends, first transmissions, in that order.
#pragma once

#include "bowline/base/assert.hpp"
#include "bowline/core/first_transmission.hpp"
#include "bowline/core/frame_room.hpp"
#include "bowline/core/memory_ahead.hpp"
#include "bowline/core/outbox.hpp"
#include "bowline/core/ready_levels.hpp"
#include "bowline/core/repeats.hpp"
#include "bowline/core/segment_writer.hpp"
#include "bowline/wire/data_frame.hpp"

namespace bowline::inline v0_1 {

/// Fills one packet from an `Outbox`. Made anew for each packet.
class Transmission {
 public:
  Transmission(Outbox& outbox, PacketLog& log, Stats& stats) noexcept
      : flow_{outbox.flow()}, log_{log}, stats_{stats}, segments_{flow_.table(), log} {}

  /// Whether anything was written that asks for an acknowledgement.
  [[nodiscard]] bool wrote() const noexcept { return segments_.wrote(); }

  /// What the peer can take decides from now on what may be sent.
  static void bind(Outbox& outbox, const Limits& peer, std::uint32_t window) noexcept {
    Limits limits = peer;
    limits.window = window;
    outbox.flow().set_peer(limits);
  }

  [[nodiscard]] static bool has_tombstones(Outbox& outbox) {
    MemoryAhead::pay_numbers(outbox.flow());
    return !outbox.flow().tombstones().empty();
  }

  /// Whether a segment could be written if congestion control allows it.
  [[nodiscard]] static bool has_data(Outbox& outbox) noexcept { return !ReadyLevels::of(outbox.flow()).empty(); }

  /// Writes tombstones, which no window holds back; when `has_tombstones`, which gave them their numbers.
  template <class Number>
  void write_tombstones(Writer& writer) {
    while (!flow_.tombstones().empty()) {
      const SequenceNumber number = flow_.tombstones().front();
      if (Segment* segment = flow_.acks().find(number)) {
        BOWLINE_ASSERT(segment->tombstone && segment->waiting);
        DataFrame frame;
        const Message& message = flow_.table()[segment->message];
        frame.number = number;
        frame.tombstone = true;
        if (message.parts > 1) frame.fragment.first = message.first;
        if (!segments_.write<Number>(writer, frame)) return;
        segments_.sent(*segment);
        ++stats_.tombstones_sent;
      }
      flow_.tombstones().pop_front();
    }
  }

  /// Writes segments, resent and new, until the packet is full or nothing may go.
  template <class Number>
  [[gnu::flatten]] void write_segments(Writer& writer, FrameRoom frame_room) {
    for (Levels ready = ReadyLevels::of(flow_); !ready.empty(); ready = ReadyLevels::of(flow_)) {
      const Priority priority = flow_.queue().next(ready);
      if (!flow_.queue().resends(priority).empty()) {
        if (!resend_next<Number>(writer, priority)) return;
      } else if (!FirstTransmission{flow_, segments_, stats_}.serve<Number>(writer, priority, frame_room)) {
        return;
      }
      flow_.queue().took(priority, ready);
    }
  }

  /// Writes small segments that were lost, and sent again with an earlier packet, once more into a packet that leaves
  /// anyway. Two losses in a row would cost a second round trip, and everything that waits for them as well.
  template <class Number>
  void write_again(Writer& writer) {
    for (; !flow_.again().empty(); flow_.again().pop_front()) {
      const SequenceNumber number = flow_.again().front();
      Segment* segment = flow_.acks().find(number);
      if (segment == nullptr || segment->tombstone || segment->waiting) continue;
      if (segment->latest == log_.next()) return;
      // Where no room is left nothing waits for it: that is bulk, which a second round trip does not hurt.
      if (!segments_.write_segment<Number>(writer, number, *segment)) continue;
      ++stats_.segments_repeated;
    }
  }

  /// Writes the newest unacknowledged small messages once more, up to `bytes_max` bytes, each at most `repeats_max`
  /// times, as far as what waits for its first transmission leaves room. Called before that is written, so that numbers
  /// follow.
  template <class Number>
  void write_repeats(Writer& writer, std::size_t bytes_max, std::uint32_t repeats_max) {
    const Repeats repeats = Repeats::choose(flow_, writer.room(), bytes_max, repeats_max);
    for (SequenceNumber n = repeats.first; n < repeats.end(); ++n) {
      if (!repeats.chosen(n)) continue;
      Segment& segment = flow_.acks()[n];
      if (!segments_.write_segment<Number>(writer, n, segment)) return;
      ++segment.repeats;
      ++stats_.segments_repeated;
    }
  }

  /// Writes the oldest unacknowledged segments once more, as a probe; false when there is none.
  template <class Number>
  bool write_probe(Writer& writer, std::uint32_t resends_max) {
    const SequenceNumber lowest = flow_.acks().lowest();
    for (SequenceNumber n = lowest; n < flow_.acks().next() && n < lowest + probe_reach; ++n) {
      const Segment* segment = flow_.acks().find(n);
      if (segment == nullptr || segment->tombstone || segment->waiting) continue;
      if (segment->resends_in(flow_.table()[segment->message].rounds) >= resends_max) continue;
      if (!resend<Number>(writer, n)) break;
    }
    return wrote();
  }

 private:
  // Numbers a probe looks at: enough to fill a datagram with small messages, few enough to cost nothing.
  static constexpr SequenceNumber probe_reach = 64;

  // A lost segment of up to so many bytes travels again twice.
  static constexpr std::uint32_t small_bytes = 96;

  /// Writes the level's next resend. False when the packet is full.
  template <class Number>
  [[gnu::noinline]] bool resend_next(Writer& writer, Priority priority) {
    const SequenceNumber number = flow_.queue().resends(priority).front();
    flow_.again().reserve(flow_.again().size() + 1);
    if (!resend<Number>(writer, number)) return false;
    flow_.queue().pop_resend(priority);
    if (flow_.table()[flow_.acks()[number].message].payload.bytes <= small_bytes) flow_.again().push_back(number);
    return true;
  }

  template <class Number>
  bool resend(Writer& writer, SequenceNumber number) {
    Segment& segment = flow_.acks()[number];
    if (!segments_.write_segment<Number>(writer, number, segment)) return false;
    segment.count_resend(flow_.table()[segment.message].rounds);
    return ++stats_.segments_resent, true;
  }

  MessageFlow& flow_;
  PacketLog& log_;
  Stats& stats_;
  SegmentWriter segments_;
};

}  // namespace bowline::inline v0_1
