// SPDX-License-Identifier: BSL-1.0
#include "bowline/core/message_flow.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace bowline {
namespace {

struct MessageFlowTest : testing::Test {
  MessageFlowTest() { flow.set_peer(Limits::of(Options{})); }

  /// A message that waits at its gate, behind `after` if that is given.
  MessageId issue(MessageId after = {}, bool fail = false) {
    const auto describe = [&](Message& message) {
      message.state = Message::State::gated;
      message.after = after;
      message.fail_with_dependency = fail;
      message.dependency = after ? Message::Dependency::pending : Message::Dependency::none;
    };
    const MessageId id = flow.table().issue(describe, bytes_of("body"));
    if (after) OrderingGate::wait(flow.table().ring(), id, flow.table()[id], flow.table()[after]);
    return id;
  }

  /// As if it had been transmitted.
  void transmit(MessageId id) {
    if (flow.table()[id].state == Message::State::queued) flow.queue().remove(flow.table().ring(), id);
    flow.table()[id].state = Message::State::in_flight;
    flow.table()[id].number = flow.table()[id].first = flow.acks().next();
    flow.acks().issue(id, 0, Priority::normal);
  }

  void end(MessageId id, Outcome outcome) { flow.conclude(id, outcome, LossCause::resends_used_up, stats); }
  MessageStatus status(MessageId id) { return flow.table().status(id); }

  MessageFlow flow{Options{}};
  Stats stats;
};

TEST_F(MessageFlowTest, a_failure_runs_down_a_chain_of_any_length) {
  const MessageId head = issue();
  std::vector<MessageId> chain{head};
  for (int i = 0; i < 10'000; ++i) chain.push_back(issue(chain.back(), /*fail=*/true));
  end(head, Outcome::cancelled);
  EXPECT_EQ(status(head), MessageStatus::cancelled);
  for (std::size_t i = 1; i < chain.size(); ++i) ASSERT_EQ(status(chain[i]), MessageStatus::dependency_failed);
  EXPECT_EQ(stats.messages_unconfirmed, 10'001u);
}

TEST_F(MessageFlowTest, what_may_go_without_its_dependency_is_queued_when_that_ends) {
  const MessageId a = issue(), b = issue(a);
  end(a, Outcome::expired);
  EXPECT_EQ(status(b), MessageStatus::queued);
  EXPECT_EQ(flow.table()[b].dependency, Message::Dependency::none);  // a was never sent: nothing can come late
}

TEST_F(MessageFlowTest, a_transmitted_message_that_fails_stays_unsettled_until_its_verdict) {
  const MessageId a = issue(), b = issue(a);
  transmit(a);
  end(a, Outcome::lost);
  EXPECT_EQ(flow.table()[b].dependency, Message::Dependency::failed);
  EXPECT_TRUE(flow.table()[a].unsettled);
  EXPECT_EQ(flow.tombstones().size(), 1u);
  EXPECT_EQ(flow.table()[a].tombstones, 1u);
  flow.settle(1, a, stats);
  EXPECT_TRUE(flow.acks().empty());
  EXPECT_EQ(flow.table()[b].dependency, Message::Dependency::none);
}

TEST_F(MessageFlowTest, an_arrived_message_is_acked_once_its_dependency_is_settled) {
  const MessageId a = issue(), b = issue(a);
  transmit(a);
  transmit(b);
  flow.acks().settle(2);
  flow.table()[b].arrived = true;
  EXPECT_EQ(status(b), MessageStatus::in_flight);
  flow.acks().settle(1);
  end(a, Outcome::acked);
  EXPECT_EQ(status(b), MessageStatus::acked);
}

TEST_F(MessageFlowTest, those_that_wait_for_one_message_go_in_the_order_in_which_they_were_sent) {
  const MessageId a = issue(), b = issue(a), c = issue(a), d = issue(a);
  end(a, Outcome::cancelled);
  std::vector<MessageId> order;
  while (!flow.queue().fresh(Priority::normal).empty()) {
    order.push_back(flow.queue().fresh(Priority::normal).front());
    flow.queue().remove(flow.table().ring(), order.back());
  }
  EXPECT_EQ(order, (std::vector{b, c, d}));
}

TEST_F(MessageFlowTest, when_all_ends_every_message_is_closed_and_every_queue_empty) {
  const MessageId a = issue(), b = issue(a), c = issue();
  transmit(a);
  flow.queues().enqueue(c);
  flow.end_all(stats);
  for (const MessageId id : {a, b, c}) EXPECT_EQ(status(id), MessageStatus::closed);
  EXPECT_TRUE(flow.queue().empty());
  EXPECT_TRUE(flow.acks().empty());
  EXPECT_TRUE(flow.tombstones().empty());
  EXPECT_EQ(flow.room().held_bytes(), 0u);
}

}  // namespace
}  // namespace bowline
