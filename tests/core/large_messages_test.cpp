// SPDX-License-Identifier: BSL-1.0
// Messages in parts between two ends, packet by packet. A datagram takes 128 bytes here: 13 of header and 115 of
// frames, so 86 of a part beside the 29 that its frame may need, and 103 of a whole message.
#include <gtest/gtest.h>

#include "bowline/dedup/no_dedup.hpp"
#include "core/support/pair.hpp"

namespace {

using namespace bowline;
using namespace bowline::test;

/// A message of `parts` parts of `bytes` bytes, each a letter of its own.
std::string large(int parts, std::size_t bytes = 80, char first = 'a') {
  std::string whole;
  for (int i = 0; i < parts; ++i) whole += std::string(bytes, static_cast<char>(first + i % 26));
  return whole;
}

Options small_datagrams(std::uint32_t window = 1024) {
  Options options = prompt();
  options.datagram_bytes_max = 128;
  options.window = window;
  return options;
}

/// Room for messages in parts of so many bytes together.
Options little_room(std::uint32_t bytes) {
  Options options = small_datagrams();
  options.message_bytes_max = bytes;
  options.reassembly_bytes_max = bytes;
  return options;
}

struct LargeMessages : testing::Test {
  LargeMessages() { p.connect(); }

  /// The last byte of each.
  static std::string letters(const std::vector<Datagram>& datagrams) {
    std::string line;
    for (const Datagram& datagram : datagrams) line += std::to_integer<char>(datagram.back());
    return line;
  }

