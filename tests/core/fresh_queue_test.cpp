// SPDX-License-Identifier: BSL-1.0
#include "bowline/core/fresh_queue.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "bowline/base/random.hpp"
#include "core/support/messages.hpp"

namespace {

using bowline::FreshQueue;
using bowline::MessageId;
using bowline::MessageRing;
using bowline::test::messages;
using Ids = std::vector<std::uint64_t>;

Ids ids_in(const FreshQueue& queue, const MessageRing& ring) {
  Ids ids;
  queue.for_each(ring, [&](MessageId id) { return ids.push_back(id.value), true; });
  return ids;
}

TEST(FreshQueue, what_comes_in_a_row_is_not_linked) {
  MessageRing ring = messages(3);
  FreshQueue queue;
  EXPECT_FALSE(queue.front());
  for (const std::uint64_t id : {1u, 2u, 3u}) queue.push_back(ring, {id});
  EXPECT_EQ(ids_in(queue, ring), (Ids{1, 2, 3}));
  EXPECT_FALSE(ring[1].queue_next || ring[2].queue_next);
  for (const std::uint64_t id : {1u, 2u, 3u}) {
    EXPECT_EQ(queue.front().value, id);
    queue.pop_front(ring);
  }
  EXPECT_TRUE(queue.empty());
  EXPECT_FALSE(queue.front());
}

TEST(FreshQueue, what_interrupts_a_row_goes_behind_it) {
  MessageRing ring = messages(6);
  FreshQueue queue;
  for (const std::uint64_t id : {1u, 2u, 5u, 6u, 3u}) queue.push_back(ring, {id});
  EXPECT_EQ(ids_in(queue, ring), (Ids{1, 2, 5, 6, 3}));
}

TEST(FreshQueue, the_first_the_last_and_one_between_may_leave_a_row) {
  MessageRing ring = messages(6);
  FreshQueue queue;
  for (std::uint64_t id = 1; id <= 6; ++id) queue.push_back(ring, {id});
  queue.remove(ring, {1});
  EXPECT_EQ(queue.front().value, 2u);
  queue.remove(ring, {4});
  queue.remove(ring, {6});
  EXPECT_EQ(ids_in(queue, ring), (Ids{2, 3, 5}));
}

TEST(FreshQueue, is_walked_as_far_as_is_wanted) {
  MessageRing ring = messages(4);
  FreshQueue queue;
  for (const std::uint64_t id : {4u, 1u, 2u, 3u}) queue.push_back(ring, {id});
  for (const std::size_t wanted : {1u, 3u}) {
    Ids ids;
    queue.for_each(ring, [&](MessageId id) { return ids.push_back(id.value), ids.size() < wanted; });
    EXPECT_EQ(ids.size(), wanted);
  }
}

TEST(FreshQueue, agrees_with_a_vector) {
  bowline::Random random{5};
  MessageRing ring = messages(12);
  FreshQueue queue;
  Ids model;
  std::uint64_t next = 1;
  for (int i = 0; i < 20'000; ++i) {
    // Mostly in a row, so that there are rows to interrupt.
    const std::uint64_t id = random.below(4) != 0 ? next : 1 + random.below(12);
    if (std::count(model.begin(), model.end(), id) == 0) {
      queue.push_back(ring, {id});
      model.push_back(id);
      next = id % 12 + 1;
    } else if (random.below(2) == 0) {
      queue.remove(ring, {id});
      std::erase(model, id);
    } else {
      queue.pop_front(ring);
      model.erase(model.begin());
    }
    ASSERT_EQ(queue.empty(), model.empty());
    ASSERT_EQ(queue.front().value, model.empty() ? 0 : model.front());
    ASSERT_EQ(ids_in(queue, ring), model);
  }
}

}  // namespace
