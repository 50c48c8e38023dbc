// SPDX-License-Identifier: BSL-1.0
// What happens between this end and one incarnation of the peer: packets in, packets out, and their timers.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <variant>

#include "bowline/base/memory_bound.hpp"
#include "bowline/base/options.hpp"
#include "bowline/base/scope_exit.hpp"
#include "bowline/base/stats.hpp"
#include "bowline/core/channel_extras.hpp"
#include "bowline/core/envelope.hpp"
#include "bowline/core/liveness.hpp"
#include "bowline/core/receiver.hpp"
#include "bowline/core/sender.hpp"
#include "bowline/wire/frame_reader.hpp"

namespace bowline::inline v0_1 {

/// Joins the halves that send and receive with the envelope around their packets. Which incarnation it talks to, and
/// whether it still should, is its owner's business.
template <DuplicateFilter DedupPolicy, ResendSchedule ResendPolicy, ChannelExtras Extras>
class Session {
 public:
  using Number = WireNumber<wire_number_bits<Extras>()>;
  using Seal = decltype(Extras::seal);
  using Congestion = decltype(Extras::congestion);

  /// What became of a packet that came.
  enum class Heard : std::uint8_t {
    nothing,  ///< Dropped and counted, without any other effect.
    late,     ///< Genuine, and left alone because `lingering`.
    taken,
    closed,   ///< Taken, and the peer says good-bye.
  };

  /// What a timer makes of the peer's silence.
  enum class Silence : std::uint8_t {
    none,        ///< There is none worth a word.
    persistent,  ///< The resend timer has fired again and again: the peer may be somebody else by now.
    gone,
  };

  Session(const Options& options, DedupPolicy dedup, ResendPolicy resend, Extras extras, std::uint64_t seed)
      : envelope_{std::move(extras.seal)},
        sender_{options, std::move(resend), std::move(extras.congestion), seed},
        receiver_{options, std::move(dedup)},
        liveness_{options},
        window_{options.window} {}

  [[nodiscard]] Envelope<Seal>& envelope() noexcept { return envelope_; }
  [[nodiscard]] Outbox& outbox() noexcept { return sender_.outbox(); }
  [[nodiscard]] const Outbox& outbox() const noexcept { return sender_.outbox(); }
  [[nodiscard]] Receiver<DedupPolicy, Number>& receiver() noexcept { return receiver_; }
  [[nodiscard]] const Receiver<DedupPolicy, Number>& receiver() const noexcept { return receiver_; }
  [[nodiscard]] Duration probe_timeout() const { return sender_.probe_timeout(); }

  /// Bytes of frames that fit a datagram of `datagram_bytes`.
  [[nodiscard]] static constexpr std::size_t frames_room(std::size_t datagram_bytes) noexcept {
    return datagram_bytes - Envelope<Seal>::overhead_bytes;
  }

  /// Both directions start anew, between these two incarnations.
  void start(TimePoint now, Nonce own, Nonce peer, const Limits& limits, std::uint64_t seed) {
    envelope_.bind(own, peer);
    receiver_.clear();
    sender_.start(limits, (std::min)(window_, limits.window), seed);
    liveness_.start(now);
  }

  /// The peer has shown that it is there.
  void on_heard(TimePoint now) noexcept { liveness_.on_heard(now); }

  // Time.

  [[nodiscard]] TimePoint deadline() const {
    return sender_.numbers_exhausted() ? timer() : (std::min)(timer(), sender_.release_at());
  }

  /// Lets timers fire that are due.
  [[nodiscard]] Silence on_timer(TimePoint now, Stats& stats) {
    if (const TimePoint due = timer(); due < now) liveness_.excuse(now, now - due);
    const bool fired = sender_.on_timer(now, stats);
    const bool persistent = fired && sender_.timeouts() > 1;
    const bool ping = ask_if_due(now);
    if (fired || ping) liveness_.on_probe(now, sender_.answer_time());
    if (liveness_.gone(now, sender_.numbers_exhausted())) return Silence::gone;
    return persistent ? Silence::persistent : Silence::none;
  }

