// SPDX-License-Identifier: BSL-1.0
// What DATA frames look like; tests/wire/frame_reader_test.cpp reads them back.
#include "bowline/wire/data_frame.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "bowline/wire/wire_number.hpp"
#include "wire/hex.hpp"

namespace {

using bowline::bytes_of;
using bowline::DataFrame;
using bowline::SequenceNumber;
using bowline_test::Page;

std::string hex_of(const DataFrame& frame, SequenceNumber previous) {
  Page<4096> page;
  frame.write<bowline::WireNumber<>>(page.writer, previous);
  EXPECT_EQ(page.writer.used(), frame.wire_bytes(previous));
  return page.hex();
}

DataFrame segment(SequenceNumber number, SequenceNumber dependency = 0) {
  DataFrame frame;
  frame.number = number;
  frame.dependency = dependency;
  frame.payload = bytes_of("hi");
  return frame;
}

DataFrame unreliable(SequenceNumber dependency = 0) {
  DataFrame frame = segment(0, dependency);
  frame.unreliable = true;
  return frame;
}

TEST(DataFrame, the_first_of_a_datagram_carries_its_number) {
  EXPECT_EQ(hex_of(segment(0x9'0000'0007u), 0), "81" "07000000" "02" "6869");
}

TEST(DataFrame, one_that_follows_the_number_before_it_leaves_it_out) {
  EXPECT_EQ(hex_of(segment(8), 7), "80" "02" "6869");
  EXPECT_EQ(hex_of(segment(8), 6), "81" "08000000" "02" "6869");
  EXPECT_EQ(hex_of(segment(8), 8), "81" "08000000" "02" "6869");
  EXPECT_EQ(hex_of(segment(8), 9), "81" "08000000" "02" "6869");
  EXPECT_EQ(hex_of(segment(1), 0), "81" "01000000" "02" "6869");  // 0 is no number before it.
}

TEST(DataFrame, a_dependency_is_a_distance_back) {
  EXPECT_EQ(hex_of(segment(1000, 999), 999), "82" "01" "02" "6869");
  EXPECT_EQ(hex_of(segment(1000, 700), 0), "83" "e8030000" "ac02" "02" "6869");  // 1000 − 700 = 300
  DataFrame fails = segment(1000, 999);
  fails.fail_with_dependency = true;
  EXPECT_EQ(hex_of(fails, 999), "86" "01" "02" "6869");
}

TEST(DataFrame, a_tombstone_has_no_bytes) {
  DataFrame frame = segment(5);
  frame.tombstone = true;
  EXPECT_EQ(hex_of(frame, 0), "a1" "05000000");
  EXPECT_EQ(hex_of(frame, 4), "a0");
}

DataFrame part(SequenceNumber number, bowline::Fragment fragment) {
  DataFrame frame = segment(number);
  frame.fragment = fragment;
  return frame;
}

TEST(DataFrame, a_part_says_where_its_message_begins_which_it_is_and_how_much_there_is) {
  EXPECT_EQ(hex_of(part(1000, {1000, 0, 20, 20'000}), 0), "c1" "e8030000" "00" "00" "14" "a09c01" "6869");
  EXPECT_EQ(hex_of(part(1300, {1000, 19, 20, 20'000}), 1299), "c0" "ac02" "13" "14" "a09c01" "6869");  // 300 back
  DataFrame waits = part(1000, {1000, 0, 20, 20'000});
  waits.dependency = 999;
  EXPECT_EQ(hex_of(waits, 999), "c2" "01" "00" "00" "14" "a09c01" "6869");
}

TEST(DataFrame, an_unreliable_part_carries_the_name_of_its_message) {
  DataFrame frame = unreliable();
  frame.fragment = {0x01020304, 3, 4, 400};
  EXPECT_EQ(hex_of(frame, 7), "c8" "04030201" "03" "04" "9003" "6869");
}

TEST(DataFrame, the_tombstone_of_a_part_says_where_its_message_begins) {
  DataFrame frame = segment(1300);
  frame.tombstone = true;
  frame.fragment.first = 1000;
  EXPECT_EQ(hex_of(frame, 0), "e1" "14050000" "ac02");
  frame.fragment.first = 1300;
  EXPECT_EQ(hex_of(frame, 1299), "e0" "00");
}

TEST(DataFrame, an_unreliable_one_has_no_number_whatever_came_before) {
  EXPECT_EQ(hex_of(unreliable(), 0), "88" "02" "6869");
  EXPECT_EQ(hex_of(unreliable(), 7), "88" "02" "6869");
  DataFrame newest = unreliable();
  newest.newest_only = true;
  EXPECT_EQ(hex_of(newest, 0), "98" "02" "6869");
}

TEST(DataFrame, the_dependency_of_an_unreliable_one_is_a_number) {
  EXPECT_EQ(hex_of(unreliable(0x5'0000'0102u), 7), "8a" "02010000" "02" "6869");
  DataFrame fails = unreliable(3);
  fails.fail_with_dependency = true;
  fails.newest_only = true;
  EXPECT_EQ(hex_of(fails, 0), "9e" "03000000" "02" "6869");
}

TEST(DataFrame, an_empty_payload_is_a_length_of_zero) {
  DataFrame frame = segment(2);
  frame.payload = {};
  EXPECT_EQ(hex_of(frame, 1), "80" "00");
}

TEST(DataFrame, never_takes_more_beside_its_payload_than_is_said) {
  const std::string payload(65'507, 'x');
  DataFrame frame = segment(0x1'0000'0000u, 0x1'0000'0000u - ((1u << 24) - 1));
  frame.payload = bytes_of(payload);
  EXPECT_EQ(frame.wire_bytes(0) - payload.size(), 12u);  // 1 + 4 + 4 (below 2^28) + 3 (below 2^21)
  EXPECT_EQ(DataFrame::overhead_bytes_max, 12u);
  frame.fragment = {1, 0xffffffff, 0xffffffff, 0xffffffff};
  EXPECT_EQ(frame.wire_bytes(0) - payload.size(), 29u);  // 1 + 4 + 4, and 5 each
  EXPECT_EQ(DataFrame::fragment_overhead_bytes_max, 29u);
  frame.fragment = {};
  frame.number = 0;
  frame.unreliable = true;
  frame.dependency = 1;
  EXPECT_EQ(frame.wire_bytes(0) - payload.size(), 8u);  // 1 + 4 + 3
}

TEST(DataFrame, a_message_of_64_bytes_costs_two_bytes_over_its_payload_when_it_follows) {
  const std::string payload(64, 'x');
  DataFrame frame = segment(2);
  frame.payload = bytes_of(payload);
  EXPECT_EQ(frame.wire_bytes(1), 66u);  // Flags and length.
  frame.dependency = 1;
  EXPECT_EQ(frame.wire_bytes(1), 67u);  // And a distance below 128.
}

TEST(DataFrame, fits_into_as_many_bytes_as_it_takes_and_no_fewer) {
  for (const SequenceNumber previous : {0u, 99u}) {
    const DataFrame frame = segment(100, 99);
    const std::size_t bytes = frame.wire_bytes(previous);  // 10 and 6
    for (std::size_t room = 0; room < 40; ++room) EXPECT_EQ(frame.fits(room, previous), room >= bytes) << room;
  }
}

TEST(DataFrame, the_length_of_what_is_written_is_what_was_said) {
  for (const SequenceNumber previous : {0u, 99u, 100u}) {
    for (const SequenceNumber dependency : {0u, 99u, 1u}) {
      for (const std::size_t bytes : {0u, 1u, 127u, 128u, 1200u}) {
        for (unsigned flags = 0; flags < 4; ++flags) {
          const std::string payload(bytes, 'x');
          DataFrame frame = segment(100, dependency);
          frame.payload = bytes_of(payload);
          frame.fail_with_dependency = dependency != 0 && (flags & 1) != 0;
          frame.unreliable = (flags & 2) != 0;
          static_cast<void>(hex_of(frame, previous));
        }
      }
    }
  }
}

TEST(DataFrame, a_first_byte_begins_a_whole_reliable_message_if_nothing_else_is_set) {
  unsigned whole = 0;
  for (unsigned first = 0; first < 0x100; ++first) {
    const bool begins = DataFrame::whole_and_reliable(static_cast<std::uint8_t>(first));
    EXPECT_EQ(begins, (first & 0xf8) == 0x80) << first;  // DATA; number, dependency, fails: what they like
    whole += begins ? 1 : 0;
  }
  EXPECT_EQ(whole, 8u);
}

}  // namespace
