// SPDX-License-Identifier: BSL-1.0
// From `send` to the one outcome of each message. What packets look like is tests/core/transmission_test.cpp's.
#include "bowline/core/outbox.hpp"

#include <gtest/gtest.h>

#include <string>

#include "core/support/sending_half.hpp"

namespace {

using namespace std::chrono_literals;
using bowline::Gate;
using bowline::MessageId;
using bowline::MessageStatus;
using bowline::OnDependencyFailure;
using bowline::Options;
using bowline::SendError;
using bowline::SendOptions;
using bowline::TimePoint;
using bowline::test::SendingHalf;
using Lines = bowline::test::OutcomeLines;

SendOptions after(MessageId id, OnDependencyFailure on_failure = OnDependencyFailure::deliver,
                  Gate gate = Gate::at_receiver) {
  return {.after = id, .gate = gate, .on_dependency_failure = on_failure};
}

constexpr auto fail = OnDependencyFailure::fail;
constexpr auto deliver = OnDependencyFailure::deliver;

TEST(Outbox, a_message_is_acked_when_its_packet_is) {
  SendingHalf a;
  const MessageId id = a.sends("x");
  EXPECT_EQ(a.outbox.status(id), MessageStatus::queued);
  EXPECT_EQ(a.outbox.pending(), 1u);
  EXPECT_EQ(a.says(), "1:x");
  EXPECT_EQ(a.outbox.status(id), MessageStatus::in_flight);
  a.acked(1);
  EXPECT_EQ(a.told(), Lines{"acked 1"});
  EXPECT_EQ(a.outbox.status(id), MessageStatus::acked);
  EXPECT_TRUE(a.outbox.quiet());
  a.acked(1);
  EXPECT_EQ(a.told(), Lines{});
  EXPECT_EQ(a.stats.messages_acked, 1u);
}

TEST(Outbox, any_copy_may_be_the_one_that_is_acknowledged) {
  SendingHalf a;
  a.sends("x");
  a.says();
  a.lost(1);
  EXPECT_EQ(a.says(), "1:x");
  a.acked(1);
  EXPECT_EQ(a.told(), Lines{"acked 1"});
  a.lost(2);
  EXPECT_EQ(a.says(), "");
}

TEST(Outbox, the_loss_of_an_older_copy_means_nothing) {
  SendingHalf a;
  a.sends("x");
  a.says();
  a.lost(1);
  a.says();
  a.lost(1);
  EXPECT_EQ(a.says(), "") << "packet 2 still carries it";
  a.lost(2);
  EXPECT_EQ(a.says(), "1:x");
}

TEST(Outbox, a_message_is_lost_when_its_resends_are_used_up) {
  SendingHalf a;
  a.sends("x");
  a.says();
  a.lost(1, 2);
  a.says();
  a.lost(2, 2);
  a.says();
  EXPECT_EQ(a.told(), Lines{});
  a.lost(3, 2);
  EXPECT_EQ(a.told(), Lines{"lost 1"});
  EXPECT_EQ(a.says(), "-1");
}

TEST(Outbox, after_its_end_only_a_verdict_counts) {
  SendingHalf a;
  const MessageId id = a.sends("x");
  a.says();
  EXPECT_TRUE(a.outbox.cancel(id, a.stats));
  EXPECT_FALSE(a.outbox.cancel(id, a.stats));
  EXPECT_EQ(a.told(), Lines{"cancelled 1"});
  a.acked(1);
  EXPECT_FALSE(a.outbox.quiet()) << "the acknowledgement of its data decides nothing any more";
  EXPECT_EQ(a.says(), "-1");
  EXPECT_TRUE(a.verdict(1, true));
  EXPECT_EQ(a.told(), Lines{"late ack 1"});
  EXPECT_TRUE(a.outbox.quiet());
  EXPECT_FALSE(a.verdict(1, true)) << "once";
  EXPECT_EQ(a.told(), Lines{});
  EXPECT_EQ(a.outbox.status(id), MessageStatus::cancelled);
}

TEST(Outbox, late_acks_nobody_takes_are_as_many_as_messages_and_the_next_verdict_is_asked_for_again) {
  SendingHalf a{{.messages_max = 2}};
  const MessageId x = a.sends("x"), y = a.sends("y");
  a.says();
  a.outbox.cancel(x, a.stats), a.outbox.cancel(y, a.stats);
  EXPECT_EQ(a.told(), (Lines{"cancelled 1", "cancelled 2"}));
  EXPECT_EQ(a.says(), "-1 -2");
  EXPECT_TRUE(a.verdict(1, true));
  EXPECT_TRUE(a.verdict(2, true));
  const MessageId third = a.sends("third");
  a.says();
  a.outbox.cancel(third, a.stats);
  EXPECT_EQ(a.says(), "-3");
  EXPECT_TRUE(a.verdict(3, true)) << "it is not void";
  EXPECT_EQ(a.stats.late_acks, 2u);
  EXPECT_EQ(a.told(), (Lines{"cancelled 3", "late ack 1", "late ack 2"}));
  a.acked(4);
  EXPECT_EQ(a.says(), "-3");
  EXPECT_TRUE(a.verdict(3, true));
  EXPECT_EQ(a.told(), Lines{"late ack 3"});
  EXPECT_TRUE(a.outbox.quiet());
}

TEST(Outbox, late_acks_nobody_takes_are_as_many_as_their_memory_though_the_limit_is_not_reached) {
  SendingHalf a;
  // Four messages at a time have memory for four, and what has ended makes place for the next.
  for (int i = 0; i < 8; ++i) {
    const MessageId id = a.sends("x");
    a.says();
    a.outbox.cancel(id, a.stats);
    ASSERT_TRUE(a.outbox.next_event()) << "cancelled";
    a.outbox.release_taken();
    a.says();
    EXPECT_TRUE(a.verdict(id.value, true)) << "it is not void";
  }
  EXPECT_EQ(a.stats.late_acks, 4u);
  EXPECT_FALSE(a.outbox.quiet()) << "the other four are asked for again";
}

TEST(Outbox, of_a_message_in_parts_only_the_verdict_on_the_last_tells_of_the_whole) {
  SendingHalf a;
  a.segment_bytes_max = 100;
  const MessageId id = a.sends(std::string(150, 'x'));
  a.says();
  EXPECT_TRUE(a.outbox.cancel(id, a.stats));
  EXPECT_EQ(a.told(), Lines{"cancelled 1"});
  EXPECT_EQ(a.says(), "-1 -2 -3");
  EXPECT_TRUE(a.verdict(1, true));
  EXPECT_EQ(a.told(), Lines{});
  EXPECT_TRUE(a.verdict(3, true));
  EXPECT_EQ(a.told(), Lines{"late ack 1"});
}

TEST(Outbox, newest_only_means_nothing_for_a_reliable_message) {
  SendingHalf a;
  a.sends("x", {.newest_only = true});
  EXPECT_EQ(a.says(), "1:x");
}

TEST(Outbox, a_refusal_is_no_late_ack) {
  SendingHalf a;
  a.outbox.cancel((a.sends("x"), a.says(), MessageId{1}), a.stats);
  EXPECT_TRUE(a.verdict(1, false));
  EXPECT_EQ(a.told(), Lines{"cancelled 1"});
  EXPECT_EQ(a.stats.late_acks, 0u);
  EXPECT_TRUE(a.outbox.quiet());
}

TEST(Outbox, a_verdict_that_nobody_asked_for_is_void) {
  SendingHalf a;
  a.sends("x");
  EXPECT_FALSE(a.verdict(1, false));
  a.says();
  EXPECT_FALSE(a.verdict(1, false));
  EXPECT_FALSE(a.verdict(0, false));
  EXPECT_FALSE(a.verdict(2, true));
  EXPECT_EQ(a.told(), Lines{});
  EXPECT_EQ(a.outbox.status({1}), MessageStatus::in_flight);
}

TEST(Outbox, a_tombstone_is_sent_again_when_it_is_lost_or_answered_without_a_verdict) {
  SendingHalf a;
  a.sends("x");
  a.says();
  a.outbox.cancel({1}, a.stats);
  EXPECT_EQ(a.says(), "-1");
  EXPECT_EQ(a.says(), "");
  a.lost(2);
  EXPECT_EQ(a.says(), "-1");
  a.lost(2);
  EXPECT_EQ(a.says(), "") << "packet 3 carries it";
  a.acked(3);
  EXPECT_EQ(a.says(), "-1");
  EXPECT_TRUE(a.verdict(1, false));
  a.acked(4);
  a.lost(4);
  EXPECT_EQ(a.says(), "");
}

TEST(Outbox, what_was_never_transmitted_leaves_no_tombstone) {
  SendingHalf a;
  const MessageId id = a.sends("x");
  a.outbox.cancel(id, a.stats);
  EXPECT_EQ(a.told(), Lines{"cancelled 1, never sent"});
  EXPECT_EQ(a.says(), "");
  EXPECT_TRUE(a.outbox.quiet());
}

TEST(Outbox, a_deadline_ends_a_message_wherever_it_is) {
  SendingHalf a;
  const MessageId flying = a.sends("f", {.deadline = 30ms});
  a.says();
  const MessageId queued = a.sends("q", {.deadline = 10ms});
  SendOptions options = after(flying, deliver, Gate::at_sender);
  options.deadline = 20ms;
  const MessageId gated = a.sends("g", options);
  EXPECT_EQ(a.outbox.status(gated), MessageStatus::gated);
  EXPECT_EQ(a.outbox.next_deadline(), TimePoint{10ms});
  a.outbox.expire(TimePoint{9ms}, a.stats);
  EXPECT_EQ(a.told(), Lines{});
  a.outbox.expire(TimePoint{10ms}, a.stats);
  EXPECT_EQ(a.told(), Lines{"expired 2, never sent"});
  EXPECT_EQ(a.outbox.status(queued), MessageStatus::expired);
  a.outbox.expire(TimePoint{1h}, a.stats);
  EXPECT_EQ(a.told(), (Lines{"expired 3, never sent", "expired 1"}));
  EXPECT_EQ(a.outbox.next_deadline(), bowline::never);
}

TEST(Outbox, only_what_the_peer_cannot_take_names_its_limit) {
  SendingHalf a;
  a.sends("expired", {.deadline = 10ms});
  const MessageId cancelled = a.sends("cancelled");
  a.sends("dependency failed", after(cancelled, fail));
  a.sends("superseded", {.key = 1});
  a.sends("closed", {.key = 1});
  a.outbox.expire(TimePoint{10ms}, a.stats);
  a.outbox.cancel(cancelled, a.stats);
  a.outbox.end_all(a.stats);
  int ended = 0;
  while (const auto event = a.outbox.next_event()) {
    EXPECT_EQ(event->as<bowline::Unconfirmed>()->cause, bowline::LossCause::resends_used_up);
    ++ended;
    a.outbox.release_taken();
  }
  EXPECT_EQ(ended, 5);
}

TEST(Outbox, an_outcome_before_the_deadline_is_the_only_one) {
  SendingHalf a;
  a.sends("x", {.deadline = 10ms});
  a.says();
  a.acked(1);
  a.outbox.expire(TimePoint{1h}, a.stats);
  EXPECT_EQ(a.told(), Lines{"acked 1"});
}

TEST(Outbox, a_message_larger_than_the_limit_is_refused) {
  SendingHalf a{Options{.message_bytes_max = 4}};
  EXPECT_TRUE(a.tries("1234"));
  EXPECT_EQ(a.tries("12345").error, SendError::too_large);
  EXPECT_EQ(a.outbox.pending(), 1u);
}

TEST(Outbox, a_full_queue_refuses_and_tells_when_to_try_again_once) {
  SendingHalf a{Options{.messages_max = 2}};
  a.sends("x");
  a.sends("y");
  EXPECT_EQ(a.tries("z").error, SendError::queue_full);
  EXPECT_EQ(a.told(), Lines{});
  a.says();
  a.acked(1);
  EXPECT_EQ(a.told(), (Lines{"acked 1", "acked 2", "writable"}));
  EXPECT_EQ(a.told(), Lines{});
}

TEST(Outbox, writable_waits_until_what_was_refused_fits) {
  SendingHalf a{Options{.send_bytes_max = 10}};
  a.sends("12345");
  a.sends("6789");
  EXPECT_EQ(a.tries("123456").error, SendError::queue_full);
  a.outbox.cancel({2}, a.stats);
  EXPECT_EQ(a.told(), Lines{"cancelled 2, never sent"}) << "5 + 6 is still more than 10";
  a.outbox.cancel({1}, a.stats);
  EXPECT_EQ(a.told(), (Lines{"cancelled 1, never sent", "writable"}));
}

TEST(Outbox, what_cannot_be_waited_for_is_an_error_of_send) {
  SendingHalf a{Options{.outcomes_remembered = 2}};
  EXPECT_EQ(a.tries("x", after({1})).error, SendError::unknown_dependency) << "itself";
  EXPECT_EQ(a.tries("x", after({7})).error, SendError::unknown_dependency);
  const MessageId unreliable = a.sends("u", {.reliable = false});
  EXPECT_EQ(a.tries("x", after(unreliable)).error, SendError::unreliable_dependency);
  a.says();
  EXPECT_EQ(a.tries("x", after(unreliable)).error, SendError::unreliable_dependency);
  const MessageId old = a.sends("o");
  a.outbox.cancel(old, a.stats);
  for (int i = 0; i < 2; ++i) a.outbox.cancel(a.sends("y"), a.stats);
  a.told();
  EXPECT_EQ(a.outbox.status(old), MessageStatus::forgotten);
  EXPECT_EQ(a.tries("x", after(old, fail)).error, SendError::forgotten_dependency);
  EXPECT_TRUE(a.tries("x", after(old, deliver)));
  EXPECT_EQ(a.outbox.pending(), 1u) << "what was refused is not there";
}

TEST(Outbox, who_waits_at_the_sender_goes_when_the_other_has_ended) {
  for (const bool acked : {true, false}) {
    SendingHalf a;
    const MessageId head = a.sends("h");
    const MessageId body = a.sends("b", after(head, deliver, Gate::at_sender));
    EXPECT_EQ(a.says(), "1:h");
    EXPECT_EQ(a.says(), "");
    EXPECT_EQ(a.outbox.status(body), MessageStatus::gated);
    if (acked) {
      a.acked(1);
      EXPECT_EQ(a.says(), "2:b") << "settled here, so the peer need not know";
    } else {
      a.outbox.cancel(head, a.stats);
      EXPECT_EQ(a.says(), "-1 2:b<1") << "not known settled there, so the peer has to order them";
    }
  }
}

TEST(Outbox, who_waits_at_the_receiver_goes_when_the_other_went) {
  SendingHalf a;
  const MessageId head = a.sends("h");
  a.sends("b", after(head));
  a.sends("c", after({2}));
  EXPECT_EQ(a.says(), "1:h 2:b<1 3:c<2");
}

TEST(Outbox, a_message_is_not_acked_before_its_dependency_is_settled) {
  SendingHalf a;
  const MessageId head = a.sends("h");
  a.says();
  a.sends("b", after(head));
  a.sends("c", after({2}));
  a.says();
  a.acked(2);
  EXPECT_EQ(a.told(), Lines{});
  a.acked(1);
  EXPECT_EQ(a.told(), (Lines{"acked 1", "acked 2", "acked 3"}));
  EXPECT_TRUE(a.outbox.quiet());
}

TEST(Outbox, a_message_that_arrived_is_acked_by_the_verdict_on_its_dependency) {
  for (const bool delivered : {true, false}) {
    SendingHalf a;
    const MessageId head = a.sends("h");
    a.says();
    a.sends("b", after(head));
    a.says();
    a.acked(2);
    a.outbox.cancel(head, a.stats);
    EXPECT_EQ(a.told(), Lines{"cancelled 1"});
    EXPECT_TRUE(a.verdict(1, delivered));
    EXPECT_EQ(a.told(), (delivered ? Lines{"acked 2", "late ack 1"} : Lines{"acked 2"}));
  }
}

TEST(Outbox, failure_cascades_to_those_who_asked_for_it) {
  SendingHalf a;
  const MessageId head = a.sends("h");
  const MessageId b = a.sends("b", after(head, fail));
  a.sends("c", after(b, fail));
  a.sends("d", after(b, deliver));
  a.sends("e", after(head, deliver));
  a.outbox.cancel(head, a.stats);
  EXPECT_EQ(a.told(), (Lines{"cancelled 1, never sent", "dependency failed 2, never sent",
                             "dependency failed 3, never sent"}));
  EXPECT_EQ(a.says(), "1:d 2:e");
}

TEST(Outbox, a_dependent_that_arrived_is_recalled_when_it_fails) {
  SendingHalf a;
  const MessageId head = a.sends("h");
  a.says();
  a.sends("b", after(head, fail));
  EXPECT_EQ(a.says(), "2:b<!1");
  a.acked(2);
  a.outbox.cancel(head, a.stats);
  EXPECT_EQ(a.told(), (Lines{"cancelled 1", "dependency failed 2"}));
  EXPECT_EQ(a.says(), "-1 -2");
  EXPECT_TRUE(a.verdict(2, true)) << "the peer had both before it heard";
  EXPECT_TRUE(a.verdict(1, true));
  EXPECT_EQ(a.told(), (Lines{"late ack 2", "late ack 1"}));
  EXPECT_TRUE(a.outbox.quiet());
}

TEST(Outbox, who_depends_on_what_has_failed_already_fails_at_once_or_goes) {
  SendingHalf a;
  const MessageId head = a.sends("h");
  a.outbox.cancel(head, a.stats);
  a.told();
  a.sends("b", after(head, fail));
  EXPECT_EQ(a.told(), Lines{"dependency failed 2, never sent"});
  a.sends("c", after(head, deliver));
  EXPECT_EQ(a.says(), "1:c");
}

TEST(Outbox, a_chain_of_thousands_fails_without_recursion) {
  SendingHalf a{Options{.messages_max = 100'000}};
  MessageId last = a.sends("0");
  for (int i = 0; i < 50'000; ++i) last = a.sends("x", after(last, fail));
  a.outbox.cancel({1}, a.stats);
  EXPECT_EQ(a.told().size(), 50'001u);
  EXPECT_TRUE(a.outbox.quiet());
}

TEST(Outbox, the_end_of_the_peer_ends_everything_as_closed_and_numbers_begin_again) {
  SendingHalf a;
  a.sends("flying");
  a.says();
  a.sends("arrived", after({1}));
  a.says();
  a.acked(2);
  a.sends("recalled");
  a.says();
  a.outbox.cancel({3}, a.stats);
  a.sends("queued", {.deadline = 1s});
  a.sends("gated", after({1}, deliver, Gate::at_sender));
  a.sends("unreliable", {.reliable = false});
  a.outbox.end_all(a.stats);
  EXPECT_EQ(a.told(), (Lines{"cancelled 3", "closed 1", "closed 2", "closed 4, never sent", "closed 5, never sent"}));
  EXPECT_TRUE(a.outbox.quiet());
  EXPECT_EQ(a.outbox.next_deadline(), bowline::never);
  EXPECT_EQ(a.says(), "");
  EXPECT_EQ(a.outbox.lowest_unsettled(), 1u);
  a.log = {};
  EXPECT_EQ(a.sends("new").value, 7u) << "ids go on";
  EXPECT_EQ(a.says(), "1:new");
}

TEST(Outbox, a_view_of_a_payload_outlives_the_end_of_the_peer_until_it_is_released) {
  SendingHalf a;
  a.sends("precious");
  a.outbox.cancel({1}, a.stats);
  const auto event = a.outbox.next_event();
  ASSERT_TRUE(event);
  a.outbox.end_all(a.stats);
  EXPECT_EQ(bowline::text(event->as<bowline::Unconfirmed>()->payload), "precious");
  EXPECT_EQ(a.told(), Lines{});
}

TEST(Outbox, unreliable_messages_have_no_outcome_and_can_be_cancelled_before_they_go) {
  SendingHalf a;
  const MessageId one = a.sends("u", {.reliable = false});
  const MessageId two = a.sends("v", {.reliable = false});
  EXPECT_TRUE(a.outbox.cancel(two, a.stats));
  EXPECT_EQ(a.says(), "~u");
  EXPECT_FALSE(a.outbox.cancel(one, a.stats));
  EXPECT_EQ(a.outbox.status(one), MessageStatus::unreliable_done);
  EXPECT_EQ(a.stats.unreliable_sent, 1u);
  EXPECT_EQ(a.stats.unreliable_expired, 1u);
  EXPECT_EQ(a.told(), Lines{});
}

TEST(Outbox, an_unreliable_message_that_waits_for_what_fails_goes_or_is_dropped) {
  SendingHalf a;
  const MessageId head = a.sends("h");
  SendOptions fails = after(head, fail);
  SendOptions goes = after(head, deliver);
  fails.reliable = goes.reliable = false;
  a.sends("no", fails);
  a.sends("yes", goes);
  a.outbox.cancel(head, a.stats);
  EXPECT_EQ(a.says(), "~yes");
  EXPECT_EQ(a.stats.unreliable_expired, 1u);
  EXPECT_EQ(a.told(), Lines{"cancelled 1, never sent"});
  EXPECT_TRUE(a.outbox.quiet());
}

TEST(Outbox, a_message_that_fails_when_it_is_sent_takes_nobodys_place) {
  SendingHalf a;
  const MessageId failed = a.sends("failed");
  EXPECT_TRUE(a.outbox.cancel(failed, a.stats));
  const MessageId older = a.sends("older", {.key = 7});
  a.sends("newer", {.after = failed, .on_dependency_failure = OnDependencyFailure::fail, .key = 7});
  EXPECT_EQ(a.outbox.status(older), MessageStatus::queued);
  EXPECT_EQ(a.told(), (Lines{"cancelled 1, never sent", "dependency failed 3, never sent"}));
  a.sends("newest", {.key = 7});
  EXPECT_EQ(a.told(), Lines{"superseded 2, never sent"});
}

}  // namespace
