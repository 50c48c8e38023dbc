// SPDX-License-Identifier: BSL-1.0
#include "bowline/core/received_packets.hpp"

#include <gtest/gtest.h>

#include <set>
#include <vector>

#include "bowline/base/random.hpp"

namespace {

using bowline::PacketNumber;
using bowline::PacketRange;
using bowline::ReceivedPackets;
using Verdict = ReceivedPackets::Verdict;

std::vector<PacketRange> ranges(const ReceivedPackets& received) {
  std::vector<PacketRange> all;
  received.for_each_range([&](PacketRange range) { return all.push_back(range), true; });
  return all;
}

TEST(ReceivedPackets, before_the_first_everything_is_fresh_and_there_is_no_range) {
  const ReceivedPackets received{64};
  EXPECT_EQ(received.newest(), 0u);
  EXPECT_EQ(received.classify(1), Verdict::fresh);
  EXPECT_EQ(received.classify(1'000'000), Verdict::fresh);
  EXPECT_TRUE(ranges(received).empty());
}

TEST(ReceivedPackets, a_packet_is_fresh_once) {
  ReceivedPackets received{64};
  received.record(5);
  EXPECT_EQ(received.newest(), 5u);
  EXPECT_EQ(received.classify(5), Verdict::seen);
  EXPECT_EQ(received.classify(4), Verdict::fresh);
  received.record(4);
  EXPECT_EQ(received.classify(4), Verdict::seen);
  EXPECT_EQ(received.newest(), 5u);
}

TEST(ReceivedPackets, what_is_as_far_behind_as_it_tracks_is_too_old) {
  ReceivedPackets received{64};
  received.record(100);
  EXPECT_EQ(received.classify(37), Verdict::fresh);    // 100 − 63
  EXPECT_EQ(received.classify(36), Verdict::too_old);  // 100 − 64
  EXPECT_EQ(received.classify(1), Verdict::too_old);
  received.record(37);
  EXPECT_EQ(received.classify(37), Verdict::seen);
  received.record(101);
  EXPECT_EQ(received.classify(37), Verdict::too_old);
}

TEST(ReceivedPackets, ranges_come_newest_first_and_touch_number_1) {
  ReceivedPackets received{64};
  for (const PacketNumber n : {1u, 2u, 4u, 7u, 8u, 9u}) received.record(n);
  EXPECT_EQ(ranges(received), (std::vector<PacketRange>{{7, 9}, {4, 4}, {1, 2}}));
}

TEST(ReceivedPackets, a_full_window_is_one_range_across_all_words) {
  for (const std::uint32_t tracked : {64u, 65u, 100u, 128u, 192u, 4096u}) {
    ReceivedPackets received{tracked};
    for (PacketNumber n = 1; n <= 10'000; ++n) received.record(n);
    EXPECT_EQ(ranges(received), (std::vector<PacketRange>{{10'001 - tracked, 10'000}})) << tracked;
  }
}

TEST(ReceivedPackets, the_walk_stops_when_it_is_told_to) {
  ReceivedPackets received{64};
  for (PacketNumber n = 1; n <= 21; n += 2) received.record(n);
  int calls = 0;
  received.for_each_range([&](PacketRange) { return ++calls < 3; });
  EXPECT_EQ(calls, 3);
}

TEST(ReceivedPackets, a_jump_leaves_nothing_of_the_past_behind) {
  for (const PacketNumber jump : {64u, 65u, 127u, 128u, 129u, 1000u, 100'000u}) {
    ReceivedPackets received{100};
    for (PacketNumber n = 1; n <= 128; ++n) received.record(n);
    const PacketNumber number = 128 + jump;
    received.record(number);
    for (PacketNumber n = number - 99; n < number; ++n) {
      EXPECT_EQ(received.classify(n), n <= 128 ? Verdict::seen : Verdict::fresh) << n << " after " << number;
    }
  }
}

TEST(ReceivedPackets, clear_counts_from_1_again) {
  ReceivedPackets received{64};
  for (PacketNumber n = 1; n <= 200; ++n) received.record(n);
  received.clear();
  EXPECT_EQ(received.newest(), 0u);
  EXPECT_TRUE(ranges(received).empty());
  for (PacketNumber n = 1; n <= 200; ++n) EXPECT_EQ(received.classify(n), Verdict::fresh);
  received.record(70);
  EXPECT_EQ(ranges(received), (std::vector<PacketRange>{{70, 70}}));
}

TEST(ReceivedPackets, what_is_given_up_is_not_told_of_and_neither_it_nor_an_older_one_is_fresh_any_more) {
  ReceivedPackets received{64};
  received.record(3);
  received.give_up(5);
  EXPECT_EQ(received.newest(), 3u);
  EXPECT_EQ(received.classify(5), Verdict::too_old);
  EXPECT_EQ(received.classify(4), Verdict::too_old);
  EXPECT_EQ(received.classify(3), Verdict::seen);
  EXPECT_EQ(received.classify(6), Verdict::fresh);
  received.record(6);
  EXPECT_EQ(ranges(received), (std::vector<PacketRange>{{6, 6}, {3, 3}}));
  EXPECT_EQ(received.classify(5), Verdict::too_old);
  received.clear();
  EXPECT_EQ(received.classify(1), Verdict::fresh);
}

TEST(ReceivedPackets, numbers_far_above_32_bits_are_told_apart) {
  ReceivedPackets received{64};
  const PacketNumber base = std::uint64_t{1} << 40;
  received.record(base);
  received.record(base + (std::uint64_t{1} << 32));
  EXPECT_EQ(received.classify(base), Verdict::too_old);
  EXPECT_EQ(ranges(received).size(), 1u);
}

void agrees_with_a_set(std::uint32_t tracked, std::uint64_t spread, std::uint64_t seed) {
  bowline::Random random{seed};
  ReceivedPackets received{tracked};
  std::set<PacketNumber> model;
  PacketNumber newest = 0;
  for (int i = 0; i < 3000; ++i) {
    const PacketNumber lowest = newest > spread ? newest - spread : 1;
    const PacketNumber number = lowest + random.below(newest + 1 + (random.below(50) == 0 ? 3 * tracked : 4) - lowest);
    const bool too_old = number <= newest && newest - number >= tracked;
    const Verdict expected = too_old               ? Verdict::too_old
                             : model.count(number) ? Verdict::seen
                                                   : Verdict::fresh;
    ASSERT_EQ(received.classify(number), expected) << number << " of " << newest;
    if (expected == Verdict::fresh) {
      received.record(number);
      model.insert(number);
      newest = (std::max)(newest, number);
    }
    ASSERT_EQ(received.newest(), newest);
    if (i % 10 != 0) continue;
    std::vector<PacketRange> runs;
    for (auto at = model.rbegin(); at != model.rend() && newest - *at < tracked; ++at) {
      if (!runs.empty() && runs.back().first == *at + 1) {
        runs.back().first = *at;
      } else {
        runs.push_back({*at, *at});
      }
    }
    ASSERT_EQ(ranges(received), runs) << "up to " << newest;
  }
}

TEST(ReceivedPackets, agrees_with_a_set_of_numbers) {
  std::uint64_t seed = 0;
  for (const std::uint32_t tracked : {64u, 65u, 100u, 127u, 128u, 130u, 200u, 1000u}) {
    for (const std::uint64_t spread : {3u, 20u, 150u}) agrees_with_a_set(tracked, spread, ++seed);
  }
}

}  // namespace
