// SPDX-License-Identifier: BSL-1.0
// A channel over a transport with batches.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "bowline/clock/manual_clock.hpp"
#include "bowline/reliable_channel.hpp"
#include "channel/scripted_transport.hpp"

namespace bowline::test {
namespace {

using namespace std::chrono_literals;

struct BatchingChannelTest : testing::Test {
  using Channel = ReliableChannel<ScriptedBatchingTransport, ManualClock>;
  TimePoint now{1h};
  Script at_a, at_z;
  Channel a{ScriptedBatchingTransport{{&at_a}}, {}, ManualClock{now}};
  Channel z{ScriptedBatchingTransport{{&at_z}}, {}, ManualClock{now}};
  std::vector<std::string> received;

  void drain(Channel& channel) {
    while (const auto event = channel.next_event()) {
      event->visit([&](const Received& m) { received.emplace_back(text(m.payload)); });
    }
  }
  void run(Duration time) {
    for (const TimePoint end = now + time; now < end; now += 1ms) {
      for (Channel* channel : {&a, &z}) channel->poll(), drain(*channel), channel->poll();
      carry(at_a, at_z), carry(at_z, at_a);
    }
  }
};

TEST_F(BatchingChannelTest, writes_and_reads_in_the_batches_of_its_transport) {
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(a.send(std::string(1000, static_cast<char>('a' + i))));
  run(100ms);
  ASSERT_EQ(received.size(), 20u);
  for (std::size_t i = 0; i < 20; ++i) EXPECT_EQ(received[i], std::string(1000, static_cast<char>('a' + i)));
  EXPECT_TRUE(a.settled());
  EXPECT_EQ(at_a.sends + at_z.sends, 0);
  EXPECT_EQ(at_a.receives + at_z.receives, 0);
}

TEST_F(BatchingChannelTest, a_batch_that_would_block_is_offered_again_after_a_millisecond_and_nothing_is_lost) {
  ASSERT_TRUE(a.send("hello"));
  run(50ms);
  at_a.answer = SendOutcome::would_block;
  for (int i = 0; i < 6; ++i) ASSERT_TRUE(a.send(std::string(1000, 'x')));
  a.poll();
  EXPECT_EQ(a.transport().batch.size(), 4u);
  EXPECT_EQ(a.next_deadline(), now + 1ms);
  const int flushes = a.transport().flushes;
  ASSERT_TRUE(a.send("behind it"));
  a.poll();
  EXPECT_EQ(a.transport().flushes, flushes);
  now += 1ms;
  a.poll();
  EXPECT_EQ(a.transport().flushes, flushes + 1);
  at_a.answer = SendOutcome::sent;
  run(100ms);
  EXPECT_TRUE(a.settled());
  EXPECT_EQ(received.size(), 8u);
  EXPECT_EQ(a.stats().segments_resent, 0u);
}

TEST_F(BatchingChannelTest, a_batch_that_is_dropped_counts_as_loss) {
  ASSERT_TRUE(a.send("hello"));
  run(50ms);
  at_a.answer = SendOutcome::dropped;
  for (int i = 0; i < 6; ++i) ASSERT_TRUE(a.send(std::string(1000, 'x')));
  a.poll();
  at_a.answer = SendOutcome::sent;
  run(500ms);
  EXPECT_EQ(received.size(), 7u);
  EXPECT_EQ(a.stats().segments_resent, 6u);
}

TEST_F(BatchingChannelTest, a_datagram_is_padded_to_the_length_that_the_transport_wants) {
  ASSERT_TRUE(a.send("hello"));
  run(50ms);
  a.transport().wanted = 1100;
  ASSERT_TRUE(a.send(std::string(1050, 'x')));
  a.poll();
  ASSERT_EQ(at_a.outgoing.size(), 1u);
  EXPECT_EQ(at_a.outgoing.front().size(), 1100u);
  run(50ms);
  EXPECT_EQ(received.back(), std::string(1050, 'x'));
}

TEST_F(BatchingChannelTest, a_message_stays_where_it_arrived_until_the_next_event) {
  ASSERT_TRUE(a.send("hello"));
  run(50ms);
  ASSERT_TRUE(a.send(std::string(1000, 'x')));
  ASSERT_TRUE(a.send(std::string(1000, 'y')));
  a.poll();
  carry(at_a, at_z);
  const auto event = z.next_event();
  ASSERT_TRUE(event);
  ASSERT_NE(event->as<Received>(), nullptr);
  const Bytes payload = event->as<Received>()->payload;
  const std::vector<std::byte>& datagram = z.transport().arrived.front();
  EXPECT_TRUE(payload.data() > datagram.data() && payload.data() + payload.size() <= datagram.data() + datagram.size());
  EXPECT_EQ(text(payload), std::string(1000, 'x'));
}

TEST_F(BatchingChannelTest, takes_a_batch_whole_before_it_wants_poll) {
  a.transport().arrival_max = 50;
  for (int i = 0; i < 1000; ++i) at_a.incoming.emplace_back(20);
  EXPECT_FALSE(a.next_event());
  EXPECT_EQ(a.stats().datagrams_received, 100u);  // 64 are in the second batch of 50
  EXPECT_EQ(a.next_deadline(), now);              // wants poll
  a.poll();
  EXPECT_EQ(a.next_deadline(), now);  // and wants to read on
  EXPECT_FALSE(a.next_event());
  EXPECT_EQ(a.stats().datagrams_received, 200u);
}

/// Counts how often the time is asked for.
struct CountingClock {
  const TimePoint* time;
  int* asked;
  TimePoint now() const noexcept { return ++*asked, *time; }
};

TEST(BatchingChannel, asks_for_the_time_once_for_what_arrives_together) {
  TimePoint now{1h};
  int asked_a = 0, asked_z = 0;
  Script at_a, at_z;
  using Channel = ReliableChannel<ScriptedBatchingTransport, CountingClock>;
  Channel a{ScriptedBatchingTransport{{&at_a}}, {}, CountingClock{&now, &asked_a}};
  Channel z{ScriptedBatchingTransport{{&at_z}}, {}, CountingClock{&now, &asked_z}};
  ASSERT_TRUE(a.bind(z.connection().nonce(), z.connection().limits()));
  ASSERT_TRUE(z.bind(a.connection().nonce(), a.connection().limits()));
  asked_a = asked_z = 0;
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(a.send(std::string(1000, 'x')));
  EXPECT_EQ(asked_a, 0);  // a message without a deadline, over a connection, needs none
  ASSERT_TRUE(a.send("soon", {.deadline = 1s}));
  EXPECT_EQ(asked_a, 1);
  a.poll();
  carry(at_a, at_z);
  ASSERT_GE(at_z.incoming.size(), 20u);
  int received = 0;
  while (const auto event = z.next_event()) received += event->as<Received>() != nullptr;
  EXPECT_EQ(received, 21);
  EXPECT_EQ(asked_z, 1);
}

}  // namespace
}  // namespace bowline::test
