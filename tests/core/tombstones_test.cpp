// SPDX-License-Identifier: BSL-1.0
#include "bowline/core/tombstones.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace {

using bowline::AckTable;
using bowline::Message;
using bowline::MessageId;
using bowline::MessageRing;
using bowline::Priority;
using bowline::SequenceNumber;
using bowline::Tombstones;

struct TombstonesTest : testing::Test {
  /// A message of `parts` parts of which the first `sent` have the next numbers.
  MessageId message(std::uint32_t parts, std::uint32_t sent) {
    Message message;
    message.parts = parts;
    const MessageId id{ring.end()};
    for (std::uint32_t part = 0; part < sent; ++part) {
      const SequenceNumber number = acks.next();
      acks.issue(id, part, Priority::normal);
      if (part == 0) message.first = number;
      if (part + 1 == parts) message.number = number;
    }
    ring.push_back(message);
    return id;
  }

  void recall(MessageId id) { tombstones.recall(acks, id, ring[id.value]); }

  std::vector<SequenceNumber> due() {
    std::vector<SequenceNumber> all;
    for (; !tombstones.empty(); tombstones.pop_front()) all.push_back(tombstones.front());
    return all;
  }

  using Numbers = std::vector<SequenceNumber>;

  AckTable acks;
  MessageRing ring;
  Tombstones tombstones;
};

TEST_F(TombstonesTest, recall_every_number_that_is_not_acknowledged_and_the_last_in_any_case) {
  message(1, 1);
  const MessageId large = message(4, 4);  // 2 to 5
  acks.settle(3);
  acks.settle(5);
  recall(large);
  EXPECT_EQ(due(), (Numbers{2, 4, 5}));
  EXPECT_EQ(ring[large.value].tombstones, 3u);
  EXPECT_TRUE(ring[large.value].unsettled);
}

TEST_F(TombstonesTest, a_message_that_ended_halfway_is_owed_its_last_number) {
  const MessageId large = message(4, 2);
  message(1, 1);
  recall(large);
  EXPECT_EQ(due(), (Numbers{1, 2}));
  EXPECT_EQ(ring[large.value].tombstones, 3u);
  EXPECT_TRUE(tombstones.owes_numbers());
  std::vector<MessageId> paid;
  tombstones.pay_numbers(acks, ring, 3, [&](MessageId id) { paid.push_back(id); });
  EXPECT_TRUE(paid.empty()) << "three numbers are unsettled";
  acks.settle(1);
  tombstones.pay_numbers(acks, ring, 3, [&](MessageId id) { paid.push_back(id); });
  EXPECT_EQ(paid, std::vector<MessageId>{large});
  EXPECT_EQ(ring[large.value].number, 4u);
  EXPECT_EQ(due(), Numbers{4});
  EXPECT_FALSE(tombstones.owes_numbers());
}

TEST_F(TombstonesTest, one_that_is_repeated_waits_again) {
  recall(message(1, 1));
  due();
  acks[1].waiting = false;
  acks[1].latest = 7;
  tombstones.repeat(acks, 1);
  EXPECT_EQ(due(), Numbers{1});
  EXPECT_TRUE(acks[1].waiting);
  EXPECT_EQ(acks[1].latest, 0u);
}

TEST_F(TombstonesTest, of_a_peer_that_is_gone_are_forgotten) {
  recall(message(4, 2));
  tombstones.clear();
  EXPECT_TRUE(tombstones.empty());
  EXPECT_FALSE(tombstones.owes_numbers());
}

TEST_F(TombstonesTest, a_number_that_is_paid_late_is_that_of_the_last_part) {
  const MessageId large = message(4, 2);
  recall(large);
  tombstones.pay_numbers(acks, ring, 8, [](MessageId) {});
  EXPECT_EQ(ring[large.value].number, 3u);
  EXPECT_EQ(acks[3].part, 3u);  // Of four parts, counted from 0.
}

}  // namespace