  // Packets in.

  [[nodiscard]] Heard hear(TimePoint now, const Header& header, Buffer datagram, bool lingering, Stats& stats) {
    if (!envelope_.addressed(header)) return ++stats.dropped_foreign, Heard::nothing;
    const PacketNumber number = receiver_.unwrap(header.packet_number);
    if (!receiver_.fresh(number, stats)) return Heard::nothing;
    const auto frames = envelope_.open_packet(number, datagram, stats);
    if (!frames) return Heard::nothing;
    if (lingering) return Heard::late;
    const NumberContext numbers{receiver_.lowest_unseen(), outbox().lowest_unsettled(), sender_.next_packet()};
    if (!receiver_.check(*frames, numbers, stats)) return Heard::nothing;
    liveness_.on_heard(now);
    return take(now, number, stats) ? Heard::closed : Heard::taken;
  }

  // Packets out.

  /// Bytes of the largest datagram that the path is known to take.
  [[nodiscard]] std::size_t datagram_bytes() const noexcept { return sender_.path_bytes(); }

  /// Bytes of a datagram that passes whatever becomes of the path.
  [[nodiscard]] std::size_t sure_bytes() const noexcept { return sender_.sure_bytes(); }

  /// Bytes that the next packet may have.
  [[nodiscard]] std::size_t packet_bytes_max() const noexcept {
    return (std::max)(sender_.datagram_bytes(), sender_.path_probe_bytes());
  }

  /// Writes the next packet into `room`, of `packet_bytes_max()` at least, and answers its length, 0 if nothing has to
  /// leave. `good_bye`: it shall carry CLOSE. `talking`: it may carry segments. What asks for an answer, and lacks
  /// little of `bytes_wanted`, is padded.
  [[nodiscard]] std::size_t write(TimePoint now, bool good_bye, bool talking, Buffer room, Stats& stats,
                                  std::size_t bytes_wanted = 0) {
    const Buffer buffer = room.first(sender_.datagram_bytes());
    const bool sending = talking && sender_.may_send(now, buffer.size());
    const bool due = good_bye || sending || receiver_.must_answer(now) || (talking && sender_.must_send());
    if (sender_.numbers_exhausted()) return 0;
    // Last, so that no datagram has to follow a longer one in a batch.
    if (!due) return talking ? write_path_probe(now, room, stats) : 0;

    const PacketNumber number = sender_.begin_packet();
    Writer writer = envelope_.begin_packet(Number::truncate(number), buffer);
    // If memory runs out now, the packet has left and was lost on its way: what it had taken up is sent again.
    ScopeExit lost{[&]() noexcept {
      sender_.commit(now, writer.used() + Seal::overhead_bytes, /*eliciting=*/true, stats);
    }};
    if (good_bye) writer.reserve(CloseFrame::wire_bytes);
    const bool told = receiver_.write_answers(now, good_bye, writer);
    bool eliciting = false;
    if (good_bye) {
      writer.release(CloseFrame::wire_bytes);
      CloseFrame::write(writer);
    } else if (talking) {
      const FrameRoom frame_room{frames_room(buffer.size()), frames_room(sender_.sure_bytes())};
      eliciting = sender_.write_segments(writer, sending, frame_room, stats);
    }
    lost.release();
    if (writer.used() == Header::bytes) return 0;
    // Good-bye, and what is said into silence, tell once more what has arrived: the last telling may be lost. But never
    // in the room of a segment, or a full one would not leave, and answers that nothing bounds would leave instead.
    if (!told && sender_.timeouts() != 0) receiver_.write_answers(now, /*again=*/true, writer);
    if (eliciting) pad(writer, bytes_wanted);
    sender_.commit(now, writer.used() + Seal::overhead_bytes, eliciting, stats);
    if (eliciting) liveness_.on_asked(now);
    ask_if_due(now);
    return envelope_.close(number, writer, buffer, stats);
  }

