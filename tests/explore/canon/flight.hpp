// SPDX-License-Identifier: BSL-1.0
// Canonical form of what is on its way, and of what arrived of it.
#pragma once

#include <algorithm>

#include "explore/end.hpp"
#include "explore/network.hpp"

namespace bowline::explore {

/// Whether what `from` sends now is of the session that `to` is in.
template <class RulesOf>
[[nodiscard]] bool joined(const End<RulesOf>& from, const End<RulesOf>& to) {
  return from.bound() && to.bound() && from.tag_out() == to.tag_in();
}

/// What an acknowledgement can still change at `to`: packets that are awaited there. Where numbers wrap an
/// old one may be misread, so there all of it counts.
template <class RulesOf>
void canonise_ack(Digester& out, const FrameRecord& frame, const End<RulesOf>& to, bool its_session) {
  for (const PacketRange& range : frame.ranges) {
    if (!its_session) {
      out.add(range.first, range.last);
    } else if (RulesOf::narrow) {
      out.add(to.log().next() - range.first, to.log().next() - range.last);
    } else {
      for (PacketNumber n = (std::max)(range.first, to.log().oldest());
           n <= range.last && n < to.log().next(); ++n) {
        const SentPacket::State state = to.log()[n].state;
        if (state == SentPacket::State::outstanding || state == SentPacket::State::lost)
          out.add(to.log().next() - n);
      }
    }
  }
}

template <class RulesOf>
[[nodiscard]] Digest digest_of(const Flight& flight, const End<RulesOf>& from, const End<RulesOf>& to) {
  Digester out;
  out.add(flight.from, flight.record.hello);
  if (flight.record.hello) {
    canonise(out, flight.record.greeting);
    return out.digest();
  }
  const bool current = from.bound() && flight.record.tag == from.tag_out();
  const bool its_session = to.bound() && flight.record.tag == to.tag_in();
  const Bases sent = current ? from.bases() : Bases{};
  const SequenceNumber answered = its_session ? to.bases().number_sent : 0;
  out.add(flight.record.tag, sent.packet_sent - flight.record.number);
  for (const FrameRecord& frame : flight.record.frames) {
    out.add(frame.kind, frame.flags);
    switch (frame.kind) {
      case FrameRecord::Kind::data:
        out.add(frame.message.life, frame.message.id, frame.bytes);
        out.add(frame.fragment.index, frame.fragment.count);
        [[fallthrough]];
      case FrameRecord::Kind::tombstone:
        out.add(sent.number_sent - frame.number, back(sent.number_sent, frame.dependency));
        out.add((frame.flags & 2) != 0 ? frame.fragment.first : back(sent.number_sent, frame.fragment.first));
        break;
      case FrameRecord::Kind::ack:
        canonise_ack(out, frame, to, its_session);
        break;
      case FrameRecord::Kind::verdict:
        out.add(answered - frame.number);
        break;
      case FrameRecord::Kind::ping:
      case FrameRecord::Kind::close:
        break;
    }
  }
  return out.digest();
}

/// How far the numbers of both ends are apart in one direction, and which packets that still matter have
/// arrived.
template <class RulesOf>
void canonise_arrivals(Digester& out, const Network& network, Side side, const End<RulesOf>& from,
                       const End<RulesOf>& to) {
  const Bases sent = from.bases();
  const Bases received = to.bases();
  PacketNumber lowest = 1;
  if (joined(from, to)) {
    out.add(sent.packet_sent - received.packet_received, sent.number_sent - received.number_received);
    if (RulesOf::narrow) {
      const std::uint64_t tracked = to.packets().tracked_;
      lowest = received.packet_received >= tracked ? received.packet_received - tracked + 1 : 1;
    } else {
      lowest = from.log().oldest();
      for (const auto& flight : network) {
        const bool its_own =
            flight->from == side && !flight->record.hello && flight->record.tag == to.tag_in();
        if (its_own) lowest = (std::min)(lowest, flight->record.number);
      }
    }
  } else {
    out.add(sent.packet_sent, sent.number_sent, received.packet_received, received.number_received);
  }
  std::uint64_t arrived = 1;
  for (PacketNumber n = lowest; n <= received.packet_received; ++n) {
    arrived = arrived << 1 | (to.packets().classify(n) == ReceivedPackets::Verdict::fresh ? 0u : 1u);
  }
  out.add(arrived);
}

}  // namespace bowline::explore
