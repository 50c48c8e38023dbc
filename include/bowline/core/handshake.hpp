// SPDX-License-Identifier: BSL-1.0
// Who talks to whom: binds this incarnation to one of the peer, and proves that it lives. WIRE section 4.
#pragma once

#include <algorithm>
#include <optional>

#include "bowline/base/ids.hpp"
#include "bowline/base/memory_bound.hpp"
#include "bowline/base/options.hpp"
#include "bowline/core/answer_limiter.hpp"
#include "bowline/core/number_ring.hpp"
#include "bowline/core/secret_stream.hpp"
#include "bowline/wire/hello.hpp"

namespace bowline::inline v0_1 {

/// The handshake of one end. Symmetric: there is no client and no server, and both may begin at once.
///
/// A bind needs the echo of a challenge that was drawn at the bind before, so each is newer than the last: neither a
/// late nor a replayed HELLO, alone or in pairs, can bring back a dead incarnation (RFC 9260 section 5.2.2 does the
/// same with a fresh tag).
///
/// Invariants:
///   1. own() and the challenge are never 0, and own() is never peer().
///   2. confirmed() only while bound().
///   3. While looking() there is a deadline.
class Handshake {
 public:
  enum class Heard : std::uint8_t { nothing, reflected, rate_limited, bound, confirmed };

  Handshake(const Options& options, const Entropy& entropy)
      : limits_{Limits::of(options)},
        interval_first_{options.rtt_initial},
        timeout_{options.handshake_timeout},
        secrets_{entropy},
        own_{secrets_.next()},
        challenge_{secrets_.next()} {}

  [[nodiscard]] Nonce own() const noexcept { return own_; }
  [[nodiscard]] Nonce peer() const noexcept { return peer_; }
  [[nodiscard]] bool bound() const noexcept { return peer_ != 0; }
  [[nodiscard]] bool confirmed() const noexcept { return confirmed_; }
  [[nodiscard]] bool looking() const noexcept { return hello_at_ != never; }
  [[nodiscard]] const Limits& limits() const noexcept { return limits_; }
  [[nodiscard]] const Limits& peer_limits() const noexcept { return peer_limits_; }

  /// A number that nobody can foresee, for other parts' seeds.
  [[nodiscard]] std::uint64_t draw() noexcept { return secrets_.next(); }

  /// Begins to look for the peer, unless one is bound or looked for.
  void start(TimePoint now) noexcept {
    if (!bound() && !looking()) begin_hellos(now);
  }

  /// Asks the bound peer who it is, once: it has not answered for a while. The same incarnation confirms itself;
  /// another one, which cannot read what is meant for its predecessor, is found by its answer.
  void ask() noexcept { hello_due_ = bound(); }

  /// Hears a HELLO that opened. After `bound`, peer() is a new incarnation.
  [[nodiscard]] Heard hear(TimePoint now, const Hello& hello) {
    if (hello.nonce == own_ || hello.nonce == 0) return Heard::reflected;
    // Before anything changes, for the answer: a bind that nobody is told of would not be repeated.
    if (hello.want && answers_.size() < answers_max) answers_.reserve();
    Heard heard = Heard::nothing;
    if (hello.response == challenge_) {
      if (hello.nonce != peer_) {
        bind(now, hello.nonce, hello.limits);
        heard = Heard::bound;
      } else if (!hello.want && !confirmed_) {
        confirm();
        heard = Heard::confirmed;
      }
    }
    if (hello.want && !answer(now, hello) && heard == Heard::nothing) heard = Heard::rate_limited;
    return heard;
  }

  /// Binds to an incarnation known from signalling: a bind like any other, without the round trip.
  void bind(TimePoint now, Nonce peer, const Limits& limits) noexcept {
    peer_ = peer;
    peer_limits_ = limits;
    challenge_ = secrets_.next();
    confirmed_ = false;
    begin_hellos(now);
  }

  /// The peer has shown that it is bound to us.
  void confirm() noexcept {
    confirmed_ = true;
    hello_at_ = never;
    hello_due_ = false;
  }

  /// Starts again as a new incarnation that waits to be called.
  void restart() noexcept {
    own_ = secrets_.next();
    challenge_ = secrets_.next();
    peer_ = 0;
    confirmed_ = false;
    hello_at_ = never;
    hello_due_ = false;
    answers_.clear();
  }

  [[nodiscard]] TimePoint deadline() const noexcept { return looking() ? (std::min)(hello_at_, give_up_at_) : never; }

  /// The deadline has passed. True when the peer is given up.
  [[nodiscard]] bool on_timer(TimePoint now) noexcept {
    if (!looking()) return false;
    // Time that the clock leapt over, or in which this end did not run, was no time to be answered in.
    if (now > hello_at_) give_up_at_ = later(give_up_at_, now - hello_at_);
    if (now >= give_up_at_) return true;
    if (now < hello_at_) return false;
    hello_due_ = true;
    interval_ = (std::min)(2 * interval_, (std::max)(interval_max, interval_first_));
    hello_at_ = later(now, interval_ + Duration{static_cast<std::int64_t>(
                                           secrets_.next() % static_cast<std::uint64_t>(interval_.count() / 8 + 1))});
    return false;
  }

  /// The next HELLO to send, if one is due.
  [[nodiscard]] std::optional<Hello> take_hello() noexcept {
    if (!answers_.empty()) {
      const Hello answer = answers_.front();
      answers_.pop_front();
      return answer;
    }
    if (!std::exchange(hello_due_, false)) return std::nullopt;
    return Hello{own_, challenge_, 0, true, limits_};
  }

  [[nodiscard]] bool invariants_hold() const noexcept {
    return own_ != 0 && challenge_ != 0 && own_ != peer_ && (!confirmed_ || bound()) &&
           (!looking() || deadline() != never);
  }

  /// The most memory it takes.
  [[nodiscard]] static constexpr MemoryBound memory_max() noexcept {
    return MemoryBound::ring(answers_max, sizeof(Hello));
  }

 private:
  // HELLOs are small, and too few of them make a lossy path look like nobody: at 20 % loss, 20 in the default time-out
  // find every peer, where 7 missed 1 of 140.
  static constexpr Duration interval_max = std::chrono::milliseconds{500};
  static constexpr std::size_t answers_max = 4;

  void begin_hellos(TimePoint now) noexcept {
    interval_ = interval_first_;
    hello_due_ = true;
    hello_at_ = later(now, interval_);
    give_up_at_ = later(now, timeout_);
  }

  [[nodiscard]] bool answer(TimePoint now, const Hello& hello) {
    if (answers_.size() == answers_max || !limiter_.allow(now)) return false;
    answers_.push_back(Hello{own_, challenge_, hello.challenge, peer_ != hello.nonce, limits_});
    return true;
  }

  Limits limits_;
  Limits peer_limits_;
  Duration interval_first_;
  Duration timeout_;
  SecretStream secrets_;
  AnswerLimiter limiter_;
  Nonce own_;
  Nonce peer_ = 0;
  std::uint64_t challenge_;
  bool confirmed_ = false;
  bool hello_due_ = false;
  Duration interval_{};
  TimePoint hello_at_ = never;
  TimePoint give_up_at_ = never;
  NumberRing<Hello> answers_;
};

}  // namespace bowline::inline v0_1
