// SPDX-License-Identifier: BSL-1.0
// An application's hand on its channel: where there is no memory it tries again.
#pragma once

#include <gtest/gtest.h>

#include <new>
#include <optional>
#include <utility>

#include "bowline/base/events.hpp"
#include "bowline/base/options.hpp"
#include "bowline/base/results.hpp"
#include "bowline/base/status.hpp"
#include "bowline/base/time.hpp"
#include "bowline/clock/manual_clock.hpp"
#include "sweeps/support/trial.hpp"

namespace bowline::test {

/// What a `Conversation` needs of a channel. Calls that throw std::bad_alloc are repeated, as docs/GUARANTEES.md says
/// they may be, and those that must not throw it fail the test.
template <class Channel>
class Hand {
 public:
  template <class Transport>
  Hand(Trial& trial, Transport transport, const Options& options, ManualClock clock) : trial_{&trial} {
    repeated([&] { channel_.emplace(transport, options, clock); });
  }

  SendResult send(Bytes payload, const SendOptions& options = {}) {
    const std::uint64_t accepted = stats().messages_accepted;
    const bool pending_before = !settled();
    return repeated([&] { return channel_->send(payload, options); },
                    [&] {
                      EXPECT_EQ(stats().messages_accepted, accepted);
                      EXPECT_EQ(status({accepted + 1}), MessageStatus::unknown);
                      EXPECT_EQ(!settled(), pending_before);
                    });
  }
  void poll() {
    repeated([&] { channel_->poll(); });
  }
  [[nodiscard]] std::optional<Event> next_event() {
    return repeated([&] { return channel_->next_event(); });
  }

  bool cancel(MessageId id) {
    return without_memory([&] { return channel_->cancel(id); });
  }
  void connect() {
    without_memory([&] { channel_->connect(); });
  }
  void close() {
    without_memory([&] { channel_->close(); });
  }
  template <class Peer>
  bool bind(const Peer& peer) {
    return without_memory([&] { return channel_->bind(peer.connection().nonce(), peer.connection().limits()); });
  }

  [[nodiscard]] TimePoint next_deadline() const { return channel_->next_deadline(); }
  [[nodiscard]] bool settled() const { return channel_->settled(); }
  [[nodiscard]] MessageStatus status(MessageId id) const { return channel_->status(id); }
  [[nodiscard]] ConnectionState state() const { return channel_->state(); }
  [[nodiscard]] const Stats& stats() const { return channel_->stats(); }
  [[nodiscard]] const auto& connection() const { return channel_->connection(); }

 private:
  template <class Call>
  auto repeated(Call&& call) {
    return repeated(call, [] {});
  }

  /// Only one allocation fails, so the second time goes well. `look` sees what the first has left.
  template <class Call, class Look>
  auto repeated(Call&& call, Look&& look) {
    try {
      return trial_->in_library(call);
    } catch (const std::bad_alloc&) {
      look();
      EXPECT_TRUE(!channel_ || channel_->connection().invariants_hold());
    }
    return trial_->in_library(call);
  }

  template <class Call>
  auto without_memory(Call&& call) {
    try {
      return trial_->in_library(call);
    } catch (const std::bad_alloc&) {
      ADD_FAILURE() << "only what takes something in may ask for memory";
    }
    return trial_->in_library(call);
  }

  Trial* trial_;
  std::optional<Channel> channel_;
};

}  // namespace bowline::test
