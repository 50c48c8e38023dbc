// SPDX-License-Identifier: BSL-1.0
// Two ends, and a network that does what the script says: loses, repeats, reorders, delays, spoils and restarts.
// Afterwards the network is fair, and everything ends.
#include <algorithm>
#include <chrono>
#include <deque>
#include <optional>
#include <vector>

#include "bowline/dedup/fixed_queue_dedup.hpp"
#include "bowline/seal/crc32c_seal.hpp"
#include "fuzz/support/application.hpp"

namespace bowline::fuzz {
namespace {

using namespace std::chrono_literals;
using Datagram = std::vector<std::byte>;

struct SealedExtras {
  FixedWindow congestion;
  Crc32cSeal seal;
};
using Peer = Connection<FixedQueueDedup<31>, AdaptiveResend, SealedExtras>;

/// What was sent in one direction, by id: payloads say whose and which they are.
struct Sent {
  SendOptions options;
  int deliveries = 0;
  std::optional<Outcome> outcome;
  bool transmitted = true;
};

/// One end. A restart is a new incarnation with a ledger of its own.
struct End {
  explicit End(std::uint8_t name_of_end) : name{name_of_end}, peer{start()} {}

  Peer start() {
    Options options = small_options(name);
    options.entropy.low = ++incarnation;
    sent.emplace_back();
    ledger = {};
    return Peer{options};
  }

  std::uint8_t name;
  std::uint8_t incarnation = 0;
  std::deque<std::vector<Sent>> sent;  ///< By incarnation, then by id.
  WorkLedger ledger;  ///< Of this incarnation.
  Peer peer;
};

class Run {
 public:
  /// The ends know each other from the start, or have to find each other.
  explicit Run(Script script) : script_{script} {
    if (script_.flag()) return;
    a_.peer.bind(now_, z_.peer.nonce(), z_.peer.limits());
    z_.peer.bind(now_, a_.peer.nonce(), a_.peer.limits());
  }

  void all() {
    for (int steps = 0; !script_.ended() && steps < 2000; ++steps) step();
    heal();
  }

 private:
  void step() {
    End& end = script_.flag() ? a_ : z_;
    switch (script_.below(12)) {
      case 0:
      case 1: return send(end);
      case 2: return cancel(end);
      case 3:
      case 4: return static_cast<void>(say(end));
      case 5:
      case 6: return deliver(end);
      case 7: return lose(end);
      case 8: return repeat(end);
      case 9: return spoil(end);
      case 10: return pass();
      default:
        if (script_.below(16) == 0) restart(end);
        return;
    }
  }

  [[nodiscard]] std::deque<Datagram>& to(const End& end) { return end.name == 'a' ? to_a_ : to_z_; }
  [[nodiscard]] End& other(const End& end) { return end.name == 'a' ? z_ : a_; }

  void send(End& end) {
    std::vector<Sent>& sent = end.sent.back();
    SendOptions options;
    const std::uint8_t flags = script_.u8();
    options.reliable = (flags & 3) != 3;
    options.report_ack = (flags & 4) != 0;
    options.gate = (flags & 8) != 0 ? Gate::at_sender : Gate::at_receiver;
    if ((flags & 16) != 0) options.on_dependency_failure = OnDependencyFailure::fail;
    if ((flags & 32) != 0) options.after = {sent.size() - script_.below(static_cast<std::uint32_t>(sent.size()) + 1)};
    if ((flags & 64) != 0) options.deadline = std::chrono::milliseconds{1 + script_.below(200)};
    if ((flags & 128) != 0) options.key = 1 + script_.below(2);
    Datagram payload(8 + (script_.flag() ? 0 : script_.below(1000)));
    payload[0] = std::byte{end.name};
    payload[1] = std::byte{end.incarnation};
    payload[2] = static_cast<std::byte>(sent.size() + 1);
    payload[3] = static_cast<std::byte>((sent.size() + 1) >> 8);
    for (std::size_t i = 4; i < payload.size(); ++i) payload[i] = static_cast<std::byte>(i * 7);
    if (end.peer.send(now_, payload, options)) sent.push_back({options, 0, {}, true});
    drain(end);
  }

  void cancel(End& end) {
    static_cast<void>(
        end.peer.cancel(now_, {script_.below(static_cast<std::uint32_t>(end.sent.back().size()) + 1)}));
    drain(end);
  }

  /// A datagram leaves, if one wants to.
  bool say(End& end) {
    Datagram datagram(256);
    const std::size_t bytes = end.peer.poll_transmit(now_, datagram);
    drain(end);
    if (bytes == 0) return false;
    datagram.resize(bytes);
    // A network that holds everything would hold the machine's memory too.
    if (to(other(end)).size() < 512) to(other(end)).push_back(std::move(datagram));
    return true;
  }

  [[nodiscard]] std::size_t pick(const End& end) {
    return script_.below(static_cast<std::uint32_t>(to(end).size()));
  }

  void deliver(End& end) {
    if (to(end).empty()) return;
    const std::size_t at = pick(end);
    Datagram datagram = std::move(to(end)[at]);
    to(end).erase(to(end).begin() + static_cast<std::ptrdiff_t>(at));
    hear(end, std::move(datagram));
  }

