// SPDX-License-Identifier: BSL-1.0
// The protocol for one peer, as a value. Start here to see which part decides what.
#pragma once

#include <optional>

#include "bowline/base/events.hpp"
#include "bowline/base/options.hpp"
#include "bowline/base/results.hpp"
#include "bowline/base/stats.hpp"
#include "bowline/base/status.hpp"
#include "bowline/core/closing.hpp"
#include "bowline/core/connection_changes.hpp"
#include "bowline/core/handshake.hpp"
#include "bowline/core/session.hpp"
#include "bowline/core/timeline.hpp"

namespace bowline::inline v0_1 {

/// Bytes and time in, bytes and events out. No I/O, no clock, no threads, no randomness but the entropy it was given:
/// the same inputs give the same outputs on every machine. Copies are independent.
///
///   ask      next_deadline() stats() status(id) state() settled()    any time
///   command  send(now, …) cancel(now, id) connect(now) bind(now, …) close(now)
///   tell     handle_datagram(now, bytes) handle_timeout(now)
///   drain    next_event() poll_transmit(now, buffer)                 events first, then datagrams, until empty
///
/// `handle_datagram` wants the events of the last datagram taken: delivered messages view it.
template <DuplicateFilter DedupPolicy, ResendSchedule ResendPolicy, ChannelExtras Extras>
class Connection {
 public:
  using SessionType = Session<DedupPolicy, ResendPolicy, Extras>;

  /// `options` and the policies must fit: see `fault`.
  explicit Connection(const Options& options, DedupPolicy dedup = {}, ResendPolicy resend = {}, Extras extras = {})
      : handshake_{options, options.entropy},
        session_{options, std::move(dedup), std::move(resend), std::move(extras), handshake_.draw()},
        closing_{options} {
    BOWLINE_ASSERT(options.entropy);
  }

  /// A sentence about options and policies that cannot work together; null if they can.
  [[nodiscard]] static const char* fault(const Options& options, const DedupPolicy& dedup) noexcept {
    if (const char* why = options.fault()) return why;
    if (!dedup.covers(options.window)) {
      return "Options::window is more than the duplicate filter covers: FixedQueueDedup<N> needs N >= 2 * window - 1, "
             "WindowDedup<N> needs N >= window";
    }
    // Numbers that wrap must not be mistaken: 2^(bits - 1) >= W + Q * segments a datagram (WIRE section 2).
    const std::uint64_t segments = options.datagram_bytes_max / 2;
    if (wire_number_bits<Extras>() == 32 && options.window + options.packets_tracked * segments > (1u << 31)) {
      return "Options::packets_tracked times datagram_bytes_max is more than 32-bit numbers on the wire can tell apart";
    }
    return nullptr;
  }

  // Ask.

  /// When `handle_timeout` or `poll_transmit` has something to do, on the caller's clock; `never` if nothing waits.
  [[nodiscard]] TimePoint next_deadline() const {
    if (closing_.phase() == Closing::Phase::closed) return never;
    TimePoint next = (std::min)({outbox().next_deadline(), handshake_.deadline(), closing_.deadline()});
    return timeline_.to_caller(talking() ? (std::min)(next, session_.deadline()) : next);
  }

  [[nodiscard]] const Stats& stats() const noexcept { return stats_; }
  [[nodiscard]] MessageStatus status(MessageId id) const noexcept { return outbox().status(id); }

  [[nodiscard]] ConnectionState state() const noexcept {
    if (closing_.phase() == Closing::Phase::closed) return ConnectionState::closed;
    if (closing_.begun()) return ConnectionState::closing;
    if (handshake_.bound()) return ConnectionState::connected;
    return handshake_.looking() ? ConnectionState::connecting : ConnectionState::idle;
  }

  /// Every message of ours has ended, and every outcome was taken.
  [[nodiscard]] bool settled() const noexcept { return outbox().pending() == 0 && !outbox().has_event(); }

  /// `next_event` has something.
  [[nodiscard]] bool has_event() const noexcept {
    return session_.receiver().has_received() || !changes_.empty() || outbox().has_event();
  }

  /// The peer has proved that it is bound to us, so its address can be trusted.
  [[nodiscard]] bool confirmed() const noexcept { return handshake_.confirmed(); }

  /// What the peer needs to know to `bind` without a round trip.
  [[nodiscard]] Nonce nonce() const noexcept { return handshake_.own(); }
  [[nodiscard]] const Limits& limits() const noexcept { return handshake_.limits(); }

  /// Bytes of the largest datagram of ours that the path is known to take (`Options::path_mtu_discovery`).
  [[nodiscard]] std::size_t datagram_bytes() const noexcept { return session_.datagram_bytes(); }

