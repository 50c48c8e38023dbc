// SPDX-License-Identifier: BSL-1.0
#include "bowline/core/liveness.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "bowline/base/random.hpp"
#include "core/support/pair.hpp"

namespace bowline::test {
namespace {

constexpr TimePoint start{1h};

constexpr Duration answer_time = 50ms;

/// So many probes without an answer, each as long after the one before as an answer takes.
void leave_unanswered(Liveness& liveness, TimePoint from, int probes) {
  liveness.on_asked(from);
  for (int i = 1; i <= probes; ++i) liveness.on_probe(from + i * answer_time, answer_time);
}

TEST(Liveness, silence_alone_is_no_sign_of_death) {
  Liveness liveness{Options{}};
  liveness.start(start);
  EXPECT_FALSE(liveness.gone(start + 24h * 30));
  leave_unanswered(liveness, start, 2);
  EXPECT_FALSE(liveness.gone(start + 24h * 30));
  liveness.on_probe(start + 3 * answer_time, answer_time);
  EXPECT_TRUE(liveness.gone(start + 24h * 30));
}

TEST(Liveness, unanswered_probes_alone_are_no_sign_of_death) {
  Liveness liveness{Options{}};
  liveness.start(start);
  leave_unanswered(liveness, start, 100);
  EXPECT_FALSE(liveness.gone(start + 20s - 1us));
  EXPECT_TRUE(liveness.gone(start + 20s));
}

TEST(Liveness, probes_before_an_answer_could_come_count_once) {
  Liveness liveness{Options{}};
  liveness.start(start);
  liveness.on_asked(start);
  // 149 of them, 1 ms apart, have room for two answers after each other.
  for (int i = 1; i < 150; ++i) liveness.on_probe(start + i * 1ms, answer_time);
  EXPECT_FALSE(liveness.gone(start + 1h));
  liveness.on_probe(start + 150ms, answer_time);
  EXPECT_TRUE(liveness.gone(start + 1h));
}

// A transport may refuse to send for as long as it likes.
TEST(Liveness, probes_that_could_not_leave_count_too) {
  Liveness liveness{Options{}};
  liveness.start(start);
  for (int i = 0; i <= 3; ++i) liveness.on_probe(start + i * answer_time, answer_time);
  EXPECT_TRUE(liveness.gone(start + 20s));
}

TEST(Liveness, anything_heard_starts_both_counts_anew) {
  Liveness liveness{Options{}};
  liveness.start(start);
  leave_unanswered(liveness, start, 3);
  liveness.on_heard(start + 19s);
  EXPECT_FALSE(liveness.gone(start + 50s));
  leave_unanswered(liveness, start + 19s, 3);
  EXPECT_FALSE(liveness.gone(start + 39s - 1us));
  EXPECT_TRUE(liveness.gone(start + 39s));
}

TEST(Liveness, silence_begins_with_the_first_question_where_nothing_keeps_the_path_open) {
  Options options;
  options.keepalive = 0ms;
  Liveness liveness{options};
  liveness.start(start);
  leave_unanswered(liveness, start + 1h, 3);
  EXPECT_FALSE(liveness.gone(start + 1h + 20s - 1us));
  EXPECT_TRUE(liveness.gone(start + 1h + 20s));
}

TEST(Liveness, a_question_that_was_given_up_is_asked_again_soon) {
  Liveness liveness{Options{}};
  liveness.start(start);
  liveness.on_asked(start + 10s);
  EXPECT_EQ(liveness.deadline(true, answer_time), never);
  EXPECT_EQ(liveness.deadline(false, answer_time), start + 11'250ms);  // 20 s / 16
  EXPECT_EQ(liveness.deadline(false, 2s), start + 12s);  // and not before an answer could come
  EXPECT_EQ(liveness.deadline(false, 1h), start + 20s);
  liveness.on_heard(start + 11s);
  EXPECT_EQ(liveness.deadline(false, answer_time), start + 20s);
}

// Else the next question would be due already, and nobody looks again before the timer.
TEST(Liveness, a_probe_that_begins_a_silence_puts_the_next_question_off) {
  Liveness liveness{Options{}};
  liveness.start(start);
  liveness.on_probe(start + 5s, answer_time);
  EXPECT_EQ(liveness.deadline(false, answer_time), start + 6'250ms);
}

TEST(Liveness, what_counts_as_gone_at_the_idle_timeout_is_still_asked_until_then) {
  Liveness liveness{Options{}};
  liveness.start(start);
  leave_unanswered(liveness, start + 10s, 3);
  EXPECT_EQ(liveness.deadline(false, answer_time), start + 11'250ms);
  EXPECT_EQ(liveness.deadline(true, answer_time), start + 20s);
}

TEST(Liveness, silence_of_our_own_asks_for_a_ping) {
  Liveness liveness{Options{}};
  liveness.start(start);
  EXPECT_EQ(liveness.deadline(false, answer_time), start + 10s);
  EXPECT_FALSE(liveness.ping_due(start + 10s - 1us, answer_time));
  EXPECT_TRUE(liveness.ping_due(start + 10s, answer_time));
  liveness.on_asked(start + 9s);
  liveness.on_heard(start + 9s);
  EXPECT_FALSE(liveness.ping_due(start + 10s, answer_time));
  EXPECT_EQ(liveness.deadline(true, answer_time), never);
}

TEST(Liveness, no_keepalive_waits_for_nothing) {
  Options options;
  options.keepalive = 0ms;
  Liveness liveness{options};
  liveness.start(start);
  EXPECT_EQ(liveness.deadline(false, answer_time), never);
  EXPECT_FALSE(liveness.ping_due(start + 24h, answer_time));
}

TEST(ConnectionLiveness, an_idle_connection_says_little_and_stays) {
  Pair<> p;
  p.connect();
  const std::uint64_t before = p.a.stats().datagrams_sent + p.z.stats().datagrams_sent;
  p.run_for(10min);
  EXPECT_EQ(p.a->state(), ConnectionState::connected);
  EXPECT_EQ(p.a.told(), Lines{});
  EXPECT_EQ(p.z.told(), Lines{});
  const std::uint64_t said = p.a.stats().datagrams_sent + p.z.stats().datagrams_sent - before;
  EXPECT_GE(said, 60u);   // Each end asks every 10 s, or the other's asking will do.
  EXPECT_LE(said, 240u);  // 2 ends · 60 pings, each answered.
}

TEST(ConnectionLiveness, a_silent_peer_is_gone_after_the_idle_timeout) {
  Pair<> p;
  p.connect();
  const TimePoint heard = p.now();
  EXPECT_TRUE(p.run_until([&] { return p.a->state() == ConnectionState::idle; }, 1min, 10ms,
                          [](bool, const Datagram&) { return false; }));
  EXPECT_EQ(p.a.told(), (Lines{"disconnected: peer gone"}));
  EXPECT_GE(p.a.stats().probes_sent, 1u);
  EXPECT_GE(p.now() - heard, Duration{20s});
  EXPECT_LE(p.now() - heard, Duration{25s});
}

TEST(ConnectionLiveness, what_is_pending_ends_as_closed_when_the_peer_is_gone) {
  Pair<> p;
  p.connect();
  p.a.sends("1", {.deadline = 1h});
  p.a.sends("2", {.after = {1}, .gate = Gate::at_sender});
  p.run_until([&] { return p.a->settled(); }, 1min, 10ms, [](bool, const Datagram&) { return false; });
  EXPECT_TRUE(p.a->settled());
  EXPECT_EQ(p.a.stats().messages_unconfirmed, 2u);
}

// One call after a long sleep is one probe, not three.
TEST(ConnectionLiveness, a_process_that_slept_asks_before_it_gives_up) {
  Pair<> p;
  p.connect();
  p.pass(1h);
  EXPECT_EQ(p.a.told(), Lines{});
  p.exchange();
  p.pass(1h);
  p.exchange();
  EXPECT_EQ(p.a->state(), ConnectionState::connected);
  EXPECT_EQ(p.z->state(), ConnectionState::connected);
}

TEST(ConnectionLiveness, the_time_of_a_long_sleep_is_no_silence_even_if_three_probes_after_it_are_lost) {
  Pair<> p;
  p.connect();
  p.pass(1h);
  // 10 s were silent before its timer was due, which leaves as many of the 20 s.
  EXPECT_FALSE(p.run_until([&] { return p.a->state() == ConnectionState::idle; }, 9s, 10ms,
                           [](bool, const Datagram&) { return false; }));
  EXPECT_GE(p.a.stats().timeouts, 2u) << "beside the PING that it woke up for";
}

TEST(ConnectionLiveness, without_keepalive_an_idle_end_says_nothing_and_waits_for_nothing) {
  Options options = prompt();
  options.keepalive = 0ms;
  Pair<> p{options};
  p.connect();
  EXPECT_EQ(p.a->next_deadline(), never);
  p.pass(24h);
  EXPECT_EQ(p.a.says_lines(), Lines{});
  EXPECT_EQ(p.a->state(), ConnectionState::connected);
}

TEST(ConnectionLiveness, an_outage_shorter_than_the_idle_timeout_loses_nothing) {
  Pair<FixedQueueDedup<>, AdaptiveResend> p{prompt(), AdaptiveResend{.resend_count_max = 50}};
  p.connect();
  for (int i = 0; i < 20; ++i) p.a.sends("x");
  p.run_until([] { return false; }, 15s, 10ms, [](bool, const Datagram&) { return false; });
  EXPECT_TRUE(p.settle(10s));
  EXPECT_EQ(p.z.received().size(), 20u);
  EXPECT_EQ(p.a.stats().messages_acked, 20u);
}

/// Whatever two ends live through, each timer that fired is over, and whatever waits has one.
template <class P>
void expect_timers_ahead(P& p) {
  for (auto* side : {&p.a, &p.z}) {
    side->wakes_at(p.now());
    side->says();
    ASSERT_GT(side->deadline(), p.now());
    if (!(*side)->settled()) {
      ASSERT_NE(side->deadline(), never);
    }
  }
}

// Catches timers that spin (due and never over) and what waits without one. What `says` answers is lost.
TEST(ConnectionLiveness, after_each_call_the_next_timer_lies_ahead) {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    SCOPED_TRACE(seed);
    Random random{seed};
    Options options = prompt();
    options.ack_delay_max = Duration{1000} * static_cast<int>(random.below(30));
    options.window = 8;
    options.held_bytes_max = 20;
    Pair<> p{options};
    std::vector<Datagram> kept;
    for (int step = 0; step < 500; ++step) {
      const bool of_a = random.below(2) == 0;
      auto& side = of_a ? p.a : p.z;
      auto& other = of_a ? p.z : p.a;
      switch (random.below(12)) {
        case 0:
        case 1:
        case 2: {
          SendOptions send;
          send.reliable = random.below(5) != 0;
          if (random.below(3) == 0) send.after = {1 + random.below(20)};
          send.gate = random.below(2) == 0 ? Gate::at_sender : Gate::at_receiver;
          if (random.below(2) == 0) send.on_dependency_failure = OnDependencyFailure::fail;
          if (random.below(4) == 0) send.deadline = Duration{1000} * static_cast<int>(1 + random.below(300));
          static_cast<void>(side->send(side.now(), bytes_of("0123456789"), send));
          break;
        }
        case 3: side.cancels({1 + random.below(100)}); break;
        case 4:
          if (random.below(40) == 0) side.restarts();
          break;
        case 5:
          if (!kept.empty()) other.hears(kept[random.index(kept.size())]);
          break;
        case 6:
          if (random.below(10) == 0) side.shift_clock(Duration{1s} * (static_cast<int>(random.below(7200)) - 3600));
          break;
        case 7:
          if (random.below(100) == 0) side.closes();
          break;
        default:
          for (const Datagram& datagram : side.says()) {
            if (random.below(4) == 0) kept.push_back(datagram);
            if (random.below(4) != 0) other.hears(datagram);
          }
      }
      if (random.below(2) == 0) p.pass(Duration{1000} * static_cast<int>(random.below(200)));
      Pair<> copy = p;  // The question itself must not change what comes.
      expect_timers_ahead(copy);
      if (HasFatalFailure()) FAIL() << "step " << step;
    }
  }
}

}  // namespace
}  // namespace bowline::test
