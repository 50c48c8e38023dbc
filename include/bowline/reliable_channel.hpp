// SPDX-License-Identifier: BSL-1.0
// The join of world and rules. Start reading here.
#pragma once

#include <optional>
#include <string_view>
#include <utility>

#include "bowline/clock/steady_clock.hpp"
#include "bowline/core/connection.hpp"
#include "bowline/dedup/fixed_queue_dedup.hpp"
#include "bowline/default_extras.hpp"
#include "bowline/resend/adaptive_resend.hpp"
#include "bowline/transport/inlet.hpp"
#include "bowline/transport/outlet.hpp"
#include "bowline/transport/transport_entropy.hpp"

namespace bowline::inline v0_1 {

/// Delivers messages to one peer, each at most once, over datagrams that may be lost, repeated, reordered or
/// corrupted, and tells the sender how each one ended.
///
/// Transport and Clock touch the world; DedupPolicy, ResendPolicy and Extras are rules that touch nothing. What the
/// protocol decides, it decides in `Connection`; this class carries bytes and time between it and the world.
///
/// Call `poll()`, take events until there are none, `wait()`; again. Nothing happens between calls, and no code of
/// yours is called. One thread at a time for a channel. Where memory runs out, std::bad_alloc comes out of `send`,
/// `poll` or `next_event`, which can then be called again: docs/GUARANTEES.md, G29.
template <DatagramTransport Transport, MonotonicClock Clock = SteadyClock,
          DuplicateFilter DedupPolicy = FixedQueueDedup<>, ResendSchedule ResendPolicy = AdaptiveResend,
          ChannelExtras Extras = DefaultExtras>
class ReliableChannel {
 public:
  using ConnectionType = Connection<DedupPolicy, ResendPolicy, Extras>;

  /// Ends the process with a sentence that names the option if `options` are out of bounds or do not fit the
  /// policies. Ask `ConnectionType::fault` first where they come from a user.
  explicit ReliableChannel(Transport transport, Options options = {}, Clock clock = {}, DedupPolicy dedup = {},
                           ResendPolicy resend = {}, Extras extras = {})
      : transport_{std::move(transport)},
        clock_{std::move(clock)},
        connection_{completed(options, dedup), std::move(dedup), std::move(resend), std::move(extras)},
        inlet_{options.datagram_bytes_max} {}

  /// The most bytes a channel takes, itself included, beside what its transport, its clock and its batches take:
  /// docs/MEMORY.md.
  [[nodiscard]] static constexpr std::uint64_t memory_bytes_max(const Options& options) noexcept {
    const std::uint64_t buffers = BatchingTransport<Transport> ? 0 : 2 * std::uint64_t{options.datagram_bytes_max};
    return sizeof(ReliableChannel) - sizeof(ConnectionType) + ConnectionType::memory_bytes_max(options) + buffers;
  }

  ReliableChannel(ReliableChannel&&) = default;
  ReliableChannel& operator=(ReliableChannel&&) = default;

  /// Accepts a message, copying it, and names it; or says why not. Looks for the peer if there is none yet.
  SendResult send(Bytes payload, const SendOptions& options = {}) {
    touched_ = true;
    // Reading the clock costs as much as the rest. Time tells a message that is sent over a connection, and has no
    // deadline, nothing.
    const bool timeless = options.deadline == Duration::zero() && connection_.state() == ConnectionState::connected;
    return connection_.send(timeless ? now_ : look(), payload, options);
  }
  SendResult send(std::string_view text, const SendOptions& options = {}) { return send(bytes_of(text), options); }

  /// Ends a message that has no outcome yet; false when it has one already. A copy on its way is recalled.
  bool cancel(MessageId id) { return touched_ = true, connection_.cancel(look(), id); }

  /// Looks for the peer before there is something to send, as both ends must behind NATs.
  void connect() { touched_ = true, connection_.connect(look()); }

  /// Binds to an incarnation of the peer known from signalling, without a round trip: its `connection().nonce()` and
  /// `limits()`. False for our own nonce, impossible limits, while closing, or while 16 events of other binds wait.
  bool bind(Nonce peer, const Limits& limits) {
    return touched_ = true, connection_.bind(look(), peer, limits);
  }

  /// Takes no more messages, waits for outcomes, says good-bye. `Disconnected{closed}` tells when it is done.
  void close() { touched_ = true, connection_.close(look()); }

