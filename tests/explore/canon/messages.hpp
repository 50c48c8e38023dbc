// SPDX-License-Identifier: BSL-1.0
// Canonical form of the sending half without the wire: messages, queues, gates, numbers, tombstones.
#pragma once

#include "bowline/core/outbox.hpp"
#include "explore/canon/bases.hpp"

namespace bowline::explore {

static_assert(known<Message, 128>() && known<MessageTable, 280>() && known<OutcomeHistory, 56>());
static_assert(known<Segment, 24>() && known<AckTable, 48>() && known<SendQueue, 344>() &&
              known<KeyTable, 32>());
static_assert(known<PeerRoom, 128>() && known<Tombstones, 96>() && known<MessageFlow, 1048>());
static_assert(known<DeadlineHeap, 32>() && known<Outbox, 1160>());

// Left out: where payloads lie (an id says what its payload is), and fields that others repeat.

inline void canonise(Digester& out, const Message& message, const Bases& bases) {
  out.add(message.state);
  if (message.state == Message::State::gone) return;
  // An unreliable message in parts has a name of its own there.
  out.add(back(bases.number_sent, message.number),
          message.reliable ? back(bases.number_sent, message.first) : message.first);
  out.add(message.after.value | message.waiters.value << 16 | message.waiter_next.value << 32 |
          message.waiter_previous.value << 48);
  out.add(message.key);
  out.add(message.distance | std::uint64_t{message.held_bytes} << 32);
  out.add(message.reassembly_bytes | std::uint64_t{message.payload.bytes} << 32);
  out.add(message.parts | std::uint64_t{message.parts_sent} << 16 | std::uint64_t{message.parts_acked} << 32 |
          std::uint64_t{message.tombstones} << 48);
  const auto byte = [](auto value, unsigned at) { return static_cast<std::uint64_t>(value) << at; };
  out.add(byte(message.dependency, 0) | byte(message.outcome, 8) | byte(message.too_large_for_peer, 16) |
          byte(message.priority, 24) | byte(message.gate, 32) | byte(message.fail_with_dependency, 40) |
          byte(message.reliable, 41) | byte(message.newest_only, 42) | byte(message.report_ack, 43) |
          byte(message.arrived, 44) | byte(message.unsettled, 45) | byte(message.outcome_untaken, 46) |
          byte(message.parts_leaving, 47) | byte(message.followed, 48));
}

inline void canonise(Digester& out, const MessageList& list, const MessageRing& ring) {
  for (MessageId id = list.first_; id; id = ring[id.value].queue_next) out.add(id.value);
  out.add(0);
}

// The same order is the same queue, whichever of its messages are linked.
inline void canonise(Digester& out, const FreshQueue& queue, const MessageRing& ring) {
  queue.for_each(ring, [&](MessageId id) { return out.add(id.value), true; });
  out.add(0);
}

template <class T, class Each>
void canonise_ring(Digester& out, const NumberRing<T>& ring, Each&& each) {
  out.add(ring.size());
  for (std::uint64_t i = ring.first(); i != ring.end(); ++i) each(ring[i]);
}

inline void canonise(Digester& out, const MessageTable& table, const Bases& bases) {
  out.add(table.ring_.first(), table.ring_.end());
  for (std::uint64_t i = table.ring_.first(); i != table.ring_.end(); ++i)
    canonise(out, table.ring_[i], bases);
  canonise(out, table.outcomes_, table.ring_);
  out.add(table.taken_.value, table.history_.newest_);
  for (std::uint64_t id = 1; id <= table.history_.newest_; ++id) out.add(table.history_.status({id}));
}

inline void canonise(Digester& out, const AckTable& acks, const MessageFlow& flow, const Bases& bases) {
  out.add(acks.next() - acks.lowest());
  for (SequenceNumber n = acks.lowest(); n != acks.next(); ++n) {
    const Segment& segment = acks.segments_[n];
    out.add(segment.settled);
    if (segment.settled) continue;
    out.add(segment.message.value, back(bases.packet_sent, segment.latest));
    out.add(segment.part | std::uint64_t{segment.resends_in(flow.queues_.table_[segment.message].rounds)} << 32 |
            (segment.tombstone ? 1ull << 60 : 0) | (segment.waiting ? 1ull << 61 : 0));
    out.add(segment.repeats);
  }
}

inline void canonise(Digester& out, const LevelTurns& turns) {
  out.add(turns.counting_);
  for (const std::uint32_t taken : turns.taken_) out.add(taken);
}

inline void canonise(Digester& out, const SendQueue& queue, const MessageRing& ring, const Bases& bases) {
  canonise(out, queue.turns_);
  for (const auto& level : queue.levels_) {
    canonise(out, level.fresh, ring);
    canonise_ring(out, level.resends, [&](SequenceNumber n) { out.add(back(bases.number_sent, n)); });
  }
}

inline void canonise(Digester& out, const MessageFlow& flow, const Bases& bases) {
  canonise(out, flow.queues_.table_, bases);
  canonise(out, flow.acks_, flow, bases);
  canonise(out, flow.queues_.queue_, flow.queues_.table_.ring_, bases);
  for (const auto& place : flow.keys_.places_) out.add(place.key, place.id.value);
  for (const MessageList& line : flow.queues_.room_.line_.lines_) canonise(out, line, flow.queues_.table_.ring_);
  canonise(out, flow.queues_.room_.line_.turns_);
  canonise_ring(out, flow.again_, [&](SequenceNumber n) { out.add(back(bases.number_sent, n)); });
  canonise_ring(out, flow.tombstones_.due_, [&](SequenceNumber n) { out.add(back(bases.number_sent, n)); });
  canonise_ring(out, flow.tombstones_.unnumbered_, [&](MessageId id) { out.add(id.value); });
  out.add(flow.queues_.peer_.window, flow.queues_.room_.held_bytes_, flow.queues_.room_.reassembly_bytes_);
  out.add(flow.unreliable_name_);
}

inline void canonise(Digester& out, const Outbox& outbox, const Bases& bases) {
  canonise(out, outbox.flow_, bases);
  out.add(outbox.deadlines_.heap_.size());
  for (const auto& entry : outbox.deadlines_.heap_) out.add(bases.time(entry.at), entry.id.value);
  canonise_ring(out, outbox.late_acks_, [&](MessageId id) { out.add(id.value); });
  out.add(outbox.refused_, outbox.refused_ ? outbox.refused_bytes_ : 0);
}

}  // namespace bowline::explore
