// SPDX-License-Identifier: BSL-1.0
// Transmits messages for the first time, which gives them their numbers.
#pragma once

#include <cstdint>

#include "bowline/base/stats.hpp"
#include "bowline/core/frame_room.hpp"
#include "bowline/core/memory_ahead.hpp"
#include "bowline/core/message_flow.hpp"
#include "bowline/core/segment_writer.hpp"

namespace bowline::inline v0_1 {

/// Takes messages of a flow whose turn has come, decides in how many parts each travels, and writes them.
class FirstTransmission {
 public:
  FirstTransmission(MessageFlow& flow, SegmentWriter& segments, Stats& stats) noexcept
      : flow_{flow}, segments_{segments}, stats_{stats} {}

  /// Serves a level that has a message to transmit for the first time: once, or for as long as nothing else waits.
  template <class Number>
  bool serve(Writer& writer, Priority priority, FrameRoom frame_room) {
    const SendQueue& queue = flow_.queue();
    MemoryAhead::take_for_level(flow_, priority);
    do {
      if (!send_fresh<Number>(writer, queue.fresh(priority).front(), frame_room)) return false;
    } while (queue.waiting() == Levels{priority} && flow_.acks().window_open(flow_.peer().window, priority));
    return true;
  }

 private:
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
      return flow_.queues().return_to_gate(id), false;
    }
    if (!cut(id, message, frame_room)) return false;
    // Only now is it known whether it has room of its own at the peer.
    if (dependency != nullptr && flow_.queues().over_budget(message)) return flow_.queues().return_to_gate(id), false;
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
    return cut_into_parts(id, message, frame_room);
  }

  // Out of line, as all that a whole reliable message does without: that one has the registers to itself.
  [[gnu::noinline]] bool cut_into_parts(MessageId id, Message& message, FrameRoom frame_room) {
    const std::size_t part = frame_room.shared() - DataFrame::fragment_overhead_bytes_max;
    message.parts = Fragment::plan(message.payload.bytes, part).count;
    return !message.reliable || flow_.queues().reserve_reassembly(id);
  }

  template <class Number>
  [[gnu::always_inline]] bool send_whole(Writer& writer, MessageId id, Message& message, const Message* dependency) {
    if (message.payload.bytes >= writer.room()) return false;  // Shows of most full packets that they are.
    // The frame is tried before the number is taken, so that a full packet leaves no trace.
    DataFrame frame;
    frame.number = flow_.acks().next();
    frame.payload = flow_.table().payload(message);
    add_dependency(frame, message, dependency);
    if (!segments_.write<Number>(writer, frame)) return false;
    begin(message, frame);
    if (dependency != nullptr) flow_.queues().reserve_held(message);
    number_part(id, message, 0);
    flow_.queues().finish_transmission(id, message, frame.number);
    return true;
  }

  template <class Number>
  [[gnu::noinline]] bool send_part(Writer& writer, MessageId id, Message& message, const Message* dependency) {
    const std::uint32_t part = message.parts_sent;
    DataFrame frame = segments_.frame_of(message, flow_.acks().next(), part);
    if (part == 0) add_dependency(frame, message, dependency);
    if (!segments_.write<Number>(writer, frame)) return false;
    if (part == 0) begin(message, frame);
    number_part(id, message, part);
    if (message.parts_sent == message.parts) return flow_.queues().finish_transmission(id, message, frame.number), true;
    // A last part that fits the same datagram keeps its turn. So a message that is hardly cut arrives, or is lost, with
    // one datagram like a whole one.
    const bool last_follows = part + 2 == message.parts &&
                              segments_.fits(segments_.frame_of(message, flow_.acks().next(), part + 1), writer.room());
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
    flow_.acks().issue(id, part, message.priority, segments_.packet());
    ++message.parts_sent;
    ++stats_.segments_sent;
  }

  template <class Number>
  [[gnu::noinline]] bool send_unreliable(Writer& writer, MessageId id, Message& message, const Message* dependency) {
    const std::uint32_t part = message.parts_sent;
    if (message.parts > 1 && message.first == 0) message.first = flow_.name_unreliable();
    DataFrame frame = segments_.frame_of(message, 0, part);
    frame.unreliable = true;
    frame.newest_only = message.newest_only;
    if (part == 0) add_dependency(frame, message, dependency);
    if (!segments_.write_unnumbered<Number>(writer, frame)) return false;
    if (++message.parts_sent < message.parts) return flow_.queue().rotate(flow_.table().ring(), id), true;
    ++stats_.unreliable_sent;
    flow_.end_sent_unreliable(id);
    return true;
  }

  MessageFlow& flow_;
  SegmentWriter& segments_;
  Stats& stats_;
};

}  // namespace bowline::inline v0_1
