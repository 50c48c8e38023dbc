// SPDX-License-Identifier: BSL-1.0
#include "bowline/core/segment_writer.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string_view>

#include "bowline/wire/wire_number.hpp"

namespace bowline {
namespace {

struct SegmentWriterTest : testing::Test {
  MessageId issue(std::string_view text) {
    return table.issue([](Message& message) { message.state = Message::State::queued; }, bytes_of(text));
  }

  MessageTable table{Options{}};
  PacketLog log;
  SegmentWriter segments{table, log};
  std::array<std::byte, 16> buffer{};
  Writer writer{buffer};
};

TEST_F(SegmentWriterTest, a_frame_that_follows_the_one_before_leaves_its_number_out) {
  const MessageId a = issue("a"), b = issue("b");
  EXPECT_TRUE(segments.write<WireNumber<>>(writer, segments.frame_of(table[a], 7, 0)));
  EXPECT_TRUE(segments.write<WireNumber<>>(writer, segments.frame_of(table[b], 8, 0)));
  EXPECT_EQ(writer.used(), 10u);  // 1 + 4 + 1 + 1, then 1 + 1 + 1
  EXPECT_TRUE(segments.wrote());
}

TEST_F(SegmentWriterTest, what_finds_no_room_is_not_noted) {
  const MessageId a = issue("12345678901");
  EXPECT_FALSE(segments.write<WireNumber<>>(writer, segments.frame_of(table[a], 1, 0)));  // 1 + 4 + 1 + 11 > 16
  EXPECT_FALSE(segments.wrote());
  log.commit({}, 0, true);
  log.for_each_content(1, [](PacketContent) { FAIL(); });
}

TEST_F(SegmentWriterTest, a_segment_written_again_waits_no_more_and_has_a_later_packet) {
  Segment segment;
  segment.message = issue("a");
  segment.waiting = true;
  EXPECT_TRUE(segments.write_segment<WireNumber<>>(writer, 1, segment));
  EXPECT_FALSE(segment.waiting);
  EXPECT_EQ(segment.latest, 1u);
}

}  // namespace
}  // namespace bowline