  Pair<> p{small_datagrams()};
};

TEST_F(LargeMessages, arrive_whole_and_once_whatever_the_order_of_their_parts) {
  const MessageId id = p.a.sends(large(3), {.report_ack = true});
  std::vector<Datagram> parts = p.a.says();
  ASSERT_EQ(parts.size(), 3u);
  p.z.hears(parts[2]);
  p.z.hears(parts[0]);
  EXPECT_EQ(p.z.told(), Lines{});
  EXPECT_EQ(p.a->status(id), MessageStatus::in_flight);
  p.z.hears(parts[1]);
  EXPECT_EQ(p.z.told(), Lines{"received " + large(3)});
  p.exchange();
  EXPECT_EQ(p.a.told(), Lines{"acked 1"});
  EXPECT_TRUE(p.a->settled());
}

TEST_F(LargeMessages, are_acked_when_every_part_is) {
  p.a.sends(large(2), {.report_ack = true});
  const auto parts = p.a.says();
  ASSERT_EQ(parts.size(), 2u);
  p.z.hears(parts[0]);
  p.a.hears(p.z.says());
  EXPECT_EQ(p.a.told(), Lines{});
  p.z.hears(parts[1]);
  p.a.hears(p.z.says());
  EXPECT_EQ(p.a.told(), Lines{"acked 1"});
}

TEST_F(LargeMessages, of_one_level_take_turns_and_an_urgent_one_goes_between) {
  p.a.sends(large(3, 80, 'a'));
  p.a.sends(large(3, 80, 'p'));
  p.a.sends("x");
  Datagram first(128);
  first.resize(p.a->poll_transmit(p.a.now(), first));
  EXPECT_EQ(letters({first}), "a");
  p.a.sends("U", {.priority = Priority::urgent});
  const auto rest = p.a.says();
  EXPECT_EQ(p.a.show(rest.front()).substr(0, 10), "data 2 'U'");
  EXPECT_EQ(letters(rest), "xbqcr") << "x shares its datagram with the first p";
}

TEST_F(LargeMessages, of_which_64_have_parts_to_leave_let_the_next_begin_when_one_of_them_ends) {
  // 66 of three parts: 64 begin, and take turns; when the first of them has left whole the 65th begins.
  for (int i = 0; i < 66; ++i) p.a.sends(large(3, 80, i == 64 ? 'x' : 'a'));
  const std::string line = letters(p.a.says());
  ASSERT_EQ(line.size(), 198u);  // 66 * 3
  EXPECT_EQ(line.substr(0, 64), std::string(64, 'a'));
  EXPECT_EQ(line.substr(64, 64), std::string(64, 'b'));
  EXPECT_EQ(line[128], 'c');
  EXPECT_EQ(line.find('x'), 192u) << "behind the 64th third part, as it joined the end of the queue";
}

TEST_F(LargeMessages, only_what_is_lost_is_sent_again) {
  p.a.sends(large(5));
  const auto parts = p.a.says();
  ASSERT_EQ(parts.size(), 5u);
  for (const int i : {0, 2, 3, 4}) p.z.hears(parts[static_cast<std::size_t>(i)]);
  p.exchange();
  EXPECT_EQ(p.z.received(), Lines{large(5)});
  EXPECT_EQ(p.a.stats().segments_resent, 1u);
}

TEST_F(LargeMessages, whoever_depends_on_one_waits_for_its_last_part) {
  const MessageId head = p.a.sends(large(2));
  p.a.sends("tail", {.after = head});
  const auto said = p.a.says();
  ASSERT_EQ(said.size(), 2u) << "the tail has room beside the second part";
  p.z.hears(said[1]);
  EXPECT_EQ(p.z.told(), Lines{});
  p.z.hears(said[0]);
  EXPECT_EQ(p.z.told(), (Lines{"received " + large(2), "received tail"}));
}

TEST_F(LargeMessages, that_depend_wait_whole_and_are_released) {
  const std::string full(100, 'h');
  const MessageId head = p.a.sends(full);
  p.a.sends(large(2), {.after = head});
  const auto said = p.a.says();
  ASSERT_EQ(said.size(), 3u);
  p.z.hears(said[2]);
  p.z.hears(said[1]);
  EXPECT_EQ(p.z.told(), Lines{});
  p.z.hears(said[0]);
  EXPECT_EQ(p.z.told(), (Lines{"received " + full, "received " + large(2)}));
}

TEST_F(LargeMessages, that_fail_with_their_dependency_are_refused_halfway_or_whole) {
  for (const bool all_parts : {false, true}) {
    Pair<> q{small_datagrams()};
    q.connect();
    const MessageId head = q.a.sends(std::string(100, 'h'));
    q.a.sends(large(2), {.after = head, .on_dependency_failure = OnDependencyFailure::fail});
    const auto said = q.a.says();
    ASSERT_EQ(said.size(), 3u);
    q.z.hears(said[1]);
    if (all_parts) q.z.hears(said[2]);
    q.a.cancels(head);
    q.exchange();
    EXPECT_EQ(q.a.told(), (Lines{"cancelled 1", "dependency failed 2"}));
    EXPECT_EQ(q.z.told(), Lines{});
    EXPECT_EQ(q.a->state(), ConnectionState::connected);
    q.a.sends("after all");
    q.exchange();
    EXPECT_EQ(q.z.told(), Lines{"received after all"});
  }
}

TEST_F(LargeMessages, cancelled_halfway_are_recalled_part_by_part_and_by_a_last_number) {
  // A congestion window that lets two datagrams leave would do the same; here the buffer is polled twice.
  const MessageId id = p.a.sends(large(4));
  std::vector<Datagram> said;
  for (int i = 0; i < 2; ++i) {
    said.emplace_back(128);
    said.back().resize(p.a->poll_transmit(p.a.now(), said.back()));
  }
  p.z.hears(said[0]);
  p.a.hears(p.z.says());  // 1 is acknowledged
  ASSERT_TRUE(p.a.cancels(id));
  EXPECT_EQ(p.a.told(), Lines{"cancelled 1"});
  const Datagram recall = p.a.says_one();
  EXPECT_EQ(p.a.show(recall), "tombstone 2 of 1, tombstone 3 of 1");
  p.z.hears(recall);
  p.z.hears(said[1]);
  EXPECT_EQ(p.z.stats().refused, 1u) << "a copy of part 2 that comes late";
  p.exchange();
  EXPECT_EQ(p.a->stats().late_acks, 0u);
  p.a->close(p.a.now());
  EXPECT_EQ(p.a->state(), ConnectionState::closing);
  EXPECT_FALSE(p.a.says().empty()) << "nothing is left to wait for, so it says good-bye";
}

TEST_F(LargeMessages, whose_last_number_finds_no_window_get_it_when_there_is_one) {
  Pair<FixedQueueDedup<3>> q{small_datagrams(2)};
  q.connect();
  const MessageId id = q.a.sends(large(4));
  const auto said = q.a.says();
  ASSERT_EQ(said.size(), 2u) << "the window takes two";
  const MessageId waits = q.a.sends("next", {.after = id});
  ASSERT_TRUE(q.a.cancels(id));
  EXPECT_EQ(q.a.says_lines(), Lines{"tombstone 1 of 1, tombstone 2 of 1"});
  EXPECT_EQ(q.a->status(waits), MessageStatus::gated);
  EXPECT_TRUE(q.run_until([&] { return q.a->settled(); }, 10s));
  EXPECT_EQ(q.z.received(), Lines{"next"});
  EXPECT_EQ(q.a.stats().tombstones_sent, 5u);  // Two, twice, and the last one.
}

TEST_F(LargeMessages, that_were_taken_though_they_ended_are_reported_late) {
  const MessageId id = p.a.sends(large(3));
  p.z.hears(p.a.says());
  p.z.says();  // The acknowledgements are lost.
  ASSERT_TRUE(p.a.cancels(id));
  p.exchange();
  EXPECT_EQ(p.a.told(), (Lines{"cancelled 1", "late ack 1"}));
  EXPECT_EQ(p.z.received(), Lines{large(3)});
}

TEST_F(LargeMessages, overdue_halfway_never_arrive) {
  p.a.sends(large(3), {.deadline = 1s});
  const auto said = p.a.says();
  p.z.hears(said[0]);
  p.z.hears(said[1]);
  p.pass(1s);
  p.exchange();
  EXPECT_EQ(p.a.told(), Lines{"expired 1"});
  p.z.hears(said[2]);
  EXPECT_EQ(p.z.told(), Lines{});
  EXPECT_EQ(p.z.stats().dropped_replayed + p.z.stats().refused, 1u);
}

TEST_F(LargeMessages, beyond_the_peers_room_wait_in_order_and_small_ones_pass_them) {
  Pair<> q{small_datagrams(), little_room(300)};
  q.connect();
  q.a.sends(large(3, 80, 'a'));  // 240 bytes
  const MessageId second = q.a.sends(large(3, 80, 'h'));
  q.a.sends(large(2, 52, 'p'), {.deadline = 1ms});  // 104 bytes: too many beside 240, and behind the second anyway
  q.a.sends("x");
  const auto first = q.a.says();
  EXPECT_EQ(letters(first), "xbc");
  EXPECT_EQ(q.a->status(second), MessageStatus::queued);
  q.a.wakes_at(q.now() + 1ms);
  EXPECT_EQ(q.a.told(), Lines{"expired 3, never sent"});
  q.z.hears(first);
  q.exchange();
  EXPECT_EQ(q.z.received(), (Lines{"x", large(3, 80, 'a'), large(3, 80, 'h')}));
  EXPECT_EQ(q.z.stats().dropped_over_budget, 0u);
}

TEST_F(LargeMessages, that_are_urgent_pass_others_that_wait_for_the_peers_room) {
  Pair<> q{small_datagrams(), little_room(300)};
  q.connect();
  for (const char letter : {'a', 'd', 'g'}) q.a.sends(large(3, 80, letter), {.priority = Priority::low});  // 240 bytes
  q.z.hears(q.a.says());
  q.a.sends(large(3, 80, 'x'), {.priority = Priority::urgent});
  q.exchange();
  EXPECT_EQ(q.z.received(), (Lines{large(3, 80, 'a'), large(3, 80, 'x'), large(3, 80, 'd'), large(3, 80, 'g')}));
}

TEST_F(LargeMessages, that_are_urgent_begin_beside_64_others_that_have_parts_to_leave) {
  for (int i = 0; i < 64; ++i) p.a.sends(large(3, 80, 'a'), {.priority = Priority::low});
  p.a.sends(large(3, 80, 'x'), {.priority = Priority::urgent});
  EXPECT_EQ(letters(p.a.says()).substr(0, 4), "xyza");
}

TEST_F(LargeMessages, larger_than_the_peer_takes_are_lost_for_that_cause) {
  Options little = small_datagrams();
  little.message_bytes_max = 200;
  Pair<> q{small_datagrams(), little};
  q.connect();
  q.a.sends(large(3));
  q.exchange();
  q.a.drain();
  EXPECT_EQ(q.a.told(), Lines{"lost 1, never sent"});
}

TEST_F(LargeMessages, give_up_after_rounds_without_any_progress_not_after_many_parts) {
  Pair<FixedQueueDedup<>, PeriodicResend> q{small_datagrams(), PeriodicResend{100ms, 2}};
  q.connect();
  const MessageId id = q.a.sends(large(8));
  // Each round one part gets through, so each round is the first.
  for (std::size_t round = 0; round < 8; ++round) {
    const auto said = q.a.says();
    ASSERT_EQ(said.size(), 8 - round);
    q.z.hears(said.front());
    q.a.hears(q.z.says());
    ASSERT_EQ(q.a->status(id), round < 7 ? MessageStatus::in_flight : MessageStatus::acked) << round;
    q.pass(100ms);
  }
  // None gets through: two resends, then the end.
  q.a.sends(large(8));
  const std::uint64_t before = q.a.stats().segments_sent + q.a.stats().segments_resent;
  for (std::uint64_t round = 0; round < 3; ++round) {
    q.a.says();
    EXPECT_EQ(q.a.stats().segments_sent + q.a.stats().segments_resent - before, 8u * (round + 1));
    q.pass(100ms);
  }
  EXPECT_EQ(q.a.told(), Lines{"lost 2"});
}

TEST_F(LargeMessages, of_a_dead_incarnation_do_not_mix_with_those_of_the_next) {
  p.a.sends(large(3, 80, 'a'));
  p.z.hears(p.a.says()[0]);
  p.a.restarts();
  p.a.sends(large(3, 80, 'p'));
  EXPECT_TRUE(p.run_until([&] { return p.a->settled(); }, 10s));
  EXPECT_EQ(p.z.received(), Lines{large(3, 80, 'p')});
}

TEST_F(LargeMessages, that_contradict_themselves_drop_the_datagram) {
  const auto part_of = [](Fragment fragment, SequenceNumber number) {
    return [=](Writer& writer) {
      const std::string body(fragment.size(), 'x');
      DataFrame frame;
      frame.number = number;
      frame.fragment = fragment;
      frame.payload = bytes_of(body);
      frame.write<WireNumber<>>(writer, 0);
    };
  };
  p.z.hears(p.packet_to_z(100, part_of({1, 0, 3, 240}, 1)));
  EXPECT_EQ(p.z.stats().dropped_malformed, 0u);
  p.z.hears(p.packet_to_z(101, part_of({1, 1, 3, 239}, 2)));
  p.z.hears(p.packet_to_z(102, part_of({1, 1, 4, 240}, 2)));
  p.z.hears(p.packet_to_z(103, part_of({2, 0, 3, 240}, 2)));
  EXPECT_EQ(p.z.stats().dropped_malformed, 2u);
  p.z.hears(p.packet_to_z(104, part_of({2, 1, 2, 240}, 3)));
  EXPECT_EQ(p.z.stats().dropped_malformed, 3u) << "the second message has three parts";
  p.z.hears(p.packet_to_z(105, part_of({3, 0, 278'528, 17u << 20}, 3)));
  EXPECT_EQ(p.z.stats().dropped_over_budget, 1u) << "larger than was announced";
}

TEST_F(LargeMessages, that_are_unreliable_arrive_whole_or_not_at_all) {
  p.a.sends(large(3, 80, 'a'), {.reliable = false});
  const auto lossy = p.a.says();
  ASSERT_EQ(lossy.size(), 3u);
  p.z.hears(lossy[0]);
  p.z.hears(lossy[2]);
  p.a.sends(large(3, 80, 'p'), {.reliable = false});
  p.exchange();
  EXPECT_EQ(p.z.told(), Lines{"received " + large(3, 80, 'p')});
  EXPECT_TRUE(p.a->settled());
  EXPECT_EQ(p.a.stats().unreliable_sent, 2u);
}

TEST_F(LargeMessages, that_are_unreliable_and_late_are_dropped_if_only_the_newest_counts) {
  p.a.sends(large(2, 80, 'a'), {.reliable = false, .newest_only = true});
  const auto older = p.a.says();
  p.a.sends(large(2, 80, 'p'), {.reliable = false, .newest_only = true});
  p.z.hears(p.a.says());
  p.z.hears(older);
  EXPECT_EQ(p.z.told(), Lines{"received " + large(2, 80, 'p')});
  EXPECT_EQ(p.z.stats().late_dropped, 1u);
}

TEST_F(LargeMessages, pass_through_a_filter_that_forgets_everything_once) {
  Pair<NoDedup> q{small_datagrams()};
  q.connect();
  q.a.sends(large(2));
  const auto said = q.a.says();
  q.z.hears(said);
  q.z.says();  // The acknowledgement is lost, so both parts come again.
  EXPECT_TRUE(q.run_until([&] { return q.a->settled(); }, 10s));
  EXPECT_EQ(q.z.received(), Lines{large(2)});
}

// Supersede: wherever the older one is.

TEST_F(LargeMessages, give_way_to_a_newer_one_with_their_key_in_every_state) {
  Pair<> q{small_datagrams(), little_room(250)};
  q.connect();
  const MessageId flying = q.a.sends(large(3, 80, 'a'), {.key = 1});
  q.a.says();
  q.a.sends(large(3, 80, 'h'), {.key = 2});  // no room at the peer
  q.a.says();
  q.a.sends("gated", {.after = flying, .gate = Gate::at_sender, .key = 3});
  q.a.sends("queued", {.key = 4});
  for (const std::uint64_t key : {4u, 3u, 2u, 1u}) q.a.sends("new " + std::to_string(key), {.key = key});
  q.a.drain();
  EXPECT_EQ(q.a.told(), (Lines{"superseded 4, never sent", "superseded 3, never sent", "superseded 2, never sent",
                               "superseded 1"}));
  q.exchange();
  EXPECT_EQ(q.z.told(), (Lines{"received new 4", "received new 3", "received new 2", "received new 1"}));
  q.a.sends("newer", {.key = 1});
  q.a.drain();
  EXPECT_EQ(q.a.told(), Lines{}) << "what was acknowledged is not superseded";
}

// Cancel: the same.

TEST_F(LargeMessages, are_cancelled_in_every_state) {
  Pair<> q{small_datagrams(), little_room(250)};
  q.connect();
  const MessageId flying = q.a.sends(large(3, 80, 'a'));
  q.a.says();
  const MessageId line = q.a.sends(large(3, 80, 'h'));  // no room at the peer
  q.a.says();
  const MessageId at_sender = q.a.sends("gated", {.after = flying, .gate = Gate::at_sender});
  const MessageId queued = q.a.sends("queued");
  EXPECT_EQ(q.a->status(flying), MessageStatus::in_flight);
  EXPECT_EQ(q.a->status(line), MessageStatus::queued);
  EXPECT_EQ(q.a->status(at_sender), MessageStatus::gated);
  EXPECT_EQ(q.a->status(queued), MessageStatus::queued);
  for (const MessageId id : {queued, at_sender, line, flying}) {
    EXPECT_TRUE(q.a.cancels(id));
    EXPECT_FALSE(q.a.cancels(id)) << "it has its outcome";
  }
  EXPECT_EQ(q.a.told(), (Lines{"cancelled 4, never sent", "cancelled 3, never sent", "cancelled 2, never sent",
                               "cancelled 1"}));
  // Only what left is recalled, and what waited has left no gap: the next takes its place and its room.
  q.a.sends(large(3, 80, 'p'), {.report_ack = true});
  q.exchange();
  EXPECT_EQ(q.z.told(), Lines{"received " + large(3, 80, 'p')});
  EXPECT_EQ(q.a.told(), Lines{"acked 5"});
  EXPECT_TRUE(q.a->settled());
}

}  // namespace
