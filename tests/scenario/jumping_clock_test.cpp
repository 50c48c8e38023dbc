// SPDX-License-Identifier: BSL-1.0
// A clock that jumps by −1 h and by +30 days while messages are on their way.
#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "scenario/support/seeds.hpp"
#include "scenario/support/traffic.hpp"

namespace bowline::test {
namespace {

using namespace std::chrono_literals;

using Channel = ReliableChannel<sim::LinkEnd, sim::SkewedClock>;

/// Both ends on one wrong clock, or each on its own: here a's jumps, z's is right.
struct Pair {
  explicit Pair(std::uint64_t seed, const sim::LinkOptions& faulty)
      : world{seed},
        clock{world.skewed_clock()},
        link{world.link(faulty)},
        a{link.a, {}, clock},
        z{link.z, {}, world.clock()} {
    world.drive(a, clock, [this](const auto& event) { note(event); });
    world.drive(z, [this](const Received& m) { ++delivered[Ledger::name_in(m.payload).second]; });
  }

  void send(std::uint64_t count) {
    for (std::uint64_t i = 0; i < count; ++i) {
      const std::vector<std::byte> payload = ledger.payload(++sent, 200);
      EXPECT_TRUE(a.send(payload, {.after = sent % 3 == 0 ? last : MessageId{}, .report_ack = true}));
      last = {sent};
    }
  }

  void note(const Acked&) { ++acked; }
  void note(const Unconfirmed& m) { ADD_FAILURE() << "message " << m.id.value << " is lost: " << int(m.reason); }
  void note(const Disconnected& d) { ADD_FAILURE() << "disconnected: " << int(d.reason); }
  template <class Other>
  void note(const Other&) {}

  void expect_all_acked_once() const {
    EXPECT_EQ(acked, sent);
    EXPECT_EQ(delivered.size(), sent);
    for (const auto& [id, count] : delivered) EXPECT_EQ(count, 1) << "message " << id;
  }

  sim::World world;
  sim::SkewedClock clock;
  sim::LinkPair link;
  Channel a;
  ReliableChannel<sim::LinkEnd, ManualClock> z;
  Ledger ledger{'a', true};
  std::map<std::uint64_t, int> delivered;
  MessageId last;
  std::uint64_t sent = 0, acked = 0;
};

constexpr sim::LinkOptions faulty{.delay = 25ms, .jitter = 5ms, .loss = sim::Share::per_million(100'000)};
constexpr Duration way_back = -1h, ahead = 24h * 30;

/// Jumps by `delta` in the middle of 2 s of messages, one each 10 ms.
void jump_in_mid_stream(Duration delta) {
  for_each_seed(20, [&](std::uint64_t seed) {
    Pair pair{seed, faulty};
    for (int i = 0; i < 200; ++i) pair.world.after(i * 10ms, [&] { pair.send(1); });
    pair.world.after(1003ms, [&] { pair.clock.jump(delta); });
    pair.world.run_for(2s);
    EXPECT_TRUE(pair.world.run_until([&] { return pair.a.settled(); }, 30s));
    pair.expect_all_acked_once();
    EXPECT_EQ(pair.a.stats().clock_steps_back, delta < 0s ? 1u : 0u);
    // Two polls a step: a step for each message, each datagram sent or received, each action (201, waking both), and
    // a timer here and there.
    const Stats& stats = pair.a.stats();
    EXPECT_LT(pair.world.polls(pair.a), 2 * (2 * 201 + stats.datagrams_sent + stats.datagrams_received + 100));
  });
}

TEST(JumpingClock, an_hour_back_in_mid_stream_loses_nothing_and_does_not_spin) { jump_in_mid_stream(way_back); }

TEST(JumpingClock, thirty_days_ahead_in_mid_stream_lose_nothing_and_do_not_spin) { jump_in_mid_stream(ahead); }

TEST(JumpingClock, jumps_at_every_moment_of_an_exchange_lose_nothing) {
  for (const Duration delta : {way_back, ahead}) {
    for (Duration when = 0ms; when < 500ms; when += 7ms) {
      SCOPED_TRACE(when.count());
      Pair pair{3, faulty};
      pair.send(30);
      pair.world.after(when, [&] { pair.clock.jump(delta); });
      pair.world.run_for(500ms);
      EXPECT_TRUE(pair.world.run_until([&] { return pair.a.settled(); }, 30s));
      pair.expect_all_acked_once();
      if (HasFailure()) return;
    }
  }
}

TEST(JumpingClock, an_idle_connection_survives_both_and_stays_quiet) {
  for (const Duration delta : {way_back, ahead}) {
    Pair pair{1, {.delay = 25ms}};
    pair.send(1);
    ASSERT_TRUE(pair.world.run_until([&] { return pair.a.settled(); }, 1s));
    pair.world.run_for(3s);
    const std::uint64_t before = pair.world.polls(pair.a);
    pair.world.after(1s, [&] { pair.clock.jump(delta); });
    pair.world.run_for(60s);
    EXPECT_EQ(pair.a.state(), ConnectionState::connected);
    EXPECT_LT(pair.world.polls(pair.a) - before, 100u);  // a PING each 10 s from either end, answers, timers
    pair.send(1);
    EXPECT_TRUE(pair.world.run_until([&] { return pair.a.settled(); }, 1s));
    pair.expect_all_acked_once();
  }
}

TEST(JumpingClock, one_that_jumps_again_and_again_loses_nothing) {
  for_each_seed(10, [](std::uint64_t seed) {
    Pair pair{seed, faulty};
    Random random{seed};
    for (int i = 0; i < 200; ++i) {
      pair.world.after(i * 10ms, [&] { pair.send(1); });
      if (i % 50 == 25) pair.world.after(i * 10ms, [&] { pair.clock.jump(random.chance(500'000) ? way_back : 1h); });
    }
    pair.world.run_for(3s);
    EXPECT_TRUE(pair.world.run_until([&] { return pair.a.settled(); }, 30s));
    pair.expect_all_acked_once();
  });
}

}  // namespace
}  // namespace bowline::test
