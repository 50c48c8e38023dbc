// SPDX-License-Identifier: BSL-1.0
// Outcomes, dependencies, tombstones and verdicts: for each rule the shortest trace that breaks a promise without it.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "bowline/dedup/no_dedup.hpp"
#include "bowline/resend/no_resend.hpp"
#include "core/support/pair.hpp"

namespace bowline::test {
namespace {

/// Bound, and nothing said yet.
Pair<> connected(const Options& options = prompt()) {
  Pair<> p{options};
  p.connect();
  return p;
}

/// `number`'s frame alone, in a packet of the test's own.
Datagram recall_of(Pair<>& p, SequenceNumber number, PacketNumber packet) {
  return p.packet_to_z(packet, [&](Writer& writer) {
    DataFrame frame;
    frame.number = number;
    frame.tombstone = true;
    frame.write<WireNumber<>>(writer, 0);
  });
}

// Rule A: an acknowledged message that the peer holds has no outcome yet. Without it b is acked, z dies, and b was
// never delivered.
TEST(OrderTrace, a_held_message_is_not_acked_though_its_packet_is) {
  Pair<> p = connected();
  const MessageId a = p.a.sends("a");
  p.a.says();  // Lost.
  const MessageId b = p.a.sends("b", {.after = a, .report_ack = true});
  const Datagram held = p.a.says_one();
  EXPECT_EQ(show(held), "data 2<-1 'b'");
  p.z.hears(held);
  EXPECT_EQ(p.z.received(), Lines{});
  p.a.hears(p.z.says_one());
  EXPECT_EQ(p.a->status(b), MessageStatus::in_flight);

  p.z.restarts();
  p.z->connect(p.z.now());
  p.exchange();
  EXPECT_EQ(p.a.told(), (Lines{"disconnected: peer restarted", "connected", "closed 1", "closed 2"}));
  EXPECT_EQ(p.z.received(), Lines{});
}

// Rule A, the other way out: the peer closes.
TEST(OrderTrace, a_held_message_ends_as_closed_when_the_peer_closes) {
  Pair<> p = connected();
  const MessageId a = p.a.sends("a");
  p.a.says();
  p.a.sends("b", {.after = a, .report_ack = true});
  p.z.hears(p.a.says_one());
  p.a.hears(p.z.says());
  p.z.closes();
  p.a.hears(p.z.says());
  EXPECT_EQ(p.a.told(), (Lines{"disconnected: peer closed", "closed 1", "closed 2"}));
  EXPECT_EQ(p.z.received(), Lines{});
}

TEST(OrderTrace, a_held_message_is_acked_with_its_dependency) {
  Pair<> p = connected();
  const MessageId a = p.a.sends("a", {.report_ack = true});
  const Datagram first = p.a.says_one();
  p.a.sends("b", {.after = a, .report_ack = true});
  p.z.hears(p.a.says_one());
  p.a.hears(p.z.says());
  EXPECT_EQ(p.a.told(), Lines{});
  p.z.hears(first);
  EXPECT_EQ(p.z.received(), (Lines{"a", "b"}));
  p.a.hears(p.z.says());
  EXPECT_EQ(p.a.told(), (Lines{"acked 1", "acked 2"}));
}

// Rule E: nothing is acknowledged while a delivered message is untaken. Without it the ack leaves, z dies, and the
// application never saw what counts as acked.
TEST(OrderTrace, nothing_is_acknowledged_before_the_application_took_it) {
  Pair<> p = connected();
  p.a.sends("a");
  p.z.hears_untaken(p.a.says_one());
  EXPECT_EQ(p.z.says_lines(), Lines{});
  EXPECT_EQ(p.z->next_deadline(), p.z.now() + prompt().keepalive);
  p.z.drain();
  EXPECT_EQ(p.z.says_lines(), (Lines{"ack 1"}));
}

// Rule E for verdicts: "delivered" is one more word for acknowledged.
TEST(OrderTrace, no_verdict_is_given_before_the_application_took_the_message) {
  Pair<> p = connected();
  p.a.sends("a");
  const Datagram first = p.a.says_one();
  p.a.cancels({1});
  p.a.says();
  p.z.hears_untaken(p.packet_to_z(50, [](Writer& writer) {
    DataFrame frame;
    frame.number = 1;
    frame.payload = bytes_of("a");
    frame.write<WireNumber<>>(writer, 0);
    frame.tombstone = true;
    frame.write<WireNumber<>>(writer, 0);
  }));
  EXPECT_EQ(p.z.says_lines(), Lines{});
  p.z.drain();
  EXPECT_EQ(p.z.says_lines(), (Lines{"verdict 1 delivered, ack 50"}));
}

// Rule E with data on the way back: the answer must not carry the ack along either.
TEST(OrderTrace, data_does_not_carry_an_ack_of_what_is_untaken) {
  Pair<> p = connected();
  p.a.sends("a");
  p.z.hears_untaken(p.a.says_one());
  p.z.sends("z");
  EXPECT_EQ(p.z.says_lines(), (Lines{"data 1 'z'"}));
}

// Rule V: after an unacknowledged end only verdicts count. A late copy of refused data is acknowledged so that it is
// not repeated; taken for an arrival that ack would raise a LateAck for what was never delivered.
TEST(OrderTrace, an_ack_of_a_late_copy_is_no_late_ack) {
  Pair<> p = connected();
  p.a.sends("a");
  const Datagram copy = p.a.says_one();
  p.a.cancels({1});
  const Datagram tombstone = p.a.says_one();
  EXPECT_EQ(show(tombstone), "tombstone 1");
  p.z.hears(tombstone);
  p.z.says();  // Lost, with the verdict in it.
  p.z.hears(copy);
  EXPECT_EQ(p.z.received(), Lines{});
  const Datagram ack = p.z.says_one();
  EXPECT_EQ(show(ack), "ack 1-2");
  p.a.hears(ack);
  EXPECT_EQ(p.a.told(), (Lines{"cancelled 1"}));

  EXPECT_TRUE(p.run_until([&] { return p.a->settled() && p.a.says().empty(); }, 5s));
  EXPECT_EQ(p.a.told(), Lines{});
  EXPECT_EQ(p.a.stats().late_acks, 0u);
}

// The same rule, seen from the other side: what was delivered is told exactly once, by the verdict.
TEST(OrderTrace, a_verdict_of_delivered_raises_one_late_ack) {
  Pair<> p = connected();
  p.a.sends("a");
  p.z.hears(p.a.says_one());
  p.z.says();  // The ack is lost.
  p.a.cancels({1});
  const Datagram tombstone = p.a.says_one();
  p.z.hears(tombstone);
  const Datagram verdict = p.z.says_one();
  EXPECT_EQ(show(verdict), "verdict 1 delivered, ack 1-2");
  p.a.hears(verdict);
  EXPECT_EQ(p.a.told(), (Lines{"cancelled 1", "late ack 1"}));
  p.z.hears(recall_of(p, 1, 60));
  p.a.hears(p.z.says());
  EXPECT_EQ(p.a.told(), Lines{});
  EXPECT_EQ(p.a.stats().verdicts_void, 1u);
}

TEST(OrderTrace, a_verdict_is_repeated_whenever_asked) {
  Pair<> p = connected();
  p.a.sends("a");
  p.a.says();
  p.z.hears(recall_of(p, 1, 60));
  EXPECT_EQ(p.z.says_lines(), (Lines{"verdict 1 refused, ack 60"}));
  p.z.hears(recall_of(p, 1, 61));
  EXPECT_EQ(p.z.says_lines(), (Lines{"verdict 1 refused, ack 60-61"}));
}

// An ack of its packet is not enough: a tombstone is repeated until its verdict is in.
TEST(OrderTrace, a_tombstone_goes_on_until_its_verdict_arrives) {
  Pair<> p = connected();
  p.a.sends("a");
  p.a.says();
  p.a.cancels({1});
  p.z.hears(p.a.says_one());
  p.z.says();  // The verdict is lost …
  p.a.sends("b");
  p.z.hears(p.a.says_one());
  const Datagram ack = p.z.says_one();
  EXPECT_EQ(show(ack), "ack 2-3");
  p.a.hears(ack);  // … and the ack of the tombstone is not.
  const Datagram again = p.a.says_one();
  EXPECT_EQ(show(again), "tombstone 1");
  p.z.hears(again);
  EXPECT_EQ(p.z.says_lines(), (Lines{"verdict 1 refused, ack 2-4"}));
}

// Rule F: the bit that b fails with its dependency travels with b. With one bit "settled" for both ends of a, the
// tombstone of a releases b before b's own arrives, and b is delivered although a was not.
TEST(OrderTrace, a_held_message_that_fails_with_its_dependency_is_refused_by_its_tombstone) {
  Pair<> p = connected();
  const MessageId a = p.a.sends("a");
  p.a.says();
  p.a.sends("b", {.after = a, .on_dependency_failure = OnDependencyFailure::fail});
  const Datagram held = p.a.says_one();
  EXPECT_EQ(show(held), "data 2<-1! 'b'");
  p.z.hears(held);
  p.a.cancels(a);
  EXPECT_EQ(p.a.told(), (Lines{"cancelled 1", "dependency failed 2"}));
  p.z.hears(recall_of(p, 1, 60));
  EXPECT_EQ(p.z.received(), Lines{});
  EXPECT_EQ(p.z.stats().refused, 1u);
  EXPECT_TRUE(p.settle());
  EXPECT_EQ(p.z.received(), Lines{});
}

// Rule F for a message that arrives after the tombstone of its dependency.
TEST(OrderTrace, a_late_message_that_fails_with_its_dependency_is_refused) {
  Pair<> p = connected();
  const MessageId a = p.a.sends("a");
  p.a.says();
  p.a.sends("b", {.after = a, .on_dependency_failure = OnDependencyFailure::fail});
  const Datagram late = p.a.says_one();
  p.a.cancels(a);
  p.z.hears(recall_of(p, 1, 60));
  p.z.hears(late);
  EXPECT_EQ(p.z.received(), Lines{});
  EXPECT_TRUE(p.settle());
  EXPECT_EQ(p.z.received(), Lines{});
}

// Rule F down a chain: c waits for b, b for a; a's end refuses all of it at once.
TEST(OrderTrace, a_failure_cascades_down_a_held_chain) {
  Pair<> p = connected();
  const SendOptions fail{.on_dependency_failure = OnDependencyFailure::fail};
  SendOptions after = fail;
  const MessageId a = p.a.sends("a");
  p.a.says();
  after.after = a;
  const MessageId b = p.a.sends("b", after);
  after.after = b;
  p.a.sends("c", after);
  p.z.hears(p.a.says());
  p.a.cancels(a);
  EXPECT_EQ(p.a.told(), (Lines{"cancelled 1", "dependency failed 2", "dependency failed 3"}));
  p.z.hears(recall_of(p, 1, 60));
  EXPECT_EQ(p.z.stats().refused, 2u);
  EXPECT_TRUE(p.settle());
  EXPECT_EQ(p.z.received(), Lines{});
  EXPECT_EQ(p.a.stats().late_acks, 0u);
}

// Rule D: whatever the gate, b carries its dependency while a's fate is not known at z. Without it b, sent once a has
// ended, is delivered, and then the late a.
TEST(OrderTrace, a_message_gated_at_the_sender_still_carries_its_dependency) {
  Pair<> p = connected();
  const MessageId a = p.a.sends("a");
  const Datagram late = p.a.says_one();
  p.a.sends("b", {.after = a, .gate = Gate::at_sender});
  EXPECT_EQ(p.a.says_lines(), Lines{});
  p.a.cancels(a);
  const Datagram said = p.a.says_one();
  EXPECT_EQ(show(said), "tombstone 1, data 2<-1 'b'");

  // The tombstone is lost, b is not.
  p.z.hears(p.packet_to_z(60, [](Writer& writer) {
    DataFrame frame;
    frame.number = 2;
    frame.dependency = 1;
    frame.payload = bytes_of("b");
    frame.write<WireNumber<>>(writer, 0);
  }));
  EXPECT_EQ(p.z.received(), Lines{});
  p.z.hears(late);
  EXPECT_EQ(p.z.received(), (Lines{"a", "b"}));
}

// Rule T: a message that ends unacknowledged is recalled. Without a tombstone b is delivered, and then the late a.
TEST(OrderTrace, a_recalled_message_is_not_delivered_after_the_one_that_waited_for_it) {
  Pair<> p = connected();
  const MessageId a = p.a.sends("a");
  const Datagram late = p.a.says_one();
  p.a.cancels(a);
  p.a.sends("b", {.after = a});
  p.exchange();
  EXPECT_EQ(p.z.received(), (Lines{"b"}));
  p.z.hears(late);
  EXPECT_EQ(p.z.received(), (Lines{"b"}));
}

// The log of what was recalled refuses it, whatever the filter remembers.
TEST(OrderTrace, without_a_filter_a_recalled_message_is_refused_all_the_same) {
  Pair<NoDedup> p;
  p.connect();
  p.a.sends("a");
  const Datagram late = p.a.says_one();
  p.a.cancels({1});
  p.exchange();
  p.z.hears(late);
  EXPECT_EQ(p.z.received(), Lines{});
  EXPECT_EQ(p.z.stats().refused, 1u);
}

TEST(OrderTrace, a_tombstone_drops_exactly_the_held_message_it_names) {
  Pair<> p = connected();
  const MessageId a = p.a.sends("a");
  const Datagram first = p.a.says_one();
  const MessageId b = p.a.sends("b", {.after = a});
  p.a.sends("c", {.after = a});
  p.z.hears(p.a.says());
  p.a.hears(p.z.says());
  p.a.cancels(b);
  p.z.hears(p.a.says());
  p.z.hears(first);
  EXPECT_EQ(p.z.received(), (Lines{"a", "c"}));
  p.exchange();
  EXPECT_EQ(p.a->status(b), MessageStatus::cancelled);
  EXPECT_EQ(p.a.stats().late_acks, 0u);
}

// What was never transmitted needs no tombstone, and says so.
TEST(OrderTrace, what_was_never_sent_ends_without_a_tombstone) {
  Pair<> p = connected();
  const MessageId a = p.a.sends("a");
  p.a.says();
  const MessageId b = p.a.sends("b", {.after = a, .gate = Gate::at_sender});
  p.a.cancels(b);
  EXPECT_EQ(p.a.told(), (Lines{"cancelled 2, never sent"}));
  EXPECT_EQ(p.a.says_lines(), Lines{});
}

// The five traces of the literal original. P1: send a, again, it arrives, "lost": nobody can know better at that
// moment, but the outcome is one, and the verdict sets it right.
TEST(OriginalTrace, a_message_that_ends_lost_after_it_arrived_is_told_late) {
  Pair<FixedQueueDedup<>, PeriodicResend> p{prompt(), PeriodicResend{.interval = 100ms, .resend_count_max = 1}};
  p.connect();
  p.a.sends("a");
  p.z.hears(p.a.says_one());
  p.z.says();
  p.pass(100ms);
  EXPECT_EQ(show(p.a.says_one()), "data 1 'a'");
  p.z.says();
  p.pass(100ms);
  EXPECT_EQ(p.a.told(), (Lines{"lost 1"}));
  p.exchange();
  EXPECT_EQ(p.a.told(), (Lines{"late ack 1"}));
  EXPECT_EQ(p.z.received(), (Lines{"a"}));
}

// P3: the ack of a dead incarnation's message acknowledges the first message of the next one.
TEST(OriginalTrace, an_ack_for_a_dead_incarnation_acknowledges_nothing) {
  Pair<> p = connected();
  p.a.sends("old");
  p.z.hears(p.a.says_one());
  const Datagram stale = p.z.says_one();
  p.a.restarts();
  p.a->connect(p.a.now());
  p.exchange();
  const MessageId fresh = p.a.sends("new");
  p.a.says();
  p.a.hears(stale);
  EXPECT_EQ(p.a->status(fresh), MessageStatus::in_flight);
  EXPECT_EQ(p.a.stats().dropped_foreign, 1u);
}

// P3b: the filter's memory of a dead incarnation swallows the first message of the next one, and acknowledges it.
TEST(OriginalTrace, a_new_incarnation_starts_with_an_empty_filter) {
  Pair<> p = connected();
  p.a.sends("old");
  p.exchange();
  p.a.restarts();
  p.a.sends("new");
  p.exchange();
  EXPECT_EQ(p.z.received(), (Lines{"old", "new"}));
}

// P4: the receiver restarts with an empty filter, and the network repeats what its last incarnation delivered.
TEST(OriginalTrace, a_copy_for_a_dead_incarnation_is_not_delivered_to_the_next) {
  Pair<> p = connected();
  p.a.sends("once");
  const Datagram copy = p.a.says_one();
  p.z.hears(copy);
  p.z.restarts();
  p.z.hears(copy);
  EXPECT_EQ(p.z.received(), Lines{});
  p.z->connect(p.z.now());
  p.exchange();
  p.z.hears(copy);
  EXPECT_EQ(p.z.received(), Lines{});
  EXPECT_EQ(p.z.stats().dropped_foreign, 2u);
}

// P5: send a, again, "lost", b goes, b arrives, a late copy of a arrives.
TEST(OriginalTrace, a_late_copy_is_not_delivered_after_its_dependent) {
  Pair<FixedQueueDedup<>, PeriodicResend> p{prompt(), PeriodicResend{.interval = 100ms, .resend_count_max = 1}};
  p.connect();
  const MessageId a = p.a.sends("a");
  p.a.sends("b", {.after = a, .gate = Gate::at_sender});
  p.a.says();
  p.pass(100ms);
  const Datagram late = p.a.says_one();
  EXPECT_EQ(show(late), "data 1 'a'");
  p.pass(100ms);
  EXPECT_EQ(p.a.told(), (Lines{"lost 1"}));
  p.exchange();
  EXPECT_EQ(p.z.received(), (Lines{"b"}));
  p.z.hears(late);
  EXPECT_EQ(p.z.received(), (Lines{"b"}));
}

// Section 5 of the searches, the rule that neither stalls nor lies: the sender reserves the peer's room before it sends
// what the peer has to hold. Without it z drops datagrams for want of room.
TEST(BudgetTrace, what_the_peer_must_hold_waits_for_room_at_the_sender) {
  Options small = prompt();
  small.held_bytes_max = 100;
  Pair<> p{prompt(), small};
  p.connect();
  const std::string body(60, 'x');
  const MessageId root = p.a.sends("root");
  p.a.says();  // Lost.
  for (int i = 0; i < 4; ++i) p.a.sends(body, {.after = root});
  p.z.hears(p.a.says());
  EXPECT_EQ(p.a.stats().segments_sent, 2u);  // The root and one: two would take 120 bytes of 100.
  EXPECT_EQ(p.a->status({2}), MessageStatus::in_flight);
  EXPECT_EQ(p.a->status({3}), MessageStatus::gated);
  EXPECT_TRUE(p.settle());
  EXPECT_EQ(p.a.stats().messages_acked, 5u);
  EXPECT_EQ(p.z.stats().dropped_over_budget, 0u);
}

// A dependent larger than all of the peer's room is sent once it need not wait there.
TEST(BudgetTrace, a_message_larger_than_the_peers_room_waits_for_its_dependency) {
  Options small = prompt();
  small.held_bytes_max = 10;
  Pair<> p{prompt(), small};
  p.connect();
  const MessageId root = p.a.sends("root");
  p.a.sends(std::string(60, 'x'), {.after = root});
  p.exchange();
  EXPECT_EQ(p.z.received(), (Lines{"root", std::string(60, 'x')}));
}

// A chain whose links each wait for the one before, with room for one: none is stuck.
TEST(BudgetTrace, a_chain_goes_on_through_little_room) {
  Options small = prompt();
  small.held_bytes_max = 8;
  Pair<> p{prompt(), small};
  p.connect();
  MessageId last;
  Lines sent;
  for (int i = 0; i < 50; ++i) {
    sent.push_back("link " + std::to_string(i));
    last = p.a.sends(sent.back(), {.after = last});
  }
  EXPECT_TRUE(p.settle());
  EXPECT_EQ(p.z.received(), sent);
  EXPECT_EQ(p.z.stats().dropped_over_budget, 0u);
}

// Section 6: all frames are checked before any takes effect. A datagram of which half can be taken would be neither
// acknowledged, so that its first half is lost, nor repeated.
TEST(CheckTrace, a_packet_with_one_bad_frame_has_no_effect_at_all) {
  Pair<> p = connected();
  const auto good_and = [&](PacketNumber packet, const auto& bad) {
    return p.packet_to_z(packet, [&](Writer& writer) {
      DataFrame frame;
      frame.number = 1;
      frame.payload = bytes_of("good");
      frame.write<WireNumber<>>(writer, 0);
      bad(writer);
    });
  };
  p.z.hears(good_and(1, [](Writer& writer) { writer.u8(0x7f); }));
  EXPECT_EQ(p.z.stats().dropped_malformed, 1u);
  p.z.hears(good_and(2, [](Writer& writer) {
    DataFrame frame;
    frame.number = 4097;  // F + W = 1 + 4,096.
    frame.write<WireNumber<>>(writer, 0);
  }));
  EXPECT_EQ(p.z.stats().dropped_out_of_window, 1u);
  EXPECT_EQ(p.z.received(), Lines{});
  EXPECT_EQ(p.z.says_lines(), Lines{});
  // The numbers of dropped packets are not used up.
  p.z.hears(good_and(1, [](Writer&) {}));
  EXPECT_EQ(p.z.received(), (Lines{"good"}));
}

// Section 7: a step back of the clock is absorbed. A clamp to the latest time freezes every timer for an hour.
// Catches a PING that is due when the resend timer gives up the last of what was on its way, and is left for the next
// poll: the deadline would stay in the past.
TEST(ClockTrace, a_ping_long_due_leaves_when_the_resend_timer_gives_up_the_rest) {
  using Once = Connection<FixedQueueDedup<>, NoResend, DefaultExtras>;
  Options options;
  options.entropy = {1, 2};
  Once a{options}, z{[&] { auto other = options; other.entropy = {3, 4}; return other; }()};
  TimePoint now{1h};
  ASSERT_TRUE(a.bind(now, z.nonce(), z.limits()));
  while (a.next_event()) {}
  std::vector<std::byte> buffer(options.datagram_bytes_max);
  const std::byte payload[1]{};
  ASSERT_TRUE(a.send(now, payload, {.reliable = false}));
  while (a.poll_transmit(now, buffer) != 0) {}
  now += 24h;  // Nobody polled, so that the time-out of the handshake is excused.
  a.handle_timeout(now);
  while (a.poll_transmit(now, buffer) != 0) {}
  EXPECT_GT(a.next_deadline(), now);
}

TEST(ClockTrace, a_step_back_of_an_hour_freezes_no_timer) {
  Pair<> p = connected();
  p.a.sends("a");
  p.a.says();  // Lost.
  p.pass(10ms);
  p.a.shift_clock(-1h);
  EXPECT_TRUE(p.settle(3s));
  EXPECT_EQ(p.z.received(), (Lines{"a"}));
  EXPECT_EQ(p.a.stats().clock_steps_back, 1u);
}

TEST(ClockTrace, a_deadline_is_kept_over_a_step_back) {
  Pair<> p = connected();
  p.a.sends("a", {.deadline = 500ms});
  p.a.says();
  p.a.shift_clock(-1h);
  p.pass(0ms);  // What the clock showed between the last call and the step is lost; nothing is here.
  p.pass(499ms);
  EXPECT_EQ(p.a.told(), Lines{});
  p.pass(1ms);
  EXPECT_EQ(p.a.told(), (Lines{"expired 1"}));
}

// A jump ahead fires each timer once: idle for 30 days by the clock is not 30 days without an answer.
TEST(ClockTrace, a_jump_of_thirty_days_closes_no_healthy_channel) {
  Pair<> p = connected();
  p.run_for(1min);
  p.a.sends("before");
  p.a.shift_clock(24h * 30);
  EXPECT_TRUE(p.settle(10s));
  p.run_for(1min);
  EXPECT_EQ(p.a->state(), ConnectionState::connected);
  EXPECT_EQ(p.a.told(), Lines{});
  EXPECT_EQ(p.z.told(), (Lines{"received before"}));
  EXPECT_EQ(p.a.stats().binds, 1u);
}

TEST(ClockTrace, a_jump_ahead_with_a_message_on_the_way_costs_one_probe) {
  Pair<> p = connected();
  p.a.sends("a");
  const Datagram first = p.a.says_one();
  p.a.shift_clock(24h * 30);
  p.pass(1ms);
  EXPECT_LE(p.a.says().size(), 1u);
  p.z.hears(first);
  p.a.hears(p.z.says());
  EXPECT_EQ(p.a->status({1}), MessageStatus::acked);
  EXPECT_EQ(p.a.told(), Lines{});
}

}  // namespace
}  // namespace bowline::test
