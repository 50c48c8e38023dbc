// SPDX-License-Identifier: BSL-1.0
// The ranges of an ACK, from bytes written by hand.
#include "bowline/wire/ack_frame.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "wire/hex.hpp"

namespace {

using bowline::AckFrame;
using bowline::Duration;
using bowline::PacketNumber;
using bowline::PacketRange;
using bowline_test::from_hex;

struct Decoded {
  std::vector<PacketRange> ranges;
  bool sound = false;
};

Decoded decode(PacketNumber largest, std::uint32_t ranges, const char* hex) {
  const auto bytes = from_hex(hex);
  const AckFrame frame{largest, Duration{0}, ranges, bytes};
  Decoded decoded;
  decoded.sound = frame.for_each_range([&](PacketRange range) { decoded.ranges.push_back(range); });
  return decoded;
}

TEST(AckFrame, one_range_counts_down_from_the_largest) {
  const Decoded decoded = decode(10, 1, "03");
  EXPECT_TRUE(decoded.sound);
  EXPECT_EQ(decoded.ranges, (std::vector<PacketRange>{{7, 10}}));  // 10 − 3
}

TEST(AckFrame, a_gap_of_zero_leaves_one_number_out) {
  const Decoded decoded = decode(10, 2, "00 00 02");
  EXPECT_TRUE(decoded.sound);
  // {10}; 9 is missing; 8 − 2.
  EXPECT_EQ(decoded.ranges, (std::vector<PacketRange>{{10, 10}, {6, 8}}));
}

TEST(AckFrame, ranges_follow_newest_first) {
  const Decoded decoded = decode(1000, 3, "09 04 00 ac02 01");
  EXPECT_TRUE(decoded.sound);
  // 1000 − 9 = 991; 4 + 1 missing: 990 … 986; {985}; 300 + 1 missing: 984 … 684; 683 − 1.
  EXPECT_EQ(decoded.ranges, (std::vector<PacketRange>{{991, 1000}, {985, 985}, {682, 683}}));
}

TEST(AckFrame, the_oldest_range_may_reach_number_1_and_no_further) {
  EXPECT_TRUE(decode(10, 1, "09").sound);   // 1 to 10
  EXPECT_FALSE(decode(10, 1, "0a").sound);  // 0 to 10
  EXPECT_TRUE(decode(10, 2, "00 07 00").sound);   // {10}, {1}
  EXPECT_FALSE(decode(10, 2, "00 08 00").sound);  // {10}, {0}
  EXPECT_FALSE(decode(10, 2, "09 00 00").sound);  // 1 to 10, and nothing lies below
  EXPECT_FALSE(decode(10, 2, "08 00 00").sound);  // 2 to 10, 1 is missing, nothing lies below
}

TEST(AckFrame, of_number_0_is_unsound) {
  const Decoded decoded = decode(0, 1, "00");
  EXPECT_FALSE(decoded.sound);
  EXPECT_TRUE(decoded.ranges.empty());
}

TEST(AckFrame, huge_gaps_and_ranges_do_not_wrap_around) {
  EXPECT_FALSE(decode(10, 1, "ffffffff0f").sound);
  EXPECT_FALSE(decode(10, 2, "00 ffffffff0f 00").sound);
  const Decoded decoded = decode(0x3'0000'0000u, 2, "ffffffff0f ffffffff0f ffffffff0f");
  EXPECT_TRUE(decoded.sound);
  // 0x300000000 − 0xffffffff = 0x200000001; less 2^32 missing, less 1: 0x100000000; − 0xffffffff = 1.
  EXPECT_EQ(decoded.ranges, (std::vector<PacketRange>{{0x2'0000'0001u, 0x3'0000'0000u}, {1, 0x1'0000'0000u}}));
}

TEST(AckFrame, bytes_that_end_early_are_unsound) {
  EXPECT_FALSE(decode(10, 1, "").sound);
  EXPECT_FALSE(decode(10, 2, "00").sound);
  EXPECT_FALSE(decode(10, 2, "00 00").sound);
  EXPECT_FALSE(decode(1000, 1, "80").sound);
}

TEST(PacketRange, of_which_nothing_is_said_is_of_number_0_which_no_packet_has) {
  EXPECT_EQ(PacketRange{}.first, 0u);
  EXPECT_EQ(PacketRange{}.last, 0u);
}

}  // namespace
