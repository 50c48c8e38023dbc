// SPDX-License-Identifier: BSL-1.0
// The peer over time: found, restarted, silent, gone, and left with a good-bye. Start here to see which part decides
// what.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include "bowline/base/events.hpp"
#include "bowline/base/memory_bound.hpp"
#include "bowline/base/options.hpp"
#include "bowline/base/stats.hpp"
#include "bowline/base/status.hpp"
#include "bowline/core/closing.hpp"
#include "bowline/core/connection_changes.hpp"
#include "bowline/core/handshake.hpp"
#include "bowline/core/session.hpp"

namespace bowline::inline v0_1 {

/// Which incarnation of the peer this end talks to, and whether it still should: what RFC 9260 calls an association.
/// Joins the handshake, the session with one incarnation after the other, and the way out; tells the application of
/// each change. Ends what is pending when there is nobody left to send it to.
template <DuplicateFilter DedupPolicy, ResendSchedule ResendPolicy, ChannelExtras Extras>
class Association {
 public:
  using SessionType = Session<DedupPolicy, ResendPolicy, Extras>;

  Association(const Options& options, DedupPolicy dedup, ResendPolicy resend, Extras extras)
      : handshake_{options, options.entropy},
        session_{options, std::move(dedup), std::move(resend), std::move(extras), handshake_.draw()},
        closing_{options} {}

  [[nodiscard]] SessionType& session() noexcept { return session_; }
  [[nodiscard]] const SessionType& session() const noexcept { return session_; }
  [[nodiscard]] const Handshake& handshake() const noexcept { return handshake_; }
  [[nodiscard]] ConnectionChanges& changes() noexcept { return changes_; }
  [[nodiscard]] const ConnectionChanges& changes() const noexcept { return changes_; }

  [[nodiscard]] ConnectionState state() const noexcept {
    if (closed()) return ConnectionState::closed;
    if (closing_.begun()) return ConnectionState::closing;
    if (handshake_.bound()) return ConnectionState::connected;
    return handshake_.looking() ? ConnectionState::connecting : ConnectionState::idle;
  }
  [[nodiscard]] bool closing() const noexcept { return closing_.begun(); }
  [[nodiscard]] bool closed() const noexcept { return closing_.phase() == Closing::Phase::closed; }

  /// When `on_timer` or `write` has something to do, on the connection's own time. Not once it is closed.
  [[nodiscard]] TimePoint deadline() const {
    const TimePoint next = (std::min)({outbox().next_deadline(), handshake_.deadline(), closing_.deadline()});
    return talking() ? (std::min)(next, session_.deadline()) : next;
  }

  /// Begins to look for the peer, unless it is found, looked for, or not wanted any more.
  void look(TimePoint now) noexcept {
    if (!closing_.begun()) handshake_.start(now);
  }

  /// Binds to an incarnation known from signalling: `Connection::bind`.
  bool bind(TimePoint now, Nonce peer, const Limits& limits, Stats& stats) {
    if (closing_.begun() || peer == 0 || peer == handshake_.own() || !limits.plausible()) return false;
    if (peer == handshake_.peer() || !changes_.has_room()) return peer == handshake_.peer();
    const bool had_peer = handshake_.bound();
    handshake_.bind(now, peer, limits);
    on_bound(now, had_peer, stats);
    return true;
  }

  /// Begins to drain.
  void close(TimePoint now) {
    if (closing_.begun()) return;
    closing_.drain(now);
    drain_further(now);
  }

  /// Goes on with closing as soon as nothing is left to wait for.
  void drain_further(TimePoint now) {
    if (closing_.phase() != Closing::Phase::draining || !outbox().quiet()) return;
    if (!handshake_.bound()) return finish_close();
    closing_.linger(now, session_.probe_timeout());
  }

  void hear_hello(TimePoint now, const Header& header, Buffer datagram, Stats& stats) {
    const auto hello = session_.envelope().open_hello(header, datagram, stats);
    if (!hello) return;
    if (!changes_.has_room()) return void(++stats.dropped_rate_limited);
    const bool had_peer = handshake_.bound();
    switch (handshake_.hear(now, *hello)) {
      case Handshake::Heard::reflected: ++stats.dropped_reflected; break;
      case Handshake::Heard::rate_limited: ++stats.dropped_rate_limited; break;
      case Handshake::Heard::bound: on_bound(now, had_peer, stats); break;
      case Handshake::Heard::confirmed: session_.on_heard(now); break;
      case Handshake::Heard::nothing: break;
    }
  }

