// SPDX-License-Identifier: BSL-1.0
// Canonical form of one end.
#pragma once

#include "bowline/core/connection.hpp"
#include "explore/canon/inbox.hpp"
#include "explore/canon/messages.hpp"
#include "explore/canon/recovery.hpp"
#include "explore/policies.hpp"

namespace bowline::explore {

static_assert(known<Handshake, 216>() && known<Closing, 40>() && known<AckSchedule, 176>() &&
              known<Liveness, 48>());
static_assert(known<ReceivedPackets, 48>() && known<Receiver<NoDedup, WireNumber<>>, 1216>());
static_assert(known<Sender<AdaptiveResend, FixedWindow, WireNumber<>>, 1896>());
static_assert(known<Connection<NoDedup, AdaptiveResend, WideExtras>, 3872>());

// Nonces and challenges stand as they are: `still` makes them a function of how many were drawn before.

inline void canonise(Digester& out, const Hello& hello) {
  out.add(hello.nonce, hello.challenge, hello.response, hello.want);
}

inline void canonise(Digester& out, const Handshake& handshake, const Bases& bases) {
  out.add(handshake.own_, handshake.peer_, handshake.challenge_, handshake.secrets_.count_);
  out.add(handshake.confirmed_, handshake.hello_due_, handshake.looking());
  if (handshake.looking()) {
    out.add(handshake.interval_.count(), bases.time(handshake.hello_at_), bases.time(handshake.give_up_at_));
  }
  canonise_ring(out, handshake.answers_, [&](const Hello& hello) { canonise(out, hello); });
}

inline void canonise(Digester& out, const ConnectionChanges& changes) {
  out.add(changes.size_);
  for (std::size_t i = 0; i < changes.size_; ++i) {
    const auto& change = changes.changes_[(changes.first_ + i) % changes.changes_.size()];
    out.add(change.connected, change.reason);
  }
}

inline void canonise(Digester& out, const Closing& closing, const Bases& bases) {
  out.add(closing.phase_);
  if (!closing.begun()) return;
  out.add(closing.interval_.count(), bases.time(closing.at_), closing.turns_, closing.due_, closing.late_);
}

inline void canonise(Digester& out, const AckSchedule& acks, const Bases& bases) {
  out.add(acks.waiting_, acks.owed_);
  if (acks.waiting_ != 0) out.add(bases.time(acks.due_));
}

/// A peer that was heard of after it was last asked counts from there, whenever that was.
inline void canonise(Digester& out, const Liveness& liveness, const Bases& bases) {
  out.add(liveness.probes_);
  if (liveness.probes_ != 0) out.add(bases.time(liveness.silent_since_));
  if (liveness.keepalive_ != Duration::zero()) out.add(bases.time(liveness.asked_at_));
}

template <class DedupPolicy, class ResendPolicy, class Extras>
[[nodiscard]] Bases bases_of(const Connection<DedupPolicy, ResendPolicy, Extras>& connection, TimePoint now) {
  const auto& session = connection.association_.session_;
  return {now, session.sender_.next_packet(), session.sender_.outbox_.flow_.acks_.next(),
          session.receiver_.packets_.newest(), session.receiver_.lowest_unseen()};
}

/// All of an end but the packets that it received: how far back those matter depends on the other end and on
/// the network (`World`).
template <class DedupPolicy, class ResendPolicy, class Extras>
[[nodiscard]] Digest digest_of(const Connection<DedupPolicy, ResendPolicy, Extras>& connection,
                               TimePoint now) {
  const Bases bases = bases_of(connection, now);
  const auto& session = connection.association_.session_;
  Digester out;
  canonise(out, connection.association_.handshake_, bases);
  canonise(out, connection.association_.closing_, bases);
  canonise(out, connection.association_.changes_);
  canonise(out, session.sender_.outbox_, bases);
  canonise(out, session.sender_.recovery_, bases, wire_number_bits<Extras>() < 32);
  out.add(session.sender_.probe_wanted_);
  canonise(out, session.receiver_.inbox_, bases);
  canonise(out, session.receiver_.acks_, bases);
  canonise(out, session.liveness_, bases);
  return out.digest();
}

}  // namespace bowline::explore
