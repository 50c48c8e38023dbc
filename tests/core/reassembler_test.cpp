// SPDX-License-Identifier: BSL-1.0
#include "bowline/core/reassembler.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

using bowline::Assembly;
using bowline::bytes_of;
using bowline::DataFrame;
using bowline::Options;
using bowline::Reassembler;
using bowline::Stats;

/// 100 letters: three parts of 34, 34 and 32.
const std::string letters = std::string(34, 'a') + std::string(34, 'b') + std::string(32, 'c');

Options limits(std::uint32_t message, std::uint32_t reliable, std::uint32_t unreliable = 1000) {
  Options options;
  options.message_bytes_max = message;
  options.reassembly_bytes_max = reliable;
  options.reassembly_unreliable_bytes_max = unreliable;
  return options;
}

struct ReassemblerTest : testing::Test {
  /// Part `index` of the letters as message `first`, in a packet of that number.
  std::optional<Reassembler::Slot> take(std::uint64_t first, std::uint32_t index, bool reliable = true) {
    return parts.take(frame(first, index, reliable), first + index, stats);
  }

  static DataFrame frame(std::uint64_t first, std::uint32_t index, bool reliable = true) {
    DataFrame frame;
    frame.unreliable = !reliable;
    frame.number = reliable ? first + index : 0;
    frame.fragment = {first, index, 3, 100};
    frame.payload = bytes_of(letters).subspan(frame.fragment.offset(), frame.fragment.size());
    return frame;
  }

  std::string joined(Reassembler::Slot slot) {
    parts.make_ready(slot);
    return std::string{bowline::text(parts.join(slot))};
  }

  bool whole(Reassembler::Slot slot) { return parts[slot].state == Assembly::State::whole; }

  bool within_limits(std::uint64_t first, std::uint32_t index, std::size_t ahead = 0) {
    const DataFrame part = frame(first, index);
    return parts.begun(first) || parts.has_room(part.fragment.total, ahead, 0);
  }

  ~ReassemblerTest() override { EXPECT_TRUE(parts.invariants_hold()); }

  Reassembler parts{limits(100, 250)};
  Stats stats;
};

TEST_F(ReassemblerTest, parts_make_the_message_whatever_their_order) {
  ASSERT_TRUE(take(7, 2));
  ASSERT_TRUE(take(7, 0));
  const auto slot = take(7, 1);
  ASSERT_TRUE(slot && whole(*slot));
  EXPECT_EQ(parts[*slot].number, 9u);  // That of the last part.
  EXPECT_EQ(parts[*slot].departure.packet(), 7u);  // That of the first.
  EXPECT_EQ(joined(*slot), letters);
  EXPECT_EQ(parts.claimed_bytes(true), 0u);
}

TEST_F(ReassemblerTest, messages_do_not_mix) {
  for (const std::uint32_t index : {0u, 1u, 2u}) {
    ASSERT_TRUE(take(7, index));
    ASSERT_TRUE(take(8, index));
    ASSERT_TRUE(take(8, index, /*reliable=*/false)) << "a reliable message may have the same name";
  }
  EXPECT_EQ(parts.claimed_bytes(true), 200u);
  EXPECT_EQ(parts.claimed_bytes(false), 100u);
}

TEST_F(ReassemblerTest, a_part_that_is_here_or_disagrees_is_of_no_use) {
  ASSERT_TRUE(take(7, 1));
  EXPECT_FALSE(parts.agrees(frame(7, 1)));
  EXPECT_FALSE(take(7, 1));
  DataFrame other = frame(7, 0);
  other.fragment.total = 99;
  EXPECT_FALSE(parts.agrees(other));
  EXPECT_FALSE(parts.take(other, 1, stats));
  other = frame(7, 0);
  other.fragment.count = 2;
  EXPECT_FALSE(parts.agrees(other));
  EXPECT_TRUE(parts.agrees(frame(7, 0)));
  EXPECT_TRUE(parts.agrees(frame(8, 0)));
}

TEST_F(ReassemblerTest, what_is_claimed_counts_from_the_first_part) {
  EXPECT_TRUE(within_limits(7, 0));
  ASSERT_TRUE(take(7, 0));
  ASSERT_TRUE(take(107, 0));
  EXPECT_TRUE(within_limits(7, 1)) << "of a message that is here already";
  EXPECT_FALSE(within_limits(207, 0)) << "100 + 100 + 100 > 250";
  EXPECT_FALSE(take(207, 0));
  parts.drop_partial(7);
  EXPECT_TRUE(within_limits(207, 0));
  EXPECT_FALSE(within_limits(207, 0, /*ahead=*/51));
}

