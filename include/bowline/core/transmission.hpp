// SPDX-License-Identifier: BSL-1.0
// Writes what the outbox has to say into packets: tombstones, resends, first transmissions, in that order.
#pragma once

#include "bowline/core/frame_room.hpp"
#include "bowline/core/memory_ahead.hpp"
#include "bowline/core/outbox.hpp"
#include "bowline/core/ready_levels.hpp"
#include "bowline/core/repeats.hpp"
#include "bowline/wire/data_frame.hpp"

namespace bowline::inline v0_1 {

/// Fills one packet from an `Outbox`. Made anew for each packet.
class Transmission {
 public:
  Transmission(Outbox& outbox, PacketLog& log, Stats& stats) noexcept
      : flow_{outbox.flow()}, log_{log}, stats_{stats} {}

  /// Whether anything was written that asks for an acknowledgement.
  [[nodiscard]] bool wrote() const noexcept { return wrote_; }

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

  /// Writes tombstones, which no window holds back.
  template <class Number>
  void write_tombstones(Writer& writer) {
    MemoryAhead::pay_numbers(flow_);
    while (!flow_.tombstones().empty()) {
      const SequenceNumber number = flow_.tombstones().front();
      if (Segment* segment = flow_.acks().find(number)) {
        BOWLINE_ASSERT(segment->tombstone && segment->waiting);
        DataFrame frame;
        const Message& message = flow_.table()[segment->message];
        frame.number = number;
        frame.tombstone = true;
        if (message.parts > 1) frame.fragment.first = message.first;
        if (!write<Number>(writer, frame)) return;
        sent(*segment);
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
        const SequenceNumber number = flow_.queue().resends(priority).front();
        flow_.again().reserve(flow_.again().size() + 1);
        if (!resend<Number>(writer, number)) return;
        flow_.queue().pop_resend(priority);
        if (flow_.table()[flow_.acks()[number].message].payload.bytes <= small_bytes) flow_.again().push_back(number);
      } else if (!serve<Number>(writer, priority, frame_room)) {
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
      if (!write_segment<Number>(writer, number, *segment)) continue;
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
      if (!write_segment<Number>(writer, n, segment)) return;
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
    return wrote_;
  }

 private:
  // Numbers a probe looks at: enough to fill a datagram with small messages, few enough to cost nothing.
  static constexpr SequenceNumber probe_reach = 64;

  // A lost segment of up to so many bytes travels again twice.
  static constexpr std::uint32_t small_bytes = 96;

  template <class Number>
  bool resend(Writer& writer, SequenceNumber number) {
    Segment& segment = flow_.acks()[number];
    if (!write_segment<Number>(writer, number, segment)) return false;
    segment.count_resend(flow_.table()[segment.message].rounds);
    return ++stats_.segments_resent, true;
  }

  /// Serves a level that has a message to transmit for the first time: once, or for as long as nothing else waits.
  template <class Number>
  bool serve(Writer& writer, Priority priority, FrameRoom frame_room) {
    const SendQueue& queue = flow_.queue();
    do {
      if (!send_fresh<Number>(writer, queue.fresh(priority).front(), frame_room)) return false;
    } while (queue.waiting() == Levels{priority} && flow_.acks().window_open(flow_.peer().window, priority));
    return true;
  }

  /// Transmits a message, or the next part of one, for the first time, or finds that it may not go. False when the
  /// packet is full.
  template <class Number>
  bool send_fresh(Writer& writer, MessageId id, FrameRoom frame_room) {
    Message& message = flow_.table()[id];
    const bool depends = message.dependency != Message::Dependency::none;
    const Message* dependency = depends ? &flow_.table()[message.after] : nullptr;
    if (message.parts_sent == 0 && !may_begin(id, message, dependency, frame_room)) return true;
    if (!message.reliable) return send_unreliable<Number>(writer, id, message, dependency);
    MemoryAhead::take_for_number(flow_, message.priority);
    return message.parts == 1 ? send_whole<Number>(writer, id, message, dependency)
                              : send_part<Number>(writer, id, message, dependency);
  }

  /// Whether a message whose turn has come may be transmitted now. If not, it left the queue.
  bool may_begin(MessageId id, Message& message, const Message* dependency, FrameRoom frame_room) {
    if (dependency != nullptr && !OrderingGate::open(message, *dependency, /*over_budget=*/false)) {
      return flow_.return_to_gate(id), false;
    }
    if (!cut(id, message, frame_room)) return false;
    // Only now is it known whether it has room of its own at the peer.
    if (dependency != nullptr && flow_.over_budget(message)) return flow_.return_to_gate(id), false;
    return true;
  }

  /// Decides in how many parts a message travels. False when it may not go now. What may have to be sent again, or is
  /// sent bit by bit, is cut for every path, since it cannot be cut anew (docs/design/0015).
  bool cut(MessageId id, Message& message, FrameRoom frame_room) {
    if (message.payload.bytes > flow_.peer().message_bytes_max) {
      return flow_.conclude(id, Outcome::lost, LossCause::peer_limit, stats_), false;
    }
    const std::size_t whole = message.reliable ? frame_room.always : frame_room.now;
    if (message.payload.bytes <= whole - DataFrame::overhead_bytes_max) return message.parts = 1, true;
    const std::size_t part = frame_room.shared() - DataFrame::fragment_overhead_bytes_max;
    message.parts = Fragment::plan(message.payload.bytes, part).count;
    return !message.reliable || flow_.reserve_reassembly(id);
  }

  template <class Number>
  [[gnu::always_inline]] bool send_whole(Writer& writer, MessageId id, Message& message, const Message* dependency) {
    if (message.payload.bytes >= writer.room()) return false;  // Shows of most full packets that they are.
    // The frame is tried before the number is taken, so that a full packet leaves no trace.
    DataFrame frame;
    frame.number = flow_.acks().next();
    frame.payload = flow_.table().payload(message);
    add_dependency(frame, message, dependency);
    if (!write<Number>(writer, frame)) return false;
    begin(message, frame);
    if (dependency != nullptr) flow_.reserve_held(message);
    number_part(id, message, 0);
    flow_.finish_transmission(id, message, frame.number);
    return true;
  }

  template <class Number>
  bool send_part(Writer& writer, MessageId id, Message& message, const Message* dependency) {
    const std::uint32_t part = message.parts_sent;
    DataFrame frame = frame_of(message, flow_.acks().next(), part);
    if (part == 0) add_dependency(frame, message, dependency);
    if (!write<Number>(writer, frame)) return false;
    if (part == 0) begin(message, frame);
    number_part(id, message, part);
    if (message.parts_sent == message.parts) return flow_.finish_transmission(id, message, frame.number), true;
    // A last part that fits the same datagram keeps its turn. So a message that is hardly cut arrives, or is lost, with
    // one datagram like a whole one.
    const bool last_follows = part + 2 == message.parts &&
                              frame_of(message, flow_.acks().next(), part + 1).fits(writer.room(), previous_);
    if (!last_follows) flow_.queue().rotate(flow_.table().ring(), id);
    return true;
  }

  /// Adds what a message waits for to its first frame.
  static void add_dependency(DataFrame& frame, const Message& message, const Message* dependency) noexcept {
    if (dependency == nullptr) return;
    frame.dependency = dependency->number;
    frame.fail_with_dependency = message.fail_with_dependency;
  }

  /// The first frame of a message was written: what it says is fixed.
  static void begin(Message& message, const DataFrame& frame) noexcept {
    message.first = frame.number;
    if (frame.dependency != 0) message.distance = static_cast<std::uint32_t>(frame.number - frame.dependency);
  }

  /// A part was written: gives it the number that its frame has.
  void number_part(MessageId id, Message& message, std::uint32_t part) {
    sent(flow_.acks().issue(id, part, message.priority));
    ++message.parts_sent;
    ++stats_.segments_sent;
  }

  template <class Number>
  bool send_unreliable(Writer& writer, MessageId id, Message& message, const Message* dependency) {
    const std::uint32_t part = message.parts_sent;
    if (message.parts > 1 && message.first == 0) message.first = flow_.name_unreliable();
    DataFrame frame = frame_of(message, 0, part);
    frame.unreliable = true;
    frame.newest_only = message.newest_only;
    if (part == 0) add_dependency(frame, message, dependency);
    if (!frame.fits(writer.room(), previous_)) return false;
    frame.write<Number>(writer, previous_);
    wrote_ = true;
    if (++message.parts_sent < message.parts) return flow_.queue().rotate(flow_.table().ring(), id), true;
    ++stats_.unreliable_sent;
    flow_.end_sent_unreliable(id);
    return true;
  }

  /// A part of a message as it travels, less what it depends on before that is fixed.
  [[nodiscard]] DataFrame frame_of(const Message& message, SequenceNumber number, std::uint32_t part) const noexcept {
    DataFrame frame;
    frame.number = number;
    if (part == 0 && message.distance != 0) {
      frame.dependency = number - message.distance;
      frame.fail_with_dependency = message.fail_with_dependency;
    }
    frame.payload = flow_.table().payload(message);
    if (message.parts == 1) return frame;
    frame.fragment = {part == 0 && message.reliable ? number : message.first, part, message.parts,
                      message.payload.bytes};
    frame.payload = frame.payload.subspan(frame.fragment.offset(), frame.fragment.size());
    return frame;
  }

  /// Writes a segment once more.
  template <class Number>
  bool write_segment(Writer& writer, SequenceNumber number, Segment& segment) {
    if (!write<Number>(writer, frame_of(flow_.table()[segment.message], number, segment.part))) return false;
    return sent(segment), true;
  }

  template <class Number>
  [[gnu::always_inline]] bool write(Writer& writer, const DataFrame& frame) {
    if (!frame.fits(writer.room(), previous_)) return false;
    log_.add_content({frame.number, frame.tombstone});
    // A writer of its own, which nothing that is written can be taken to change.
    Writer own = writer;
    frame.write<Number>(own, previous_);
    writer = own;
    previous_ = frame.number;
    return wrote_ = true;
  }

  void sent(Segment& segment) noexcept {
    segment.waiting = false;
    segment.latest = log_.next();
  }

  MessageFlow& flow_;
  PacketLog& log_;
  Stats& stats_;
  SequenceNumber previous_ = 0;
  bool wrote_ = false;
};

}  // namespace bowline::inline v0_1
