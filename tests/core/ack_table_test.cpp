// SPDX-License-Identifier: BSL-1.0
#include "bowline/core/ack_table.hpp"

#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "bowline/base/random.hpp"

namespace {

using bowline::AckTable;
using bowline::MessageId;
using bowline::Priority;
using bowline::Segment;
using bowline::SequenceNumber;

AckTable with_segments(std::uint64_t count) {
  AckTable table;
  for (std::uint64_t i = 1; i <= count; ++i) table.issue({100 + i}, 0, Priority::high);
  return table;
}

TEST(AckTable, numbers_are_dense_from_1) {
  AckTable table;
  EXPECT_TRUE(table.empty());
  EXPECT_EQ(table.lowest(), 1u);
  EXPECT_EQ(table.next(), 1u);
  table.issue({9}, 0, Priority::normal);
  EXPECT_EQ(table.next(), 2u);
  table.issue({4}, 0, Priority::high);
  EXPECT_EQ(table.next(), 3u);
  EXPECT_EQ(table.find(1)->message.value, 9u);
  EXPECT_EQ(table.find(2)->priority, Priority::high);
  EXPECT_FALSE(table.find(1)->tombstone);
  EXPECT_EQ(table.find(1)->latest, 0u);
}

TEST(AckTable, resends_count_from_the_last_acknowledgement_of_the_message) {
  Segment segment;
  EXPECT_EQ(segment.resends_in(0), 0u);
  segment.count_resend(0);
  segment.count_resend(0);
  EXPECT_EQ(segment.resends_in(0), 2u);
  EXPECT_EQ(segment.resends_in(1), 0u);
  segment.count_resend(1);
  EXPECT_EQ(segment.resends_in(1), 1u);
  for (int i = 0; i < 0x1'0000; ++i) segment.count_resend(1);
  EXPECT_EQ(segment.resends_in(1), 0xffffu) << "it stays at its largest value";
}

TEST(AckTable, what_was_never_issued_or_is_settled_is_not_found) {
  AckTable table = with_segments(3);
  EXPECT_EQ(table.find(0), nullptr);
  EXPECT_EQ(table.find(4), nullptr);
  table.settle(2);
  EXPECT_EQ(table.find(2), nullptr);
  EXPECT_TRUE(table.contains(2)) << "1 is not settled, so 2 keeps its place";
  table.settle(1);
  EXPECT_FALSE(table.contains(1));
  EXPECT_FALSE(table.contains(2));
  EXPECT_EQ(table.lowest(), 3u);
  EXPECT_TRUE(table.invariants_hold());
}

std::vector<std::uint64_t> settle_run(AckTable& table, SequenceNumber first, SequenceNumber end) {
  std::vector<std::uint64_t> messages;
  table.settle_run(first, end, [&](bowline::MessageId message) { messages.push_back(message.value); });
  EXPECT_TRUE(table.invariants_hold());
  return messages;
}

TEST(AckTable, a_run_settles_what_is_not_settled_yet_and_awaits_no_verdict) {
  AckTable table = with_segments(6);
  table.settle(3);
  table.recall(4);
  EXPECT_EQ(settle_run(table, 2, 6), (std::vector<std::uint64_t>{102, 105}));
  EXPECT_EQ(table.lowest(), 1u);
  EXPECT_EQ(settle_run(table, 1, 2), (std::vector<std::uint64_t>{101}));
  EXPECT_EQ(table.lowest(), 4u) << "it waits for its verdict";
  table.settle(4);
  EXPECT_EQ(table.lowest(), 6u);
  EXPECT_EQ(settle_run(table, 1, 7), (std::vector<std::uint64_t>{106}));
  EXPECT_TRUE(table.empty());
}

TEST(AckTable, a_run_of_numbers_that_mean_nothing_any_more_settles_nothing) {
  AckTable table = with_segments(3);
  table.clear();
  EXPECT_TRUE(settle_run(table, 1, 4).empty());
  table.issue({9}, 0, Priority::high);
  EXPECT_TRUE(settle_run(table, 2, 4).empty());
  EXPECT_EQ(table.lowest(), 1u);
}

TEST(AckTable, the_lowest_waits_for_the_slowest) {
  AckTable table = with_segments(100);
  for (SequenceNumber n = 100; n > 1; --n) {
    table.settle(n);
    EXPECT_EQ(table.lowest(), 1u);
  }
  table.settle(1);
  EXPECT_EQ(table.lowest(), 101u);
  EXPECT_TRUE(table.empty());
}

TEST(AckTable, a_recalled_number_is_unsettled_again_even_if_it_was_acknowledged) {
  AckTable table = with_segments(3);
  table.settle(2);
  table.recall(2);
  ASSERT_NE(table.find(2), nullptr);
  EXPECT_TRUE(table.find(2)->tombstone);
  table.settle(1);
  EXPECT_EQ(table.lowest(), 2u);
  table.settle(2);
  EXPECT_EQ(table.lowest(), 3u);
}

TEST(AckTable, the_window_counts_from_the_lowest_unsettled_number) {
  AckTable table = with_segments(16);
  EXPECT_FALSE(table.window_open(16, Priority::high));
  EXPECT_TRUE(table.window_open(17, Priority::high));
  table.settle(16);
  EXPECT_FALSE(table.window_open(16, Priority::high)) << "1 is not settled";
  table.settle(1);
  EXPECT_TRUE(table.window_open(16, Priority::high));
}

TEST(AckTable, the_lowest_level_leaves_an_eighth_of_the_window_to_the_others) {
  EXPECT_TRUE(with_segments(13).window_open(16, Priority::low));   // 16 − 16 / 8 = 14
  EXPECT_FALSE(with_segments(14).window_open(16, Priority::low));
  EXPECT_TRUE(with_segments(15).window_open(16, Priority::high));
  EXPECT_TRUE(with_segments(0).window_open(1, Priority::low)) << "a window of 1 has no eighth";
  EXPECT_FALSE(with_segments(1).window_open(1, Priority::high));
  EXPECT_TRUE(with_segments(6).window_open(7, Priority::low));     // 7 − 7 / 8 = 7
  EXPECT_TRUE(with_segments(6).window_open(8, Priority::low));     // 8 − 8 / 8 = 7
  EXPECT_FALSE(with_segments(7).window_open(8, Priority::low));
  EXPECT_FALSE(with_segments(0).window_open(0, Priority::high)) << "without a peer nothing is open";
}

TEST(AckTable, clear_numbers_from_1_again) {
  AckTable table = with_segments(20);
  table.settle(1);
  table.clear();
  EXPECT_TRUE(table.empty());
  EXPECT_EQ(table.lowest(), 1u);
  EXPECT_EQ(table.next(), 1u);
  table.issue({1}, 0, Priority::high);
  EXPECT_FALSE(table.find(1)->settled || table.find(1)->tombstone);
}

TEST(AckTable, agrees_with_a_map_in_a_moving_window) {
  bowline::Random random{6};
  AckTable table;
  std::map<SequenceNumber, MessageId> unsettled;
  for (std::uint64_t i = 1; i < 20'000; ++i) {
    if (table.window_open(37, Priority::high) && random.below(2) == 0) {
      const MessageId message{i};
      unsettled[table.next()] = message;
      table.issue(message, 0, Priority::high);
    } else if (!unsettled.empty()) {
      auto any = unsettled.begin();
      std::advance(any, static_cast<std::ptrdiff_t>(random.below(unsettled.size())));
      if (any->first != table.lowest() && random.below(8) == 0) {
        table.settle(any->first);
        table.recall(any->first);
      } else {
        table.settle(any->first);
        unsettled.erase(any);
      }
    }
    ASSERT_TRUE(table.invariants_hold());
    ASSERT_EQ(table.lowest(), unsettled.empty() ? table.next() : unsettled.begin()->first);
    ASSERT_LE(table.next(), table.lowest() + 37);
    for (SequenceNumber n = table.lowest(); n < table.next(); ++n) {
      const Segment* segment = table.find(n);
      ASSERT_EQ(segment != nullptr, unsettled.count(n) != 0);
      if (segment != nullptr) {
        ASSERT_EQ(segment->message, unsettled[n]);
      }
    }
  }
}

}  // namespace
