// SPDX-License-Identifier: BSL-1.0
// Two connections, a and z, and a network that is the test's own hand.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bowline/congestion/fixed_window.hpp"
#include "bowline/core/connection.hpp"
#include "bowline/congestion/fixed_window.hpp"
#include "bowline/dedup/fixed_queue_dedup.hpp"
#include "bowline/default_extras.hpp"
#include "bowline/resend/adaptive_resend.hpp"
#include "bowline/resend/periodic_resend.hpp"
#include "bowline/seal/crc32c_seal.hpp"
#include "bowline/seal/plain_seal.hpp"
#include "core/support/packets.hpp"

namespace bowline::test {

using namespace std::chrono_literals;

/// No checksum, so that a test can write what it likes.
struct PlainExtras {
  FixedWindow congestion;
  PlainSeal seal;
};

/// Sequence and packet numbers of `Bits` bits on the wire, so that they wrap often.
template <unsigned Bits, class SealOf = Crc32cSeal>
struct NarrowExtras {
  static constexpr unsigned wire_number_bits = Bits;
  FixedWindow congestion;
  SealOf seal;
};

/// Defaults of most tests: acknowledgements leave at once, so a packet and its answer are one step.
inline Options prompt() {
  Options options;
  options.ack_delay_max = 0ms;
  return options;
}

/// One end with its application. It says and hears only what the test lets it.
template <class DedupPolicy, class ResendPolicy, class Extras>
class End {
 public:
  using Peer = Connection<DedupPolicy, ResendPolicy, Extras>;
  using Seal = decltype(Extras::seal);
  using Number = WireNumber<wire_number_bits<Extras>()>;

  End(char name, const Options& options, ResendPolicy resend)
      : name_{static_cast<std::uint64_t>(name)}, options_{options}, resend_{resend}, connection_{make()} {}

  Peer& operator*() { return connection_; }
  Peer* operator->() { return &connection_; }
  const Peer* operator->() const { return &connection_; }
  const Stats& stats() const { return connection_.stats(); }

  /// What its clock shows; `shift` is how far it is ahead of the world's.
  TimePoint now() const { return now_ + shift_; }
  void shift_clock(Duration by) { shift_ += by; }

  /// Its process dies and starts again, with nothing remembered. What the application was told is forgotten too.
  void restarts() {
    ++incarnation_;
    connection_ = make();
    lines_.clear();
  }

  MessageId sends(std::string_view payload, const SendOptions& options = {}) {
    const SendResult result = connection_.send(now(), bytes_of(payload), options);
    EXPECT_TRUE(result) << describe(result.error);
    return result.id;
  }

  bool cancels(MessageId id) {
    const bool ended = connection_.cancel(now(), id);
    drain();
    return ended;
  }

  void closes() {
    connection_.close(now());
    drain();
  }

  /// Every datagram that wants to leave now.
  std::vector<Datagram> says() {
    std::vector<Datagram> said;
    for (;;) {
      Datagram datagram(options_.datagram_bytes_max);
      const std::size_t bytes = connection_.poll_transmit(now(), datagram);
      if (bytes == 0) return said;
      datagram.resize(bytes);
      said.push_back(std::move(datagram));
      if (said.size() == 100'000) {
        ADD_FAILURE() << "poll_transmit never comes to an end";
        return said;
      }
    }
  }

  /// The one datagram that wants to leave now.
  Datagram says_one() {
    std::vector<Datagram> said = says();
    EXPECT_EQ(said.size(), 1u);
    return said.empty() ? Datagram{} : said.front();
  }

  /// What wants to leave now, as text; it is lost.
  Lines says_lines() {
    Lines lines;
    for (const Datagram& datagram : says()) lines.push_back(show(datagram));
    return lines;
  }

  /// A datagram arrives and the application takes what comes of it.
  void hears(const Datagram& datagram) {
    hears_untaken(datagram);
    drain();
  }
  void hears(const std::vector<Datagram>& datagrams) {
    for (const Datagram& datagram : datagrams) hears(datagram);
  }

