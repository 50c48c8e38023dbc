// SPDX-License-Identifier: BSL-1.0
#include "bowline/reliable_channel.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "bowline/clock/manual_clock.hpp"
#include "bowline/dedup/no_dedup.hpp"
#include "bowline/transport/memory_transport.hpp"
#include "channel/scripted_transport.hpp"

namespace bowline::test {
namespace {

using namespace std::chrono_literals;

using Channel = ReliableChannel<ScriptedTransport, ManualClock>;

struct ReliableChannelTest : testing::Test {
  TimePoint now{1h};
  Script at_a, at_z;
  Channel a{ScriptedTransport{&at_a}, {}, ManualClock{now}}, z{ScriptedTransport{&at_z}, {}, ManualClock{now}};
  std::vector<std::string> events;

  void drain(Channel& channel) {
    while (const auto event = channel.next_event()) {
      event->visit([&](const Received& m) { events.emplace_back(text(m.payload)); },
                   [&](const Connected&) { events.emplace_back("connected"); },
                   [&](const Disconnected&) { events.emplace_back("disconnected"); },
                   [&](const Unconfirmed&) { events.emplace_back("unconfirmed"); },
                   [&](const Acked&) { events.emplace_back("acked"); });
    }
  }

  /// Everything that can happen for `time`, both ends polled each millisecond.
  void run(Duration time) {
    for (const TimePoint end = now + time; now < end; now += 1ms) {
      for (Channel* channel : {&a, &z}) channel->poll(), drain(*channel), channel->poll();
      carry(at_a, at_z), carry(at_z, at_a);
    }
  }
};

TEST_F(ReliableChannelTest, carries_a_message_and_its_acknowledgement) {
  ASSERT_TRUE(a.send("hello", {.report_ack = true}));
  EXPECT_FALSE(a.settled());
  run(50ms);
  EXPECT_EQ(events, (std::vector<std::string>{"connected", "connected", "hello", "acked"}));
  EXPECT_TRUE(a.settled());
  EXPECT_EQ(a.state(), ConnectionState::connected);
}

TEST_F(ReliableChannelTest, is_due_at_once_after_a_command_or_with_an_event_and_in_the_future_after_poll) {
  EXPECT_EQ(a.next_deadline(), now);
  a.poll();
  EXPECT_EQ(a.next_deadline(), never);  // idle: nothing is looked for
  const SendResult sent = a.send("hello");
  EXPECT_EQ(a.next_deadline(), now);
  a.poll();
  EXPECT_GT(a.next_deadline(), now);
  EXPECT_TRUE(a.cancel(sent.id));
  EXPECT_EQ(a.next_deadline(), now);
  a.poll();
  EXPECT_EQ(a.next_deadline(), now);
  drain(a);
  EXPECT_GT(a.next_deadline(), now);
  a.close();
  EXPECT_EQ(a.next_deadline(), now);
  a.poll();
  EXPECT_EQ(a.state(), ConnectionState::closed);
  EXPECT_EQ(a.next_deadline(), now);
  drain(a);
  EXPECT_EQ(a.next_deadline(), never);
}

// A loop that sleeps until then would tell it late, or never.
TEST_F(ReliableChannelTest, is_due_at_once_when_poll_itself_ends_a_message) {
  Channel small{ScriptedTransport{&at_z}, Options{.message_bytes_max = 100}, ManualClock{now}};
  std::swap(small, z);
  run(50ms);
  ASSERT_TRUE(a.send("hello"));
  run(100ms);
  ASSERT_TRUE(a.send(std::string(101, 'x')));
  drain(a);
  events.clear();
  a.poll();
  EXPECT_EQ(a.next_deadline(), now);
  drain(a);
  EXPECT_EQ(events, std::vector<std::string>{"unconfirmed"});
  EXPECT_GT(a.next_deadline(), now);
}

TEST_F(ReliableChannelTest, offers_what_would_block_again_after_a_millisecond_and_nothing_else_before) {
  run(50ms);
  ASSERT_TRUE(a.send("hello"));
  run(50ms);
  at_a.answer = SendOutcome::would_block;
  ASSERT_TRUE(a.send("again"));
  at_a.sends = 0;
  a.poll();
  EXPECT_EQ(at_a.sends, 1);
  EXPECT_EQ(a.next_deadline(), now + 1ms);
  ASSERT_TRUE(a.send("and again"));
  a.poll();
  EXPECT_EQ(at_a.sends, 1);
  now += 1ms;
  a.poll();
  EXPECT_EQ(at_a.sends, 2);
  at_a.answer = SendOutcome::sent;
  now += 1ms;
  a.poll();
  EXPECT_EQ(at_a.sends, 4);  // what waited, and what came after it
  run(50ms);
  EXPECT_TRUE(a.settled());
  EXPECT_EQ(a.stats().segments_resent, 0u);
}

// An answer that is due while a datagram waits cannot leave either; that made the deadline lie in the past.
TEST_F(ReliableChannelTest, does_not_spin_on_what_is_due_behind_a_datagram_that_waits) {
  ASSERT_TRUE(a.send("hello"));
  run(50ms);
  at_z.answer = SendOutcome::would_block;
  ASSERT_TRUE(z.send("blocked"));
  z.poll();
  ASSERT_TRUE(a.send("to be acknowledged"));
  a.poll();
  carry(at_a, at_z);
  for (int i = 0; i < 20; ++i) {
    drain(z);
    z.poll();
    EXPECT_GT(z.next_deadline(), now);
    now += 1ms;
  }
  at_z.answer = SendOutcome::sent;
  run(200ms);
  EXPECT_TRUE(a.settled() && z.settled());
}

TEST_F(ReliableChannelTest, dropped_counts_as_loss) {
  ASSERT_TRUE(a.send("hello"));
  run(50ms);
  at_a.answer = SendOutcome::dropped;
  ASSERT_TRUE(a.send("again"));
  a.poll();
  at_a.answer = SendOutcome::sent;
  run(500ms);
  EXPECT_EQ(events.back(), "again");
  EXPECT_EQ(a.stats().segments_resent, 1u);
}

TEST_F(ReliableChannelTest, a_flood_does_not_hold_up_timers) {
  for (int i = 0; i < 1000; ++i) at_a.incoming.emplace_back(20);
  EXPECT_FALSE(a.next_event());
  EXPECT_EQ(at_a.receives, 64);
  EXPECT_EQ(a.next_deadline(), now);  // wants poll
  a.poll();
  EXPECT_EQ(a.next_deadline(), now);  // and wants to read on
  EXPECT_FALSE(a.next_event());
  EXPECT_EQ(at_a.receives, 128);
}

TEST_F(ReliableChannelTest, reads_no_datagram_before_the_events_of_the_last_are_taken) {
  ASSERT_TRUE(a.send("one"));
  run(50ms);
  ASSERT_TRUE(a.send("two"));
  ASSERT_TRUE(a.send("three"));
  a.poll();
  ASSERT_TRUE(a.send(std::string(1000, 'x')));
  a.poll();
  carry(at_a, at_z);
  ASSERT_EQ(at_z.incoming.size(), 2u);
  at_z.receives = 0;
  ASSERT_TRUE(z.next_event());
  ASSERT_TRUE(z.next_event());
  EXPECT_EQ(at_z.receives, 1);
  ASSERT_TRUE(z.next_event());
  EXPECT_EQ(at_z.receives, 2);
}

TEST_F(ReliableChannelTest, waits_until_the_deadline_or_the_limit_and_not_when_something_is_to_do) {
  a.poll();
  a.wait(100ms);
  EXPECT_EQ(at_a.waits, (std::vector<Duration>{100ms}));  // idle: the limit
  ASSERT_TRUE(a.send("hello"));
  a.wait(100ms);
  EXPECT_EQ(at_a.waits.size(), 1u);  // poll first
  a.poll();
  a.wait(100ms);
  EXPECT_EQ(at_a.waits.back(), 100ms);
  a.wait(10s);
  EXPECT_EQ(at_a.waits.back(), a.next_deadline() - now);
  EXPECT_LE(at_a.waits.back(), 250ms);  // the next HELLO, after the assumed round trip
}

TEST_F(ReliableChannelTest, does_not_sleep_nor_is_it_settled_while_an_outcome_waits_to_be_taken) {
  a.connect();
  run(50ms);
  const SendResult sent = a.send("hello", {.report_ack = true});
  EXPECT_TRUE(a.cancel(sent.id));
  EXPECT_FALSE(a.settled());
  a.poll();
  a.wait(100ms);
  EXPECT_TRUE(at_a.waits.empty());
  drain(a);
  EXPECT_EQ(events.back(), "unconfirmed");
  EXPECT_TRUE(a.settled());
}

TEST_F(ReliableChannelTest, locks_its_transport_to_a_peer_that_has_proved_itself_and_lets_go_of_one_that_is_gone) {
  ASSERT_TRUE(a.send("hello"));
  a.poll();
  EXPECT_EQ(at_a.locks, 0);
  EXPECT_EQ(at_a.proofs, 0);
  run(50ms);
  EXPECT_EQ(at_a.proofs, 1);
  EXPECT_EQ(at_z.proofs, 1);
  EXPECT_EQ(at_a.locks, 1);
  EXPECT_EQ(at_z.locks, 1);
  EXPECT_EQ(at_a.unlocks, 0);
  z.close();
  run(5s);
  EXPECT_EQ(at_a.unlocks, 1);
}

TEST_F(ReliableChannelTest, moves_with_everything_in_it) {
  ASSERT_TRUE(a.send("hello"));
  run(50ms);
  ASSERT_TRUE(a.send("on the way"));
  Channel moved{std::move(a)};
  a = std::move(moved);
  run(100ms);
  EXPECT_EQ(events.back(), "on the way");
  EXPECT_TRUE(a.settled());
}

TEST(ReliableChannel, arguments_give_its_type) {
  TimePoint now{};
  auto [left, right] = MemoryTransport::pair();
  ReliableChannel a{left, Options{.window = 16}, ManualClock{now}, FixedQueueDedup<32>{}, AdaptiveResend{}};
  static_assert(std::is_same_v<decltype(a), ReliableChannel<MemoryTransport, ManualClock, FixedQueueDedup<32>>>);
  ReliableChannel z{right};
  static_assert(std::is_same_v<decltype(z), ReliableChannel<MemoryTransport>>);
  static_assert(!std::is_copy_constructible_v<decltype(z)> && std::is_move_constructible_v<decltype(z)>);
}

TEST(ReliableChannel, binds_without_a_round_trip_to_a_nonce_from_signalling) {
  TimePoint now{};
  auto [left, right] = MemoryTransport::pair();
  ReliableChannel a{left, {}, ManualClock{now}}, z{right, {}, ManualClock{now}};
  EXPECT_TRUE(a.bind(z.connection().nonce(), z.connection().limits()));
  EXPECT_TRUE(z.bind(a.connection().nonce(), a.connection().limits()));
  EXPECT_FALSE(a.bind(a.connection().nonce(), a.connection().limits()));
  ASSERT_TRUE(a.send("at once"));
  a.poll();
  std::string received;
  while (const auto event = z.next_event()) {
    if (const auto* m = event->as<Received>()) received = text(m->payload);
  }
  EXPECT_EQ(received, "at once");
}

TEST(ReliableChannelDeathTest, options_that_do_not_fit_end_the_process_with_a_sentence) {
  const auto make = [](const Options& options) {
    TimePoint now{};
    ReliableChannel channel{MemoryTransport::pair().first, options, ManualClock{now}, FixedQueueDedup<64>{}};
  };
  EXPECT_DEATH(make({.window = 33}), "Options::window is more than the duplicate filter covers");
  EXPECT_DEATH(make({.window = 16, .ack_delay_max = 2s}), "Options::ack_delay_max must be 0 to 1 s");
}

TEST(ReliableChannel, numbers_that_32_bits_cannot_tell_apart_are_refused_with_a_sentence) {
  using Any = Connection<NoDedup, AdaptiveResend, DefaultExtras>;
  Options options{.window = 1u << 19, .packets_tracked = 65'536, .datagram_bytes_max = 65'507};
  EXPECT_EQ(Any::fault(options, {}), nullptr);  // 524,288 + 65,536 · 32,753 is less than 2^31
  options.window = 1u << 20;
  EXPECT_NE(Any::fault(options, {}), nullptr);
}

TEST_F(ReliableChannelTest, waits_for_datagrams_and_never_for_room_to_send_which_it_asks_for_by_itself) {
  a.poll();
  a.wait(100ms);
  ASSERT_TRUE(a.send("hello"));
  a.poll();
  a.wait(100ms);
  EXPECT_EQ(at_a.waits.size(), 2u);
  EXPECT_EQ(at_a.waits_for_room, 0);
}

}  // namespace
}  // namespace bowline::test
