// SPDX-License-Identifier: BSL-1.0
// Messages of every kind, drawn at random.
#pragma once

#include <cstdint>

#include "bowline/base/random.hpp"
#include "scenario/support/oracle.hpp"

namespace bowline::test {

/// What a sender mixes. Shares are in parts per million.
struct Mix {
  std::uint32_t messages = 60;             ///< Each end sends as many.
  Duration interval = std::chrono::milliseconds{4};
  std::uint32_t bytes_max = 400;
  std::uint32_t large = 50'000;            ///< Messages in parts.
  std::uint32_t large_bytes_max = 20'000;
  std::uint32_t keyed = 100'000;
  std::uint32_t keys = 3;
  std::uint32_t unreliable = 200'000;
  std::uint32_t newest_only = 500'000;     ///< Of the unreliable ones.
  std::uint32_t other_priority = 300'000;  ///< Than normal: each of the other levels as often.
  std::uint32_t report_ack = 500'000;
  std::uint32_t dependent = 400'000;
  std::uint32_t recent = 10;               ///< A dependency is one of as many messages before.
  std::uint32_t at_sender = 300'000;       ///< Of the dependent ones.
  std::uint32_t fail = 400'000;            ///< Of the dependent ones.
  std::uint32_t deadline = 100'000;
  Duration deadline_max = std::chrono::milliseconds{300};
  std::uint32_t cancel = 50'000;           ///< At each message one of the recent ones is cancelled.
};

/// Sends `mix` from `end` over virtual time. The conversation must outlive what it plans.
template <class Channel>
class Traffic {
 public:
  Traffic(Conversation<Channel>& conversation, End<Channel>& end, const Mix& mix, std::uint64_t seed)
      : conversation_{conversation}, end_{end}, mix_{mix}, random_{seed} {}

  void start() {
    if (sent_ == mix_.messages) return;
    send_one();
    conversation_.world.after(mix_.interval, [this] { start(); });
  }

  [[nodiscard]] bool done() const { return sent_ == mix_.messages; }

 private:
  void send_one() {
    ++sent_;
    SendOptions options;
    options.reliable = !random_.chance(mix_.unreliable);
    options.newest_only = !options.reliable && random_.chance(mix_.newest_only);
    if (random_.chance(mix_.other_priority)) {
      constexpr Priority others[] = {Priority::urgent, Priority::high, Priority::low};
      options.priority = others[random_.below(3)];
    }
    if (random_.chance(mix_.keyed)) options.key = 1 + random_.below(mix_.keys);
    options.report_ack = random_.chance(mix_.report_ack);
    const bool fail = random_.chance(mix_.fail), at_sender = random_.chance(mix_.at_sender);
    if (const std::uint64_t after = recent(); after != 0 && random_.chance(mix_.dependent)) {
      if (end_.ledger()[after].options.reliable) {
        options.after = {after};
        options.gate = at_sender ? Gate::at_sender : Gate::at_receiver;
        options.on_dependency_failure = fail ? OnDependencyFailure::fail : OnDependencyFailure::deliver;
      }
    }
    if (random_.chance(mix_.deadline)) {
      options.deadline = Duration{1 + static_cast<std::int64_t>(
                                          random_.below(static_cast<std::uint64_t>(mix_.deadline_max.count())))};
    }
    const std::uint32_t bytes_max = random_.chance(mix_.large) ? mix_.large_bytes_max : mix_.bytes_max;
    const auto bytes = static_cast<std::uint32_t>(Ledger::payload_bytes_min + random_.below(bytes_max));
    EXPECT_TRUE(end_.send(bytes, options));
    if (const std::uint64_t id = recent(); id != 0 && random_.chance(mix_.cancel)) end_.cancel({id});
  }

  [[nodiscard]] std::uint64_t recent() {
    const std::uint64_t newest = end_.ledger().size(), back = random_.below(mix_.recent);
    return newest > back ? newest - back : 0;
  }

  Conversation<Channel>& conversation_;
  End<Channel>& end_;
  Mix mix_;
  Random random_;
  std::uint32_t sent_ = 0;
};

/// Both ends send `mix` at once; runs until everything has settled, and checks that it has.
template <class Channel>
void exchange(Conversation<Channel>& conversation, const Mix& mix, std::uint64_t seed, Duration limit) {
  Traffic<Channel> forth{conversation, conversation.a, mix, seed}, back{conversation, conversation.z, mix, ~seed};
  forth.start();
  back.start();
  EXPECT_TRUE(
      conversation.world.run_until([&] { return forth.done() && back.done() && conversation.settled(); }, limit))
      << "not settled after " << conversation.world.elapsed().count() << " us";
  conversation.expect_complete();
}

}  // namespace bowline::test
