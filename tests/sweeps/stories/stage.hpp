// SPDX-License-Identifier: BSL-1.0
// Where stories are played: two channels in a simulated world, watched by the oracle of the scenario tests.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>

#include "bowline/dedup/fixed_queue_dedup.hpp"
#include "bowline/resend/adaptive_resend.hpp"
#include "scenario/support/oracle.hpp"
#include "sweeps/stories/story.hpp"
#include "sweeps/support/hand.hpp"

namespace bowline::test {

using namespace std::chrono_literals;

inline constexpr sim::LinkOptions clean{.delay = 10ms};

/// Tables as small as the stories, so that each grows a few times.
inline Options small() {
  Options options;
  options.window = 64;
  options.packets_tracked = 64;
  options.messages_max = 64;
  options.send_bytes_max = 1u << 20;
  options.outcomes_remembered = 128;
  options.message_bytes_max = 64u << 10;
  options.reassembly_bytes_max = 128u << 10;
  options.handshake_timeout = 5s;
  return options;
}

template <class Transport, class DedupPolicy = FixedQueueDedup<>, class ResendPolicy = AdaptiveResend>
class Stage
    : public Conversation<Hand<ReliableChannel<Transport, ManualClock, DedupPolicy, ResendPolicy>>> {
 public:
  using Channel = Hand<ReliableChannel<Transport, ManualClock, DedupPolicy, ResendPolicy>>;
  using Player = End<Channel>;

  explicit Stage(Trial& trial, const sim::LinkOptions& path = clean, const Options& options = small(),
                 bool at_most_once = true)
      : Conversation<Channel>{1, path, path,
                              [&trial, options](sim::LinkEnd end, sim::World& in) {
                                return Channel{trial, Transport{end, trial}, options, in.clock()};
                              },
                              at_most_once} {}

  /// Both ends come to know each other.
  void meet() {
    this->a->connect();
    EXPECT_TRUE(this->world.run_until([this] { return met(this->a) && met(this->z); }, 5s));
  }

  /// Messages that have to be taken in.
  MessageId sends(Player& end, std::size_t bytes, const SendOptions& options = {}) {
    const SendResult result = end.send(bytes, options);
    EXPECT_TRUE(result) << describe(result.error);
    return result.id;
  }
  void sends(Player& end, int messages, std::size_t bytes, const SendOptions& options = {}) {
    for (int i = 0; i < messages; ++i) sends(end, bytes, options);
  }

  /// Every message comes to its end, and so does all that has to be said about it.
  void end_well() {
    EXPECT_TRUE(this->settle(60s));
    this->world.run_for(2s);
    this->expect_complete();
  }

  /// The same, and each reliable message was acknowledged.
  void end_with_all_acked() {
    end_well();
    for (Player* end : {&this->a, &this->z}) {
      EXPECT_EQ((*end)->stats().messages_unconfirmed, 0u);
    }
  }

  static bool met(Player& end) { return end->connection().confirmed(); }
};

}  // namespace bowline::test
