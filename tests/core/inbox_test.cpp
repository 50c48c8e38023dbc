// SPDX-License-Identifier: BSL-1.0
#include "bowline/core/inbox.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "bowline/base/random.hpp"
#include "bowline/dedup/fixed_queue_dedup.hpp"
#include "bowline/dedup/no_dedup.hpp"
#include "bowline/dedup/window_dedup.hpp"
#include "bowline/wire/reader.hpp"
#include "bowline/wire/wire_number.hpp"
#include "wire/hex.hpp"

namespace {

using bowline::Acceptance;
using bowline::bytes_of;
using bowline::DataFrame;
using bowline::FixedQueueDedup;
using bowline::Inbox;
using bowline::NoDedup;
using bowline::Options;
using bowline::PacketNumber;
using bowline::Received;
using bowline::SequenceNumber;
using bowline::Stats;
using bowline::WindowDedup;
using bowline_test::Page;

using Lines = std::vector<std::string>;

Options small(std::uint32_t window = 8) {
  Options options;
  options.window = window;
  return options;
}

DataFrame segment(SequenceNumber number, std::string_view payload = "x", SequenceNumber dependency = 0) {
  DataFrame frame;
  frame.number = number;
  frame.dependency = dependency;
  frame.payload = bytes_of(payload);
  return frame;
}

DataFrame failing(SequenceNumber number, std::string_view payload, SequenceNumber dependency) {
  DataFrame frame = segment(number, payload, dependency);
  frame.fail_with_dependency = true;
  return frame;
}

DataFrame tombstone(SequenceNumber number) {
  DataFrame frame;
  frame.number = number;
  frame.tombstone = true;
  return frame;
}

DataFrame unreliable(std::string_view payload, SequenceNumber dependency = 0, bool newest_only = false) {
  DataFrame frame = segment(0, payload, dependency);
  frame.unreliable = true;
  frame.newest_only = newest_only;
  return frame;
}

/// Part `index` of two, of 32 bytes each. Its number follows from that of the first unless it is given.
DataFrame part(SequenceNumber first, std::uint32_t index, SequenceNumber number = 0) {
  static const std::string letters(32, 'p');
  DataFrame frame = segment(number != 0 ? number : first + index, letters);
  frame.fragment = {.first = first, .index = index, .count = 2, .total = 64};
  return frame;
}

template <class Dedup = FixedQueueDedup<>>
struct Receiver {
  explicit Receiver(const Options& options = small()) : inbox{options, Dedup{}} {}

  /// One datagram: every frame is checked, then every frame is taken. The first that is not fine drops it.
  Acceptance hear(const std::vector<DataFrame>& frames, PacketNumber packet = 0) {
    packet_ = packet != 0 ? packet : packet_ + 1;
    bowline::InOrderRun run = inbox.begin_checks();
    if (one_by_one) run.close();
    std::vector<DataFrame> others;
    for (const DataFrame& frame : frames) {
      const bool whole = !frame.unreliable && !frame.tombstone && !frame.fragment;
      if (whole && run.take(frame)) continue;
      run.close();
      others.push_back(frame);
      if (const Acceptance answer = inbox.check(frame); answer != Acceptance::fine) return answer;
    }
    if (run.size() != 0) inbox.take(run.size());
    in_runs += run.size();
    for (std::size_t i = 0; i < others.size(); ++i) inbox.take(others[i], {packet_, i}, stats);
    EXPECT_TRUE(inbox.invariants_hold());
    return Acceptance::fine;
  }

  /// What the application takes.
  Lines taken() {
    Lines lines;
    for (;;) {
      inbox.release_taken();
      const auto event = inbox.next_event(stats);
      if (!event) return lines;
      lines.emplace_back(bowline::text(event->template as<Received>()->payload));
    }
  }

  /// Verdicts as `number:fate`, as far as `Room` bytes allow.
  template <std::size_t Room = 1000>
  std::string verdicts() {
    Page<Room> page;
    inbox.template write_verdicts<bowline::WireNumber<>>(page.writer);
    std::string line;
    bowline::Reader reader{page.written()};
    while (reader.remaining() != 0) {
      EXPECT_EQ(reader.u8(), 3u);
      line += (line.empty() ? "" : " ") + std::to_string(reader.u32());
      line += reader.u8() == 1 ? ":delivered" : ":refused";
    }
    return line;
  }

  Inbox<Dedup> inbox;
  Stats stats;
  bool one_by_one = false;  // Nothing is taken in a run.
  std::size_t in_runs = 0;  // Messages that were.