// Catches tables of parts that outlive their message in each of the places for one.
TEST_F(ReassemblerTest, claims_cut_as_short_as_can_be_take_a_quarter_more_than_they_claim_however_they_rotate) {
  constexpr std::uint32_t total = 1u << 20;
  Reassembler many{limits(total, 4 * total)};
  DataFrame part;
  part.fragment = {0, 0, total / 32, total};
  part.payload = bytes_of(letters).first(32);
  const auto claim = [&](std::uint64_t first, std::uint32_t index) {
    part.fragment.first = part.number = first;
    part.fragment.index = index;
    return many.take(part, 1, stats);
  };
  // Four at once, the last part first, then every 64th, each in place after place.
  std::size_t most = 0;
  for (std::uint64_t round = 1; round <= 40; ++round) {
    for (std::uint64_t first = 4 * round; first < 4 * round + 4; ++first) {
      ASSERT_TRUE(claim(first, total / 32 - 1));
      for (std::uint32_t index = 0; index < total / 32; index += 64) ASSERT_TRUE(claim(first, index));
    }
    EXPECT_FALSE(claim(4 * round + 4, 0));
    most = (std::max)(most, many.allocated_bytes());
    for (std::uint64_t first = 4 * round; first < 4 * round + 4; ++first) many.drop_partial(first);
  }
  EXPECT_GE(most, 4u * total);
  // Of 2 KiB for 64 parts each nothing is wasted; the tables take 16 B for each, a word of it in the pool's.
  EXPECT_LE(most, 4u * total + 4u * total / 16);
}

TEST_F(ReassemblerTest, a_message_larger_than_announced_is_not_begun) {
  DataFrame large = frame(7, 0);
  large.fragment.total = 101;
  EXPECT_FALSE(parts.has_room(101, 0, 0));
  EXPECT_FALSE(parts.take(large, 1, stats));
}

TEST_F(ReassemblerTest, as_many_messages_are_here_in_part_as_fill_the_window_two_numbers_each_but_no_fewer_than_64) {
  for (const auto& [window, messages] : {std::pair{1024u, 512u}, {130u, 65u}, {16u, 64u}}) {
    Options options = limits(100, 1u << 20);
    options.window = window;
    Reassembler many{options};
    for (std::uint64_t i = 1; i <= messages; ++i) ASSERT_TRUE(many.take(frame(10 * i, 0), 1, stats)) << window;
    EXPECT_FALSE(many.has_room(100, 0, 0)) << window;
    EXPECT_FALSE(many.take(frame(10 * messages + 10, 0), 1, stats)) << window;
    EXPECT_TRUE(many.take(frame(10 * messages, 1), 1, stats)) << window;
    many.drop_partial(10);
    EXPECT_TRUE(many.take(frame(10 * messages + 10, 0), 1, stats)) << window;
    EXPECT_TRUE(many.invariants_hold());
  }
}

TEST_F(ReassemblerTest, no_more_than_64_unreliable_messages_are_here_in_part) {
  Reassembler many{limits(100, 1u << 20, 1u << 20)};
  for (std::uint64_t i = 1; i <= 64; ++i) ASSERT_TRUE(many.take(frame(i, 0, /*reliable=*/false), 1, stats));
  EXPECT_EQ(stats.held_dropped, 0u);
  ASSERT_TRUE(many.take(frame(65, 0, /*reliable=*/false), 1, stats));
  EXPECT_EQ(stats.held_dropped, 1u) << "the first one made room";
  ASSERT_TRUE(many.take(frame(1, 1, /*reliable=*/false), 1, stats)) << "and begins anew in the place of the second";
  EXPECT_EQ(many.claimed_bytes(false), 6400u);  // 64 * 100
}

TEST_F(ReassemblerTest, the_oldest_unreliable_message_that_is_not_whole_makes_room) {
  Reassembler small{limits(100, 100, 250)};
  const auto take = [&](std::uint64_t first, std::uint32_t index) {
    return small.take(frame(first, index, /*reliable=*/false), 1, stats);
  };
  ASSERT_TRUE(take(1, 0));
  ASSERT_TRUE(take(2, 0));
  ASSERT_TRUE(take(1, 1));
  ASSERT_TRUE(take(1, 2)) << "1 is whole";
  ASSERT_TRUE(take(3, 0)) << "in the place of 2";
  EXPECT_EQ(stats.held_dropped, 1u);
  ASSERT_TRUE(take(2, 1)) << "in the place of 3";
  EXPECT_EQ(stats.held_dropped, 2u);
  EXPECT_EQ(small.claimed_bytes(false), 200u);
}