  /// A datagram arrives and the application does not look.
  void hears_untaken(const Datagram& datagram) {
    inbound_ = datagram;
    connection_.handle_datagram(now(), inbound_);
  }

  /// The application takes everything that has happened.
  void drain() {
    while (const auto event = connection_.next_event()) note(*event);
    EXPECT_TRUE(connection_.invariants_hold());
  }

  /// Time goes on to `moment` of the world, and timers fire if they are due.
  void wakes_at(TimePoint moment) {
    now_ = moment;
    connection_.handle_timeout(now());
    drain();
  }

  /// Time goes on, and nobody calls.
  void sleeps_until(TimePoint moment) { now_ = moment; }

  /// When it wants to be called, on the world's clock.
  TimePoint deadline() const {
    const TimePoint at = connection_.next_deadline();
    return at == never ? never : at - shift_;
  }

  /// What the application was told since it was last asked.
  Lines told() { return std::exchange(lines_, {}); }

  /// The payloads received in this incarnation, in order. `told` does not take from it.
  const Lines& received() const { return received_; }

  std::string show(const Datagram& datagram) const { return test::show<Seal, Number>(datagram); }

  /// The tag of its packets to the incarnation `peer`.
  std::uint64_t tag_to(Nonce peer) const { return session_tag(connection_.nonce(), peer); }

 private:
  Peer make() {
    Options options = options_;
    options.entropy = {name_, incarnation_};
    received_.clear();
    return Peer{options, DedupPolicy{}, resend_};
  }

  static const char* name_of(DisconnectReason reason) {
    switch (reason) {
      case DisconnectReason::closed: return "closed";
      case DisconnectReason::peer_closed: return "peer closed";
      case DisconnectReason::peer_restarted: return "peer restarted";
      case DisconnectReason::peer_gone: return "peer gone";
      case DisconnectReason::unreachable: return "unreachable";
    }
    return "?";
  }

  static const char* name_of(Outcome outcome) {
    switch (outcome) {
      case Outcome::acked: return "acked";
      case Outcome::lost: return "lost";
      case Outcome::expired: return "expired";
      case Outcome::cancelled: return "cancelled";
      case Outcome::superseded: return "superseded";
      case Outcome::dependency_failed: return "dependency failed";
      case Outcome::closed: return "closed";
    }
    return "?";
  }

  void note(const Event& event) {
    event.visit([&](const Connected&) { lines_.emplace_back("connected"); },
                [&](const Disconnected& m) { lines_.push_back(std::string{"disconnected: "} + name_of(m.reason)); },
                [&](const Received& m) {
                  received_.emplace_back(text(m.payload));
                  lines_.push_back("received " + received_.back());
                },
                [&](const Acked& m) { lines_.push_back("acked " + std::to_string(m.id.value)); },
                [&](const LateAck& m) { lines_.push_back("late ack " + std::to_string(m.id.value)); },
                [&](const Unconfirmed& m) {
                  lines_.push_back(std::string{name_of(m.reason)} + ' ' + std::to_string(m.id.value) +
                                   (m.transmitted ? "" : ", never sent"));
                },
                [&](const Writable&) { lines_.emplace_back("writable"); });
  }

  std::uint64_t name_;
  std::uint64_t incarnation_ = 1;
  Options options_;
  ResendPolicy resend_;
  Lines lines_;
  Lines received_;
  Peer connection_;
  Datagram inbound_;
  TimePoint now_{1h};
  Duration shift_{};
};

/// Both ends. Copies are independent worlds, if made while nothing received is untaken.
template <class DedupPolicy = FixedQueueDedup<>, class ResendPolicy = AdaptiveResend, class Extras = PlainExtras>
class Pair {
 public:
  using Side = End<DedupPolicy, ResendPolicy, Extras>;

