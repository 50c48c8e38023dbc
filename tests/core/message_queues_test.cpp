// SPDX-License-Identifier: BSL-1.0
#include "bowline/core/message_queues.hpp"

#include <gtest/gtest.h>

namespace bowline {
namespace {

struct MessageQueuesTest : testing::Test {
  MessageQueuesTest() { queues.set_peer(Limits::of(Options{})); }

  /// A message that waits at its gate, behind `after` if that is given.
  MessageId issue(MessageId after = {}) {
    const auto describe = [&](Message& message) {
      message.state = Message::State::gated;
      message.after = after;
      message.dependency = after ? Message::Dependency::pending : Message::Dependency::none;
    };
    const MessageId id = queues.table().issue(describe, bytes_of("body"));
    if (after) OrderingGate::wait(queues.table().ring(), id, queues.table()[id], queues.table()[after]);
    return id;
  }

  MessageQueues queues{Options{}};
};

TEST_F(MessageQueuesTest, a_message_beyond_the_peers_room_is_over_budget) {
  Limits limits = Limits::of(Options{});
  limits.held_bytes_max = 7;
  queues.set_peer(limits);
  const MessageId a = issue(), b = issue(a), c = issue(a);
  EXPECT_FALSE(queues.over_budget(queues.table()[b]));  // 0 + 4 <= 7
  queues.reserve_held(queues.table()[b]);
  EXPECT_TRUE(queues.over_budget(queues.table()[c]));   // 4 + 4 > 7
}

TEST_F(MessageQueuesTest, what_waits_at_the_gate_is_queued_when_the_one_before_it_was_transmitted) {
  const MessageId a = issue(), b = issue(a), c = issue(b);
  queues.enqueue(a);
  queues.finish_transmission(a, queues.table()[a], 1);
  EXPECT_EQ(queues.table().status(a), MessageStatus::in_flight);
  EXPECT_EQ(queues.queue().fresh(Priority::normal).front(), b);
  EXPECT_EQ(queues.table()[c].state, Message::State::gated);
}

TEST_F(MessageQueuesTest, what_left_its_queue_is_in_none) {
  const MessageId a = issue(), b = issue();
  queues.enqueue(a);
  queues.enqueue(b);
  queues.leave_queue(a);
  EXPECT_EQ(queues.queue().fresh(Priority::normal).front(), b);
  queues.return_to_gate(b);
  EXPECT_TRUE(queues.queue().empty());
  EXPECT_EQ(queues.table()[b].state, Message::State::gated);
}

TEST_F(MessageQueuesTest, a_large_message_does_not_stand_in_line_behind_those_of_other_levels) {
  const auto issue_with = [&](Priority priority) {
    const MessageId id = issue();
    queues.table()[id].priority = priority;
    queues.enqueue(id);
    return id;
  };
  for (int i = 0; i < 64; ++i) EXPECT_TRUE(queues.reserve_reassembly(issue_with(Priority::low)));
  const MessageId waits = issue_with(Priority::low), urgent = issue_with(Priority::urgent);
  EXPECT_FALSE(queues.reserve_reassembly(waits)) << "64 of its level have parts to leave";
  EXPECT_FALSE(queues.reserve_reassembly(urgent)) << "it has to ask when its turn comes again";
  EXPECT_EQ(queues.table()[urgent].state, Message::State::queued);
  EXPECT_TRUE(queues.reserve_reassembly(urgent));
  EXPECT_EQ(queues.table()[waits].state, Message::State::too_large);
}

TEST_F(MessageQueuesTest, whoever_is_asked_again_stays_at_a_gate_that_is_closed) {
  const MessageId a = issue(), b = issue(a);
  queues.enqueue_if_open(b, queues.table()[b]);
  EXPECT_EQ(queues.table()[b].state, Message::State::gated) << "a was not transmitted yet";
  queues.enqueue_if_open(a, queues.table()[a]);
  EXPECT_EQ(queues.queue().fresh(Priority::normal).front(), a) << "it waits for nothing";
}

}  // namespace
}  // namespace bowline
