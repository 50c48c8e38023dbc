// SPDX-License-Identifier: BSL-1.0
#include "bowline/core/send_queue.hpp"

#include <gtest/gtest.h>

namespace {

using bowline::Message;
using bowline::MessageId;
using bowline::MessageRing;
using bowline::Priority;
using bowline::SendQueue;

TEST(SendQueue, an_empty_one_has_no_level_waiting) {
  SendQueue queue;
  EXPECT_TRUE(queue.empty());
  EXPECT_TRUE(queue.waiting().empty());
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