  explicit Pair(const Options& options = prompt(), ResendPolicy resend = {}) : Pair{options, options, resend} {}
  Pair(const Options& of_a, const Options& of_z, ResendPolicy resend = {})
      : a{'a', of_a, resend}, z{'z', of_z, resend} {}

  Side a;
  Side z;

  TimePoint now() const { return now_; }

  /// Both clocks go on; timers that are due fire, once.
  void pass(Duration wait) {
    now_ += wait;
    a.wakes_at(now_);
    z.wakes_at(now_);
  }

  /// Delivers what either end says, at once and in order, until both are silent.
  void exchange() {
    for (int turns = 0; turns < 1000; ++turns) {
      const auto from_a = a.says();
      const auto from_z = z.says();
      if (from_a.empty() && from_z.empty()) return;
      z.hears(from_a);
      a.hears(from_z);
    }
    ADD_FAILURE() << "the two never fall silent";
  }

  /// Binds both ends to each other without loss, and forgets what was told.
  void connect() {
    a->connect(a.now());
    exchange();
    EXPECT_EQ(a->state(), ConnectionState::connected);
    EXPECT_EQ(z->state(), ConnectionState::connected);
    EXPECT_TRUE(a->confirmed());
    EXPECT_TRUE(z->confirmed());
    a.told();
    z.told();
  }

  /// A packet from a to z (or the other way round with `from_z_to_a`) as `write(Writer&)` has it.
  template <class Write>
  Datagram packet_to_z(PacketNumber number, Write&& write) {
    return make_packet<typename Side::Seal, typename Side::Number>(a.tag_to(z->nonce()), number, write);
  }
  template <class Write>
  Datagram packet_to_a(PacketNumber number, Write&& write) {
    return make_packet<typename Side::Seal, typename Side::Number>(z.tag_to(a->nonce()), number, write);
  }

  /// Lets time go on from timer to timer and from arrival to arrival, `latency` one way, until `done()` or until
  /// `limit` has passed; answers `done()`. `passes(from_a, datagram)` says which datagrams arrive.
  bool run_until(const std::function<bool()>& done, Duration limit, Duration latency = 10ms,
                 const std::function<bool(bool, const Datagram&)>& passes = {}) {
    const TimePoint end = now_ + limit;
    std::deque<Flight> flights;
    int at_this_moment = 0;
    for (;;) {
      const auto launch = [&](Side& side, bool from_a) {
        for (Datagram& datagram : side.says()) {
          if (!passes || passes(from_a, datagram)) flights.push_back({now_ + latency, from_a, std::move(datagram)});
        }
      };
      launch(a, true);
      launch(z, false);
      if (done()) return true;
      const TimePoint arrival = flights.empty() ? never : flights.front().at;
      const TimePoint next = (std::max)(now_, (std::min)({arrival, a.deadline(), z.deadline()}));
      if (next > end) {
        now_ = end;
        a.sleeps_until(now_);
        z.sleeps_until(now_);
        return done();
      }
      at_this_moment = next == now_ ? at_this_moment + 1 : 0;
      if (at_this_moment == 1000) {
        ADD_FAILURE() << "a timer that is due does not go away";
        return done();
      }
      now_ = next;
      a.sleeps_until(now_);
      z.sleeps_until(now_);
      while (!flights.empty() && flights.front().at <= now_) {
        const Flight flight = std::move(flights.front());
        flights.pop_front();
        (flight.from_a ? z : a).hears(flight.datagram);
      }
      if (a.deadline() <= now_) a.wakes_at(now_);
      if (z.deadline() <= now_) z.wakes_at(now_);
    }
  }

  /// `run_until` both ends are settled.
  bool settle(Duration limit = 60s) {
    return run_until([this] { return a->settled() && z->settled(); }, limit);
  }

  /// `run_until` for the whole of `time`.
  void run_for(Duration time) {
    run_until([] { return false; }, time);
  }

 private:
  struct Flight {
    TimePoint at;
    bool from_a;
    Datagram datagram;
  };

  TimePoint now_{1h};
};

}  // namespace bowline::test
