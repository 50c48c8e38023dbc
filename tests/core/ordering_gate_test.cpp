// SPDX-License-Identifier: BSL-1.0
#include "bowline/core/ordering_gate.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <vector>

#include "bowline/base/random.hpp"

namespace {

using bowline::Gate;
using bowline::Message;
using bowline::MessageId;
using bowline::MessageRing;
using bowline::OrderingGate;

MessageId add(MessageRing& ring, MessageId after = {}) {
  Message message;
  message.state = Message::State::gated;
  message.after = after;
  if (after) message.dependency = Message::Dependency::pending;
  ring.push_back(message);
  const MessageId id{ring.end() - 1};
  if (after) OrderingGate::wait(ring, id, ring[id.value], ring[after.value]);
  return id;
}

std::vector<std::uint64_t> waiters(MessageRing& ring, MessageId id) {
  std::vector<std::uint64_t> ids;
  const auto note = [&](MessageId waiter, const Message&) { ids.push_back(waiter.value); };
  OrderingGate::for_each_waiter(ring, id, ring[id.value], note);
  return ids;
}

TEST(OrderingGate, who_waits_is_told_in_the_order_in_which_they_came) {
  MessageRing ring;
  const MessageId a = add(ring);
  EXPECT_TRUE(waiters(ring, a).empty());
  for (int i = 0; i < 4; ++i) add(ring, a);
  EXPECT_EQ(waiters(ring, a), (std::vector<std::uint64_t>{2, 3, 4, 5}));
}

TEST(OrderingGate, the_first_the_last_and_one_between_may_leave) {
  MessageRing ring;
  const MessageId a = add(ring);
  for (int i = 0; i < 5; ++i) add(ring, a);
  for (const std::uint64_t id : {2u, 4u, 6u}) OrderingGate::leave(ring, {id});
  EXPECT_EQ(waiters(ring, a), (std::vector<std::uint64_t>{3, 5}));
  EXPECT_EQ(ring[4].dependency, Message::Dependency::none);
  OrderingGate::leave(ring, {4});
  EXPECT_EQ(waiters(ring, a), (std::vector<std::uint64_t>{3, 5})) << "who left already leaves nothing behind";
  for (const std::uint64_t id : {3u, 5u}) OrderingGate::leave(ring, {id});
  EXPECT_TRUE(waiters(ring, a).empty());
  EXPECT_FALSE(ring[1].waiters);
}

TEST(OrderingGate, who_is_told_may_leave_at_once) {
  MessageRing ring;
  const MessageId a = add(ring);
  for (int i = 0; i < 4; ++i) add(ring, a);
  std::vector<std::uint64_t> told;
  OrderingGate::for_each_waiter(ring, a, ring[a.value], [&](MessageId id, const Message&) {
    told.push_back(id.value);
    if (id.value % 2 == 0) OrderingGate::leave(ring, id);
  });
  EXPECT_EQ(told, (std::vector<std::uint64_t>{2, 3, 4, 5}));
  EXPECT_EQ(waiters(ring, a), (std::vector<std::uint64_t>{3, 5}));
}

TEST(OrderingGate, a_message_that_waits_can_be_waited_for) {
  MessageRing ring;
  const MessageId a = add(ring);
  const MessageId b = add(ring, a);
  const MessageId c = add(ring, b);
  add(ring, a);
  EXPECT_EQ(waiters(ring, a), (std::vector<std::uint64_t>{2, 4}));
  OrderingGate::leave(ring, b);
  EXPECT_EQ(waiters(ring, b), (std::vector<std::uint64_t>{c.value}));
}

TEST(OrderingGate, opens_as_the_dependency_moves_on) {
  Message waiting, dependency;
  const auto opens = [&](Gate gate, Message::Dependency known, bool transmitted, bool over_budget = false) {
    waiting.gate = gate;
    waiting.dependency = known;
    dependency.number = transmitted ? 7 : 0;
    return OrderingGate::open(waiting, dependency, over_budget);
  };
  using Known = Message::Dependency;
  for (const Gate gate : {Gate::at_receiver, Gate::at_sender}) {
    EXPECT_TRUE(opens(gate, Known::none, false));
    EXPECT_TRUE(opens(gate, Known::none, false, true)) << "what need not wait there takes no room there";
    EXPECT_FALSE(opens(gate, Known::pending, false));
    EXPECT_TRUE(opens(gate, Known::failed, true));
    EXPECT_FALSE(opens(gate, Known::failed, true, true));
  }
  EXPECT_TRUE(opens(Gate::at_receiver, Known::pending, true));
  EXPECT_FALSE(opens(Gate::at_receiver, Known::pending, true, true));
  EXPECT_FALSE(opens(Gate::at_sender, Known::pending, true));
}

TEST(OrderingGate, only_what_goes_by_the_same_queue_follows_there) {
  Message waiting, dependency;
  dependency.state = Message::State::queued;
  EXPECT_TRUE(OrderingGate::follows(waiting, dependency));
  for (const auto state : {Message::State::gated, Message::State::too_large, Message::State::in_flight,
                           Message::State::ended}) {
    dependency.state = state;
    EXPECT_FALSE(OrderingGate::follows(waiting, dependency));
  }
  dependency.state = Message::State::queued;
  waiting.priority = bowline::Priority::high;
  EXPECT_FALSE(OrderingGate::follows(waiting, dependency)) << "another level has its own turns";
  waiting.priority = dependency.priority;
  waiting.gate = Gate::at_sender;
  EXPECT_FALSE(OrderingGate::follows(waiting, dependency));
}

TEST(OrderingGate, what_is_settled_lets_all_go_in_the_order_in_which_they_came) {
  MessageRing ring;
  const MessageId a = add(ring);
  for (int i = 0; i < 3; ++i) add(ring, a);
  std::vector<std::uint64_t> told;
  OrderingGate::settle(ring, a, ring[a.value], [&](MessageId id, const Message& message) {
    told.push_back(id.value);
    EXPECT_EQ(&message, &ring[id.value]);
    EXPECT_EQ(message.dependency, Message::Dependency::none);
    EXPECT_FALSE(message.waiter_next || message.waiter_previous);
  });
  EXPECT_EQ(told, (std::vector<std::uint64_t>{2, 3, 4}));
  EXPECT_TRUE(waiters(ring, a).empty());
  OrderingGate::settle(ring, a, ring[a.value], [](MessageId, const Message&) { FAIL() << "nobody waits any more"; });
}

TEST(OrderingGate, agrees_with_lists_of_waiters) {
  bowline::Random random{12};
  MessageRing ring;
  std::map<std::uint64_t, std::vector<std::uint64_t>> model;
  add(ring);
  for (int i = 0; i < 1000; ++i) {
    if (random.below(2) == 0) {
      const std::uint64_t after = 1 + random.below(ring.end() - 1);
      model[after].push_back(add(ring, {after}).value);
    } else {
      const std::uint64_t id = 1 + random.below(ring.end() - 1);
      if (ring[id].dependency != Message::Dependency::none) std::erase(model[ring[id].after.value], id);
      OrderingGate::leave(ring, {id});
    }
    const std::uint64_t any = 1 + random.below(ring.end() - 1);
    ASSERT_EQ(waiters(ring, {any}), model[any]);
  }
}

}  // namespace
