// SPDX-License-Identifier: BSL-1.0
#include "bowline/core/message_list.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "bowline/base/random.hpp"
#include "core/support/messages.hpp"

namespace {

using bowline::Message;
using bowline::MessageId;
using bowline::MessageList;
using bowline::MessageRing;
using bowline::test::messages;

std::vector<std::uint64_t> taken_out(MessageList& list, MessageRing& ring) {
  std::vector<std::uint64_t> ids;
  while (!list.empty()) {
    ids.push_back(list.front().value);
    list.remove(ring, list.front());
  }
  return ids;
}

TEST(MessageList, first_in_first_out) {
  MessageRing ring = messages(3);
  MessageList list;
  EXPECT_TRUE(list.empty());
  for (const std::uint64_t id : {2u, 1u, 3u}) list.push_back(ring, {id});
  EXPECT_EQ(taken_out(list, ring), (std::vector<std::uint64_t>{2, 1, 3}));
  EXPECT_FALSE(list.front());
}

TEST(MessageList, the_first_the_last_and_one_between_may_leave) {
  MessageRing ring = messages(5);
  MessageList list;
  for (std::uint64_t id = 1; id <= 5; ++id) list.push_back(ring, {id});
  list.remove(ring, {3});
  list.remove(ring, {1});
  list.remove(ring, {5});
  list.push_back(ring, {3});
  EXPECT_EQ(taken_out(list, ring), (std::vector<std::uint64_t>{2, 4, 3}));
}

TEST(MessageList, who_leaves_has_no_neighbours) {
  MessageRing ring = messages(2);
  MessageList list;
  list.push_back(ring, {1});
  list.push_back(ring, {2});
  list.remove(ring, {1});
  EXPECT_FALSE(ring[1].queue_next || ring[1].queue_previous || ring[2].queue_previous);
  list.remove(ring, {2});
  EXPECT_TRUE(list.empty());
}

TEST(MessageList, lives_on_while_the_ring_grows) {
  MessageRing ring = messages(2);
  MessageList list;
  list.push_back(ring, {1});
  list.push_back(ring, {2});
  for (int i = 0; i < 100; ++i) ring.push_back({});
  list.push_back(ring, {100});
  EXPECT_EQ(taken_out(list, ring), (std::vector<std::uint64_t>{1, 2, 100}));
}

TEST(MessageList, two_lists_share_a_ring_and_agree_with_vectors) {
  bowline::Random random{3};
  MessageRing ring = messages(40);
  MessageList lists[2];
  std::vector<std::uint64_t> models[2];
  for (int i = 0; i < 5000; ++i) {
    const MessageId id{1 + random.below(40)};
    int in = -1;
    for (int l = 0; l < 2; ++l) {
      if (std::count(models[l].begin(), models[l].end(), id.value) != 0) in = l;
    }
    if (in < 0) {
      const int to = static_cast<int>(random.below(2));
      lists[to].push_back(ring, id);
      models[to].push_back(id.value);
    } else {
      lists[in].remove(ring, id);
      models[in].erase(std::find(models[in].begin(), models[in].end(), id.value));
    }
    for (int l = 0; l < 2; ++l) {
      ASSERT_EQ(lists[l].empty(), models[l].empty());
      ASSERT_EQ(lists[l].front().value, models[l].empty() ? 0 : models[l].front());
    }
  }
  EXPECT_EQ(taken_out(lists[0], ring), models[0]);
  EXPECT_EQ(taken_out(lists[1], ring), models[1]);
}

TEST(MessageList, the_first_leaves_as_any_other) {
  MessageRing ring;
  MessageList list;
  for (std::uint64_t id = 1; id <= 3; ++id) {
    ring.push_back(Message{});
    list.push_back(ring, {id});
  }
  list.pop_front(ring);
  EXPECT_EQ(list.front().value, 2u);
  EXPECT_FALSE(ring[1].queue_next || ring[2].queue_previous);
  list.remove(ring, {3});
  list.pop_front(ring);
  EXPECT_TRUE(list.empty());
  list.push_back(ring, {1});
  EXPECT_EQ(list.front().value, 1u) << "nothing is left of what was last before";
}

}  // namespace
