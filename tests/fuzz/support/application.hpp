// SPDX-License-Identifier: BSL-1.0
// One end with its application, which remembers what it was promised.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "bowline/core/connection.hpp"
#include "fuzz/support/drawn_policies.hpp"
#include "fuzz/support/require.hpp"
#include "fuzz/support/script.hpp"
#include "fuzz/support/work.hpp"
#include "sweeps/support/allocation_fault.hpp"

namespace bowline::fuzz {

/// Small limits, so that a short script reaches them.
inline Options small_options(std::uint64_t entropy) {
  Options options;
  options.window = 16;
  options.packets_tracked = 64;
  options.datagram_bytes_max = 256;
  options.message_bytes_max = 4096;
  options.reassembly_bytes_max = 8192;
  options.reassembly_unreliable_bytes_max = 4096;
  options.messages_max = 64;
  options.send_bytes_max = 16384;
  options.outcomes_remembered = 16;
  options.held_bytes_max = 1024;
  options.held_unreliable_bytes_max = 256;
  options.entropy = {entropy, 1};
  return options;
}

/// Drives a `Connection` and keeps the laws that its own end can see: one outcome a message, nothing after it, views
/// that can be read, timers that end.
class Application {
 public:
  using Peer = Connection<DrawnDedup, DrawnResend, DrawnExtras>;

  explicit Application(const Options& options, const DrawnPolicies& policies = {})
      : options_{options}, peer_{options, policies.dedup, policies.resend, policies.extras} {}

  Peer& operator*() noexcept { return peer_; }
  Peer* operator->() noexcept { return &peer_; }
  [[nodiscard]] TimePoint now() const noexcept { return now_; }
  void pass(Duration time) noexcept { now_ = later(now_, time); }
  void step_back(Duration time) noexcept { now_ -= time; }

  /// Allocation `k` from now fails, of those that its messages, datagrams and timers cause. Nothing, where it would end
  /// the process.
  void fail_allocation([[maybe_unused]] long long k) {
#if defined(__cpp_exceptions)
    fault_ = test::AllocationFault{k};
#endif
  }

  /// The transport does not take the next datagram, which stays where it is until the poll after.
  void refuse_next() noexcept { refuses_ = true; }

  /// Sends what the script says.
  void send(Script& script) {
    SendOptions options;
    const std::uint8_t flags = script.u8();
    options.reliable = (flags & 1) == 0;
    options.newest_only = (flags & 2) != 0;
    options.report_ack = (flags & 4) != 0;
    options.gate = (flags & 8) != 0 ? Gate::at_sender : Gate::at_receiver;
    if ((flags & 16) != 0) options.on_dependency_failure = OnDependencyFailure::fail;
    if ((flags & 32) != 0) options.after = {script.below(static_cast<std::uint32_t>(outcomes_.size()) + 2)};
    if ((flags & 64) != 0) options.deadline = Duration{1 + script.any()};
    if ((flags & 128) != 0) options.key = script.below(4);
    options.priority = static_cast<Priority>(script.below(4));
    static_cast<void>(send(script.flag() ? script.below(200) : script.below(5000), options));
  }

  SendResult send(std::size_t bytes, const SendOptions& options) {
    payload_.resize(bytes);
    const std::size_t id = outcomes_.size() + 1;
    for (std::size_t i = 0; i < bytes; ++i) payload_[i] = static_cast<std::byte>(id + i);
    SendResult result{{}, SendError::queue_full};
    in_library([&] { result = peer_.send(now_, payload_, options); });
    if (!result) return result;
    require(result.id.value == id, "ids are 1, 2, 3 ...");
    outcomes_.push_back({bytes, options.reliable, {}});
    return result;
  }

  void cancel(Script& script) { peer_.cancel(now_, {script.below(static_cast<std::uint32_t>(outcomes_.size()) + 2)}); }

  /// Takes up to `count` events.
  void take(std::size_t count) {
    while (count-- > 0) {
      std::optional<Event> event;
      until_done([&] { event = peer_.next_event(); });
      if (!event) return settle_work();
      event->visit([&](const Received& received) { received_bytes_ += sum(received.payload); },
                   [&](const Acked& acked) { end(acked.id, Outcome::acked); },
                   [&](const LateAck& late) {
                     const auto& outcome = entry(late.id).outcome;
                     require(outcome && *outcome != Outcome::acked, "only what was unconfirmed is acked late");
                   },
                   [&](const Unconfirmed& ended) {
                     end(ended.id, ended.reason);
                     require(ended.payload.size() == entry(ended.id).bytes, "the payload comes back");
                     for (std::size_t i = 0; i < ended.payload.size(); ++i) {
                       require(ended.payload[i] == static_cast<std::byte>(ended.id.value + i), "byte for byte");
                     }
                   });
    }
  }
  void take_all() { take(~std::size_t{0}); }