  /// Payload bytes of the largest message that travels in one datagram of ours on every path.
  [[nodiscard]] std::size_t datagram_payload_bytes_max() const noexcept {
    return SessionType::frames_room(session_.sure_bytes()) - DataFrame::overhead_bytes_max;
  }

  /// Bytes of room that `poll_transmit` wants next; never more than `Options::datagram_bytes_max`.
  [[nodiscard]] std::size_t transmit_bytes_max() const noexcept { return session_.packet_bytes_max(); }

  /// The most bytes a connection takes, itself included: docs/MEMORY.md.
  [[nodiscard]] static constexpr std::uint64_t memory_bytes_max(const Options& options) noexcept {
    return sizeof(Connection) + (Handshake::memory_max() + SessionType::memory_max(options)).bytes();
  }

  // Command.

  /// Accepts a message, or says why not. Begins to look for the peer if there is none.
  SendResult send(TimePoint now, Bytes payload, const SendOptions& options = {}) {
    now = advance(now);
    if (closing_.begun()) return {{}, SendError::closed};
    const SendResult result = outbox().send(now, payload, options, stats_);
    if (result) handshake_.start(now);
    return result;
  }

  /// Ends a message that has no outcome yet; false when it has one already.
  bool cancel(TimePoint now, MessageId id) {
    now = advance(now);
    const bool ended = outbox().cancel(id, stats_);
    return drain_further(now), ended;
  }

  /// Begins to look for the peer, as `send` does.
  void connect(TimePoint now) {
    now = advance(now);
    if (!closing_.begun()) handshake_.start(now);
  }

  /// Binds to an incarnation known from signalling. Refused while closing or 16 changes wait, and for our own nonce.
  bool bind(TimePoint now, Nonce peer, const Limits& limits) {
    now = advance(now);
    if (closing_.begun() || peer == 0 || peer == handshake_.own() || !limits.plausible()) return false;
    if (peer == handshake_.peer() || !changes_.has_room()) return peer == handshake_.peer();
    const bool had_peer = handshake_.bound();
    handshake_.bind(now, peer, limits);
    on_bound(now, had_peer);
    return true;
  }

  /// Takes no more messages, waits for outcomes and verdicts within `Options::close_timeout`, says good-bye.
  void close(TimePoint now) {
    now = advance(now);
    if (closing_.begun()) return;
    closing_.drain(now);
    drain_further(now);
  }

  // Tell.

  /// Takes in a datagram. Its frames may be decrypted in place. Needs the last one's messages to be taken.
  void handle_datagram(TimePoint now, Buffer datagram) {
    BOWLINE_ASSERT(!session_.receiver().has_received());
    now = advance(now);
    ++stats_.datagrams_received;
    stats_.received_bytes += datagram.size();
    if (closing_.phase() == Closing::Phase::closed) return void(++stats_.dropped_foreign);
    if (datagram.size() < Envelope<typename SessionType::Seal>::overhead_bytes) return void(++stats_.dropped_malformed);
    Reader reader{datagram};
    const Header header = Header::read(reader);
    switch (header.kind) {
      case DatagramKind::hello: handle_hello(now, header, datagram); break;
      case DatagramKind::packet: handle_packet(now, header, datagram); break;
      default: ++stats_.dropped_malformed; break;
    }
    drain_further(now);
  }

  /// Lets every timer that is due fire, once.
  void handle_timeout(TimePoint now) {
    now = advance(now);
    if (closing_.phase() == Closing::Phase::closed) return;
    outbox().expire(now, stats_);
    if (handshake_.on_timer(now)) disconnect(DisconnectReason::unreachable);
    if (talking()) handle_silence(session_.on_timer(now, stats_));
    if (closing_.drained_too_long(now)) outbox().end_all(stats_);
    if (closing_.on_timer(now)) finish_close();
    drain_further(now);
  }

  // Drain.

  /// The next thing that happened: messages of the peer, then changes of the connection, then outcomes. What an
  /// event views is valid until the next call.
  [[nodiscard]] std::optional<Event> next_event() {
    session_.receiver().release_taken();
    outbox().release_taken();
    return session_.receiver().has_received() ? session_.receiver().next_event(stats_) : next_of_ours();
  }

