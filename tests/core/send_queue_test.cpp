// SPDX-License-Identifier: BSL-1.0
#include "bowline/core/send_queue.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

using bowline::Levels;
using bowline::Message;
using bowline::MessageId;
using bowline::MessageRing;
using bowline::Priority;
using bowline::SendQueue;

/// Serves `turns` turns while the named levels always have something; h and n in the order of service.
std::string served(SendQueue& queue, int turns, bool high, bool normal) {
  Levels ready;
  if (high) ready.add(Priority::high);
  if (normal) ready.add(Priority::normal);
  std::string order;
  for (int i = 0; i < turns; ++i) {
    const Priority priority = queue.next(ready);
    order += priority == Priority::high ? 'h' : 'n';
    queue.took(priority, ready);
  }
  return order;
}

Levels all_levels() {
  Levels levels;
  for (const auto level : {Priority::urgent, Priority::high, Priority::normal, Priority::low}) levels.add(level);
  return levels;
}

TEST(SendQueue, an_empty_one_has_no_level_waiting) {
  SendQueue queue;
  EXPECT_TRUE(queue.empty());
  EXPECT_TRUE(queue.waiting().empty());
}

TEST(SendQueue, every_eighth_turn_belongs_to_the_level_that_waits) {
  SendQueue queue;
  EXPECT_EQ(served(queue, 24, true, true), "hhhhhhhnhhhhhhhnhhhhhhhn");
}

TEST(SendQueue, a_level_alone_takes_every_turn) {
  SendQueue queue;
  EXPECT_EQ(served(queue, 20, true, false), "hhhhhhhhhhhhhhhhhhhh");
  EXPECT_EQ(served(queue, 10, false, true), "nnnnnnnnnn");
  EXPECT_EQ(served(queue, 8, true, true), "hhhhhhhn") << "turns without anybody waiting do not count";
}

TEST(SendQueue, the_lower_level_pays_nothing_for_turns_the_higher_one_did_not_want) {
  SendQueue queue;
  EXPECT_EQ(served(queue, 5, true, true), "hhhhh");
  EXPECT_EQ(served(queue, 1, false, true), "n");
  EXPECT_EQ(served(queue, 8, true, true), "hhhhhhhn");
}

TEST(SendQueue, asking_is_not_taking) {
  SendQueue queue;
  for (int i = 0; i < 20; ++i) EXPECT_EQ(queue.next(all_levels()), Priority::urgent);
}

TEST(SendQueue, the_lowest_of_four_levels_gets_one_turn_in_512) {
  SendQueue queue;
  const Levels all = all_levels();
  int turns[bowline::priority_levels] = {};
  for (int i = 0; i < 512; ++i) {
    const Priority priority = queue.next(all);
    ++turns[static_cast<std::size_t>(priority)];
    queue.took(priority, all);
  }
  EXPECT_EQ(turns[0], 448);  // 7 of 8
  EXPECT_EQ(turns[1], 56);   // 7 of 8 of 64
  EXPECT_EQ(turns[2], 7);    // 7 of 8 of 8
  EXPECT_EQ(turns[3], 1);
}

TEST(SendQueue, who_has_used_up_its_turns_still_goes_when_the_other_is_no_longer_ready) {
  SendQueue queue;
  EXPECT_EQ(served(queue, 7, true, true), "hhhhhhh");
  EXPECT_EQ(served(queue, 3, true, false), "hhh");
}

TEST(SendQueue, each_level_is_first_in_first_out) {
  MessageRing ring;
  for (int i = 0; i < 4; ++i) {
    Message message;
    message.priority = i % 2 == 0 ? Priority::normal : Priority::high;
    ring.push_back(message);
  }
  SendQueue queue;
  for (std::uint64_t id = 1; id <= 4; ++id) queue.push(ring, {id}, ring[id].priority);
  EXPECT_FALSE(queue.empty());
  EXPECT_EQ(queue.fresh(Priority::normal).front().value, 1u);
  EXPECT_EQ(queue.fresh(Priority::high).front().value, 2u);
  EXPECT_EQ(queue.waiting().first(), Priority::high);
  queue.remove(ring, {1});
  EXPECT_EQ(queue.fresh(Priority::normal).front().value, 3u);
  for (const std::uint64_t id : {2u, 3u, 4u}) queue.remove(ring, {id});
  EXPECT_TRUE(queue.empty());
}

TEST(SendQueue, resends_wait_apart_by_level_and_can_be_forgotten) {
  SendQueue queue;
  queue.push_resend(7, Priority::high);
  queue.push_resend(5, Priority::normal);
  queue.push_resend(6, Priority::normal);
  EXPECT_FALSE(queue.empty());
  EXPECT_EQ(queue.resends(Priority::high).front(), 7u);
  EXPECT_EQ(queue.resends(Priority::normal).front(), 5u);
  EXPECT_EQ(queue.resends(Priority::normal).size(), 2u);
  queue.pop_resend(Priority::high);
  EXPECT_EQ(queue.waiting().first(), Priority::normal);
  queue.clear_resends();
  EXPECT_TRUE(queue.empty());
  EXPECT_TRUE(queue.resends(Priority::normal).empty());
}

}  // namespace
