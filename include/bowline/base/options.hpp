// SPDX-License-Identifier: BSL-1.0
// Every limit and default of a channel: what it is, why it is that large, and what moves with it.
#pragma once

#include <cstddef>
#include <cstdint>

#include "bowline/base/ids.hpp"
#include "bowline/base/time.hpp"

namespace bowline::inline v0_1 {

class MemoryPool;

/// 128 bits that nobody else can guess, from which a channel draws its nonces, challenges and jitter.
/// All zero means none: the channel then asks its transport, else the system.
struct Entropy {
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  constexpr explicit operator bool() const noexcept { return (high | low) != 0; }
};

/// The limits of one channel. Set what you need by name: `Options{.window = 4096}`.
struct Options {
  /// Bytes of a datagram that passes every path in common use (RFC 9000 section 14): the BASE_PLPMTU of RFC 8899.
  static constexpr std::uint32_t datagram_bytes_base = 1200;

  /// Sequence numbers that may be unsettled at once, each way; the smaller of both ends' counts. A path of B segments
  /// that loses p is filled with W ≥ (2 + ln B / ln(1/p)) · B: 50 Mbit/s at 50 ms with 10 % loss by 1,100 full
  /// datagrams, and by twice as many numbers where messages travel in two parts that share one (docs/design/0015).
  /// Half as many messages in parts may be under way. The duplicate filter must cover it: FixedQueueDedup<N> needs
  /// N ≥ 2 · window − 1.
  std::uint32_t window = 4096;

  /// Packet numbers behind the newest that are still told apart; older datagrams are dropped unread. Also the
  /// most datagrams in flight. 4,096 bits are 512 bytes. At most 65,536.
  std::uint32_t packets_tracked = 4096;

  /// Bytes of the largest datagram sent and taken, announced to the peer. 1,472 fill Ethernet below IPv4 and UDP;
  /// where longer frames are in use, or over loopback, more makes large messages cheaper.
  std::uint32_t datagram_bytes_max = 1472;

  /// Whether to begin with datagrams of datagram_bytes_base, and to search for what the path takes, up to what both
  /// ends do (RFC 8899). A path that takes less later is noticed. Reliable messages larger than the base less 29 bytes
  /// of header, frame and seal (Crc32cSeal) travel in parts. False: every path is taken to carry datagram_bytes_max.
  bool path_mtu_discovery = true;

  /// Bytes of the largest message sent and taken, announced to the peer. At most 1 GiB.
  std::uint32_t message_bytes_max = 16u << 20;

  /// Bytes of the peer's reliable messages in parts that may be here at once, from the first part until they are
  /// taken, announced to the peer, which begins no message beyond it. Memory is taken as bytes arrive. At least
  /// message_bytes_max.
  std::uint32_t reassembly_bytes_max = 32u << 20;

  /// The same for unreliable messages, not announced: beyond it the oldest incomplete one is dropped, and a
  /// message that is larger never arrives.
  std::uint32_t reassembly_unreliable_bytes_max = 2u << 20;

  /// Messages between the oldest one still pending and the newest. Beyond it `send` answers `queue_full`.
  std::uint32_t messages_max = 16384;

  /// Payload bytes of all pending messages. Beyond it `send` answers `queue_full`.
  std::uint32_t send_bytes_max = 64u << 20;

  /// Ended messages whose outcome `status` and `after` still know, counted in ids. One byte each.
  std::uint32_t outcomes_remembered = 4096;

  /// Payload bytes that wait here for a dependency, announced to the peer, which does not exceed it. It should
  /// hold what is on the way (here 1,700 · 1,200 B), or chains run slower than the line.
  std::uint32_t held_bytes_max = 2u << 20;

  /// The same for unreliable messages; beyond it the newest one is dropped.
  std::uint32_t held_unreliable_bytes_max = 64u << 10;

  /// The round-trip time assumed before the first sample (RFC 9002 section 6.2.2 takes 333 ms; games less).
  Duration rtt_initial = std::chrono::milliseconds{250};

  /// The longest an acknowledgement may wait for company. Announced to the peer, whose timers allow for it. 25 ms
  /// is the default of RFC 9000 section 18.2; whoever sends 50 times a second then sends no datagram for an
  /// acknowledgement alone. Zero acknowledges every datagram at once. At most 1 s.
  Duration ack_delay_max = std::chrono::milliseconds{25};

  /// Datagrams after which an acknowledgement no longer waits (RFC 9000 section 13.2.2 takes 2).
  std::uint32_t ack_every = 8;

  /// How long to look for the peer before everything pending ends: `Disconnected{unreachable}`.
  Duration handshake_timeout = std::chrono::seconds{10};

  /// Silence from the peer after which it counts as gone, provided at least three probes went unanswered, each for as
  /// long as an answer takes. With a `keepalive` of zero it begins with the first question.
  Duration idle_timeout = std::chrono::seconds{20};

  /// Silence of our own after which a PING keeps the path open. NAT bindings live 30 s and more (RFC 4787
  /// REQ-5 asks for 120 s). Zero sends none, and then an idle peer is never missed.
  Duration keepalive = std::chrono::seconds{10};

