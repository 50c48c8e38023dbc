// SPDX-License-Identifier: BSL-1.0
#include "bowline/core/closing.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "core/support/pair.hpp"

namespace bowline::test {
namespace {

constexpr TimePoint begun_at{1h};

TEST(Closing, three_good_byes_leave_unasked_a_probe_timeout_apart) {
  Closing closing{Options{}};
  closing.linger(begun_at, 100ms);
  int good_byes = closing.take_due() ? 1 : 0;
  EXPECT_FALSE(closing.take_due());
  int turns = 0;
  for (TimePoint now = begun_at; !closing.on_timer(now); now = closing.deadline()) {
    good_byes += closing.take_due() ? 1 : 0;
    ASSERT_LT(++turns, 10);
  }
  EXPECT_EQ(good_byes, 3);
}

TEST(Closing, a_late_datagram_is_worth_one_good_bye_at_the_next_turn) {
  Closing closing{Options{}};
  closing.linger(begun_at, 100ms);
  int good_byes = closing.take_due() ? 1 : 0;
  for (TimePoint now = begun_at; !closing.on_timer(now); now = closing.deadline()) {
    good_byes += closing.take_due() ? 1 : 0;
    for (int i = 0; i < 10; ++i) closing.on_late_datagram();
    EXPECT_FALSE(closing.take_due());
  }
  EXPECT_EQ(good_byes, 5);  // One a turn, of which there are five.
}

TEST(Closing, draining_has_a_limit) {
  Options options;
  options.close_timeout = 3s;
  Closing closing{options};
  closing.drain(begun_at);
  EXPECT_EQ(closing.deadline(), begun_at + 3s);
  EXPECT_FALSE(closing.drained_too_long(begun_at + 3s - 1us));
  EXPECT_TRUE(closing.drained_too_long(begun_at + 3s));
}

TEST(Closing, what_is_closed_waits_for_nothing) {
  Closing closing{Options{}};
  EXPECT_FALSE(closing.begun());
  closing.linger(begun_at, 100ms);
  closing.finish();
  EXPECT_EQ(closing.deadline(), never);
  EXPECT_FALSE(closing.take_due());
  EXPECT_EQ(closing.phase(), Closing::Phase::closed);
}

/// How many of `datagrams` carry CLOSE.
std::size_t good_byes_in(const std::vector<Datagram>& datagrams) {
  std::size_t count = 0;
  for (const Datagram& datagram : datagrams) count += show(datagram).find("close") != std::string::npos ? 1u : 0u;
  return count;
}

TEST(ConnectionClose, an_end_without_peer_and_messages_closes_at_once) {
  Pair<> p;
  p.a.closes();
  EXPECT_EQ(p.a.told(), (Lines{"disconnected: closed"}));
  EXPECT_EQ(p.a->state(), ConnectionState::closed);
  EXPECT_EQ(p.a->next_deadline(), never);
  EXPECT_EQ(p.a.says_lines(), Lines{});
}

TEST(ConnectionClose, everything_pending_is_drained_first) {
  Pair<> p;
  p.connect();
  for (int i = 0; i < 100; ++i) p.a.sends(std::string(200, 'x'));
  p.a.closes();
  EXPECT_EQ(p.a->state(), ConnectionState::closing);
  EXPECT_TRUE(p.run_until([&] { return p.a->state() == ConnectionState::closed; }, 10s));
  EXPECT_EQ(p.z.received().size(), 100u);
  EXPECT_EQ(p.a.stats().messages_acked, 100u);
  EXPECT_EQ(p.a.told(), (Lines{"disconnected: closed"}));
  EXPECT_EQ(p.z.told().back(), "disconnected: peer closed");
}

TEST(ConnectionClose, no_message_is_taken_afterwards) {
  Pair<> p;
  p.connect();
  p.a.closes();
  EXPECT_EQ(p.a->send(p.a.now(), bytes_of("x")).error, SendError::closed);
}

// Catches a good-bye that leaves the last ack behind: its sender would never know.
TEST(ConnectionClose, close_carries_the_last_ack_and_verdict) {
  Pair<> p;
  p.connect();
  p.a.sends("1");
  p.z.hears(p.a.says());
  p.z.closes();
  EXPECT_EQ(show(p.z.says_one()), "ack 1, close");

  Pair<> told;
  told.connect();
  told.a.sends("1");
  told.z.hears(told.a.says());
  EXPECT_EQ(told.z.says_lines(), (Lines{"ack 1"}));  // Lost, so it is told once more.
  told.z.closes();
  EXPECT_EQ(show(told.z.says_one()), "ack 1, close");

  Pair<> q;
  q.connect();
  q.a.sends("1");
  q.a.says();
  q.a.cancels({1});
  q.z.hears(q.a.says());
  q.z.closes();
  EXPECT_EQ(show(q.z.says_one()), "verdict 1 refused, ack 2, close");
}

// Catches a good-bye that is written behind the end of a packet full of answers.
TEST(ConnectionClose, close_has_room_beside_as_many_verdicts_as_fill_a_packet) {
  Options options = prompt();
  options.datagram_bytes_max = 128;
  Pair<> p{options};
  p.connect();
  for (int i = 1; i <= 20; ++i) p.a.sends("x");
  p.a.says();
  for (std::uint64_t id = 1; id <= 20; ++id) p.a.cancels({id});
  p.z.hears(p.a.says());
  p.z.closes();
  const std::string good_bye = show(p.z.says().front());
  // 128 - 13 - 2 = 113 bytes for verdicts of 6: 18, which leave no room for an ACK.
  EXPECT_EQ(std::count(good_bye.begin(), good_bye.end(), 'v'), 18);
  EXPECT_TRUE(good_bye.ends_with("verdict 18 refused, close")) << good_bye;
}

TEST(ConnectionClose, close_is_never_answered) {
  Pair<> p;
  p.connect();
  p.a.closes();
  const Datagram good_bye = p.a.says_one();
  EXPECT_EQ(show(good_bye), "close");
  p.z.hears(good_bye);
  EXPECT_EQ(p.z.told(), (Lines{"disconnected: peer closed"}));
  EXPECT_EQ(p.z.says_lines(), Lines{});
  p.z.hears(good_bye);
  p.run_until([] { return false; }, 1min, 10ms, [](bool from_a, const Datagram&) {
    EXPECT_TRUE(from_a);
    return false;
  });
}

TEST(ConnectionClose, three_closes_are_sent_into_silence) {
  Pair<> p;
  p.connect();
  p.a.closes();
  std::vector<Datagram> said;
  EXPECT_TRUE(p.run_until([&] { return p.a->state() == ConnectionState::closed; }, 1min, 10ms,
                          [&](bool from_a, const Datagram& datagram) {
                            if (from_a) said.push_back(datagram);
                            return false;
                          }));
  EXPECT_EQ(good_byes_in(said), 3u);
  EXPECT_EQ(said.size(), 3u);
  EXPECT_EQ(p.a.told(), (Lines{"disconnected: closed"}));
}

// A peer that goes on talking has not heard it: one CLOSE for each probe time-out in which it did, five in all.
TEST(ConnectionClose, late_datagrams_are_told_again_and_never_more_than_once_a_turn) {
  Pair<> p;
  p.connect();
  p.a.closes();
  std::size_t good_byes = good_byes_in(p.a.says());
  PacketNumber packet = 20;
  while (p.a->state() != ConnectionState::closed) {
    for (int i = 0; i < 20; ++i) {
      p.a.hears(p.packet_to_a(packet++, [](Writer& writer) { PingFrame::write(writer); }));
      EXPECT_EQ(good_byes_in(p.a.says()), 0u);
    }
    ASSERT_LT(packet, 500u);
    p.pass(p.a.deadline() - p.now());
    good_byes += good_byes_in(p.a.says());
  }
  EXPECT_EQ(good_byes, 5u);
}

TEST(ConnectionClose, the_peers_held_messages_are_dropped_and_its_own_end_as_closed) {
  Pair<> p;
  p.connect();
  const MessageId root = p.a.sends("root");
  p.a.says();
  p.a.sends("held", {.after = root});
  p.z.hears(p.a.says());
  p.z.sends("pending");
  p.z.says();
  p.z.hears(p.packet_to_z(20, [](Writer& writer) { CloseFrame::write(writer); }));
  EXPECT_EQ(p.z.told(), (Lines{"disconnected: peer closed", "closed 1"}));
  EXPECT_EQ(p.z->state(), ConnectionState::idle);
  EXPECT_TRUE(p.z->settled());
  EXPECT_EQ(p.z.received(), Lines{});
}

TEST(ConnectionClose, what_came_with_close_is_delivered_before_the_end) {
  Pair<> p;
  p.connect();
  p.z.hears(p.packet_to_z(20, [](Writer& writer) {
    DataFrame frame;
    frame.number = 1;
    frame.payload = bytes_of("last words");
    frame.write<WireNumber<>>(writer, 0);
    CloseFrame::write(writer);
  }));
  EXPECT_EQ(p.z.told(), (Lines{"received last words", "disconnected: peer closed"}));
}

TEST(ConnectionClose, draining_waits_for_the_verdict_of_what_was_recalled) {
  Pair<> p;
  p.connect();
  p.a.sends("1");
  p.z.hears(p.a.says());
  p.z.says();  // The ack is lost.
  p.a.cancels({1});
  p.a.closes();
  const Datagram tombstone = p.a.says_one();
  EXPECT_EQ(show(tombstone), "tombstone 1");
  p.z.hears(tombstone);
  p.a.hears(p.z.says());
  EXPECT_EQ(p.a.told(), (Lines{"cancelled 1", "late ack 1"}));
  EXPECT_EQ(good_byes_in(p.a.says()), 1u);
}

TEST(ConnectionClose, draining_that_takes_too_long_ends_what_is_left) {
  Pair<> p;
  p.connect();
  p.a.sends("1");
  p.a.closes();
  p.run_until([] { return false; }, 5s - 1us, 10ms, [](bool, const Datagram&) { return false; });
  EXPECT_EQ(p.a.told(), Lines{});
  p.pass(1us);
  EXPECT_EQ(p.a.told(), (Lines{"closed 1"}));
  EXPECT_TRUE(p.run_until([&] { return p.a->state() == ConnectionState::closed; }, 1min, 10ms,
                          [](bool, const Datagram&) { return false; }));
  EXPECT_EQ(p.a.told(), (Lines{"disconnected: closed"}));
}

TEST(ConnectionClose, the_end_of_draining_by_a_cancelled_message_is_told_at_once) {
  Pair<> p;
  p.connect();
  const MessageId last = p.a.sends("1");
  p.a.closes();
  EXPECT_TRUE(p.a.cancels(last));
  p.z.hears(p.a.says_one());
  EXPECT_EQ(p.z.told(), (Lines{"disconnected: peer closed"}));
}

TEST(ConnectionClose, draining_without_a_peer_has_the_same_limit) {
  Pair<> p;
  p.a.sends("1");
  p.a.closes();
  EXPECT_TRUE(p.run_until([&] { return p.a->state() == ConnectionState::closed; }, 6s, 10ms,
                          [](bool, const Datagram&) { return false; }));
  const Lines told = p.a.told();
  ASSERT_EQ(told.size(), 2u);
  EXPECT_NE(std::find(told.begin(), told.end(), "closed 1, never sent"), told.end());
  EXPECT_NE(std::find(told.begin(), told.end(), "disconnected: closed"), told.end());
}

TEST(ConnectionClose, what_was_sent_before_close_reaches_a_peer_found_later) {
  Pair<> p;
  p.a.sends("1");
  p.a.closes();
  EXPECT_TRUE(p.run_until([&] { return p.a->state() == ConnectionState::closed; }, 5s));
  EXPECT_EQ(p.z.received(), (Lines{"1"}));
  EXPECT_EQ(p.a->status({1}), MessageStatus::acked);
}

TEST(ConnectionClose, a_peer_that_is_not_found_ends_it_before_draining_takes_too_long) {
  Options options = prompt();
  options.handshake_timeout = 1s;
  Pair<> p{options};
  p.a.sends("1");
  p.a.closes();
  EXPECT_FALSE(p.a->settled());
  const TimePoint begun = p.now();
  while (p.a->state() != ConnectionState::closed && p.now() < begun + 4s) p.a.says(), p.pass(100ms);
  EXPECT_EQ(p.a->state(), ConnectionState::closed);
  EXPECT_EQ(p.a.told(), (Lines{"disconnected: closed", "closed 1, never sent"}));
}

TEST(ConnectionClose, looks_for_no_peer_any_more) {
  Pair<> p;
  p.a.closes();
  p.a->connect(p.a.now());
  EXPECT_TRUE(p.a.says().empty());
  EXPECT_EQ(p.a->state(), ConnectionState::closed);
}

TEST(ConnectionClose, a_new_incarnation_of_the_peer_ends_it_at_once) {
  Pair<> p;
  p.connect();
  p.a.sends("1");
  p.a.says();
  p.a.closes();
  p.z.restarts();
  p.z->connect(p.z.now());
  p.exchange();
  EXPECT_EQ(p.a->state(), ConnectionState::closed);
  EXPECT_EQ(p.a.told(), (Lines{"disconnected: closed", "closed 1"}));
  EXPECT_EQ(p.z.received(), Lines{});
}

TEST(ConnectionClose, both_ends_may_close_at_once) {
  Pair<> p;
  p.connect();
  p.a.sends("of a");
  p.z.sends("of z");
  p.a.closes();
  p.z.closes();
  EXPECT_TRUE(p.run_until(
      [&] { return p.a->state() == ConnectionState::closed && p.z->state() == ConnectionState::closed; }, 10s));
  EXPECT_EQ(p.a.received(), (Lines{"of z"}));
  EXPECT_EQ(p.z.received(), (Lines{"of a"}));
  EXPECT_EQ(p.a.stats().messages_acked + p.z.stats().messages_acked, 2u);
}

TEST(ConnectionClose, a_closed_end_drops_everything_and_says_nothing) {
  Pair<> p;
  p.connect();
  p.a.closes();
  ASSERT_TRUE(p.run_until([&] { return p.a->state() == ConnectionState::closed; }, 10s));
  p.a.told();
  p.z.sends("hello again");
  p.a.hears(p.z.says());
  p.a.closes();
  p.pass(1min);
  EXPECT_EQ(p.a.says_lines(), Lines{});
  EXPECT_EQ(p.a.told(), Lines{});
  EXPECT_GE(p.a.stats().dropped_foreign, 1u);
}

// The good-bye of a dead session must not end the next one.
TEST(ConnectionClose, a_replayed_close_of_an_old_session_ends_nothing) {
  Pair<> p;
  p.connect();
  p.a.closes();
  const Datagram good_bye = p.a.says_one();
  p.z.hears(good_bye);
  p.a.restarts();
  p.a->connect(p.a.now());
  p.exchange();
  EXPECT_EQ(p.z.told(), (Lines{"disconnected: peer closed", "connected"}));
  p.z.hears(good_bye);
  EXPECT_EQ(p.z.told(), Lines{});
  EXPECT_EQ(p.z->state(), ConnectionState::connected);
}

TEST(ConnectionClose, a_lost_close_is_noticed_by_silence) {
  Pair<> p;
  p.connect();
  p.a.closes();
  EXPECT_TRUE(p.run_until([&] { return p.z->state() == ConnectionState::idle; }, 1min, 10ms,
                          [](bool from_a, const Datagram&) { return !from_a; }));
  EXPECT_EQ(p.z.told(), (Lines{"disconnected: peer gone"}));
}

TEST(ConnectionClose, what_a_closed_end_held_is_given_back) {
  MemoryPool memory{std::size_t{1} << 20};
  Options pooled = prompt();
  pooled.payload_pool = &memory;
  Pair<> p{prompt(), pooled};
  p.connect();
  const MessageId root = p.a.sends("root");
  p.a.says();
  p.a.sends(std::string(1000, 'h'), {.after = root});
  p.z.hears(p.a.says());
  ASSERT_GE(memory.in_use_bytes(), 1000u) << "it waits for what was lost";
  p.z.closes();
  ASSERT_TRUE(p.run_until([&] { return p.z->state() == ConnectionState::closed; }, 10s, 10ms,
                          [](bool, const Datagram&) { return false; }));
  EXPECT_EQ(memory.in_use_bytes(), 0u);
}

}  // namespace
}  // namespace bowline::test