  /// Writes the next datagram into `buffer`, of at least `transmit_bytes_max()`, and answers its length; 0 when nothing
  /// has to leave now. May pad what lacks little of `bytes_wanted`, which the transport likes better.
  [[nodiscard]] std::size_t poll_transmit(TimePoint now, Buffer buffer, std::size_t bytes_wanted = 0) {
    BOWLINE_ASSERT(buffer.size() >= transmit_bytes_max());
    now = advance(now);
    if (closing_.phase() == Closing::Phase::closed) return 0;
    if (const auto hello = handshake_.take_hello()) return session_.envelope().write_hello(*hello, buffer, stats_);
    return handshake_.bound() ? session_.write(now, closing_.take_due(), talking(), buffer, stats_, bytes_wanted) : 0;
  }

  /// For tests: every part's own invariants.
  [[nodiscard]] bool invariants_hold() const noexcept {
    return handshake_.invariants_hold() && outbox().invariants_hold() && session_.receiver().invariants_hold();
  }

 private:
  [[gnu::noinline, nodiscard]] std::optional<Event> next_of_ours() {
    return changes_.empty() ? outbox().next_event() : changes_.next_event();
  }

  [[nodiscard]] TimePoint advance(TimePoint now) noexcept {
    bool stepped = false;
    now = timeline_.advance(now, stepped);
    return stats_.clock_steps_back += stepped ? 1u : 0u, now;
  }

  /// There is a peer, and something to say to it but good-bye.
  [[nodiscard]] bool talking() const noexcept {
    return handshake_.bound() && closing_.phase() != Closing::Phase::lingering;
  }

  // Who is there.

  void handle_silence(typename SessionType::Silence silence) {
    if (silence == SessionType::Silence::persistent) handshake_.ask();
    if (silence == SessionType::Silence::gone) disconnect(DisconnectReason::peer_gone);
  }

  void handle_hello(TimePoint now, const Header& header, Buffer datagram) {
    const auto hello = session_.envelope().open_hello(header, datagram, stats_);
    if (!hello) return;
    if (!changes_.has_room()) return void(++stats_.dropped_rate_limited);
    const bool had_peer = handshake_.bound();
    switch (handshake_.hear(now, *hello)) {
      case Handshake::Heard::reflected: ++stats_.dropped_reflected; break;
      case Handshake::Heard::rate_limited: ++stats_.dropped_rate_limited; break;
      case Handshake::Heard::bound: on_bound(now, had_peer); break;
      case Handshake::Heard::confirmed: session_.on_heard(now); break;
      case Handshake::Heard::nothing: break;
    }
  }

  /// A new incarnation of the peer is bound: what was pending with the last one ends, both directions start anew.
  void on_bound(TimePoint now, bool had_peer) {
    ++stats_.binds;
    if (had_peer) {
      outbox().end_all(stats_);
      // Whoever closes has nothing to say to a new incarnation. What waits for a first peer still goes to it.
      if (closing_.begun()) return finish_close();
      changes_.disconnected(DisconnectReason::peer_restarted);
    }
    session_.start(now, handshake_.own(), handshake_.peer(), handshake_.peer_limits(), handshake_.draw());
    changes_.connected();
  }

  /// The peer is gone. This end goes on as a new incarnation, which no late datagram of the old session can reach.
  void disconnect(DisconnectReason reason) {
    outbox().end_all(stats_);
    if (closing_.begun()) return finish_close();
    handshake_.restart();
    session_.receiver().drop_held();
    changes_.disconnected(reason);
  }

  void handle_packet(TimePoint now, const Header& header, Buffer datagram) {
    if (!handshake_.bound()) return void(++stats_.dropped_foreign);
    const bool lingering = closing_.phase() == Closing::Phase::lingering;
    const auto heard = session_.hear(now, header, datagram, lingering, stats_);
    if (heard == SessionType::Heard::nothing) return;
    if (heard == SessionType::Heard::late) return ++stats_.dropped_foreign, closing_.on_late_datagram();
    handshake_.confirm();
    if (heard == SessionType::Heard::closed) disconnect(DisconnectReason::peer_closed);
  }

  /// Goes on with closing as soon as nothing is left to wait for.
  void drain_further(TimePoint now) {
    if (closing_.phase() != Closing::Phase::draining || !outbox().quiet()) return;
    if (!handshake_.bound()) return finish_close();
    closing_.linger(now, session_.probe_timeout());
  }

  void finish_close() {
    closing_.finish();
    session_.receiver().drop_held();
    changes_.disconnected(DisconnectReason::closed);
  }

  [[nodiscard]] Outbox& outbox() noexcept { return session_.outbox(); }
  [[nodiscard]] const Outbox& outbox() const noexcept { return session_.outbox(); }

  Timeline timeline_;
  Handshake handshake_;
  SessionType session_;
  Closing closing_;
  ConnectionChanges changes_;
  Stats stats_;
};

}  // namespace bowline::inline v0_1