  /// How long `close` waits for outcomes and verdicts before it ends what is left.
  Duration close_timeout = std::chrono::seconds{5};

  /// Where nonces, challenges and jitter come from. Leave it empty outside tests.
  Entropy entropy{};

  /// Where payloads are stored, shared by channels of one thread and outliving them; null: each channel has pools of
  /// its own. Beyond its limit `send` answers `queue_full` in all of them, but one message of each always fits, and
  /// what was announced to peers is always there.
  MemoryPool* payload_pool = nullptr;

  /// A sentence that names the first option that is out of bounds or at odds with another; null if all is well.
  [[nodiscard]] constexpr const char* fault() const noexcept;
};

/// Which of two waiting messages goes first: the one of the higher level. After seven turns of a level the next one
/// belongs to the levels below it, if one of them waits; these share theirs by the same rule. So of four busy levels
/// the lowest gets one turn in 512. A turn is a message, or a part of one (docs/GUARANTEES.md, G30).
enum class Priority : std::uint8_t {
  urgent,
  high,
  normal,
  low,  ///< Also leaves an eighth of `Options::window` to the others, as long as none of them waits.
};

/// The number of levels of `Priority`.
inline constexpr std::size_t priority_levels = 4;

/// Where a message waits for the one it depends on.
enum class Gate : std::uint8_t {
  at_receiver,  ///< Sent once the other was sent; the receiver keeps the order. A chain runs at line rate.
  at_sender,    ///< Sent once the other has ended: one round trip a link, and certainly not sent before.
};

/// What becomes of a message whose dependency ended without being acknowledged.
enum class OnDependencyFailure : std::uint8_t { deliver, fail };

/// How one message is to be sent: `channel.send(bytes, {.after = head.id, .deadline = 5s})`.
struct SendOptions {
  /// The message that must be settled (delivered, or given up) before this one may be delivered. None: no wait.
  MessageId after{};

  /// Where to wait for it.
  Gate gate = Gate::at_receiver;

  /// What to do when it fails.
  OnDependencyFailure on_dependency_failure = OnDependencyFailure::deliver;

  /// Time from `send` after which the message ends as expired, wherever it is. Zero: none.
  Duration deadline = Duration::zero();

  Priority priority = Priority::normal;

  /// Not 0: a message of ours with the same key that has no outcome yet ends as superseded, wherever it is; it was
  /// about the same thing, and this one is newer. Order between the two needs `after`, as always.
  std::uint64_t key = 0;

  /// False: sent once, without outcome.
  bool reliable = true;

  /// Unreliable only: dropped by the receiver when a newer one was already delivered.
  bool newest_only = false;

  /// Raises `Acked` when the message is acknowledged. Failures are always told.
  bool report_ack = false;
};

constexpr const char* Options::fault() const noexcept {
  constexpr Duration hour = std::chrono::hours{1};
  if (window < 1 || window > (1u << 24)) return "Options::window must be 1 to 16,777,216";
  if (packets_tracked < 64 || packets_tracked > 65536) return "Options::packets_tracked must be 64 to 65,536";
  if (datagram_bytes_max < 128 || datagram_bytes_max > 65507) {
    return "Options::datagram_bytes_max must be 128 to 65,507";
  }
  if (message_bytes_max < 1 || message_bytes_max > (1u << 30)) {
    return "Options::message_bytes_max must be 1 to 1,073,741,824";
  }
  if (reassembly_bytes_max < message_bytes_max || reassembly_bytes_max > (1u << 30)) {
    return "Options::reassembly_bytes_max must be message_bytes_max to 1,073,741,824";
  }
  if (messages_max < 1 || messages_max > (1u << 24)) return "Options::messages_max must be 1 to 16,777,216";
  if (send_bytes_max < 1) return "Options::send_bytes_max must be at least 1";
  if (outcomes_remembered < 1 || outcomes_remembered > (1u << 24)) {
    return "Options::outcomes_remembered must be 1 to 16,777,216";
  }
  if (rtt_initial <= Duration::zero() || rtt_initial > hour) return "Options::rtt_initial must be up to 1 hour";
  if (ack_delay_max < Duration::zero() || ack_delay_max > std::chrono::seconds{1}) {
    return "Options::ack_delay_max must be 0 to 1 s";
  }
  if (ack_every < 1 || ack_every > packets_tracked / 2) {
    return "Options::ack_every must be 1 to half of packets_tracked";
  }
  if (handshake_timeout <= Duration::zero()) return "Options::handshake_timeout must be above 0";
  if (idle_timeout <= Duration::zero()) return "Options::idle_timeout must be above 0";
  if (keepalive < Duration::zero()) return "Options::keepalive must not be negative";
  if (keepalive > idle_timeout) return "Options::keepalive must not exceed idle_timeout";
  if (close_timeout < Duration::zero()) return "Options::close_timeout must not be negative";
  return nullptr;
}

static_assert(Options{}.fault() == nullptr);

}  // namespace bowline::inline v0_1
