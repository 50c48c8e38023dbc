// SPDX-License-Identifier: BSL-1.0
// Canonical form of what is known of packets sent.
#pragma once

#include <algorithm>

#include "bowline/core/recovery.hpp"
#include "explore/canon/bases.hpp"

namespace bowline::explore {

static_assert(known<SentPacket, 48>() && known<PacketLog, 288>() && known<LossDetection, 64>());

inline void canonise(Digester& out, const PacketLog& log, const Bases& bases) {
  out.add(log.packets_.size());
  for (PacketNumber n = log.oldest(); n != log.next(); ++n) {
    const SentPacket& packet = log[n];
    out.add(packet.state);
    if (packet.state == SentPacket::State::outstanding) out.add(bases.time(packet.sent_at));
    if (packet.state != SentPacket::State::outstanding && packet.state != SentPacket::State::lost) continue;
    log.for_each_content(n, [&](PacketContent content) {
      out.add(back(bases.number_sent, content.number), content.tombstone);
    });
  }
}

/// `narrow`: the numbers on the wire wrap, so it matters how far they have run.
inline void canonise(Digester& out, const LossDetection& loss, const PacketLog& log, const Bases& bases,
                     bool narrow) {
  const bool waits = log.outstanding() != 0;
  // Time-outs beyond the last doubling are alike.
  out.add((std::min)(loss.timeouts_, 8u));
  out.add(narrow || loss.largest_acked_ > log.oldest_outstanding() ? bases.packet_sent - loss.largest_acked_
                                                                   : 0);
  // Progress before the oldest packet left restarts nothing.
  out.add(waits ? bases.time((std::max)(loss.restarted_at_, log[log.oldest_outstanding()].sent_at)) : 0);
  out.add(waits ? bases.time(loss.loss_at_) : 0);
}

/// Left out: round-trip times, the reordering window, delivery rate and pacer, which `still` keeps constant; congestion
/// control and the size of the path, which are constants here.
template <class ResendPolicy, class Congestion>
void canonise(Digester& out, const Recovery<ResendPolicy, Congestion>& recovery, const Bases& bases,
              bool narrow) {
  canonise(out, recovery.log_, bases);
  canonise(out, recovery.loss_, recovery.log_, bases, narrow);
}

}  // namespace bowline::explore