TEST_F(ReassemblerTest, unreliable_messages_that_are_whole_make_no_room) {
  Reassembler small{limits(100, 100, 150)};
  for (const std::uint32_t index : {0u, 1u, 2u}) {
    ASSERT_TRUE(small.take(frame(1, index, /*reliable=*/false), 1, stats));
  }
  EXPECT_FALSE(small.take(frame(2, 0, /*reliable=*/false), 2, stats)) << "100 + 100 bytes are more than 150";
  EXPECT_EQ(stats.held_dropped, 1u) << "the new one";
  EXPECT_EQ(small.claimed_bytes(false), 100u);
}

TEST_F(ReassemblerTest, an_unreliable_message_larger_than_all_their_room_takes_no_other_with_it) {
  Reassembler small{limits(300, 300, 150)};
  ASSERT_TRUE(small.take(frame(1, 0, /*reliable=*/false), 1, stats));
  DataFrame large = frame(2, 0, /*reliable=*/false);
  large.fragment.total = 151;
  EXPECT_FALSE(small.take(large, 2, stats));
  EXPECT_EQ(small.claimed_bytes(false), 100u);
  EXPECT_TRUE(small.take(frame(1, 1, /*reliable=*/false), 3, stats));
}

TEST_F(ReassemblerTest, the_name_of_an_unreliable_message_that_is_ready_means_nothing_any_more) {
  for (const std::uint32_t index : {0u, 1u, 2u}) take(7, index, /*reliable=*/false);
  parts.make_ready(0);
  const auto slot = take(7, 0, /*reliable=*/false);
  ASSERT_TRUE(slot);
  EXPECT_EQ(*slot, 1u) << "another message begins";
  EXPECT_EQ(bowline::text(parts.join(0)), letters);
}

TEST_F(ReassemblerTest, what_is_whole_stays_when_its_sender_recalls_a_part_and_what_is_ready_stays_in_any_case) {
  for (const std::uint32_t index : {0u, 1u, 2u}) take(7, index);
  parts.drop_partial(7);
  EXPECT_EQ(parts.claimed_bytes(true), 100u);
  parts.make_ready(0);
  take(107, 0);
  parts.clear();
  EXPECT_EQ(parts.claimed_bytes(true), 100u);
  EXPECT_EQ(bowline::text(parts.join(0)), letters);
  EXPECT_TRUE(take(7, 0)) << "and its name is free again";
}

TEST_F(ReassemblerTest, when_all_is_dropped_so_are_the_places_that_the_next_time_would_visit) {
  ASSERT_EQ(take(7, 0), 0u);
  ASSERT_EQ(take(107, 0), 1u);
  parts.clear();
  EXPECT_EQ(parts.claimed_bytes(true), 0u);
  EXPECT_EQ(take(7, 1), 0u);
  EXPECT_EQ(take(107, 1), 1u);
}

TEST_F(ReassemblerTest, the_first_part_says_what_the_message_waits_for_until_that_is_settled) {
  DataFrame first = frame(7, 0);
  first.dependency = 5;
  first.fail_with_dependency = true;
  ASSERT_TRUE(take(7, 1));
  const auto slot = parts.take(first, 1, stats);
  EXPECT_EQ(parts[*slot].dependency, 5u);
  parts.on_settled(6, /*abandoned=*/true);
  EXPECT_EQ(parts[*slot].dependency, 5u);
  parts.on_settled(5, /*abandoned=*/true);
  EXPECT_EQ(parts[*slot].dependency, 0u);
  EXPECT_TRUE(parts[*slot].refused);
}

TEST_F(ReassemblerTest, all_that_wait_for_a_number_are_resolved_by_it_and_what_was_dropped_is_left_alone) {
  Reassembler many{limits(100, 1000)};
  std::vector<Reassembler::Slot> slots;
  for (const std::uint64_t first : {10u, 20u, 30u, 40u}) {
    DataFrame part = frame(first, 0);
    part.dependency = first == 40 ? 6 : 5;
    slots.push_back(*many.take(part, 1, stats));
  }
  many.drop_partial(20);
  DataFrame again = frame(50, 0);  // In the place of 20.
  again.dependency = 6;
  ASSERT_EQ(*many.take(again, 1, stats), slots[1]);
  many.on_settled(5, /*abandoned=*/false);
  EXPECT_EQ(many[slots[0]].dependency, 0u);
  EXPECT_EQ(many[slots[1]].dependency, 6u);
  EXPECT_EQ(many[slots[2]].dependency, 0u);
  EXPECT_EQ(many[slots[3]].dependency, 6u);
  many.on_settled(6, /*abandoned=*/false);
  EXPECT_EQ(many[slots[1]].dependency, 0u);
  EXPECT_EQ(many[slots[3]].dependency, 0u);
}

}  // namespace
