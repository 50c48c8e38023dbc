// SPDX-License-Identifier: BSL-1.0
#include "bowline/core/message.hpp"

#include <gtest/gtest.h>

namespace {

using bowline::Message;

TEST(Message, is_pending_from_gate_to_flight_and_no_longer) {
  Message message;
  EXPECT_FALSE(message.pending()) << "a place that holds no message";
  for (const auto state : {Message::State::gated, Message::State::queued, Message::State::in_flight}) {
    message.state = state;
    EXPECT_TRUE(message.pending());
  }
  message.state = Message::State::ended;
  EXPECT_FALSE(message.pending());
  message.state = Message::State::gone;
  EXPECT_FALSE(message.pending());
}

TEST(Message, was_transmitted_once_it_has_a_number) {
  Message message;
  EXPECT_FALSE(message.transmitted());
  message.number = 1;
  EXPECT_TRUE(message.transmitted());
}

TEST(Message, waits_for_nothing_unless_it_is_told_to) {
  const Message message;
  EXPECT_EQ(message.dependency, Message::Dependency::none);
  EXPECT_EQ(message.deadline, bowline::never);
  EXPECT_TRUE(message.reliable);
  EXPECT_FALSE(message.after || message.waiters || message.queue_next);
}

TEST(Message, has_taken_nothing_before_it_is_told_what_it_is) {
  const Message message;
  EXPECT_EQ(message.number + message.first + message.key, 0u);
  EXPECT_EQ(message.distance + message.held_bytes + message.reassembly_bytes, 0u);
  EXPECT_EQ(message.parts, 1u);
  EXPECT_EQ(message.parts_sent + message.parts_acked + message.tombstones + message.rounds, 0u);
  EXPECT_FALSE(message.fail_with_dependency || message.newest_only || message.report_ack);
  EXPECT_FALSE(message.too_large_for_peer || message.parts_leaving || message.arrived || message.unsettled ||
               message.outcome_untaken);
}

}  // namespace
