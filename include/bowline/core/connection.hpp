// SPDX-License-Identifier: BSL-1.0
// The protocol for one peer, as a value.
#pragma once

#include <optional>

#include "bowline/base/events.hpp"
#include "bowline/base/options.hpp"
#include "bowline/base/results.hpp"
#include "bowline/base/stats.hpp"
#include "bowline/base/status.hpp"
#include "bowline/core/association.hpp"
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
  using AssociationType = Association<DedupPolicy, ResendPolicy, Extras>;
  using SessionType = typename AssociationType::SessionType;

  /// `options` and the policies must fit: see `fault`.
  explicit Connection(const Options& options, DedupPolicy dedup = {}, ResendPolicy resend = {}, Extras extras = {})
      : association_{options, std::move(dedup), std::move(resend), std::move(extras)} {
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
    return association_.closed() ? never : timeline_.to_caller(association_.deadline());
  }

  [[nodiscard]] const Stats& stats() const noexcept { return stats_; }
  [[nodiscard]] MessageStatus status(MessageId id) const noexcept { return outbox().status(id); }

  [[nodiscard]] ConnectionState state() const noexcept { return association_.state(); }

  /// Every message of ours has ended, and every outcome was taken.
  [[nodiscard]] bool settled() const noexcept { return outbox().pending() == 0 && !outbox().has_event(); }

  /// `next_event` has something.
  [[nodiscard]] bool has_event() const noexcept {
    return session().receiver().has_received() || !association_.changes().empty() || outbox().has_event();
  }

  /// The peer has proved that it is bound to us, so its address can be trusted.
  [[nodiscard]] bool confirmed() const noexcept { return association_.handshake().confirmed(); }

  /// What the peer needs to know to `bind` without a round trip.
  [[nodiscard]] Nonce nonce() const noexcept { return association_.handshake().own(); }
  [[nodiscard]] const Limits& limits() const noexcept { return association_.handshake().limits(); }

  /// Bytes of the largest datagram of ours that the path is known to take (`Options::path_mtu_discovery`).
  [[nodiscard]] std::size_t datagram_bytes() const noexcept { return session().datagram_bytes(); }

  /// Payload bytes of the largest message that travels in one datagram of ours on every path.
  [[nodiscard]] std::size_t datagram_payload_bytes_max() const noexcept {
    return SessionType::frames_room(session().sure_bytes()) - DataFrame::overhead_bytes_max;
  }

  /// Bytes of room that `poll_transmit` wants next; never more than `Options::datagram_bytes_max`.
  [[nodiscard]] std::size_t transmit_bytes_max() const noexcept { return session().packet_bytes_max(); }

  /// The most bytes a connection takes, itself included: docs/MEMORY.md.
  [[nodiscard]] static constexpr std::uint64_t memory_bytes_max(const Options& options) noexcept {
    return sizeof(Connection) + AssociationType::memory_max(options).bytes();
  }

  // Command.

  /// Accepts a message, or says why not. Begins to look for the peer if there is none.
  SendResult send(TimePoint now, Bytes payload, const SendOptions& options = {}) {
    now = advance(now);
    if (association_.closing()) return {{}, SendError::closed};
    const SendResult result = outbox().send(now, payload, options, stats_);
    if (result) association_.look(now);
    return result;
  }

  /// Ends a message that has no outcome yet; false when it has one already.
  bool cancel(TimePoint now, MessageId id) {
    now = advance(now);
    const bool ended = outbox().cancel(id, stats_);
    return association_.drain_further(now), ended;
  }

  /// Begins to look for the peer, as `send` does.
  void connect(TimePoint now) {
    association_.look(advance(now));
  }

  /// Binds to an incarnation known from signalling. Refused while closing or 16 changes wait, and for our own nonce.
  bool bind(TimePoint now, Nonce peer, const Limits& limits) {
    return association_.bind(advance(now), peer, limits, stats_);
  }

  /// Takes no more messages, waits for outcomes and verdicts within `Options::close_timeout`, says good-bye.
  void close(TimePoint now) {
    association_.close(advance(now));
  }

  // Tell.

  /// Takes in a datagram. Its frames may be decrypted in place. Needs the last one's messages to be taken.
  void handle_datagram(TimePoint now, Buffer datagram) {
    BOWLINE_ASSERT(!session().receiver().has_received());
    now = advance(now);
    ++stats_.datagrams_received;
    stats_.received_bytes += datagram.size();
    if (association_.closed()) return void(++stats_.dropped_foreign);
    if (datagram.size() < Envelope<typename SessionType::Seal>::overhead_bytes) return void(++stats_.dropped_malformed);
    Reader reader{datagram};
    const Header header = Header::read(reader);
    switch (header.kind) {
      case DatagramKind::hello: association_.hear_hello(now, header, datagram, stats_); break;
      case DatagramKind::packet: association_.hear_packet(now, header, datagram, stats_); break;
      default: ++stats_.dropped_malformed; break;
    }
    association_.drain_further(now);
  }

  /// Lets every timer that is due fire, once.
  void handle_timeout(TimePoint now) {
    now = advance(now);
    if (!association_.closed()) association_.on_timer(now, stats_);
  }

  // Drain.

  /// The next thing that happened: messages of the peer, then changes of the connection, then outcomes. What an
  /// event views is valid until the next call.
  [[nodiscard]] std::optional<Event> next_event() {
    session().receiver().release_taken();
    outbox().release_taken();
    return session().receiver().has_received() ? session().receiver().next_event(stats_) : next_of_ours();
  }

  /// Writes the next datagram into `buffer`, of at least `transmit_bytes_max()`, and answers its length; 0 when nothing
  /// has to leave now. May pad what lacks little of `bytes_wanted`, which the transport likes better.
  [[nodiscard]] std::size_t poll_transmit(TimePoint now, Buffer buffer, std::size_t bytes_wanted = 0) {
    BOWLINE_ASSERT(buffer.size() >= transmit_bytes_max());
    now = advance(now);
    return association_.closed() ? 0 : association_.write(now, buffer, stats_, bytes_wanted);
  }

  /// For tests: every part's own invariants.
  [[nodiscard]] bool invariants_hold() const noexcept { return association_.invariants_hold(); }

 private:
  [[gnu::noinline, nodiscard]] std::optional<Event> next_of_ours() {
    ConnectionChanges& changes = association_.changes();
    return changes.empty() ? outbox().next_event() : changes.next_event();
  }

  [[nodiscard]] TimePoint advance(TimePoint now) noexcept {
    bool stepped = false;
    now = timeline_.advance(now, stepped);
    return stats_.clock_steps_back += stepped ? 1u : 0u, now;
  }

  [[nodiscard]] SessionType& session() noexcept { return association_.session(); }
  [[nodiscard]] const SessionType& session() const noexcept { return association_.session(); }
  [[nodiscard]] Outbox& outbox() noexcept { return session().outbox(); }
  [[nodiscard]] const Outbox& outbox() const noexcept { return session().outbox(); }

  Timeline timeline_;
  AssociationType association_;
  Stats stats_;
};

}  // namespace bowline::inline v0_1
