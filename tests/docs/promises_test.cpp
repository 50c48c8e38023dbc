// SPDX-License-Identifier: BSL-1.0
// Promises of docs/GUARANTEES.md that no single part keeps, tried from outside: two channels, and a test that carries
// their datagrams by hand.
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <string>
#include <vector>

#include "bowline/clock/manual_clock.hpp"
#include "bowline/reliable_channel.hpp"

namespace bowline {
namespace {

using namespace std::chrono_literals;

using Path = std::deque<std::string>;
using Lines = std::vector<std::string>;

struct HandCarried {
  Path* out;
  Path* in;

  SendOutcome send(Bytes datagram) {
    out->emplace_back(text(datagram));
    return SendOutcome::sent;
  }
  std::optional<std::size_t> receive(Buffer buffer) {
    if (in->empty()) return std::nullopt;
    const std::string datagram = in->front();
    in->pop_front();
    std::copy_n(bytes_of(datagram).begin(), datagram.size(), buffer.begin());
    return datagram.size();
  }
};

using Channel = ReliableChannel<HandCarried, ManualClock>;

std::string name(Outcome outcome) {
  constexpr const char* names[] = {"acked",      "lost",   "expired", "cancelled", "superseded", "dependency_failed",
                                   "closed"};
  return names[static_cast<std::size_t>(outcome)];
}

/// Takes every event, one line each.
Lines drain(Channel& channel) {
  Lines lines;
  while (const auto event = channel.next_event()) {
    event->visit([&](const Connected&) { lines.push_back("connected"); },
                 [&](const Disconnected& d) {
                   lines.push_back("disconnected " + std::to_string(static_cast<int>(d.reason)));
                 },
                 [&](const Received& m) { lines.push_back("'" + std::string{text(m.payload)} + "'"); },
                 [&](const Acked& m) { lines.push_back("acked " + std::to_string(m.id.value)); },
                 [&](const LateAck& m) { lines.push_back("late ack " + std::to_string(m.id.value)); },
                 [&](const Unconfirmed& m) {
                   lines.push_back(std::to_string(m.id.value) + " " + name(m.reason) +
                                   (m.cause == LossCause::peer_limit ? " peer limit" : "") +
                                   (m.transmitted ? " transmitted '" : " '") + std::string{text(m.payload)} + "'");
                 },
                 [&](const Writable&) { lines.push_back("writable"); });
  }
  return lines;
}

struct Two {
  explicit Two(const Options& of_a = {}, const Options& of_z = {})
      : a{HandCarried{&to_z, &to_a}, with(of_a, 1), clock}, z{HandCarried{&to_a, &to_z}, with(of_z, 2), clock} {}

  static Options with(Options options, std::uint64_t entropy) {
    options.entropy = {entropy, entropy};
    return options;
  }

  /// Lets both say and hear what they can, for `time`.
  void run(Duration time) {
    for (const TimePoint end = now + time; now <= end; now += 5ms) {
      a.poll();
      z.poll();
      for (std::string& line : drain(a)) at_a.push_back(std::move(line));
      for (std::string& line : drain(z)) at_z.push_back(std::move(line));
    }
  }

  /// Takes what was told so far away.
  void connect() {
    a.connect();
    run(100ms);
    ASSERT_TRUE(a.connection().confirmed() && z.connection().confirmed());
    at_a.clear();
    at_z.clear();
  }

