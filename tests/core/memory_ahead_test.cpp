// SPDX-License-Identifier: BSL-1.0
#include "bowline/core/memory_ahead.hpp"

#include <gtest/gtest.h>

#include "bowline/core/outbox.hpp"

namespace bowline {
namespace {

TEST(MemoryAheadTest, a_message_finds_its_place_and_an_end) {
  MessageFlow flow{Options{}};
  for (std::size_t messages = 0; messages < 100; ++messages) {
    MemoryAhead::take_for_message(flow, /*depends=*/false);
    ASSERT_FALSE(flow.table().ring().full());
    flow.table().issue([](Message& message) { message.state = Message::State::gated; }, {});
  }
  EXPECT_EQ(flow.table().ring().capacity(), 128u);  // 100 of them, doubled from 4.
}

TEST(MemoryAheadTest, a_number_finds_room_to_be_lost_and_recalled) {
  MessageFlow flow{Options{}};
  for (std::size_t numbers = 0; numbers < 100; ++numbers) {
    MemoryAhead::take_for_number(flow, Priority::high);
    ASSERT_FALSE(flow.acks().full());
    flow.acks().issue({1}, 0, Priority::high);
    ASSERT_GE(flow.queue().resends(Priority::high).capacity(), flow.acks().capacity());
  }
  EXPECT_EQ(flow.acks().capacity(), 128u);
  EXPECT_EQ(flow.queue().resends(Priority::low).capacity(), 0u);  // Nothing of that level can be lost.
  MemoryAhead::take_for_level(flow, Priority::low);
  EXPECT_EQ(flow.queue().resends(Priority::low).capacity(), 128u);
}

TEST(MemoryAheadTest, the_first_number_takes_room_for_four) {
  MessageFlow flow{Options{}};
  MemoryAhead::take_for_number(flow, Priority::high);
  EXPECT_EQ(flow.acks().capacity(), 4u);
}

TEST(MemoryAheadTest, numbers_that_are_owed_wait_for_memory_and_are_paid_with_it) {
  Options options;
  MessageFlow flow{options};
  Limits limits = Limits::of(options);
  flow.set_peer(limits);
  const MessageId id =
      flow.table().issue([](Message& message) { message.state = Message::State::gated, message.parts = 2; }, {});
  flow.tombstones().recall(flow.acks(), id, flow.table()[id]);
  flow.pay_numbers();
  EXPECT_TRUE(flow.tombstones().owes_numbers());
  MemoryAhead::pay_numbers(flow);
  EXPECT_FALSE(flow.tombstones().owes_numbers());
  EXPECT_EQ(flow.table()[id].number, 1u);
}

}  // namespace
}  // namespace bowline
