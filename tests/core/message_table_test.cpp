// SPDX-License-Identifier: BSL-1.0
#include "bowline/core/message_table.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "bowline/base/memory_pool.hpp"

namespace {

using bowline::Acked;
using bowline::Bytes;
using bowline::bytes_of;
using bowline::LossCause;
using bowline::MemoryPool;
using bowline::Message;
using bowline::MessageId;
using bowline::MessageStatus;
using bowline::MessageTable;
using bowline::Options;
using bowline::Outcome;
using bowline::text;
using bowline::Unconfirmed;

auto queued(bool report_ack = false) {
  return [=](Message& message) {
    message.state = Message::State::queued;
    message.report_ack = report_ack;
  };
}

auto unreliable() {
  return [](Message& message) {
    message.state = Message::State::queued;
    message.reliable = false;
  };
}

TEST(MessageTable, ids_count_from_1) {
  MessageTable table{Options{}};
  EXPECT_EQ(table.next_id().value, 1u);
  EXPECT_EQ(table.issue(queued(), bytes_of("a")).value, 1u);
  EXPECT_EQ(table.issue(queued(), bytes_of("b")).value, 2u);
  EXPECT_EQ(table.next_id().value, 3u);
  EXPECT_EQ(text(table.payload(table[{1}])), "a");
}

TEST(MessageTable, counts_what_is_pending_and_what_it_keeps) {
  MessageTable table{Options{}};
  const MessageId reliable = table.issue(queued(), bytes_of("four"));
  const MessageId not_reliable = table.issue(unreliable(), bytes_of("xyz"));
  EXPECT_EQ(table.pending(), 1u);
  EXPECT_EQ(table.pending_unreliable(), 1u);
  EXPECT_EQ(table.payload_bytes(), 7u);
  table.end(reliable, Outcome::acked);
  table.end_unreliable(not_reliable);
  EXPECT_EQ(table.pending(), 0u);
  EXPECT_EQ(table.pending_unreliable(), 0u);
  EXPECT_EQ(table.payload_bytes(), 0u);
  EXPECT_FALSE(table.has_outcome());
}

TEST(MessageTable, an_acknowledged_message_is_told_of_when_it_was_asked_for) {
  MessageTable table{Options{}};
  table.end(table.issue(queued(false), {}), Outcome::acked);
  EXPECT_FALSE(table.take_outcome());
  const MessageId id = table.issue(queued(true), bytes_of("x"));
  table.end(id, Outcome::acked);
  EXPECT_TRUE(table.has_outcome());
  const auto event = table.take_outcome();
  ASSERT_TRUE(event && event->as<Acked>());
  EXPECT_EQ(event->as<Acked>()->id, id);
  table.release_taken();
  EXPECT_EQ(table.find(id), nullptr);
}

TEST(MessageTable, an_unconfirmed_message_gives_its_payload_back_until_it_is_released) {
  MessageTable table{Options{}};
  const MessageId id = table.issue(queued(), bytes_of("precious"));
  table[id].number = table[id].first = 5;
  table.end(id, Outcome::lost, LossCause::peer_limit);
  EXPECT_EQ(table.payload_bytes(), 8u);
  const auto event = table.take_outcome();
  ASSERT_TRUE(event);
  const auto* unconfirmed = event->as<Unconfirmed>();
  ASSERT_NE(unconfirmed, nullptr);
  EXPECT_EQ(unconfirmed->id, id);
  EXPECT_EQ(unconfirmed->reason, Outcome::lost);
  EXPECT_EQ(unconfirmed->cause, LossCause::peer_limit);
  EXPECT_TRUE(unconfirmed->transmitted);
  EXPECT_FALSE(table.has_outcome());
  EXPECT_EQ(text(unconfirmed->payload), "precious");
  EXPECT_EQ(table.payload_bytes(), 8u);
  table.release_taken();
  EXPECT_EQ(table.payload_bytes(), 0u);
  table.release_taken();
  EXPECT_EQ(table.payload_bytes(), 0u);
}

TEST(MessageTable, outcomes_are_taken_in_the_order_in_which_messages_ended) {
  MessageTable table{Options{}};
  for (int i = 0; i < 4; ++i) static_cast<void>(table.issue(queued(), bytes_of("x")));
  for (const std::uint64_t id : {3u, 1u, 4u, 2u}) table.end({id}, Outcome::cancelled);
  for (const std::uint64_t id : {3u, 1u, 4u, 2u}) {
    const auto event = table.take_outcome();
    ASSERT_TRUE(event);
    EXPECT_EQ(event->as<Unconfirmed>()->id.value, id);
    EXPECT_FALSE(event->as<Unconfirmed>()->transmitted);
    table.release_taken();
  }
  EXPECT_FALSE(table.take_outcome());
}

TEST(MessageTable, an_entry_stays_until_its_outcome_is_taken_and_its_verdict_is_in) {
  for (const bool verdict_first : {true, false}) {
    MessageTable table{Options{}};
    const MessageId id = table.issue(queued(), bytes_of("x"));
    table[id].number = 1;
    table[id].unsettled = true;
    table[id].tombstones = 1;
    table.end(id, Outcome::expired);
    const auto take = [&] {
      EXPECT_TRUE(table.take_outcome());
      table.release_taken();
    };
    verdict_first ? table.settle(id) : take();
    ASSERT_NE(table.find(id), nullptr);
    EXPECT_EQ(table.payload_bytes(), verdict_first ? 1u : 0u) << "nobody needs the payload of a tombstone";
    EXPECT_EQ(table.status(id), MessageStatus::expired);
    verdict_first ? take() : table.settle(id);
    EXPECT_EQ(table.find(id), nullptr);
    EXPECT_EQ(table.status(id), MessageStatus::expired);
  }
}

TEST(MessageTable, an_old_entry_keeps_younger_ones_in_place_but_not_their_payload) {
  MessageTable table{Options{.messages_max = 3}};
  const MessageId old = table.issue(queued(), bytes_of("o"));
  for (int i = 0; i < 2; ++i) table.end(table.issue(queued(), bytes_of("yy")), Outcome::acked);
  EXPECT_EQ(table.payload_bytes(), 1u);
  EXPECT_FALSE(table.has_room(0)) << "the span from the oldest to the newest is what counts";
  EXPECT_EQ(table.find({2}), nullptr);
  EXPECT_EQ(table.status({2}), MessageStatus::acked);
  table.end(old, Outcome::acked);
  EXPECT_TRUE(table.has_room(0));
  EXPECT_TRUE(table.ring().empty());
  EXPECT_EQ(table.next_id().value, 4u);
}

TEST(MessageTable, both_limits_hold_and_one_message_always_fits_an_empty_table) {
  MessageTable table{Options{.messages_max = 2, .send_bytes_max = 10}};
  EXPECT_TRUE(table.has_room(1000));
  static_cast<void>(table.issue(queued(), bytes_of("1234567")));
  EXPECT_TRUE(table.has_room(3));
  EXPECT_FALSE(table.has_room(4));
  static_cast<void>(table.issue(queued(), {}));
  EXPECT_FALSE(table.has_room(0));
  table.end({1}, Outcome::acked);
  EXPECT_TRUE(table.has_room(1000));
}

TEST(MessageTable, an_outcome_nobody_takes_counts_against_the_limits) {
  MessageTable table{Options{.messages_max = 2, .send_bytes_max = 10}};
  table.end(table.issue(queued(), bytes_of("123456")), Outcome::lost);
  EXPECT_TRUE(table.has_room(4));
  EXPECT_FALSE(table.has_room(5));
  EXPECT_TRUE(table.take_outcome());
  EXPECT_FALSE(table.has_room(5)) << "what was shown is still there";
  table.release_taken();
  EXPECT_TRUE(table.has_room(5));
}

TEST(MessageTable, status_follows_the_message_and_then_the_history) {
  MessageTable table{Options{.outcomes_remembered = 4}};
  EXPECT_EQ(table.status({0}), MessageStatus::unknown);
  EXPECT_EQ(table.status({1}), MessageStatus::unknown);
  const MessageId id = table.issue([](Message& message) { message.state = Message::State::gated; }, {});
  EXPECT_EQ(table.status(id), MessageStatus::gated);
  table[id].state = Message::State::queued;
  EXPECT_EQ(table.status(id), MessageStatus::queued);
  table[id].state = Message::State::in_flight;
  EXPECT_EQ(table.status(id), MessageStatus::in_flight);
  table.end(id, Outcome::acked);
  EXPECT_EQ(table.status(id), MessageStatus::acked);
  EXPECT_EQ(table.status({2}), MessageStatus::unknown);
  for (int i = 0; i < 4; ++i) table.end(table.issue(queued(), {}), Outcome::acked);
  EXPECT_EQ(table.status(id), MessageStatus::forgotten);  // 5 − 4 = 1
  EXPECT_EQ(table.status({2}), MessageStatus::acked);
}

TEST(MessageTable, many_that_end_together_are_forgotten_together) {
  MessageTable table{Options{}};
  for (int i = 0; i < 3; ++i) static_cast<void>(table.issue(queued(), bytes_of("x")));
  for (std::uint64_t id = 1; id <= 2; ++id) table.mark_ended({id}, table[{id}], Outcome::acked);
  EXPECT_EQ(table.pending(), 1u);
  EXPECT_EQ(table.payload_bytes(), 1u);
  EXPECT_EQ(table.status({1}), MessageStatus::acked);
  EXPECT_EQ(table.ring().first(), 1u);
  table.drop_gone();
  EXPECT_EQ(table.ring().first(), 3u);
  EXPECT_EQ(table.status({1}), MessageStatus::acked);
}

TEST(MessageTable, every_outcome_has_its_status) {
  MessageTable table{Options{}};
  const auto status_after = [&](Outcome outcome) {
    const MessageId id = table.issue(queued(), {});
    table.end(id, outcome);
    const MessageStatus here = table.status(id);
    while (table.take_outcome()) table.release_taken();
    EXPECT_EQ(table.status(id), here) << "the history says the same";
    return here;
  };
  EXPECT_EQ(status_after(Outcome::acked), MessageStatus::acked);
  EXPECT_EQ(status_after(Outcome::lost), MessageStatus::lost);
  EXPECT_EQ(status_after(Outcome::expired), MessageStatus::expired);
  EXPECT_EQ(status_after(Outcome::cancelled), MessageStatus::cancelled);
  EXPECT_EQ(status_after(Outcome::superseded), MessageStatus::superseded);
  EXPECT_EQ(status_after(Outcome::dependency_failed), MessageStatus::dependency_failed);
  EXPECT_EQ(status_after(Outcome::closed), MessageStatus::closed);
}

TEST(MessageTable, an_unreliable_message_has_no_outcome) {
  MessageTable table{Options{}};
  static_cast<void>(table.issue(queued(), {}));
  const MessageId id = table.issue(unreliable(), bytes_of("x"));
  EXPECT_EQ(table.status(id), MessageStatus::queued);
  table.end_unreliable(id);
  EXPECT_EQ(table.status(id), MessageStatus::unreliable_done);
  table.end({1}, Outcome::acked);
  EXPECT_EQ(table.status(id), MessageStatus::unreliable_done);
  EXPECT_FALSE(table.has_outcome());
}

TEST(MessageTable, a_shared_pool_is_another_limit_within_which_one_message_of_each_table_fits) {
  MemoryPool pool{2048};
  const Options options{.payload_pool = &pool};
  MessageTable greedy{options}, modest{options};
  const std::string payload(1024, 'x');
  static_cast<void>(greedy.issue(queued(), bytes_of(payload)));
  const MessageId second = greedy.issue(queued(), bytes_of(payload));
  EXPECT_FALSE(greedy.has_room(1));
  ASSERT_TRUE(modest.has_room(1024)) << "it has none yet";
  static_cast<void>(modest.issue(queued(), bytes_of(payload)));
  EXPECT_FALSE(modest.has_room(1));
  greedy.end(second, Outcome::acked);
  EXPECT_FALSE(modest.has_room(1)) << "2,048 of 2,048 bytes are in use";
  greedy.end({1}, Outcome::acked);
  EXPECT_TRUE(modest.has_room(1024)) << "what a neighbour gives back serves it";
  EXPECT_FALSE(modest.has_room(1025));
}

TEST(MessageTable, four_messages_take_four_places) {
  MessageTable table{Options{}};
  for (std::size_t places : {1u, 2u, 4u, 4u, 8u}) {
    table.issue(queued(), bytes_of("x"));
    EXPECT_LE(table.ring().capacity(), (std::max)(places, std::size_t{4}));
  }
}

}  // namespace