  void hear(End& end, Datagram datagram) {
    drain(end);
    DatagramWork work{end.peer.stats(), end.ledger};
    end.peer.handle_datagram(now_, datagram);
    work.heard(datagram.size());
    drain(end);
    work.expect_paid(end.peer.stats());
  }

  void lose(End& end) {
    if (!to(end).empty()) to(end).erase(to(end).begin() + static_cast<std::ptrdiff_t>(pick(end)));
  }

  void repeat(End& end) {
    if (!to(end).empty()) hear(end, to(end)[pick(end)]);
  }

  /// One changed byte; the seal finds it.
  void spoil(End& end) {
    if (to(end).empty()) return;
    Datagram datagram = to(end)[pick(end)];
    datagram[script_.below(static_cast<std::uint32_t>(datagram.size()))] ^=
        static_cast<std::byte>(1 + script_.below(255));
    hear(end, std::move(datagram));
  }

  void pass() {
    now_ += Duration{script_.any() % 1'000'000};
    for (End* end : {&a_, &z_}) {
      end->peer.handle_timeout(now_);
      drain(*end);
    }
  }

  void restart(End& end) { end.peer = end.start(); }

  void drain(End& end) {
    while (const auto event = end.peer.next_event()) {
      std::vector<Sent>& own = end.sent.back();
      const auto mine = [&](MessageId id) -> Sent& { return own.at(static_cast<std::size_t>(id.value - 1)); };
      event->visit([&](const Received& received) { delivered(other(end), received); },
                   [&](const Acked& acked) { ended(mine(acked.id), Outcome::acked); },
                   [&](const Unconfirmed& lost) {
                     ended(mine(lost.id), lost.reason);
                     mine(lost.id).transmitted = lost.transmitted;
                     require(lost.transmitted || mine(lost.id).deliveries == 0, "what was not sent does not arrive");
                   },
                   [&](const LateAck& late) { require(mine(late.id).deliveries == 1, "a late ack is exact"); });
    }
    require(end.peer.invariants_hold(), "invariants hold");
  }

  static void ended(Sent& message, Outcome outcome) {
    require(!message.outcome, "a message has one outcome");
    message.outcome = outcome;
    if (outcome == Outcome::acked) require(message.deliveries == 1, "acked means delivered");
  }

  void delivered(End& from, const Received& received) {
    require(received.payload.size() >= 8 && received.payload[0] == std::byte{from.name}, "it comes from the peer");
    const auto incarnation = static_cast<std::size_t>(received.payload[1]);
    const std::size_t id = static_cast<std::size_t>(received.payload[2]) |
                           static_cast<std::size_t>(received.payload[3]) << 8;
    for (std::size_t i = 4; i < received.payload.size(); ++i) {
      require(received.payload[i] == static_cast<std::byte>(i * 7), "bytes arrive as they were sent");
    }
    std::vector<Sent>& sent = from.sent.at(incarnation - 1);
    Sent& message = sent.at(id - 1);
    require(message.deliveries == 0, "a message is delivered once");
    require(message.transmitted, "what was not sent does not arrive");
    ++message.deliveries;
    if (!message.options.after) return;
    const Sent& before = sent.at(static_cast<std::size_t>(message.options.after.value - 1));
    const bool given_up = before.outcome && *before.outcome != Outcome::acked;
    require(before.deliveries != 0 || given_up || !before.options.reliable, "what it waits for is settled first");
  }

  /// A fair network, and time: everything ends.
  void heal() {
    for (int rounds = 0; rounds < 20'000; ++rounds) {
      bool quiet = true;
      for (End* end : {&a_, &z_}) {
        end->peer.handle_timeout(now_);
        drain(*end);
        for (int i = 0; i < 64 && say(*end);) ++i;
      }
      for (End* end : {&a_, &z_}) {
        while (!to(*end).empty()) {
          quiet = false;
          Datagram datagram = std::move(to(*end).front());
          to(*end).pop_front();
          hear(*end, std::move(datagram));
        }
      }
      if (quiet && a_.peer.settled() && z_.peer.settled()) return complete();
      if (quiet) now_ = (std::max)(now_ + 1ms, (std::min)(a_.peer.next_deadline(), z_.peer.next_deadline()));
    }
    require(false, "under a fair network everything ends");
  }

  void complete() {
    for (End* end : {&a_, &z_}) {
      for (std::size_t id = 1; id <= end->sent.back().size(); ++id) {
        const Sent& message = end->sent.back()[id - 1];
        const MessageStatus status = end->peer.status({id});
        require(status >= MessageStatus::acked || status == MessageStatus::forgotten ||
                    status == MessageStatus::unreliable_done,
                "every message has ended");
        if (status == MessageStatus::acked) require(message.deliveries == 1, "acked means delivered");
      }
    }
  }

  Script script_;
  TimePoint now_{1h};
  End a_{'a'};
  End z_{'z'};
  std::deque<Datagram> to_a_;
  std::deque<Datagram> to_z_;
};

}  // namespace
}  // namespace bowline::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  bowline::fuzz::Run{bowline::fuzz::Script{data, size}}.all();
  return 0;
}
