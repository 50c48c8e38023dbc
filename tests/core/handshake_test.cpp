// SPDX-License-Identifier: BSL-1.0
// The handshake, hello by hello, and the traces that break it without its rules.
#include <gtest/gtest.h>

#include <set>
#include <vector>

#include "core/support/pair.hpp"

namespace bowline::test {
namespace {

using Kept = std::vector<Datagram>;

/// As Pair::exchange, and the network keeps a copy of everything.
template <class P>
void exchange_and_keep(P& pair, Kept& kept) {
  for (;;) {
    const Kept from_a = pair.a.says();
    const Kept from_z = pair.z.says();
    if (from_a.empty() && from_z.empty()) return;
    kept.insert(kept.end(), from_a.begin(), from_a.end());
    kept.insert(kept.end(), from_z.begin(), from_z.end());
    pair.z.hears(from_a);
    pair.a.hears(from_z);
  }
}

/// a and z talk to each other in one session of both.
template <class P>
void expect_talking(P& pair) {
  const auto from_a = pair.a.received().size();
  const auto from_z = pair.z.received().size();
  const MessageId ping = pair.a.sends("ping");
  const MessageId pong = pair.z.sends("pong");
  pair.exchange();
  EXPECT_EQ(pair.a->status(ping), MessageStatus::acked);
  EXPECT_EQ(pair.z->status(pong), MessageStatus::acked);
  EXPECT_EQ(pair.z.received().size(), from_z + 1);
  EXPECT_EQ(pair.a.received().size(), from_a + 1);
}

TEST(Handshake, three_hellos_bind_both_ends) {
  Pair<> p;
  p.a->connect(p.a.now());
  EXPECT_EQ(p.a->state(), ConnectionState::connecting);

  const Datagram first = p.a.says_one();
  EXPECT_EQ(show(first), "hello wants");
  p.z.hears(first);
  EXPECT_EQ(p.z->state(), ConnectionState::idle);

  const Datagram second = p.z.says_one();
  EXPECT_EQ(show(second), "hello answers wants");
  p.a.hears(second);
  EXPECT_EQ(p.a.told(), (Lines{"connected"}));
  EXPECT_FALSE(p.a->confirmed());

  const Kept third = p.a.says();
  ASSERT_EQ(third.size(), 2u);
  EXPECT_EQ(show(third[0]), "hello answers");
  EXPECT_EQ(show(third[1]), "hello wants");
  p.z.hears(third[0]);
  EXPECT_EQ(p.z.told(), (Lines{"connected"}));
  p.z.hears(third[1]);

  p.exchange();
  EXPECT_TRUE(p.a->confirmed());
  EXPECT_TRUE(p.z->confirmed());
  EXPECT_EQ(p.a.stats().binds, 1u);
  EXPECT_EQ(p.z.stats().binds, 1u);
  expect_talking(p);
}

TEST(Handshake, an_answer_is_as_long_as_what_it_answers) {
  Pair<> p;
  p.a->connect(p.a.now());
  const Datagram first = p.a.says_one();
  p.z.hears(first);
  EXPECT_EQ(p.z.says_one().size(), first.size());
}

TEST(Handshake, a_new_incarnation_does_not_answer_what_its_predecessor_was_asked) {
  bowline::Handshake handshake{Options{}, {.high = 1, .low = 2}};
  static_cast<void>(handshake.hear(TimePoint{1s}, {7, 8, 0, /*want=*/true, Limits::of(Options{})}));
  handshake.restart();
  EXPECT_FALSE(handshake.take_hello());
}

TEST(Handshake, simultaneous_open_binds_each_end_once) {
  Pair<> p;
  p.a->connect(p.a.now());
  p.z->connect(p.z.now());
  p.exchange();
  EXPECT_EQ(p.a.told(), (Lines{"connected"}));
  EXPECT_EQ(p.z.told(), (Lines{"connected"}));
  EXPECT_TRUE(p.a->confirmed());
  EXPECT_TRUE(p.z->confirmed());
  expect_talking(p);
}

// Catches a handshake that trusts in one of its datagrams to arrive.
TEST(Handshake, any_one_hello_may_be_lost) {
  for (int lost = 0; lost < 8; ++lost) {
    for (const bool both_open : {false, true}) {
      SCOPED_TRACE(lost);
      Pair<> p;
      p.a->connect(p.a.now());
      if (both_open) p.z->connect(p.z.now());
      int nth = 0;
      EXPECT_TRUE(p.run_until([&] { return p.a->confirmed() && p.z->confirmed(); }, 3s, 10ms,
                              [&](bool, const Datagram&) { return nth++ != lost; }));
      EXPECT_EQ(p.a.told(), (Lines{"connected"}));
      EXPECT_EQ(p.z.told(), (Lines{"connected"}));
    }
  }
}

TEST(Handshake, hellos_back_off) {
  Pair<> p;
  p.a->connect(p.a.now());
  int hellos = 0;
  p.run_until([] { return false; }, 10s - 1us, 10ms, [&](bool, const Datagram&) { return ++hellos, false; });
  // At 0 and 0.25 s, then 500 ms apart and an eighth later at the most: 3 up to 0.75 s, and 16 to 18 in 9.25 s.
  EXPECT_LE(hellos, 21);
  EXPECT_GE(hellos, 19);
}

TEST(Handshake, a_peer_that_does_not_answer_is_unreachable_after_the_timeout) {
  Pair<> p;
  p.a.sends("m1");
  p.run_until([] { return false; }, 10s - 1us, 10ms, [](bool, const Datagram&) { return false; });
  EXPECT_EQ(p.a.told(), Lines{});
  p.pass(1us);
  EXPECT_EQ(p.a.told(), (Lines{"disconnected: unreachable", "closed 1, never sent"}));
  EXPECT_EQ(p.a->state(), ConnectionState::idle);
  EXPECT_EQ(p.a->next_deadline(), never);
}

TEST(Handshake, a_message_after_unreachable_looks_for_the_peer_again) {
  Pair<> p;
  p.a.sends("m1");
  p.run_until([] { return false; }, 11s, 10ms, [](bool, const Datagram&) { return false; });
  p.a.told();
  p.a.sends("m2");
  EXPECT_TRUE(p.settle());
  EXPECT_EQ(p.z.received(), (Lines{"m2"}));
}

// The rule: a challenge is drawn anew at every bind, so that an echo proves "made after that bind". With one challenge
// for a's whole life the late answer of z's first incarnation binds a to it.
TEST(HandshakeTrace, a_late_answer_does_not_bind_a_dead_incarnation) {
  Pair<> p;
  p.a->connect(p.a.now());
  p.z.hears(p.a.says_one());
  const Datagram late = p.z.says_one();
  p.a.hears(late);
  p.exchange();

  p.z.restarts();
  p.z->connect(p.z.now());
  p.exchange();
  EXPECT_EQ(p.a.told(), (Lines{"connected", "disconnected: peer restarted", "connected"}));

  p.a.hears(late);
  p.exchange();
  EXPECT_EQ(p.a.told(), Lines{});
  EXPECT_EQ(p.a.stats().binds, 2u);
  expect_talking(p);
}

// The same rule. Eight steps that deliver m1 twice in the pair of incarnations (a, first z) without it.
TEST(HandshakeTrace, a_dead_incarnation_delivers_nothing_a_second_time) {
  Pair<> p;
  p.a->connect(p.a.now());
  p.z.hears(p.a.says_one());
  const Datagram late = p.z.says_one();
  p.a.hears(late);
  p.exchange();

  p.z.sends("m1");
  const Datagram m1 = p.z.says_one();
  p.z.restarts();
  p.a.hears(m1);
  EXPECT_EQ(p.a.received(), (Lines{"m1"}));
  p.z->connect(p.z.now());
  p.exchange();

  p.a.hears(late);
  p.a.hears(m1);
  EXPECT_EQ(p.a.received(), (Lines{"m1"}));
  EXPECT_EQ(p.a.stats().dropped_foreign, 1u);
}

// The same, for whoever replays what he likes: every hello of the history, and every two of them in a row, to either
// end. Challenging the candidate before believing it stops a single one, not two.
TEST(HandshakeTrace, replayed_hellos_single_and_in_pairs_change_nothing) {
  Pair<> p;
  Kept kept;
  p.a->connect(p.a.now());
  p.z->connect(p.z.now());
  exchange_and_keep(p, kept);
  p.z.restarts();
  p.z->connect(p.z.now());
  exchange_and_keep(p, kept);
  p.a.restarts();
  p.a->connect(p.a.now());
  exchange_and_keep(p, kept);
  p.z.restarts();
  p.a.sends("old");
  p.z->connect(p.z.now());
  exchange_and_keep(p, kept);
  p.pass(1s);  // The limit on answers has room again.
  exchange_and_keep(p, kept);

  Kept hellos;
  for (const Datagram& datagram : kept) {
    if (show(datagram).starts_with("hello")) hellos.push_back(datagram);
  }
  ASSERT_GE(hellos.size(), 12u);
  p.a.told();
  p.z.told();
  const std::uint64_t binds_a = p.a.stats().binds;
  const std::uint64_t binds_z = p.z.stats().binds;
  const MessageId pending = p.a.sends("pending");
  const Datagram data = p.a.says_one();

  for (const Datagram& first : hellos) {
    for (const Datagram& second : hellos) {
      for (const bool at_a : {true, false}) {
        Pair<> attacked = p;
        auto& victim = at_a ? attacked.a : attacked.z;
        victim.hears(first);
        attacked.exchange();
        victim.hears(second);
        attacked.exchange();
        EXPECT_EQ(attacked.a.told(), Lines{});
        EXPECT_EQ(attacked.z.told(), Lines{});
        EXPECT_EQ(attacked.a.stats().binds, binds_a);
        EXPECT_EQ(attacked.z.stats().binds, binds_z);
        // The session is the same one: what was on its way before still counts.
        attacked.z.hears(data);
        attacked.exchange();
        EXPECT_EQ(attacked.z.received().back(), "pending");
        EXPECT_EQ(attacked.a->status(pending), MessageStatus::acked);
        expect_talking(attacked);
        if (HasFailure()) return;
      }
    }
  }
}

// The rule: hellos go on until the bind is confirmed. When they stop at the bind, a keeps (a, first z), z keeps
// (second z, a), and each drops the other's packets as foreign.
TEST(HandshakeTrace, a_lost_answer_to_a_restart_does_not_keep_the_ends_apart) {
  Pair<> p;
  p.connect();
  p.z.restarts();
  p.z->connect(p.z.now());
  p.a.hears(p.z.says_one());
  p.z.hears(p.a.says_one());  // z has bound …
  EXPECT_EQ(p.z.told(), (Lines{"connected"}));
  p.z.says();                 // … and all that it says to that is lost.
  EXPECT_EQ(p.a.told(), Lines{});
  EXPECT_TRUE(p.run_until([&] { return p.a.stats().binds == 2; }, 1s));
  EXPECT_EQ(p.a.told(), (Lines{"disconnected: peer restarted", "connected"}));
  expect_talking(p);
}

// The rule: the tag is directional. Under a symmetric one a would take its own packet for one of z.
TEST(HandshakeTrace, a_reflected_packet_does_not_open) {
  Pair<> p;
  p.connect();
  p.a.sends("m1");
  const Datagram m1 = p.a.says_one();
  p.a.hears(m1);
  EXPECT_EQ(p.a.told(), Lines{});
  EXPECT_EQ(p.a.stats().dropped_foreign, 1u);
  EXPECT_EQ(p.a.says(), Kept{});
}

TEST(HandshakeTrace, a_reflected_hello_is_dropped_and_counted) {
  Pair<> p;
  p.a->connect(p.a.now());
  const Datagram hello = p.a.says_one();
  p.a.hears(hello);
  EXPECT_EQ(p.a.stats().dropped_reflected, 1u);
  EXPECT_EQ(p.a.says(), Kept{});
  EXPECT_EQ(p.a->state(), ConnectionState::connecting);
}

TEST(Handshake, a_nonce_of_zero_is_nobody) {
  Pair<> p;
  p.z.hears(make_hello({0, 7, 0, true, p.a->limits()}));
  EXPECT_EQ(p.z.stats().dropped_reflected, 1u);
  EXPECT_EQ(p.z.says(), Kept{});
}

// Catches a response of 0 taken for the echo of a challenge that is not drawn yet.
TEST(Handshake, a_hello_without_the_right_echo_binds_nobody) {
  Pair<> p;
  p.a->connect(p.a.now());
  p.a.says();
  for (const std::uint64_t response : {std::uint64_t{0}, std::uint64_t{1}, p.a->nonce()}) {
    p.a.hears(make_hello({77, 7, response, false, p.z->limits()}));
    EXPECT_EQ(p.a.told(), Lines{});
  }
  EXPECT_EQ(p.a.stats().binds, 0u);
}

// Catches loops: two ends that answer answers never fall silent.
TEST(Handshake, a_hello_that_wants_nothing_is_not_answered) {
  Pair<> p;
  p.z.hears(make_hello({77, 7, 0, false, p.a->limits()}));
  p.z.hears(make_hello({77, 7, 5, false, p.a->limits()}));
  EXPECT_EQ(p.z.says(), Kept{});
  EXPECT_EQ(p.z->state(), ConnectionState::idle);
}

TEST(Handshake, a_duplicated_hello_costs_three_datagrams_at_most) {
  Pair<> p;
  p.a->connect(p.a.now());
  const Datagram first = p.a.says_one();
  p.z.hears(first);
  p.a.hears(p.z.says());
  p.exchange();
  const auto sent = [&] { return p.a.stats().datagrams_sent + p.z.stats().datagrams_sent; };
  const std::uint64_t before = sent();
  p.z.hears(first);
  p.exchange();
  EXPECT_LE(sent() - before, 3u);
}

TEST(Handshake, answers_are_limited_to_a_burst_and_a_rate) {
  Pair<> p;
  p.pass(1min);
  const auto flood = [&] {
    std::size_t answers = 0;
    for (Nonce n = 1000; n < 1100; ++n) {
      p.z.hears(make_hello({n, 7, 0, true, p.a->limits()}));
      answers += p.z.says().size();
    }
    return answers;
  };
  EXPECT_EQ(flood(), 8u);
  EXPECT_EQ(p.z.stats().dropped_rate_limited, 92u);  // 100 - 8.
  p.pass(49ms);
  EXPECT_EQ(flood(), 0u);
  p.pass(1ms);
  EXPECT_EQ(flood(), 1u);
  EXPECT_EQ(p.z->state(), ConnectionState::idle);
}

TEST(Handshake, a_hello_that_binds_and_finds_no_answer_left_is_not_counted_as_dropped) {
  Pair<> p;
  p.pass(1min);
  p.z.hears(make_hello({1000, 7, 0, true, p.a->limits()}));
  const std::uint64_t challenge = hello_in(p.z.says_one()).challenge;
  for (Nonce n = 1001; n < 1008; ++n) {
    p.z.hears(make_hello({n, 7, 0, true, p.a->limits()}));
    EXPECT_EQ(p.z.says().size(), 1u);
  }
  p.z.hears(make_hello({1000, 7, challenge, true, p.a->limits()}));
  EXPECT_EQ(p.z.told(), (Lines{"connected"}));
  EXPECT_EQ(p.z.stats().dropped_rate_limited, 0u);
}

TEST(Handshake, hellos_nobody_drains_are_kept_to_a_few) {
  Pair<> p;
  for (Nonce n = 1000; n < 1100; ++n) p.z.hears(make_hello({n, 7, 0, true, p.a->limits()}));
  EXPECT_EQ(p.z.says().size(), 4u);
}

TEST(Handshake, limits_that_no_options_allow_are_malformed) {
  Pair<> p;
  Limits limits = p.a->limits();
  limits.window = 0;
  p.z.hears(make_hello({77, 7, 0, true, limits}));
  limits = p.a->limits();
  limits.ack_delay_max_us = 1'000'001;
  p.z.hears(make_hello({77, 7, 0, true, limits}));
  EXPECT_EQ(p.z.stats().dropped_malformed, 2u);
  EXPECT_EQ(p.z.says(), Kept{});
}

TEST(Handshake, data_that_comes_before_the_bind_is_dropped_and_arrives_later) {
  Pair<> p;
  ASSERT_TRUE(p.a->bind(p.a.now(), p.z->nonce(), p.z->limits()));
  const MessageId m1 = p.a.sends("m1");
  const Kept said = p.a.says();
  ASSERT_EQ(said.size(), 2u);
  p.z.hears(said[1]);
  EXPECT_EQ(p.z.stats().dropped_foreign, 1u);
  EXPECT_EQ(p.z.told(), Lines{});
  p.z.hears(said[0]);
  EXPECT_TRUE(p.settle());
  EXPECT_EQ(p.z.received(), (Lines{"m1"}));
  EXPECT_EQ(p.a->status(m1), MessageStatus::acked);
}

TEST(Signalling, two_exchanged_nonces_bind_without_a_round_trip) {
  Pair<> p;
  ASSERT_TRUE(p.a->bind(p.a.now(), p.z->nonce(), p.z->limits()));
  ASSERT_TRUE(p.z->bind(p.z.now(), p.a->nonce(), p.a->limits()));
  p.a.sends("m1");
  const Kept said = p.a.says();
  ASSERT_EQ(said.size(), 2u);
  EXPECT_EQ(show(said[0]), "hello wants");
  p.z.hears(said[1]);
  EXPECT_EQ(p.z.received(), (Lines{"m1"}));
  EXPECT_TRUE(p.z->confirmed());
  EXPECT_TRUE(p.settle());
}

TEST(Signalling, what_names_no_other_end_is_refused) {
  Pair<> p;
  EXPECT_FALSE(p.a->bind(p.a.now(), 0, p.z->limits()));
  EXPECT_FALSE(p.a->bind(p.a.now(), p.a->nonce(), p.z->limits()));
  EXPECT_FALSE(p.a->bind(p.a.now(), p.z->nonce(), Limits{}));
  EXPECT_EQ(p.a->state(), ConnectionState::idle);
  p.a.closes();
  EXPECT_FALSE(p.a->bind(p.a.now(), p.z->nonce(), p.z->limits()));
}

TEST(Signalling, the_bound_nonce_again_changes_nothing) {
  Pair<> p;
  p.connect();
  const MessageId m1 = p.a.sends("m1");
  EXPECT_TRUE(p.a->bind(p.a.now(), p.z->nonce(), p.z->limits()));
  EXPECT_EQ(p.a.stats().binds, 1u);
  p.exchange();
  EXPECT_EQ(p.a->status(m1), MessageStatus::acked);
}

// The rule: a bind by signalling draws a new challenge as any other does. With the old one kept, the answer of the
// dead z binds a to it in one step.
TEST(SignallingTrace, a_late_answer_does_not_undo_a_bind_by_signalling) {
  Pair<> p;
  p.a->connect(p.a.now());
  p.z.hears(p.a.says_one());
  const Datagram late = p.z.says_one();
  p.z.restarts();
  ASSERT_TRUE(p.a->bind(p.a.now(), p.z->nonce(), p.z->limits()));
  p.a.drain();
  EXPECT_EQ(p.a.told(), (Lines{"connected"}));
  p.a.hears(late);
  EXPECT_EQ(p.a.told(), Lines{});
  EXPECT_EQ(p.a.stats().binds, 1u);
  p.exchange();
  expect_talking(p);
}

// The rule: hellos go on after a bind by signalling too, or an end that signalling did not reach never binds.
TEST(SignallingTrace, one_signalled_end_brings_the_other_to_bind) {
  Pair<> p;
  ASSERT_TRUE(p.a->bind(p.a.now(), p.z->nonce(), p.z->limits()));
  p.a.says();  // The first hello is lost.
  EXPECT_TRUE(p.run_until([&] { return p.a->confirmed() && p.z->confirmed(); }, 3s));
  EXPECT_EQ(p.z.told(), (Lines{"connected"}));
  expect_talking(p);
}

TEST(Handshake, nonces_and_challenges_differ_from_start_to_start) {
  Pair<> p;
  std::set<std::uint64_t> drawn;
  for (int i = 0; i < 50; ++i) {
    p.a->connect(p.a.now());
    const Hello hello = hello_in(p.a.says_one());
    EXPECT_TRUE(drawn.insert(hello.nonce).second);
    EXPECT_TRUE(drawn.insert(hello.challenge).second);
    p.a.restarts();
  }
}

TEST(Handshake, a_hello_is_repeated_up_to_an_eighth_later_so_that_two_ends_do_not_stay_in_step) {
  Options options;
  options.rtt_initial = 32us;
  std::set<Duration> later;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    bowline::Handshake handshake{options, {.high = seed, .low = 1}};
    handshake.start(TimePoint{1s});
    const TimePoint first = handshake.deadline();
    EXPECT_EQ(first, TimePoint{1s} + 32us);
    EXPECT_FALSE(handshake.on_timer(first));
    later.insert(handshake.deadline() - first);
  }
  EXPECT_EQ(*later.begin(), 64us);  // Twice as long,
  EXPECT_EQ(*later.rbegin(), 72us);  // and an eighth.
  EXPECT_EQ(later.size(), 9u);
}

}  // namespace
}  // namespace bowline::test