  void hear_packet(TimePoint now, const Header& header, Buffer datagram, Stats& stats) {
    if (!handshake_.bound()) return void(++stats.dropped_foreign);
    const bool lingering = closing_.phase() == Closing::Phase::lingering;
    const auto heard = session_.hear(now, header, datagram, lingering, stats);
    if (heard == SessionType::Heard::nothing) return;
    if (heard == SessionType::Heard::late) return ++stats.dropped_foreign, closing_.on_late_datagram();
    handshake_.confirm();
    if (heard == SessionType::Heard::closed) disconnect(DisconnectReason::peer_closed, stats);
  }

  /// Lets every timer that is due fire, once.
  void on_timer(TimePoint now, Stats& stats) {
    outbox().expire(now, stats);
    if (handshake_.on_timer(now)) disconnect(DisconnectReason::unreachable, stats);
    if (talking()) on_silence(session_.on_timer(now, stats), stats);
    if (closing_.drained_too_long(now)) outbox().end_all(stats);
    if (closing_.on_timer(now)) finish_close();
    drain_further(now);
  }

  /// Writes the next datagram and answers its length: `Connection::poll_transmit`. Not once it is closed.
  [[nodiscard]] std::size_t write(TimePoint now, Buffer buffer, Stats& stats, std::size_t bytes_wanted) {
    if (const auto hello = handshake_.take_hello()) return session_.envelope().write_hello(*hello, buffer, stats);
    return handshake_.bound() ? session_.write(now, closing_.take_due(), talking(), buffer, stats, bytes_wanted) : 0;
  }

  [[nodiscard]] bool invariants_hold() const noexcept {
    return handshake_.invariants_hold() && outbox().invariants_hold() && session_.receiver().invariants_hold();
  }

  /// The most memory it takes.
  [[nodiscard]] static constexpr MemoryBound memory_max(const Options& options) noexcept {
    return Handshake::memory_max() + SessionType::memory_max(options);
  }

 private:
  /// There is a peer, and something to say to it but good-bye.
  [[nodiscard]] bool talking() const noexcept {
    return handshake_.bound() && closing_.phase() != Closing::Phase::lingering;
  }

  void on_silence(typename SessionType::Silence silence, Stats& stats) {
    if (silence == SessionType::Silence::persistent) handshake_.ask();
    if (silence == SessionType::Silence::gone) disconnect(DisconnectReason::peer_gone, stats);
  }

  /// A new incarnation of the peer is bound: what was pending with the last one ends, both directions start anew.
  void on_bound(TimePoint now, bool had_peer, Stats& stats) {
    ++stats.binds;
    if (had_peer) {
      outbox().end_all(stats);
      // Whoever closes has nothing to say to a new incarnation. What waits for a first peer still goes to it.
      if (closing_.begun()) return finish_close();
      changes_.disconnected(DisconnectReason::peer_restarted);
    }
    session_.start(now, handshake_.own(), handshake_.peer(), handshake_.peer_limits(), handshake_.draw());
    changes_.connected();
  }

  /// The peer is gone. This end goes on as a new incarnation, which no late datagram of the old session can reach.
  void disconnect(DisconnectReason reason, Stats& stats) {
    outbox().end_all(stats);
    if (closing_.begun()) return finish_close();
    handshake_.restart();
    session_.receiver().drop_held();
    changes_.disconnected(reason);
  }

  void finish_close() {
    closing_.finish();
    session_.receiver().drop_held();
    changes_.disconnected(DisconnectReason::closed);
  }

  [[nodiscard]] Outbox& outbox() noexcept { return session_.outbox(); }
  [[nodiscard]] const Outbox& outbox() const noexcept { return session_.outbox(); }

  Handshake handshake_;
  SessionType session_;
  Closing closing_;
  ConnectionChanges changes_;
};

}  // namespace bowline::inline v0_1