 private:
  PacketNumber packet_ = 0;
};

TEST(Inbox, delivers_in_order_of_arrival_what_waits_for_nothing) {
  Receiver<> z;
  EXPECT_EQ(z.hear({segment(2, "b"), segment(1, "a")}), Acceptance::fine);
  EXPECT_TRUE(z.inbox.has_received());
  EXPECT_EQ(z.hear({segment(3, "c")}), Acceptance::fine);
  EXPECT_EQ(z.taken(), (Lines{"b", "a", "c"}));
  EXPECT_FALSE(z.inbox.has_received());
  EXPECT_EQ(z.inbox.lowest_unseen(), 4u);
  EXPECT_EQ(z.stats.messages_delivered, 3u);
  EXPECT_EQ(z.stats.delivered_bytes, 3u);
}

TEST(Inbox, delivers_a_view_of_the_datagram_when_nothing_has_to_wait) {
  Receiver<> z;
  const std::string datagram = "here";
  z.hear({segment(1, datagram)});
  const auto event = z.inbox.next_event(z.stats);
  ASSERT_TRUE(event);
  EXPECT_EQ(event->as<Received>()->payload.data(), bytes_of(datagram).data());
  EXPECT_TRUE(event->as<Received>()->reliable);
}

TEST(Inbox, a_duplicate_is_delivered_once_in_one_datagram_and_across_them) {
  Receiver<> z;
  EXPECT_EQ(z.hear({segment(1, "a"), segment(1, "a")}), Acceptance::fine);
  EXPECT_EQ(z.hear({segment(1, "a")}), Acceptance::fine) << "it is acknowledged again";
  EXPECT_EQ(z.taken(), Lines{"a"});
  EXPECT_EQ(z.stats.duplicates_dropped, 2u);
}

TEST(Inbox, a_message_waits_for_its_dependency_with_a_copy_of_its_payload) {
  Receiver<> z;
  std::string datagram = "body";
  z.hear({segment(2, datagram, 1)});
  EXPECT_FALSE(z.inbox.has_received());
  EXPECT_EQ(z.hear({segment(2, datagram, 1)}), Acceptance::fine);
  EXPECT_EQ(z.stats.duplicates_dropped, 1u);
  datagram = "gone";
  z.hear({segment(1, "head")});
  EXPECT_EQ(z.taken(), (Lines{"head", "body"}));
}

TEST(Inbox, a_chain_is_released_from_its_head_however_it_arrived) {
  Receiver<> z;
  const std::string_view letters = "abcdefgh";
  for (std::size_t n = 8; n >= 2; --n) z.hear({segment(n, letters.substr(n - 1, 1), n - 1)});
  EXPECT_FALSE(z.inbox.has_received());
  z.hear({segment(1, "a")});
  EXPECT_EQ(z.taken(), (Lines{"a", "b", "c", "d", "e", "f", "g", "h"}));
}

TEST(Inbox, what_waits_for_the_same_message_is_released_in_order_of_arrival) {
  Receiver<> z;
  z.hear({segment(4, "d", 1), segment(2, "b", 1)});
  z.hear({unreliable("u", 1)});
  z.hear({segment(3, "c", 1), segment(1, "a")});
  EXPECT_EQ(z.taken(), (Lines{"a", "d", "b", "u", "c"}));
}

TEST(Inbox, only_declared_dependencies_block) {
  Receiver<> z;
  z.hear({segment(5, "e"), segment(3, "c", 2)});
  EXPECT_EQ(z.taken(), Lines{"e"});
}

TEST(Inbox, a_dependency_that_is_settled_does_not_block) {
  Receiver<> z;
  z.hear({segment(1, "a")});
  z.hear({tombstone(2)});
  z.hear({segment(3, "c", 1), segment(4, "d", 2)});
  EXPECT_EQ(z.taken(), (Lines{"a", "c", "d"}));
}

TEST(Inbox, a_tombstone_decides_what_was_unseen_for_good) {
  Receiver<> z;
  z.hear({tombstone(1)});
  EXPECT_EQ(z.verdicts(), "1:refused");
  z.hear({segment(1, "late")});
  EXPECT_EQ(z.taken(), Lines{});
  EXPECT_EQ(z.stats.refused, 1u);
  EXPECT_EQ(z.inbox.lowest_unseen(), 2u);
}

TEST(Inbox, a_tombstone_comes_too_late_for_what_was_delivered) {
  Receiver<> z;
  z.hear({segment(1, "a")});
  EXPECT_EQ(z.taken(), Lines{"a"});
  z.hear({tombstone(1)});
  EXPECT_EQ(z.verdicts(), "1:delivered");
}

TEST(Inbox, a_tombstone_recalls_what_is_held_and_releases_what_waits_for_it) {
  Receiver<> z;
  z.hear({segment(2, "b", 1), segment(3, "c", 2), failing(4, "d", 2)});
  z.hear({tombstone(2)});
  EXPECT_EQ(z.taken(), Lines{"c"}) << "2 is settled: abandoned";
  EXPECT_EQ(z.verdicts(), "2:refused");
  EXPECT_EQ(z.stats.refused, 1u) << "4 fails with it";
  z.hear({segment(1, "a")});
  EXPECT_EQ(z.taken(), Lines{"a"});
  z.hear({segment(2, "b", 1)});
  EXPECT_EQ(z.taken(), Lines{}) << "a later copy is refused";
}

TEST(Inbox, the_same_verdict_is_repeated_whenever_it_is_asked_for) {
  Receiver<> z;
  z.hear({segment(1, "a")});
  z.taken();
  for (int i = 0; i < 3; ++i) {
    z.hear({tombstone(1), tombstone(2)});
    EXPECT_EQ(z.verdicts(), "1:delivered 2:refused");
    EXPECT_FALSE(z.inbox.has_verdicts());
  }
}

TEST(Inbox, failure_cascades_through_what_is_held_and_meets_what_comes_later) {
  Receiver<> z;
  z.hear({failing(2, "b", 1), failing(3, "c", 2)});
  z.hear({tombstone(1)});
  EXPECT_EQ(z.taken(), Lines{});
  EXPECT_EQ(z.stats.refused, 2u);
  z.hear({failing(4, "d", 3), segment(5, "e", 3)});
  EXPECT_EQ(z.taken(), Lines{"e"});
  EXPECT_EQ(z.stats.refused, 3u);
  z.hear({tombstone(2), tombstone(4), tombstone(5)});
  EXPECT_EQ(z.verdicts(), "1:refused 2:refused 4:refused 5:delivered");
}

TEST(Inbox, numbers_behind_and_beyond_the_window_drop_the_datagram) {
  Receiver<> z;
  EXPECT_EQ(z.hear({segment(9)}), Acceptance::out_of_window);  // 1 + 8
  EXPECT_EQ(z.hear({tombstone(9)}), Acceptance::out_of_window);
  EXPECT_EQ(z.hear({segment(8)}), Acceptance::fine);
  for (SequenceNumber n = 1; n <= 20; ++n) z.hear({segment(n)});
  EXPECT_EQ(z.inbox.lowest_unseen(), 21u);
  EXPECT_EQ(z.hear({segment(13)}), Acceptance::fine);      // 21 − 8 is the last one remembered.
  EXPECT_EQ(z.hear({segment(12)}), Acceptance::too_old);
  EXPECT_EQ(z.hear({tombstone(12)}), Acceptance::too_old);
}

TEST(Inbox, a_bad_frame_keeps_the_good_ones_of_its_datagram_out) {
  Receiver<> z;
  EXPECT_EQ(z.hear({segment(1, "a"), segment(9, "z")}), Acceptance::out_of_window);
  EXPECT_FALSE(z.inbox.has_received());
  EXPECT_EQ(z.inbox.lowest_unseen(), 1u);
}

TEST(Inbox, a_distance_of_a_window_or_more_drops_the_datagram_of_an_unseen_number) {
  Receiver<> z;
  for (SequenceNumber n = 1; n <= 8; ++n) z.hear({segment(n)});
  EXPECT_EQ(z.hear({segment(9, "x", 1)}), Acceptance::out_of_window);  // 9 − 1 = 8
  EXPECT_EQ(z.hear({segment(9, "x", 2)}), Acceptance::fine);
  EXPECT_EQ(z.hear({segment(9, "x", 1)}), Acceptance::fine) << "seen already: nothing of it is looked at";
}

TEST(Inbox, held_bytes_beyond_the_budget_drop_the_datagram) {
  Options options = small();
  options.held_bytes_max = 10;
  Receiver<> z{options};
  EXPECT_EQ(z.hear({segment(2, "12345", 1), segment(3, "123456", 1)}), Acceptance::over_budget);
  EXPECT_EQ(z.hear({segment(2, "12345", 1), segment(3, "12345", 1)}), Acceptance::fine);
  EXPECT_EQ(z.hear({segment(4, "1", 1)}), Acceptance::over_budget);
  EXPECT_EQ(z.hear({segment(4, "", 1)}), Acceptance::fine);
  EXPECT_EQ(z.hear({segment(2, "12345", 1)}), Acceptance::fine) << "a copy of what is held takes no more";
  EXPECT_EQ(z.hear({segment(5, "12345678901234567890")}), Acceptance::fine) << "what need not wait takes nothing";
  EXPECT_EQ(z.hear({tombstone(3)}), Acceptance::fine);
  EXPECT_EQ(z.hear({segment(6, "12345", 1)}), Acceptance::fine) << "what was recalled has given its room back";
}

TEST(Inbox, checks_of_one_datagram_do_not_count_for_the_next) {
  Options options = small();
  options.held_bytes_max = 5;
  Receiver<> z{options};
  for (int i = 0; i < 3; ++i) EXPECT_EQ(z.hear({segment(2, "12345", 1), segment(9)}), Acceptance::out_of_window);
  EXPECT_EQ(z.hear({segment(2, "12345", 1)}), Acceptance::fine);
}

TEST(Inbox, what_an_earlier_frame_has_put_behind_the_window_is_a_duplicate) {
  Receiver<> z{small(1)};
  // With a window of 1 number 1 is behind as soon as 2 is seen.
  z.hear({segment(1, "a")});
  EXPECT_EQ(z.hear({segment(2, "b"), segment(1, "a")}), Acceptance::fine);
  EXPECT_EQ(z.taken(), (Lines{"a", "b"}));
  EXPECT_EQ(z.stats.duplicates_dropped, 1u);
}

TEST(Inbox, verdicts_beyond_a_window_of_them_wait_to_be_asked_for_again) {
  Receiver<> z{small(4)};
  for (SequenceNumber n = 1; n <= 4; ++n) z.hear({tombstone(n)});
  z.hear({tombstone(1), tombstone(5)});
  EXPECT_EQ(z.verdicts(), "1:refused 2:refused 3:refused 4:refused");
  z.hear({tombstone(5)});
  EXPECT_EQ(z.verdicts(), "5:refused");
}

TEST(Inbox, verdicts_that_find_no_room_wait_for_the_next_datagram) {
  Receiver<> z;
  z.hear({tombstone(1), tombstone(2), tombstone(3)});
  EXPECT_EQ(z.verdicts<5>(), "");
  EXPECT_EQ(z.verdicts<17>(), "1:refused 2:refused");
  EXPECT_EQ(z.verdicts(), "3:refused");
}

TEST(Inbox, a_number_that_the_filter_has_forgotten_is_too_old_and_not_acknowledged) {
  Receiver<FixedQueueDedup<1>> z;  // Far less than it needs: 1 is evicted, and 2 as the floor is not fresh any more.
  z.hear({segment(3, "c")});
  z.hear({segment(4, "d")});
  EXPECT_EQ(z.taken(), (Lines{"c", "d"}));
  EXPECT_EQ(z.hear({segment(2, "b")}), Acceptance::too_old);
  EXPECT_EQ(z.hear({segment(3, "c")}), Acceptance::fine) << "the log knows it: it is acknowledged again";
  EXPECT_EQ(z.taken(), Lines{});
}

TEST(Inbox, a_tombstone_of_a_number_that_the_filter_has_forgotten_is_answered) {
  Receiver<FixedQueueDedup<1>> z;
  z.hear({segment(3, "c")});
  z.hear({segment(4, "d")});
  z.taken();
  EXPECT_EQ(z.hear({tombstone(2)}), Acceptance::fine);
  EXPECT_EQ(z.verdicts(), "2:refused");
}

TEST(Inbox, what_the_filter_forgets_within_a_datagram_counts_as_a_duplicate) {
  Receiver<FixedQueueDedup<1>> z;
  EXPECT_EQ(z.hear({segment(2, "b"), segment(3, "c"), segment(1, "a")}), Acceptance::fine);
  EXPECT_EQ(z.taken(), (Lines{"b", "c"})) << "3 evicts 2, and 1 lies below";
  EXPECT_EQ(z.stats.duplicates_dropped, 1u);
}

TEST(Inbox, what_the_filter_forgets_within_a_datagram_is_neither_held_nor_begun) {
  Receiver<FixedQueueDedup<1>> z;
  EXPECT_EQ(z.hear({segment(6, "f"), segment(7, "g"), segment(2, "b", 1), part(3, 0)}), Acceptance::fine);
  EXPECT_EQ(z.taken(), (Lines{"f", "g"})) << "7 evicts 6, and 2 and 3 lie below";
  EXPECT_EQ(z.stats.duplicates_dropped, 2u);
  EXPECT_EQ(z.hear({tombstone(1)}), Acceptance::fine);
  EXPECT_EQ(z.taken(), Lines{}) << "nothing waited";
  EXPECT_EQ(z.hear({segment(2, "b", 1)}), Acceptance::too_old) << "not acknowledged";
  EXPECT_EQ(z.hear({part(3, 0)}), Acceptance::too_old) << "nor this";
}

TEST(Inbox, a_message_in_parts_is_refused_with_what_was_abandoned_before_it_began) {
  Receiver<> z;
  z.hear({tombstone(1)});
  DataFrame first = part(2, 0);
  first.dependency = 1;
  first.fail_with_dependency = true;
  EXPECT_EQ(z.hear({first, part(2, 1)}), Acceptance::fine);
  EXPECT_EQ(z.taken(), Lines{});
  EXPECT_EQ(z.stats.refused, 1u);
}

TEST(Inbox, of_two_parts_of_a_datagram_that_contradict_each_other_the_first_counts) {
  Receiver<> z;
  DataFrame other = part(1, 1);
  other.fragment.total = 63;
  other.payload = other.payload.first(31);
  EXPECT_EQ(z.hear({part(1, 0), other}), Acceptance::fine) << "nothing was here to disagree with";
  EXPECT_EQ(z.inbox.lowest_unseen(), 2u) << "2 is not acknowledged";
  EXPECT_EQ(z.hear({part(1, 1)}), Acceptance::fine);
  EXPECT_EQ(z.taken(), Lines{std::string(64, 'p')});
}

TEST(Inbox, a_tombstone_recalls_a_message_in_parts_that_is_held) {
  Options options = small();
  options.message_bytes_max = options.reassembly_bytes_max = 64;
  Receiver<> z{options};
  DataFrame first = part(2, 0);
  first.dependency = 1;
  z.hear({first, part(2, 1)});
  EXPECT_EQ(z.taken(), Lines{}) << "it waits for 1";
  z.hear({tombstone(3)});
  z.hear({segment(1, "a")});
  EXPECT_EQ(z.taken(), Lines{"a"});
  EXPECT_EQ(z.verdicts(), "3:refused");
  EXPECT_EQ(z.hear({part(4, 0), part(4, 1)}), Acceptance::fine) << "there is room for another of 64 bytes";
  EXPECT_EQ(z.taken().size(), 1u);
}

TEST(Inbox, without_a_filter_a_repeat_is_delivered_again_and_verdicts_stay_as_they_are) {
  Receiver<NoDedup> z;
  z.hear({segment(1, "a")});
  z.hear({segment(1, "a")});
  EXPECT_EQ(z.taken(), (Lines{"a", "a"}));
  z.hear({tombstone(2)});
  z.hear({segment(2, "b"), tombstone(1)});
  EXPECT_EQ(z.taken(), Lines{}) << "what was given up is refused all the same";
  EXPECT_EQ(z.verdicts(), "2:refused 1:delivered");
  z.hear({segment(4, "d", 3)});
  z.hear({segment(4, "d", 3)});
  z.hear({segment(3, "c")});
  EXPECT_EQ(z.taken(), (Lines{"c", "d"})) << "what is held is held once";
}

TEST(Inbox, unreliable_messages_are_delivered_as_they_come) {
  Receiver<> z;
  z.hear({unreliable("u"), unreliable("u")});
  const auto event = z.inbox.next_event(z.stats);
  ASSERT_TRUE(event);
  EXPECT_FALSE(event->as<Received>()->reliable);
  EXPECT_EQ(z.taken(), Lines{"u"});
  EXPECT_EQ(z.inbox.lowest_unseen(), 1u);
}

TEST(Inbox, an_unreliable_message_waits_for_its_dependency_and_may_fail_with_it) {
  Receiver<> z;
  DataFrame fails = unreliable("no", 1);
  fails.fail_with_dependency = true;
  z.hear({unreliable("yes", 1), fails});
  EXPECT_EQ(z.taken(), Lines{});
  z.hear({tombstone(1)});
  EXPECT_EQ(z.taken(), Lines{"yes"});
  EXPECT_EQ(z.stats.refused, 1u);
  z.hear({unreliable("now", 1), fails});
  EXPECT_EQ(z.taken(), Lines{"now"});
  EXPECT_EQ(z.stats.refused, 2u);
}

TEST(Inbox, an_unreliable_message_that_waits_for_what_is_forgotten_goes_unless_it_may_fail) {
  Receiver<> z;
  for (SequenceNumber n = 1; n <= 20; ++n) z.hear({segment(n)});
  z.taken();
  DataFrame fails = unreliable("no", 1);
  fails.fail_with_dependency = true;
  EXPECT_EQ(z.hear({unreliable("yes", 1), fails}), Acceptance::fine);
  EXPECT_EQ(z.taken(), Lines{"yes"});
  EXPECT_EQ(z.stats.refused, 1u);
  EXPECT_EQ(z.hear({unreliable("future", 29)}), Acceptance::out_of_window);  // 21 + 8
  EXPECT_EQ(z.hear({unreliable("future", 28)}), Acceptance::fine);
}

TEST(Inbox, unreliable_messages_have_a_budget_of_their_own_and_the_newest_is_dropped) {
  Options options = small();
  options.held_unreliable_bytes_max = 8;
  Receiver<> z{options};
  z.hear({unreliable("12345", 1), unreliable("6789", 1), unreliable("678", 1)});
  EXPECT_EQ(z.stats.held_dropped, 1u);
  z.hear({segment(1, "a")});
  EXPECT_EQ(z.taken(), (Lines{"a", "12345", "678"}));
}

TEST(Inbox, unreliable_messages_without_a_byte_do_not_wait_without_end) {
  Receiver<> z;
  for (int i = 0; i < 1000; ++i) z.hear({unreliable("", 1)});
  EXPECT_EQ(z.stats.held_dropped, 984u);  // 1,000 − 2 · 8
  z.hear({segment(2, "held", 1)});
  z.hear({segment(1, "a")});
  EXPECT_EQ(z.taken().size(), 18u);  // 16, the one it waited for, and the other that waited
}

TEST(Inbox, newest_only_drops_what_comes_after_a_newer_one) {
  Receiver<> z;
  z.hear({unreliable("5", 0, true)}, 5);
  z.hear({unreliable("4", 0, true), unreliable("plain")}, 4);
  z.hear({unreliable("6a", 0, true), unreliable("6b", 0, true)}, 6);
  EXPECT_EQ(z.taken(), (Lines{"5", "plain", "6a", "6b"}));
  EXPECT_EQ(z.stats.late_dropped, 1u);
}

TEST(Inbox, newest_only_counts_from_when_it_was_sent_even_if_it_was_held) {
  Receiver<> z;
  z.hear({unreliable("old", 1, true)}, 3);
  z.hear({unreliable("new", 0, true)}, 4);
  z.hear({segment(1, "a")}, 5);
  EXPECT_EQ(z.taken(), (Lines{"new", "a"}));
  EXPECT_EQ(z.stats.late_dropped, 1u);
}

TEST(Inbox, newest_only_tells_apart_what_left_in_one_packet) {
  Receiver<> z;
  const std::string part(32, '.');
  DataFrame begun = unreliable(part, 0, true);
  begun.fragment = {.first = 1, .index = 0, .count = 2, .total = 33};
  DataFrame end = unreliable("!", 0, true);
  end.fragment = {.first = 1, .index = 1, .count = 2, .total = 33};
  z.hear({begun, unreliable("held", 1, true), unreliable("newest", 0, true)}, 3);
  z.hear({end, segment(1, "a")}, 4);
  EXPECT_EQ(z.taken(), (Lines{"newest", "a"}));
  EXPECT_EQ(z.stats.late_dropped, 2u);
}

TEST(Inbox, charges_each_message_that_a_datagram_begins_once_in_whatever_order_its_parts_come) {
  Options options = small();
  options.message_bytes_max = 64;
  options.reassembly_bytes_max = 128;
  Receiver<> z{options};
  // Two of 64 bytes are all that may be claimed; the parts of the first stand on either side of the second's.
  EXPECT_EQ(z.hear({part(1, 0), part(3, 0), part(1, 1), part(3, 1)}), Acceptance::fine);
  EXPECT_EQ(z.taken(), (Lines{std::string(64, 'p'), std::string(64, 'p')}));
  EXPECT_EQ(z.hear({part(5, 0), part(7, 0), part(5, 1), part(9, 0)}), Acceptance::over_budget);
}

TEST(Inbox, a_datagram_begins_no_more_messages_in_parts_than_may_be_here_at_once) {
  Options options = small(64);
  Receiver<> z{options};
  std::vector<DataFrame> frames;
  // Both parts of 64, of two numbers each, would be 128 numbers: the window has 64, so first parts alone.
  for (SequenceNumber first = 1; first <= 63; ++first) frames.push_back(part(first, 0));
  EXPECT_EQ(z.hear(frames), Acceptance::fine);
  EXPECT_EQ(z.inbox.lowest_unseen(), 64u);
  EXPECT_EQ(z.hear({part(64, 0), part(65, 0)}), Acceptance::over_budget) << "63 + 2 > 64";
  EXPECT_EQ(z.hear({part(64, 0)}), Acceptance::fine);
}

TEST(Inbox, a_part_begins_no_message_whose_first_number_has_left_the_window) {
  Receiver<> z;
  for (SequenceNumber n = 1; n <= 20; ++n) z.hear({segment(n)});
  z.taken();
  // F is 21 and W is 8, so 13 is the lowest number that anything is known of.
  EXPECT_EQ(z.hear({part(12, 1, /*number=*/22)}), Acceptance::out_of_window);
  EXPECT_EQ(z.hear({part(13, 1, /*number=*/22)}), Acceptance::fine);
}

TEST(Inbox, a_part_of_a_message_that_is_here_is_taken_however_far_back_the_first_one_lies) {
  Receiver<> z;
  z.hear({part(1, 0)});
  for (SequenceNumber n = 2; n <= 20; ++n) z.hear({segment(n)});
  z.taken();
  EXPECT_EQ(z.hear({part(1, 1, /*number=*/21)}), Acceptance::fine);
  EXPECT_EQ(z.taken(), Lines{std::string(64, 'p')});
}

TEST(Inbox, a_message_in_parts_fails_with_what_was_abandoned_before_it_was_whole) {
  Receiver<> z;
  DataFrame first = part(2, 0);
  first.dependency = 1;
  first.fail_with_dependency = true;
  z.hear({first});
  z.hear({tombstone(1)});
  z.hear({part(2, 1)});
  EXPECT_EQ(z.taken(), Lines{});
  EXPECT_EQ(z.stats.refused, 1u);
}

TEST(Inbox, drop_held_forgets_what_waits_and_what_was_asked_but_nothing_delivered) {
  Receiver<> z;
  z.hear({segment(1, "a"), segment(3, "c", 2), tombstone(1)});
  z.inbox.drop_held();
  EXPECT_FALSE(z.inbox.has_verdicts());
  EXPECT_EQ(z.taken(), Lines{"a"});
  z.hear({segment(2, "b")});
  EXPECT_EQ(z.taken(), Lines{"b"});
}

TEST(Inbox, clear_takes_numbers_from_1_again_and_keeps_what_is_untaken) {
  Receiver<> z;
  z.hear({segment(2, "held", 1)});
  z.hear({segment(1, "old"), segment(4, "lost", 3)});
  z.hear({unreliable("u", 0, true)}, 100);
  z.inbox.clear();
  EXPECT_EQ(z.inbox.lowest_unseen(), 1u);
  EXPECT_EQ(z.taken(), (Lines{"old", "held", "u"}));
  EXPECT_EQ(z.hear({segment(1, "new"), segment(3, "c")}, 1), Acceptance::fine);
  EXPECT_EQ(z.hear({unreliable("first", 0, true)}, 2), Acceptance::fine);
  EXPECT_EQ(z.taken(), (Lines{"new", "c", "first"}));
}

/// A sender within the rules of WIRE section 8 and a network that loses, repeats and reorders, against the laws.
template <class Dedup>
void keeps_the_laws(std::uint32_t window, std::uint64_t seed) {
  bowline::Random random{seed};
  Receiver<Dedup> z{small(window)};
  struct Sent {
    DataFrame frame;
    std::string payload;
    bool recalled = false;         // By the sender.
    bool tombstone_heard = false;  // By the receiver.
    bool settled = false;
  };
  std::map<SequenceNumber, Sent> sent;
  SequenceNumber next = 1;
  std::map<SequenceNumber, bool> delivered, verdicts;
  const std::function<bool(SequenceNumber)> is_abandoned = [&](SequenceNumber n) {
    const Sent& each = sent[n];
    return delivered.count(n) == 0 && (each.tombstone_heard ||
                                       (each.frame.fail_with_dependency && is_abandoned(each.frame.dependency)));
  };
  const auto take = [&] {
    for (const std::string& line : z.taken()) {
      const SequenceNumber n = std::stoull(line);
      ASSERT_TRUE(delivered.emplace(n, true).second) << n << " was delivered twice";
      ASSERT_EQ(verdicts.count(n), 0u) << n << " was delivered after its verdict";
      const DataFrame& frame = sent[n].frame;
      ASSERT_TRUE(frame.dependency == 0 || delivered.count(frame.dependency) || is_abandoned(frame.dependency))
          << n << " before " << frame.dependency;
      if (frame.fail_with_dependency) {
        ASSERT_TRUE(delivered.count(frame.dependency)) << n << " although " << frame.dependency << " was abandoned";
      }
    }
    Page<> page;
    z.inbox.template write_verdicts<bowline::WireNumber<>>(page.writer);
    bowline::Reader reader{page.written()};
    while (reader.remaining() != 0) {
      reader.u8();
      const SequenceNumber n = reader.u32();
      const bool was_delivered = reader.u8() == 1;
      ASSERT_EQ(was_delivered, delivered.count(n) != 0) << n;
      ASSERT_TRUE(sent[n].recalled);
      verdicts[n] = was_delivered;
      sent[n].settled = true;
    }
  };
  SequenceNumber lowest = 1;
  for (int step = 0; step < 2000; ++step) {
    while (lowest < next && sent[lowest].settled) ++lowest;
    if (random.below(3) == 0 && next < lowest + window) {
      Sent fresh;
      fresh.payload = std::to_string(next);
      fresh.frame = segment(next);
      if (next > lowest && random.below(2) == 0) {
        fresh.frame.dependency = lowest + random.below(next - lowest);
        fresh.frame.fail_with_dependency = random.below(2) == 0;
      }
      sent[next] = fresh;
      ++next;
      continue;
    }
    if (next == 1) continue;
    // Any copy the network may still hold: old ones too.
    const SequenceNumber from = next > 3 * window ? next - 3 * window : 1;
    const SequenceNumber n = from + random.below(next - from);
    Sent& chosen = sent[n];
    if (!chosen.settled && !chosen.recalled && random.below(20) == 0) chosen.recalled = true;
    DataFrame frame = chosen.frame;
    frame.payload = bytes_of(chosen.payload);
    const bool recall = chosen.recalled && random.below(2) == 0;
    chosen.tombstone_heard |= recall;
    const Acceptance answer = z.hear({recall ? tombstone(n) : frame});
    ASSERT_TRUE(answer == Acceptance::fine || (answer == Acceptance::too_old && chosen.settled)) << n;
    take();
    if (testing::Test::HasFatalFailure()) return;
    // Acknowledged, and its dependency known to be settled: what a sender settles by.
    if (!chosen.recalled && answer == Acceptance::fine &&
        (chosen.frame.dependency == 0 || sent[chosen.frame.dependency].settled)) {
      ASSERT_TRUE(delivered.count(n) || chosen.frame.fail_with_dependency) << n << " is acknowledged";
      // A dependent that was refused has failed at its sender too, who recalls it.
      delivered.count(n) ? chosen.settled = true : chosen.recalled = true;
    }
  }
  EXPECT_GT(delivered.size(), 20u) << "with a window of " << window;
}

TEST(Inbox, what_waits_for_the_number_of_a_part_is_forgotten_with_it_and_does_no_harm) {
  Receiver<> z;
  z.hear({part(1, 0)});
  z.hear({segment(2, "b", 1)});  // 1 will never be settled: its message ends with another number, which is this one.
  for (SequenceNumber n = 3; n < 40; ++n) z.hear({segment(n)});
  EXPECT_EQ(z.inbox.lowest_unseen(), 40u);
  EXPECT_LE(z.taken().size(), 38u);
}

TEST(Inbox, a_message_whose_last_number_is_behind_when_its_last_part_comes_does_no_harm) {
  Receiver<> z;
  const auto third = [](std::uint32_t index, SequenceNumber number) {
    DataFrame frame = part(1, index, number);
    frame.fragment.count = 3;
    frame.fragment.total = 96;
    return frame;
  };
  z.hear({third(0, 1)});
  z.hear({third(2, 3)});
  z.hear({segment(2)});
  for (SequenceNumber n = 4; n < 40; ++n) z.hear({segment(n)});
  z.hear({third(1, 40)});
  EXPECT_EQ(z.inbox.lowest_unseen(), 41u);
  EXPECT_EQ(z.taken().size(), 38u);  // 2, 4 to 39, and the one in parts.
}

/// Some datagrams of all kinds of frames, most of them in order.
template <class Dedup>
void a_run_is_no_more_than_its_messages(std::uint32_t window, std::uint64_t seed) {
  bowline::Random random{seed};
  Receiver<Dedup> runs{small(window)}, singles{small(window)};
  singles.one_by_one = true;
  SequenceNumber next = 1;
  for (int step = 0; step < 500; ++step) {
    std::vector<DataFrame> frames;
    for (std::uint64_t i = random.below(6) + 1; i != 0; --i) {
      const SequenceNumber lowest = runs.inbox.lowest_unseen();
      const bool stray = random.below(20) == 0;
      const SequenceNumber number = stray ? 1 + random.below(lowest + window + 1) : next++;
      switch (random.below(40)) {
        case 0: frames.push_back(tombstone(number)); break;
        case 1:
          frames.insert(frames.end(), {part(number, 0), part(number, 1)});
          next += stray ? 0u : 1u;
          break;
        case 2: frames.push_back(unreliable("u", number)); break;
        default: {
          const std::uint64_t distance = random.below((std::min)(number, SequenceNumber{3}));
          frames.push_back(segment(number, number % 2 == 0 ? "even" : "odd", distance != 0 ? number - distance : 0));
          frames.back().fail_with_dependency = distance != 0 && random.below(4) == 0;
        }
      }
    }
    ASSERT_EQ(runs.hear(frames), singles.hear(frames)) << step;
    ASSERT_EQ(runs.taken(), singles.taken()) << step;
    ASSERT_EQ(runs.verdicts(), singles.verdicts()) << step;
    ASSERT_EQ(runs.inbox.lowest_unseen(), singles.inbox.lowest_unseen()) << step;
    ASSERT_EQ(runs.stats.duplicates_dropped, singles.stats.duplicates_dropped) << step;
    ASSERT_EQ(runs.stats.refused, singles.stats.refused) << step;
    // What was lost, or dropped with its datagram, comes again.
    if (random.below(2) == 0) next = runs.inbox.lowest_unseen();
  }
  EXPECT_EQ(singles.in_runs, 0u);
  EXPECT_TRUE(window < 3 || runs.in_runs > 10) << runs.in_runs << " with a window of " << window;
}

TEST(Inbox, takes_in_a_run_what_it_would_take_one_by_one) {
  for (const std::uint32_t window : {1u, 2u, 3u, 5u, 8u, 32u}) {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
      SCOPED_TRACE("window " + std::to_string(window) + " seed " + std::to_string(seed));
      a_run_is_no_more_than_its_messages<FixedQueueDedup<>>(window, seed);
      a_run_is_no_more_than_its_messages<WindowDedup<>>(window, seed);
      a_run_is_no_more_than_its_messages<NoDedup>(window, seed);
      if (HasFatalFailure()) return;
    }
  }
}

TEST(Inbox, keeps_the_laws_of_delivery_whatever_the_network_does) {
  for (const std::uint32_t window : {1u, 2u, 3u, 4u, 5u, 8u, 32u}) {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
      SCOPED_TRACE("window " + std::to_string(window) + " seed " + std::to_string(seed));
      keeps_the_laws<FixedQueueDedup<>>(window, seed);
      keeps_the_laws<WindowDedup<>>(window, seed);
      if (HasFatalFailure()) return;
    }
  }
}

}  // namespace
