// SPDX-License-Identifier: BSL-1.0
// Writes what the outbox has to say into packets: tombstones, resends, first transmissions, in that order.
#pragma once

#include "bowline/core/outbox.hpp"
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

  [[nodiscard]] static bool has_tombstones(Outbox& outbox) noexcept { return !outbox.flow().tombstones().empty(); }

  /// Whether a segment could be written if congestion control allows it.
  [[nodiscard]] static bool has_data(Outbox& outbox) noexcept {
    for (std::size_t i = 0; i < priority_levels; ++i) {
      if (ready(outbox.flow(), static_cast<Priority>(i))) return true;
    }
    return false;
  }

  /// Writes tombstones, which no window holds back.
  template <class Number>
  void write_tombstones(Writer& writer) {
    while (!flow_.tombstones().empty()) {
      const SequenceNumber number = flow_.tombstones().front();
      Segment* segment = flow_.acks().find(number);
      if (segment != nullptr && segment->tombstone && segment->waiting) {
        DataFrame frame;
        frame.number = number;
        frame.tombstone = true;
        if (!write<Number>(writer, frame)) return;
        sent(*segment);
        ++stats_.tombstones_sent;
      }
      flow_.tombstones().pop_front();
    }
  }

  /// Writes segments, resent and new, until the packet is full or nothing may go. `payload_bytes_max` is what fits
  /// a packet that both ends can take.
  template <class Number>
  void write_segments(Writer& writer, std::size_t payload_bytes_max) {
    const auto level_ready = [&](Priority priority) { return ready(flow_, priority); };
    while (const auto priority = flow_.queue().next(level_ready)) {
      auto& resends = flow_.queue().resends(*priority);
      if (!resends.empty()) {
        if (!resend<Number>(writer, resends.front())) return;
        resends.pop_front();
      } else if (!send_fresh<Number>(writer, flow_.queue().fresh(*priority).front(), payload_bytes_max)) {
        return;
      }
      flow_.queue().took(*priority, level_ready);
    }
  }

  /// Writes the oldest unacknowledged segments once more, as a probe; false when there is none.
  template <class Number>
  bool write_probe(Writer& writer, std::uint32_t resends_max) {
    const SequenceNumber lowest = flow_.acks().lowest();
    for (SequenceNumber n = lowest; n < flow_.acks().next() && n < lowest + probe_reach; ++n) {
      const Segment* segment = flow_.acks().find(n);
      if (segment == nullptr || segment->tombstone || segment->waiting) continue;
      if (flow_.table()[segment->message].resends >= resends_max) continue;
      if (!resend<Number>(writer, n)) break;
    }
    return wrote_;
  }

 private:
  // Numbers a probe looks at: enough to fill a datagram with small messages, few enough to cost nothing.
  static constexpr SequenceNumber probe_reach = 64;

  /// Whether the level has something that may go now. Sweeps out resends that have become needless.
  [[nodiscard]] static bool ready(MessageFlow& flow, Priority priority) noexcept {
    auto& resends = flow.queue().resends(priority);
    while (!resends.empty()) {
      const Segment* segment = flow.acks().find(resends.front());
      if (segment != nullptr && segment->waiting && !segment->tombstone) return true;
      resends.pop_front();
    }
    const MessageList& fresh = flow.queue().fresh(priority);
    if (fresh.empty()) return false;
    return !flow.table()[fresh.front()].reliable || flow.acks().window_open(flow.peer().window, priority);
  }

  template <class Number>
  bool resend(Writer& writer, SequenceNumber number) {
    Segment& segment = flow_.acks()[number];
    Message& message = flow_.table()[segment.message];
    if (!write<Number>(writer, frame_of(message))) return false;
    ++message.resends;
    ++stats_.segments_resent;
    sent(segment);
    return true;
  }

  /// Transmits a message for the first time, or finds that it may not go. False when the packet is full.
  template <class Number>
  bool send_fresh(Writer& writer, MessageId id, std::size_t payload_bytes_max) {
    Message& message = flow_.table()[id];
    if (message.payload.bytes > payload_bytes_max) {
      flow_.conclude(id, Outcome::lost, LossCause::peer_limit, stats_);
      return true;
    }
    const bool depends = message.dependency != Message::Dependency::none;
    if (depends && flow_.over_budget(message)) {
      flow_.return_to_gate(id);
      return true;
    }
    if (!message.reliable) return send_unreliable<Number>(writer, id);

    // The frame is tried before the number is taken, so that a full packet leaves no trace.
    DataFrame frame = frame_of(message);
    frame.number = flow_.acks().next();
    if (depends) frame.dependency = flow_.table()[message.after].number;
    frame.fail_with_dependency = depends && message.fail_with_dependency;
    if (!write<Number>(writer, frame)) return false;
    message.number = flow_.acks().issue(id, message.priority);
    if (depends) {
      message.distance = static_cast<std::uint32_t>(frame.number - frame.dependency);
      flow_.reserve_held(message);
    }
    flow_.queue().remove(flow_.table().ring(), id);
    message.state = Message::State::in_flight;
    sent(flow_.acks()[message.number]);
    ++stats_.segments_sent;
    OrderingGate::for_each_waiter(flow_.table().ring(), id, [&](MessageId waiter) { flow_.enqueue_if_open(waiter); });
    return true;
  }

  template <class Number>
  bool send_unreliable(Writer& writer, MessageId id) {
    Message& message = flow_.table()[id];
    DataFrame frame = frame_of(message);
    frame.unreliable = true;
    frame.newest_only = message.newest_only;
    if (message.dependency != Message::Dependency::none) {
      frame.dependency = flow_.table()[message.after].number;
      frame.fail_with_dependency = message.fail_with_dependency;
    }
    if (writer.room() < frame.wire_bytes(previous_)) return false;
    frame.write<Number>(writer, previous_);
    wrote_ = true;
    ++stats_.unreliable_sent;
    OrderingGate::leave(flow_.table().ring(), id);
    flow_.queue().remove(flow_.table().ring(), id);
    flow_.table().end_unreliable(id);
    return true;
  }

  [[nodiscard]] DataFrame frame_of(const Message& message) const noexcept {
    DataFrame frame;
    frame.number = message.number;
    if (message.distance != 0) frame.dependency = message.number - message.distance;
    frame.fail_with_dependency = message.distance != 0 && message.fail_with_dependency;
    frame.payload = flow_.table().payload(message);
    return frame;
  }

  template <class Number>
  bool write(Writer& writer, const DataFrame& frame) {
    if (writer.room() < frame.wire_bytes(previous_)) return false;
    frame.write<Number>(writer, previous_);
    previous_ = frame.number;
    log_.add_content({frame.number, frame.tombstone});
    wrote_ = true;
    return true;
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