  /// A datagram comes. It is lost when memory runs out.
  void hear(Bytes datagram) {
    take_all();
    inbound_.assign(datagram.begin(), datagram.end());
    DatagramWork work{peer_.stats(), ledger_};
    in_library([&] { peer_.handle_datagram(now_, inbound_); });
    work.heard(inbound_.size());
    work_ = work;
  }

  /// The next datagram that wants to leave; empty if none does.
  std::vector<std::byte> say() {
    std::vector<std::byte> datagram(options_.datagram_bytes_max);
    std::size_t bytes = 0;
    until_done([&] { bytes = peer_.poll_transmit(now_, datagram); });
    datagram.resize(bytes);
    return datagram;
  }

  /// Timers fire, and what is due leaves through `carry(bytes)`. Afterwards the next deadline lies in the future.
  template <class Carry>
  void poll(Carry&& carry) {
    until_done([&] { peer_.handle_timeout(now_); });
    if (!kept_.empty()) carry(std::exchange(kept_, {}));
    // A window of segments, as many answers, and what a handshake may say.
    for (int count = 0;; ++count) {
      require(count < 1000, "what is due comes to an end");
      std::vector<std::byte> datagram = say();
      if (datagram.empty()) break;
      if (std::exchange(refuses_, false)) {
        kept_ = std::move(datagram);
        return;
      }
      carry(datagram);
    }
    if (!peer_.has_event()) require(peer_.next_deadline() > now_, "after a poll nothing is due");
    require(peer_.invariants_hold(), "invariants hold");
  }

  /// Every message has one outcome, and is said to have it.
  void expect_all_ended() {
    require(peer_.settled(), "everything has ended");
    for (std::size_t i = 0; i < outcomes_.size(); ++i) {
      const MessageStatus status = peer_.status({i + 1});
      const Entry& entry = outcomes_[i];
      if (!entry.reliable) {
        require(status == MessageStatus::unreliable_done || status == MessageStatus::forgotten, "gone for good");
      } else if (!entry.outcome) {
        require(status == MessageStatus::acked || status == MessageStatus::forgotten, "acked without a word");
      } else if (*entry.outcome != Outcome::acked) {
        require(status >= MessageStatus::lost || status == MessageStatus::forgotten, "not acked after all");
      }
    }
  }

 private:
  struct Entry {
    std::size_t bytes;
    bool reliable;
    std::optional<Outcome> outcome;
  };

  /// Runs what the library does; false when memory ran out in it.
  template <class Step>
  bool in_library(Step&& step) {
#if defined(__cpp_exceptions)
    if (!fault_.strikes(step)) return true;
    require(peer_.invariants_hold(), "invariants hold when memory ran out");
    return false;
#else
    return step(), true;
#endif
  }

  /// The same for what has to be done: once more, if memory ran out.
  template <class Step>
  void until_done(Step&& step) {
    while (!in_library(step)) continue;
  }

  /// All messages of the last datagram are taken: what it did is paid for.
  void settle_work() {
    if (work_) work_->expect_paid(peer_.stats());
    work_.reset();
  }

  Entry& entry(MessageId id) {
    require(id && id.value <= outcomes_.size(), "an outcome is one of a message that was sent");
    return outcomes_[static_cast<std::size_t>(id.value - 1)];
  }

  void end(MessageId id, Outcome outcome) {
    require(entry(id).reliable, "an unreliable message has no outcome");
    require(!entry(id).outcome, "a message has one outcome");
    entry(id).outcome = outcome;
  }

  static std::uint64_t sum(Bytes bytes) {
    std::uint64_t total = 0;
    for (const std::byte byte : bytes) total += static_cast<std::uint8_t>(byte);
    return total;
  }

  Options options_;
  Peer peer_;
  TimePoint now_{std::chrono::hours{1}};
  std::vector<Entry> outcomes_;
  std::vector<std::byte> payload_;
  std::vector<std::byte> inbound_;
  std::vector<std::byte> kept_;
  bool refuses_ = false;
  std::uint64_t received_bytes_ = 0;
  WorkLedger ledger_;
  std::optional<DatagramWork> work_;
#if defined(__cpp_exceptions)
  test::AllocationFault fault_{-1};
#endif
};

}  // namespace bowline::fuzz
