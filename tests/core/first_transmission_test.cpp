// SPDX-License-Identifier: BSL-1.0
// What a message is when it leaves for the first time.
#include "bowline/core/first_transmission.hpp"

#include <gtest/gtest.h>

#include <string>
#include <variant>
#include <vector>

#include "core/support/sending_half.hpp"

namespace {

using bowline::Limits;
using bowline::MessageId;
using bowline::MessageStatus;
using bowline::OnDependencyFailure;
using bowline::Options;
using bowline::test::SendingHalf;
using Lines = bowline::test::OutcomeLines;

TEST(FirstTransmission, a_full_packet_leaves_no_trace_of_what_did_not_fit) {
  SendingHalf a;
  a.sends("12345");
  a.sends("12345678");
  EXPECT_EQ(a.says(20), "1:12345");  // 5 + 1 + 5 = 11; the other takes 10.
  EXPECT_EQ(a.outbox.status({2}), MessageStatus::queued);
  EXPECT_EQ(a.says(21), "2:12345678");
  a.lost(1);
  a.lost(2);
  EXPECT_EQ(a.says(21), "1:12345 2:12345678");  // 11 + 10
}

TEST(FirstTransmission, the_last_part_of_a_message_follows_the_one_before_where_it_fits) {
  const std::string a(650, 'a'), b(650, 'b'), c(650, 'c'), d(650, 'd');
  SendingHalf roomy;
  roomy.sends(a + b);
  roomy.sends(c + d);
  EXPECT_EQ(roomy.says(1316), "1:" + a + " 2:" + b);  // 5 + 1 + 1 + 1 + 2 + 650, and 4 less without a number
  EXPECT_EQ(roomy.says(1316), "3:" + c + " 4:" + d);
  SendingHalf narrow;
  narrow.sends(a + b);
  narrow.sends(c + d);
  EXPECT_EQ(narrow.says(1315), "1:" + a) << "and the other message has its turn";
  EXPECT_EQ(narrow.says(1315), "2:" + c);
}

TEST(FirstTransmission, a_dependency_that_is_settled_at_the_first_transmission_is_not_carried) {
  SendingHalf a;
  a.sends("h");
  a.says();
  a.acked(1);
  a.sends("b", {.after = {1}, .on_dependency_failure = OnDependencyFailure::fail});
  EXPECT_EQ(a.says(), "2:b");
}

TEST(FirstTransmission, a_dependency_of_a_try_that_found_no_room_leaves_no_trace) {
  SendingHalf a;
  a.sends("h");
  a.says();
  a.sends("12345678", {.after = {1}});
  EXPECT_EQ(a.says(10), "");
  a.acked(1);
  EXPECT_EQ(a.says(), "2:12345678");
  a.lost(2);
  EXPECT_EQ(a.says(), "2:12345678");
}

TEST(FirstTransmission, a_message_larger_than_the_peer_takes_is_lost_for_that_cause) {
  SendingHalf a;
  a.sends("too large for them");
  a.sends("b", {.after = {1}, .on_dependency_failure = OnDependencyFailure::fail});
  a.sends("c");
  Limits small = Limits::of({});
  small.message_bytes_max = 4;
  a.binds(small);
  EXPECT_EQ(a.says(), "1:c");
  const auto event = a.outbox.next_event();
  ASSERT_TRUE(event && event->as<bowline::Unconfirmed>());
  EXPECT_EQ(event->as<bowline::Unconfirmed>()->cause, bowline::LossCause::peer_limit);
  EXPECT_FALSE(event->as<bowline::Unconfirmed>()->transmitted);
  EXPECT_EQ(a.told(), Lines{"dependency failed 2, never sent"});
}

TEST(FirstTransmission, a_message_in_parts_that_fits_the_peers_room_waits_behind_one_that_does_not) {
  SendingHalf half;
  Limits peer = Limits::of(Options{});
  peer.message_bytes_max = 4000;
  peer.reassembly_bytes_max = 6000;
  half.binds(peer);
  half.sends(std::string(3000, 'a'));
  half.sends(std::string(4000, 'b'));
  half.sends(std::string(2000, 'c'));
  while (!half.says().empty()) continue;
  EXPECT_EQ(half.outbox.flow().room().reassembly_bytes(), 3000u);
}

TEST(FirstTransmission, a_chain_keeps_its_place_among_messages_that_wait_for_nothing) {
  SendingHalf a;
  a.sends("a");
  a.sends("b", {.after = {1}});
  a.sends("c", {.after = {2}});
  a.sends("x");
  EXPECT_EQ(a.outbox.status({2}), MessageStatus::gated) << "it follows in the queue, but may not go before its turn";
  EXPECT_EQ(a.says(), "1:a 2:b<1 3:c<2 4:x");
}

TEST(FirstTransmission, what_follows_in_the_queue_goes_back_to_its_gate_when_the_one_before_it_left_the_queue) {
  Options options;
  options.held_bytes_max = 10;
  SendingHalf a{options};
  a.sends("head");
  a.sends("12345678901", {.after = {1}});
  a.sends("after it", {.after = {2}});
  EXPECT_EQ(a.says(), "1:head");
  EXPECT_EQ(a.outbox.status({3}), MessageStatus::gated);
  EXPECT_EQ(a.says(), "");
  a.acked(1);
  EXPECT_EQ(a.says(), "2:12345678901 3:after it<2") << "what waits for nothing any more needs no room there";
}

TEST(FirstTransmission, what_follows_a_message_that_is_cancelled_in_the_queue_goes_without_it) {
  SendingHalf a;
  a.sends("a");
  a.sends("b", {.after = {1}});
  ASSERT_TRUE(a.outbox.cancel({1}, a.stats));
  EXPECT_EQ(a.outbox.status({2}), MessageStatus::queued);
  EXPECT_EQ(a.says(), "1:b");
}

TEST(FirstTransmission, dependents_beyond_what_the_peer_can_hold_wait_until_their_dependency_is_settled) {
  Options options;
  options.held_bytes_max = 10;
  SendingHalf a{options};
  a.sends("head");
  a.sends("123456", {.after = {1}});
  a.sends("78901", {.after = {1}});
  a.sends("", {.after = {1}});
  a.sends("u", {.after = {1}, .reliable = false});
  EXPECT_EQ(a.says(), "1:head 2:123456<1 3:<1 ~u<1");
  EXPECT_EQ(a.outbox.status({3}), MessageStatus::gated);
  a.acked(1);
  EXPECT_EQ(a.says(), "4:78901") << "it need not wait there any more";
}

TEST(FirstTransmission, the_room_at_the_peer_is_given_back_when_a_dependent_is_settled) {
  Options options;
  options.held_bytes_max = 10;
  SendingHalf a{options};
  a.sends("h");
  a.says();
  a.sends("1234567890", {.after = {1}});
  EXPECT_EQ(a.says(), "2:1234567890<1");
  a.acked(1);
  a.sends("i");
  a.sends("1", {.after = {3}});
  EXPECT_EQ(a.says(), "3:i") << "2 may still be held, as far as is known";
  a.acked(2);
  a.sends("1234567890", {.after = {3}});
  EXPECT_EQ(a.says(), "4:1234567890<3");
  a.acked(3);
  EXPECT_EQ(a.says(), "5:1") << "it waited for what it depends on";
}

TEST(FirstTransmission, the_room_of_a_recalled_dependent_is_given_back_by_its_verdict) {
  Options options;
  options.held_bytes_max = 10;
  SendingHalf a{options};
  a.sends("h");
  a.says();
  a.sends("1234567890", {.after = {1}});
  a.says();
  a.outbox.cancel({2}, a.stats);
  a.sends("1", {.after = {1}});
  EXPECT_EQ(a.says(), "-2") << "it may still be held there";
  a.verdict(2, false);
  a.sends("1234567890", {.after = {1}});
  EXPECT_EQ(a.says(), "3:1234567890<1");
}

TEST(FirstTransmission, a_message_that_took_no_room_at_the_peer_gives_none_back) {
  SendingHalf half;
  half.sends("a");
  half.says();
  half.acked(1);
  EXPECT_EQ(half.told(), (std::vector<std::string>{"acked 1"}));
  EXPECT_EQ(half.outbox.flow().room().held_bytes(), 0u);
  EXPECT_EQ(half.outbox.flow().room().reassembly_bytes(), 0u);
}

TEST(FirstTransmission, the_room_at_a_new_incarnation_is_all_free) {
  Options options;
  options.held_bytes_max = 10;
  SendingHalf a{options};
  for (int incarnation = 0; incarnation < 2; ++incarnation) {
    const MessageId head = a.sends("h");
    a.sends("1234567890", {.after = head});
    EXPECT_EQ(a.says(), "1:h 2:1234567890<1");
    a.outbox.end_all(a.stats);
    a.log = {};
  }
}

TEST(FirstTransmission, unreliable_messages_go_once_without_a_number) {
  SendingHalf a;
  a.sends("a");
  a.sends("u", {.reliable = false});
  a.sends("b");
  a.sends("n", {.reliable = false, .newest_only = true});
  EXPECT_EQ(a.says(), "1:a ~u 2:b ~~n");
  a.lost(1);
  EXPECT_EQ(a.says(), "1:a 2:b");
  EXPECT_EQ(a.stats.unreliable_sent, 2u);
}

TEST(FirstTransmission, unreliable_messages_do_not_wait_for_the_window) {
  SendingHalf a{Options{}, 1};
  a.sends("a");
  a.sends("u", {.reliable = false});
  EXPECT_EQ(a.says(), "1:a ~u");
}

TEST(FirstTransmission, an_unreliable_message_takes_a_name_only_where_it_travels_in_parts) {
  const auto name_after = [](int whole) {
    SendingHalf a;
    a.segment_bytes_max = 100;
    for (int i = 0; i < whole; ++i) {
      a.sends("u", {.reliable = false});
      a.says();
    }
    a.sends(std::string(150, 'p'), {.reliable = false});
    a.says();
    bowline::FrameReader<> reader{a.last_packet(), {}};
    return std::get<bowline::DataFrame>(reader.next().value()).fragment.first;
  };
  EXPECT_EQ(name_after(0), 1u);
  EXPECT_EQ(name_after(3), 1u);
}

}  // namespace