  /// Lets due timers fire and sends what may leave. Ends the views that the last event gave.
  void poll() {
    const bool more = taken_ >= datagrams_per_poll_max;
    taken_ = 0;
    touched_ = true;  // Until all of it is done: memory may run out.
    const TimePoint now = look();
    connection_.handle_timeout(now);
    follow_peer();
    outlet_.flush(
        now, transport_, [&] { return connection_.transmit_bytes_max(); },
        [&](Buffer buffer, std::size_t bytes_wanted) { return connection_.poll_transmit(now, buffer, bytes_wanted); });
    touched_ = more;
  }

  /// The next event, or none. Takes in the next datagram when the events of the last one are taken; after
  /// `datagrams_per_poll_max` of them, and those that arrived together with the last, it wants `poll()` first, so that
  /// a flood cannot hold up timers and answers.
  [[nodiscard]] std::optional<Event> next_event() {
    do {
      // Handed on where it is made: what was put together field by field cannot be copied before all of that is done.
      if (connection_.has_event()) return connection_.next_event();
      // Ends the last view. No event but `Writable` can come of it.
      if (const auto writable = connection_.next_event()) return writable;
    } while (take_datagram());
    return std::nullopt;
  }

  /// Sleeps until a datagram is there, something is due, or `limit` has passed. Returns at once when there is an
  /// event to take or something to send. Ends the views that the last event gave.
  void wait(Duration limit)
    requires WaitableTransport<Transport>
  {
    const TimePoint now = clock_.now();
    if (connection_.has_event()) return;
    const TimePoint due = next_deadline();
    if (due <= now) return;
    transport_.wait(due == never ? limit : (std::min)(limit, Duration{due - now}), false);
  }

  /// When there is something to do, beside reading: at once after a command and while an event waits, which `poll` may
  /// have made; else in the future after each `poll`, and `never` if nothing is pending.
  [[nodiscard]] TimePoint next_deadline() const {
    if (touched_ || connection_.has_event()) return clock_.now();
    // What is due while a datagram waits to leave would have to wait behind it, and be due again and again.
    const TimePoint retry_at = outlet_.retry_at(clock_.now());
    return retry_at != never ? retry_at : connection_.next_deadline();
  }

  /// Every message of ours has ended, and every outcome was taken.
  [[nodiscard]] bool settled() const noexcept { return connection_.settled(); }

  [[nodiscard]] MessageStatus status(MessageId id) const noexcept { return connection_.status(id); }
  [[nodiscard]] ConnectionState state() const noexcept { return connection_.state(); }
  [[nodiscard]] const Stats& stats() const noexcept { return connection_.stats(); }
  [[nodiscard]] const ConnectionType& connection() const noexcept { return connection_; }
  [[nodiscard]] Transport& transport() noexcept { return transport_; }

 private:
  static constexpr std::uint32_t datagrams_per_poll_max = 64;

  [[nodiscard]] Options completed(Options options, const DedupPolicy& dedup) {
    if (const char* why = ConnectionType::fault(options, dedup)) refuse(why);
    if (!options.entropy) options.entropy = transport_entropy(transport_);
    return options;
  }

  /// Takes the next datagram in; false if there is none, or `poll` comes first. Out of line: most events come from the
  /// datagram that was taken last.
  [[gnu::noinline]] bool take_datagram() {
    const bool arrived_with_last = Inlet::waiting(transport_);
    // An acknowledgement for whole batches lets whole batches leave.
    if (taken_ >= datagrams_per_poll_max && !arrived_with_last) return false;
    const std::optional<Buffer> datagram = inlet_.receive(transport_);
    if (!datagram) return false;
    ++taken_;
    touched_ = true;
    const std::uint64_t binds = stats().binds;
    connection_.handle_datagram(arrived_with_last ? now_ : look(), *datagram);
    if constexpr (PeerLearningTransport<Transport>) {
      // A HELLO that binds echoes what was sent to where it came from.
      if (stats().binds != binds) transport_.prove_peer();
    }
    follow_peer();
    return true;
  }

  /// The time, which is remembered.
  [[nodiscard]] TimePoint look() { return now_ = clock_.now(); }

  /// A transport that learns its peer's address keeps it from the moment the peer has proved itself.
  void follow_peer() {
    if constexpr (PeerLearningTransport<Transport>) {
      if (connection_.confirmed() == locked_) return;
      locked_ = !locked_;
      locked_ ? transport_.lock_peer() : transport_.unlock_peer();
    }
  }

  Transport transport_;
  Clock clock_;
  ConnectionType connection_;
  Inlet inlet_;
  Outlet outlet_;
  TimePoint now_{};
  std::uint32_t taken_ = 0;
  bool touched_ = true;
  bool locked_ = false;
};

}  // namespace bowline::inline v0_1
