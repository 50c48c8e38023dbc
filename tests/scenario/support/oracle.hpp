// SPDX-License-Identifier: BSL-1.0
// Two channels over a simulated link, watched at each step by laws that share no code with them.
#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <utility>

#include "bowline/reliable_channel.hpp"
#include "bowline/sim/world.hpp"
#include "scenario/support/ledger.hpp"

namespace bowline::test {

/// One end of a conversation: its channel, which may start again, and what each incarnation of it sent.
template <class Channel>
class End {
 public:
  End(sim::World& world, sim::LinkEnd link, char name, bool at_most_once)
      : world_{world}, link_{link}, name_{name}, at_most_once_{at_most_once} {}

  Channel& operator*() { return *channel_; }
  Channel* operator->() { return &*channel_; }

  /// What the present incarnation sent.
  Ledger& ledger() { return ledgers_.back(); }

  /// Sends a message of `bytes`, at least 9, and notes it if it was taken.
  SendResult send(std::size_t bytes, const SendOptions& options = {}) {
    const SendResult result = channel_->send(ledger().payload(ledger().next_id(), bytes), options);
    if (result) ledger().sent(result, bytes, options, world_.now());
    return result;
  }

  bool cancel(MessageId id) {
    const bool answer = channel_->cancel(id);
    ledger().cancelled(id.value, answer);
    return answer;
  }

  /// Called after the laws are checked, for what a scenario wants to do or to count.
  std::function<void(const Event&)> also;

  // What happened here, in order.
  std::vector<DisconnectReason> disconnects;
  std::uint64_t connects = 0;
  std::uint64_t writables = 0;

 private:
  template <class>
  friend class Conversation;

  sim::World& world_;
  sim::LinkEnd link_;
  char name_;
  bool at_most_once_;
  std::optional<Channel> channel_;
  std::deque<Ledger> ledgers_;
};

/// `a` and `z`, both of type `Channel`, over one link of a world of its own.
template <class Channel>
class Conversation {
 public:
  using Make = std::function<Channel(sim::LinkEnd, sim::World&)>;

  Conversation(std::uint64_t seed, const sim::LinkOptions& forth, const sim::LinkOptions& back, Make make,
               bool at_most_once = true)
      : world{seed},
        link{world.link(forth, back)},
        make_{std::move(make)},
        a{world, link.a, 'a', at_most_once},
        z{world, link.z, 'z', at_most_once} {
    start(a, z);
    start(z, a);
    world.check_each_step([this] { check(); });
  }

  sim::World world;
  sim::LinkPair link;

 private:
  Make make_;

 public:
  End<Channel> a;
  End<Channel> z;

  /// The end's process dies and starts again: what it sent has no outcome any more, and nobody misses it.
  void restart(End<Channel>& end) {
    End<Channel>& other = &end == &a ? z : a;
    world.undrive(*end);
    end.channel_.reset();
    start(end, other);
  }

  /// Stops an end for good.
  void kill(End<Channel>& end) {
    world.undrive(*end);
    end.channel_.reset();
  }

  [[nodiscard]] bool settled() { return a->settled() && z->settled(); }

  /// Runs until both ends are settled. False if `limit` passes first.
  [[nodiscard]] bool settle(Duration limit) {
    return world.run_until([this] { return settled(); }, limit);
  }

  /// To call when everything has settled.
  void expect_complete() {
    check();
    if (a.channel_) a.ledger().expect_complete(*a);
    if (z.channel_) z.ledger().expect_complete(*z);
    EXPECT_TRUE(link.a_to_z.invariants_hold() && link.z_to_a.invariants_hold());
  }

 private:
  void start(End<Channel>& end, End<Channel>& other) {
    end.channel_.emplace(make_(end.link_, world));
    // 'a', 'b', 'c' … and 'z', 'y', 'x' …: one letter an incarnation.
    const auto incarnation = static_cast<int>(end.ledgers_.size());
    const int tag = end.name_ == 'a' ? 'a' + incarnation : 'z' - incarnation;
    end.ledgers_.emplace_back(static_cast<std::uint8_t>(tag), end.at_most_once_);
    received_[&end == &a] = 0;
    world.drive(*end, [this, &end, &other](const auto& kind) { this->on_event(end, other, kind); });
  }

  template <class Kind>
  void on_event(End<Channel>& end, End<Channel>& other, const Kind& event) {
    Ledger& ledger = end.ledger();
    if constexpr (std::is_same_v<Kind, Received>) {
      ++received_[&end == &a];
      const auto [tag, id] = Ledger::name_in(event.payload);
      const int incarnation = other.name_ == 'a' ? tag - 'a' : 'z' - tag;
      if (incarnation < 0 || static_cast<std::size_t>(incarnation) >= other.ledgers_.size()) {
        ADD_FAILURE() << "'" << end.name_ << "' received what nobody sent to it";
      } else {
        other.ledgers_[static_cast<std::size_t>(incarnation)].delivered(event, world.now());
      }
    } else if constexpr (std::is_same_v<Kind, Acked>) {
      ledger.acked(event.id.value);
    } else if constexpr (std::is_same_v<Kind, LateAck>) {
      ledger.late_acked(event.id.value);
    } else if constexpr (std::is_same_v<Kind, Unconfirmed>) {
      ledger.unconfirmed(event, world.now());
    } else if constexpr (std::is_same_v<Kind, Disconnected>) {
      ledger.disconnected();
      end.disconnects.push_back(event.reason);
    } else if constexpr (std::is_same_v<Kind, Connected>) {
      ++end.connects;
    } else if constexpr (std::is_same_v<Kind, Writable>) {
      ++end.writables;
    }
    if (end.also) end.also(Event{event});
  }

  void check() {
    check(a);
    check(z);
  }

  void check(End<Channel>& end) {
    if (!end.channel_ || testing::Test::HasFailure()) return;
    EXPECT_TRUE(end->connection().invariants_hold()) << end.name_;
    const std::uint64_t received = received_[&end == &a];
    EXPECT_EQ(end->stats().messages_delivered, received) << end.name_;
    EXPECT_EQ(end->stats().messages_accepted, end.ledger().size()) << end.name_;
    // A millisecond, because the other end may have been stepped first at this moment.
    end.ledger().look_at_pending(*end, world.now() - std::chrono::milliseconds{1});
  }

  std::uint64_t received_[2] = {};
};

template <class Make>
Conversation(std::uint64_t, const sim::LinkOptions&, const sim::LinkOptions&, Make, bool = true)
    -> Conversation<std::invoke_result_t<Make, sim::LinkEnd, sim::World&>>;

/// Channels with `options` and the default policies.
inline auto with(const Options& options) {
  return [options](sim::LinkEnd end, sim::World& world) { return ReliableChannel{end, options, world.clock()}; };
}

}  // namespace bowline::test
