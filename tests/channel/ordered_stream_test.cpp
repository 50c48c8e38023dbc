// SPDX-License-Identifier: BSL-1.0
#include "bowline/ordered_stream.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "bowline/reliable_channel.hpp"
#include "bowline/sim/world.hpp"

namespace bowline::test {
namespace {

using namespace std::chrono_literals;

struct OrderedStreamTest : testing::Test {
  sim::World world{1};
  sim::LinkPair link = world.link({.delay = 25ms, .jitter = 40ms, .loss = 0.1});
  ReliableChannel<sim::LinkEnd, ManualClock> a{link.a, {}, world.clock()}, z{link.z, {}, world.clock()};
  std::vector<std::string> received;

  OrderedStreamTest() {
    world.drive(a);
    world.drive(z, [this](const Received& m) { received.emplace_back(text(m.payload)); });
  }
};

TEST_F(OrderedStreamTest, messages_arrive_in_the_order_in_which_they_were_sent) {
  OrderedStream stream{a};
  std::vector<std::string> sent;
  for (int i = 0; i < 200; ++i) {
    sent.push_back(std::to_string(i));
    ASSERT_TRUE(stream.send(bytes_of(sent.back())));
  }
  ASSERT_TRUE(world.run_until([&] { return a.settled(); }, 60s));
  EXPECT_EQ(received, sent);
}

TEST_F(OrderedStreamTest, streams_keep_their_own_order_and_do_not_wait_for_each_other) {
  OrderedStream left{a}, right{a};
  ASSERT_TRUE(left.send(bytes_of("l0")) && right.send(bytes_of("r0")));
  ASSERT_TRUE(world.run_until([&] { return a.settled(); }, 60s));
  received.clear();
  link.a_to_z.drop_next(3, [](Bytes datagram) { return text(datagram).find("l1") != std::string_view::npos; });
  for (const char* payload : {"l1", "l2", "l3"}) {
    ASSERT_TRUE(left.send(bytes_of(payload)));
    world.run_for(1ms);
  }
  for (const char* payload : {"r1", "r2", "r3"}) {
    ASSERT_TRUE(right.send(bytes_of(payload)));
    world.run_for(1ms);
  }
  ASSERT_TRUE(world.run_until([&] { return a.settled(); }, 60s));
  EXPECT_EQ(received, (std::vector<std::string>{"r1", "r2", "r3", "l1", "l2", "l3"}));
}

TEST_F(OrderedStreamTest, runs_ahead_by_so_many_bytes_and_no_further) {
  OrderedStream stream{a, {}, 250};
  const std::vector<std::byte> payload(100);
  EXPECT_EQ(stream.last(), MessageId{});
  ASSERT_TRUE(stream.send(payload));
  ASSERT_TRUE(stream.send(payload));
  EXPECT_EQ(stream.pending_bytes(), 200u);
  EXPECT_EQ(stream.send(payload).error, SendError::queue_full);
  EXPECT_TRUE(stream.writable(50));
  EXPECT_FALSE(stream.writable(51));
  EXPECT_EQ(stream.last(), MessageId{2});
  ASSERT_TRUE(world.run_until([&] { return a.settled(); }, 60s));
  EXPECT_EQ(stream.pending_bytes(), 0u);
  EXPECT_TRUE(stream.send(payload));
}

TEST_F(OrderedStreamTest, a_single_message_always_fits) {
  OrderedStream stream{a, {}, 10};
  const std::vector<std::byte> payload(100);
  EXPECT_TRUE(stream.send(payload));
  EXPECT_FALSE(stream.send(payload));
}

TEST_F(OrderedStreamTest, what_the_channel_refuses_leaves_no_trace) {
  OrderedStream stream{a, {}, 32u << 20};
  ASSERT_TRUE(stream.send(bytes_of("x")));
  const std::vector<std::byte> too_large((std::size_t{16} << 20) + 1);
  EXPECT_EQ(stream.send(too_large).error, SendError::too_large);
  EXPECT_EQ(stream.pending_bytes(), 1u);
  EXPECT_EQ(stream.last(), MessageId{1});
}

TEST_F(OrderedStreamTest, a_failed_message_is_passed_or_ends_the_rest_as_its_options_say) {
  OrderedStream passing{a}, failing{a, {.on_dependency_failure = OnDependencyFailure::fail}};
  link.partition();
  const SendResult first = passing.send(bytes_of("p1")), second = failing.send(bytes_of("f1"));
  ASSERT_TRUE(passing.send(bytes_of("p2")) && failing.send(bytes_of("f2")));
  EXPECT_TRUE(a.cancel(first.id) && a.cancel(second.id));
  link.heal();
  ASSERT_TRUE(world.run_until([&] { return a.settled(); }, 60s));
  EXPECT_EQ(received, std::vector<std::string>{"p2"});
  EXPECT_EQ(a.status(failing.last()), MessageStatus::dependency_failed);
}

TEST_F(OrderedStreamTest, its_first_message_may_wait_for_one_of_the_application) {
  link.a_to_z.partition();
  const SendResult first = a.send("first");
  ASSERT_TRUE(first);
  OrderedStream stream{a, {.after = first.id, .gate = Gate::at_sender}};
  ASSERT_TRUE(stream.send(bytes_of("second")));
  EXPECT_EQ(a.status(stream.last()), MessageStatus::gated);
  EXPECT_EQ(stream.pending_bytes(), 6u);
  link.a_to_z.heal();
  ASSERT_TRUE(world.run_until([&] { return a.settled(); }, 60s));
  EXPECT_EQ(received, (std::vector<std::string>{"first", "second"}));
}

}  // namespace
}  // namespace bowline::test