  TimePoint now{10h};
  ManualClock clock{now};
  Path to_a, to_z;
  Channel a, z;
  Lines at_a, at_z;
};

TEST(Promises, a_deadline_ends_a_message_that_waits_for_a_peer) {
  Two two;
  ASSERT_TRUE(two.a.send("x", {.deadline = 100ms}));
  two.now += 101ms;
  two.a.poll();
  EXPECT_EQ(drain(two.a), (Lines{"1 expired 'x'"}));
}

TEST(Promises, a_deadline_ends_a_message_at_its_gate_and_one_on_its_way) {
  Two two;
  two.connect();
  const SendResult head = two.a.send("head", {.deadline = 200ms});
  ASSERT_TRUE(two.a.send("body", {.after = head.id, .gate = Gate::at_sender, .deadline = 100ms}));
  two.a.poll();
  two.to_z.clear();
  two.now += 101ms;
  two.a.poll();
  EXPECT_EQ(drain(two.a), (Lines{"2 expired 'body'"}));
  two.now += 100ms;
  two.a.poll();
  EXPECT_EQ(drain(two.a), (Lines{"1 expired transmitted 'head'"}));
}

TEST(Promises, an_acknowledgement_that_was_read_beats_a_deadline_that_has_passed) {
  Two two;
  two.connect();
  const SendResult sent = two.a.send("x", {.deadline = 100ms, .report_ack = true});
  two.a.poll();
  EXPECT_EQ(drain(two.z), (Lines{"'x'"}));
  two.now += 1s;
  two.z.poll();
  EXPECT_EQ(drain(two.a), (Lines{"acked 1"}));
  two.a.poll();
  EXPECT_EQ(two.a.status(sent.id), MessageStatus::acked);
}

TEST(Promises, a_message_is_cancelled_once_and_recalled) {
  Two two;
  two.connect();
  const SendResult sent = two.a.send("x");
  two.a.poll();
  two.to_z.clear();
  EXPECT_TRUE(two.a.cancel(sent.id));
  EXPECT_FALSE(two.a.cancel(sent.id));
  two.run(500ms);
  EXPECT_EQ(two.at_a, (Lines{"1 cancelled transmitted 'x'"}));
  EXPECT_EQ(two.at_z, Lines{});
  EXPECT_GE(two.a.stats().tombstones_sent, 1u);
}

TEST(Promises, a_message_larger_than_the_peer_takes_is_lost_untransmitted) {
  Two two{{}, {.message_bytes_max = 99}};
  two.connect();
  const std::string large(100, 'x');
  ASSERT_TRUE(two.a.send(large));
  ASSERT_TRUE(two.a.send(large.substr(1)));
  two.run(200ms);
  EXPECT_EQ(two.at_a, (Lines{"1 lost peer limit '" + large + "'"}));
  EXPECT_EQ(two.at_z, (Lines{"'" + large.substr(1) + "'"}));
}

TEST(Promises, a_full_queue_is_told_and_so_is_room_in_it) {
  Two two{{.messages_max = 2}};
  two.connect();
  ASSERT_TRUE(two.a.send("1"));
  ASSERT_TRUE(two.a.send("2"));
  EXPECT_EQ(two.a.send("3").error, SendError::queue_full);
  two.run(200ms);
  EXPECT_EQ(two.at_a, (Lines{"writable"}));
  EXPECT_TRUE(two.a.send("3"));
}

TEST(Promises, bytes_that_wait_are_bounded_too) {
  Two two{{.send_bytes_max = 10}};
  ASSERT_TRUE(two.a.send("12345678"));
  EXPECT_EQ(two.a.send("123").error, SendError::queue_full);
  EXPECT_TRUE(two.a.send("12"));
}

TEST(Promises, nothing_is_read_and_nothing_acknowledged_while_a_message_is_untaken) {
  Two two;
  two.connect();
  ASSERT_TRUE(two.a.send("1"));
  ASSERT_TRUE(two.a.send("2"));
  two.a.poll();
  ASSERT_EQ(two.to_z.size(), 1u);  // both in one datagram
  ASSERT_TRUE(two.z.next_event());
  ASSERT_TRUE(two.a.send("3"));
  two.a.poll();
  two.now += 1s;
  two.z.poll();
  EXPECT_EQ(two.to_z.size(), 1u);
  EXPECT_EQ(two.a.stats().messages_acked, 0u);
  two.run(200ms);
  EXPECT_EQ(two.a.stats().messages_acked, 3u);
}

TEST(Promises, a_dependency_that_cannot_be_waited_for_is_refused) {
  Two two{{.outcomes_remembered = 1}};
  two.connect();
  const SendResult unreliable = two.a.send("x", {.reliable = false});
  EXPECT_EQ(two.a.send("x", {.after = unreliable.id}).error, SendError::unreliable_dependency);
  EXPECT_EQ(two.a.send("x", {.after = {2}}).error, SendError::unknown_dependency);  // 2 would be its own id
  EXPECT_EQ(two.a.send("x", {.after = {99}}).error, SendError::unknown_dependency);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(two.a.send("x"));
  two.run(200ms);
  constexpr auto fail = OnDependencyFailure::fail;
  EXPECT_EQ(two.a.status({2}), MessageStatus::forgotten);
  EXPECT_EQ(two.a.send("x", {.after = {2}, .on_dependency_failure = fail}).error, SendError::forgotten_dependency);
  EXPECT_TRUE(two.a.send("x", {.after = {2}}));
}

TEST(Promises, an_unreliable_message_arrives_once_however_often_it_is_repeated) {
  Two two;
  two.connect();
  ASSERT_TRUE(two.a.send("x", {.reliable = false}));
  two.a.poll();
  for (int i = 0; i < 3; ++i) two.to_z.push_back(two.to_z.front());
  two.run(500ms);
  EXPECT_EQ(two.at_z, (Lines{"'x'"}));
  EXPECT_EQ(two.at_a, Lines{});
  EXPECT_EQ(two.z.stats().dropped_replayed, 3u);
}

TEST(Promises, an_unreliable_message_is_not_sent_again_but_its_datagram_is_acknowledged) {
  Two two;
  two.connect();
  ASSERT_TRUE(two.a.send("x", {.reliable = false}));
  two.a.poll();
  two.to_z.clear();
  two.run(3s);
  EXPECT_EQ(two.at_z, Lines{});
  EXPECT_GE(two.a.stats().datagrams_lost, 1u);
}

TEST(Promises, a_newest_only_message_that_comes_after_a_newer_one_is_dropped) {
  Two two;
  two.connect();
  constexpr SendOptions media{.reliable = false, .newest_only = true};
  for (const char* frame : {"1", "2", "3"}) {
    ASSERT_TRUE(two.a.send(frame, media));
    two.a.poll();
  }
  ASSERT_EQ(two.to_z.size(), 3u);
  std::swap(two.to_z[0], two.to_z[1]);
  two.run(200ms);
  EXPECT_EQ(two.at_z, (Lines{"'2'", "'3'"}));
  EXPECT_EQ(two.z.stats().late_dropped, 1u);
}

TEST(Promises, close_waits_for_outcomes_and_both_ends_are_told) {
  Two two;
  two.connect();
  ASSERT_TRUE(two.a.send("last", {.report_ack = true}));
  two.a.close();
  EXPECT_EQ(two.a.send("too late").error, SendError::closed);
  two.run(3s);
  EXPECT_EQ(two.at_a, (Lines{"acked 1", "disconnected 0"}));   // closed
  EXPECT_EQ(two.at_z, (Lines{"'last'", "disconnected 1"}));    // peer_closed
  EXPECT_EQ(two.a.state(), ConnectionState::closed);
  EXPECT_EQ(two.a.next_deadline(), never);
}

TEST(Promises, close_is_over_in_bounded_time_though_nobody_answers) {
  Two two{{.close_timeout = 1s}};
  two.connect();
  ASSERT_TRUE(two.a.send("x"));
  two.a.close();
  // 1 s of draining, then five probe time-outs of 250 + 4 * 125 + 10 ms before any sample, and up to an eighth more.
  for (const TimePoint end = two.now + 1s + 5 * 855ms + 10ms; two.now < end; two.now += 5ms) {
    two.a.poll();
    for (std::string& line : drain(two.a)) two.at_a.push_back(std::move(line));
  }
  EXPECT_EQ(two.at_a, (Lines{"1 closed transmitted 'x'", "disconnected 0"}));
}

TEST(Promises, a_channel_that_lost_its_peer_can_send_again) {
  Two two;
  two.connect();
  two.z.close();
  two.run(3s);
  EXPECT_EQ(two.at_a, (Lines{"disconnected 1"}));  // peer_closed
  EXPECT_EQ(two.a.state(), ConnectionState::idle);
  ASSERT_TRUE(two.a.send("is somebody there"));
  EXPECT_EQ(two.a.state(), ConnectionState::connecting);
}

TEST(Promises, messages_come_before_changes_and_changes_before_outcomes) {
  Two two;
  two.connect();
  ASSERT_TRUE(two.a.send("never read"));
  ASSERT_TRUE(two.z.send("last words"));
  two.z.poll();
  two.a.poll();
  two.to_z.clear();
  two.z.cancel({1});
  two.z.close();
  two.run(3s);
  EXPECT_EQ(two.at_a, (Lines{"'last words'", "disconnected 1", "1 closed transmitted 'never read'"}));
}

}  // namespace
}  // namespace bowline