  /// The most memory it takes.
  [[nodiscard]] static constexpr MemoryBound memory_max(const Options& options) noexcept {
    return Sender<ResendPolicy, Congestion, Number>::memory_max(options) +
           Receiver<DedupPolicy, Number>::memory_max(options) + memory_max_of<Seal>(options);
  }

 private:
  // To send a datagram apart costs the processor about as long as 100 bytes take at 1 Gbit/s.
  static constexpr std::size_t padding_max = 64;

  /// Asks for a sign of life if nothing else does. The last of what did may have been given up long after a PING was
  /// due, by the resend timer or for want of room to remember it.
  bool ask_if_due(TimePoint now) {
    if (sender_.asking() || !liveness_.ping_due(now, sender_.answer_time())) return false;
    return sender_.probe(), true;
  }

  static void pad(Writer& writer, std::size_t bytes_wanted) noexcept {
    const std::size_t bytes = writer.used() + Seal::overhead_bytes;
    const std::size_t lacking = bytes < bytes_wanted ? bytes_wanted - bytes : 0;
    if (lacking <= (std::min)(padding_max, writer.room())) PaddingFrame::write(writer, lacking);
  }

  /// Writes a packet that does nothing but ask whether the path takes one of its size, if one shall leave.
  std::size_t write_path_probe(TimePoint now, Buffer buffer, Stats& stats) {
    const std::size_t bytes = sender_.path_probe_bytes();
    if (bytes == 0) return 0;
    const PacketNumber number = sender_.begin_packet();
    Writer writer = envelope_.begin_packet(Number::truncate(number), buffer.first(bytes));
    PingFrame::write(writer);
    PaddingFrame::write(writer, writer.room());
    sender_.commit_path_probe(now, bytes, stats);
    liveness_.on_asked(now);
    return envelope_.close(number, writer, buffer.first(bytes), stats);
  }

  /// The deadline without the pacer, which holds back what nobody is waiting to answer yet.
  [[nodiscard]] TimePoint timer() const {
    const bool mute = sender_.numbers_exhausted();
    const TimePoint asking = (std::min)({sender_.deadline(), sender_.path_deadline(),
                                         liveness_.deadline(sender_.asking(), sender_.answer_time(), mute)});
    return mute ? asking : (std::min)(asking, receiver_.answer_due());
  }

  /// Takes checked frames, and last what acknowledges them: memory may run out on the way. True if the peer says
  /// good-bye.
  bool take(TimePoint now, PacketNumber number, Stats& stats) {
    ScopeExit lost{[&]() noexcept { receiver_.give_up_packet(number); }};
    bool eliciting = receiver_.take_run();
    bool closed = false;
    for (std::size_t i = 0; const Frame* frame = receiver_.checked(i); ++i) {
      if (const auto* data = std::get_if<DataFrame>(frame)) {
        receiver_.take(*data, {number, i}, stats);
        eliciting = true;
      } else if (const auto* ack = std::get_if<AckFrame>(frame)) {
        sender_.take(now, *ack, stats);
      } else if (const auto* verdict = std::get_if<VerdictFrame>(frame)) {
        sender_.take(*verdict, stats);
      } else {
        closed |= std::holds_alternative<CloseFrame>(*frame);
        eliciting |= std::holds_alternative<PingFrame>(*frame);
      }
    }
    lost.release();
    receiver_.take_packet(now, number, eliciting);
    return closed;
  }

  Envelope<Seal> envelope_;
  Sender<ResendPolicy, Congestion, Number> sender_;
  Receiver<DedupPolicy, Number> receiver_;
  Liveness liveness_;
  std::uint32_t window_;
};

}  // namespace bowline::inline v0_1
