// SPDX-License-Identifier: BSL-1.0
// Every frame there and back, and what is refused.
#include "bowline/wire/frame_reader.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "bowline/base/options.hpp"
#include "bowline/base/random.hpp"
#include "bowline/core/ack_schedule.hpp"
#include "bowline/core/received_packets.hpp"
#include "wire/hex.hpp"

namespace {

using bowline::AckFrame;
using bowline::Bytes;
using bowline::bytes_of;
using bowline::CloseFrame;
using bowline::DataFrame;
using bowline::Duration;
using bowline::Frame;
using bowline::FrameReader;
using bowline::NumberContext;
using bowline::PacketNumber;
using bowline::PacketRange;
using bowline::PaddingFrame;
using bowline::PingFrame;
using bowline::ReceivedPackets;
using bowline::SequenceNumber;
using bowline::TimePoint;
using bowline::VerdictFrame;
using bowline::WireNumber;
using bowline_test::from_hex;
using bowline_test::Page;

constexpr NumberContext around_1000{1000, 1000, 1000};

/// The frames of `bytes` if all are sound; none if one is malformed.
std::optional<std::vector<Frame>> frames_of(Bytes bytes, const NumberContext& context = around_1000) {
  FrameReader<> reader{bytes, context};
  std::vector<Frame> frames;
  while (auto frame = reader.next()) frames.push_back(*frame);
  EXPECT_FALSE(reader.next()) << "the end stays the end";
  if (reader.malformed()) return std::nullopt;
  return frames;
}

std::size_t count_of(const char* hex) {
  const auto bytes = from_hex(hex);
  const auto frames = frames_of(bytes);
  return frames ? frames->size() : 0;
}

bool refused(const std::string& hex) {
  const auto bytes = from_hex(hex);
  return !frames_of(bytes);
}

TEST(FrameReader, nothing_is_no_frame_and_not_malformed) {
  const auto frames = frames_of({});
  ASSERT_TRUE(frames);
  EXPECT_TRUE(frames->empty());
}

TEST(FrameReader, each_byte_of_padding_is_a_frame) { EXPECT_EQ(count_of("00 00 00"), 3u); }

TEST(FrameReader, padding_can_be_left_out_wherever_it_is) {
  const auto bytes = from_hex("00 00 01 00 04 00 00 01 00");  // PING; CLOSE with reason 0; PING
  FrameReader<> reader{bytes, {}};
  Frame frame;
  EXPECT_TRUE(reader.next_but_padding(frame) && std::holds_alternative<PingFrame>(frame));
  EXPECT_TRUE(reader.next_but_padding(frame) && std::holds_alternative<CloseFrame>(frame));
  EXPECT_TRUE(reader.next_but_padding(frame) && std::holds_alternative<PingFrame>(frame));
  EXPECT_FALSE(reader.next_but_padding(frame));
  EXPECT_FALSE(reader.malformed());
}

TEST(FrameReader, what_is_malformed_stays_so_without_padding) {
  const auto bytes = from_hex("00 7f 00 01");
  FrameReader<> reader{bytes, {}};
  Frame frame;
  EXPECT_FALSE(reader.next_but_padding(frame));
  EXPECT_TRUE(reader.malformed());
  EXPECT_FALSE(reader.next_but_padding(frame));
}

TEST(FrameReader, a_whole_message_waits_for_nothing_though_the_one_read_into_its_place_before_did) {
  const auto bytes = from_hex("87 05000000 01 00" "80 00");  // DATA 5, which fails with 4; DATA 6, which does not wait
  FrameReader<> reader{bytes, {}};
  DataFrame frame;
  ASSERT_TRUE(reader.next_whole(frame));
  EXPECT_EQ(frame.dependency, 4u);
  ASSERT_TRUE(reader.next_whole(frame));
  EXPECT_EQ(frame.number, 6u);
  EXPECT_EQ(frame.dependency, 0u);
  EXPECT_FALSE(frame.fail_with_dependency);
}

TEST(FrameReader, what_is_no_whole_message_is_not_read_as_one) {
  // PING; the tombstone of 5; an unreliable "hi"; a part; nothing
  for (const char* hex : {"01", "a1 05000000", "88 02 6869", "c1 05000000 00 00 02 40", ""}) {
    const auto bytes = from_hex(hex);
    FrameReader<> reader{bytes, {}};
    DataFrame frame;
    EXPECT_FALSE(reader.next_whole(frame)) << hex;
    EXPECT_FALSE(reader.malformed()) << hex;
  }
}

TEST(FrameReader, a_bad_whole_message_ends_the_reading_for_good) {
  // Its payload is cut short; it fails with nothing, and a sound one is behind it.
  for (const char* hex : {"81 05000000 02 68", "84" "81 05000000 00"}) {
    const auto bytes = from_hex(hex);
    FrameReader<> reader{bytes, {}};
    DataFrame frame;
    for (int i = 0; i < 2; ++i) {
      EXPECT_FALSE(reader.next_whole(frame)) << hex;
      EXPECT_TRUE(reader.malformed()) << hex;
    }
  }
}

TEST(FrameReader, reads_the_control_frames) {
  Page<> page;
  PingFrame::write(page.writer);
  VerdictFrame{998, true}.write<WireNumber<>>(page.writer);
  VerdictFrame{1001, false}.write<WireNumber<>>(page.writer);
  CloseFrame::write(page.writer);
  page.writer.u8(0);
  const auto frames = frames_of(page.written());
  ASSERT_TRUE(frames);
  ASSERT_EQ(frames->size(), 5u);
  EXPECT_TRUE(std::holds_alternative<PingFrame>((*frames)[0]));
  EXPECT_EQ(std::get<VerdictFrame>((*frames)[1]).number, 998u);
  EXPECT_TRUE(std::get<VerdictFrame>((*frames)[1]).delivered);
  EXPECT_EQ(std::get<VerdictFrame>((*frames)[2]).number, 1001u);
  EXPECT_FALSE(std::get<VerdictFrame>((*frames)[2]).delivered);
  EXPECT_TRUE(std::holds_alternative<CloseFrame>((*frames)[3]));
  EXPECT_TRUE(std::holds_alternative<PaddingFrame>((*frames)[4]));
}

TEST(FrameReader, unwraps_each_kind_of_number_around_its_own) {
  const auto bytes = from_hex("81 05000000 00" "88 00" "8a 04000000 00" "03 06000000 01" "02 07000000 00 01 00");
  FrameReader<> reader{bytes, {0x1'0000'0000u, 0x2'0000'0000u, 0x3'0000'0000u}};
  EXPECT_EQ(std::get<DataFrame>(*reader.next()).number, 0x1'0000'0005u);
  EXPECT_EQ(std::get<DataFrame>(*reader.next()).number, 0u);
  EXPECT_EQ(std::get<DataFrame>(*reader.next()).dependency, 0x1'0000'0004u);
  EXPECT_EQ(std::get<VerdictFrame>(*reader.next()).number, 0x2'0000'0006u);
  EXPECT_EQ(std::get<AckFrame>(*reader.next()).largest(), 0x3'0000'0007u);
  EXPECT_FALSE(reader.next());
  EXPECT_FALSE(reader.malformed());
}

TEST(FrameReader, unknown_kinds_are_refused) {
  for (unsigned kind = 5; kind < 0x80; ++kind) {
    const std::vector<std::byte> bytes(64, static_cast<std::byte>(kind));
    EXPECT_FALSE(frames_of(bytes)) << kind;
  }
}

TEST(FrameReader, a_bad_frame_ends_the_reading_for_good) {
  const auto bytes = from_hex("01 05 01 01");
  FrameReader<> reader{bytes, around_1000};
  EXPECT_TRUE(reader.next());
  EXPECT_FALSE(reader.next());
  EXPECT_TRUE(reader.malformed());
  EXPECT_FALSE(reader.next());
  EXPECT_TRUE(reader.malformed());
}

TEST(FrameReader, control_frames_with_a_field_out_of_range_are_refused) {
  EXPECT_FALSE(refused("04 00"));
  EXPECT_TRUE(refused("04 01"));
  EXPECT_TRUE(refused("04 ff"));
  EXPECT_TRUE(refused("04"));
  EXPECT_FALSE(refused("03 e8030000 01"));
  EXPECT_TRUE(refused("03 e8030000 02"));
  EXPECT_TRUE(refused("03 e8030000 ff"));
  EXPECT_TRUE(refused("03 e8030000"));
  EXPECT_TRUE(refused("03 e80300"));
}

/// The specification of section 5 once more, as a table of which flags go together.
bool flags_go_together(unsigned flags, bool first_in_datagram) {
  const bool number = flags & 0x01, dependency = flags & 0x02, fails = flags & 0x04, unreliable = flags & 0x08,
             newest = flags & 0x10, tombstone = flags & 0x20;
  if (fails && !dependency) return false;
  if (newest && !unreliable) return false;
  if (unreliable && (number || tombstone)) return false;
  if (tombstone && dependency) return false;
  return unreliable || number || !first_in_datagram;
}

TEST(FrameReader, every_combination_of_data_flags_is_taken_or_refused_as_it_should_be) {
  int taken = 0;
  for (const bool first : {true, false}) {
    for (unsigned flags = 0x80; flags < 0x100; ++flags) {
      Page<> page;
      if (!first) {
        page.writer.u8(0x81);
        page.writer.u32(1000);
        page.writer.varint(0);
      }
      page.writer.u8(static_cast<std::uint8_t>(flags));
      if (flags & 0x01) page.writer.u32(1001);
      if (!(flags & 0x20)) {
        if (flags & 0x02) (flags & 0x08) ? page.writer.u32(999) : page.writer.varint(1);
        if (flags & 0x40) {
          (flags & 0x08) ? page.writer.u32(9) : page.writer.varint(0);
          page.writer.bytes(from_hex("00" "02" "8001"));  // The first of two parts of 128 bytes.
          page.writer.bytes(std::vector<std::byte>(64));
        } else {
          page.writer.varint(2);
          page.writer.bytes(bytes_of("hi"));
        }
      } else if (flags & 0x40) {
        page.writer.varint(1);
      }
      const auto frames = frames_of(page.written());
      EXPECT_EQ(frames.has_value(), flags_go_together(flags, first)) << std::hex << flags;
      if (!frames) continue;
      ++taken;
      const auto& frame = std::get<DataFrame>(frames->back());
      EXPECT_EQ(frame.number, (flags & 0x08) ? 0u : 1001u);
      EXPECT_EQ(frame.dependency, !(flags & 0x02) ? 0u : (flags & 0x08) ? 999u : 1000u);
      EXPECT_EQ(frame.fail_with_dependency, (flags & 0x04) != 0);
      EXPECT_EQ(frame.unreliable, (flags & 0x08) != 0);
      EXPECT_EQ(frame.newest_only, (flags & 0x10) != 0);
      EXPECT_EQ(frame.tombstone, (flags & 0x20) != 0);
      EXPECT_EQ(frame.payload.size(), frame.tombstone ? 0u : (flags & 0x40) ? 64u : 2u);
      EXPECT_EQ(frame.fragment.first, !(flags & 0x40) ? 0u : frame.tombstone ? 1000u : frame.unreliable ? 9u : 1001u);
    }
  }
  // Reliable: {plain, dependency, dependency and fails, tombstone} with a number, and without one when not first:
  // 4 + 2 · 4; unreliable: {plain, dependency, fails} · {newest or not} in both places: 2 · 6. Together 4 + 8 + 12,
  // whole or in parts.
  EXPECT_EQ(taken, 48);
}

TEST(FrameReader, an_implicit_number_needs_one_before_it_in_the_datagram) {
  EXPECT_TRUE(refused("80 00"));
  EXPECT_TRUE(refused("a0"));
  EXPECT_TRUE(refused("88 00" "80 00"));
  EXPECT_FALSE(refused("81 e8030000 00" "80 00"));
  EXPECT_FALSE(refused("a1 e8030000" "80 00" "a0"));
}

TEST(FrameReader, implicit_numbers_count_on_past_everything_that_has_none) {
  const auto bytes = from_hex("81 e8030000 00" "88 00" "01" "80 00" "00" "a0" "81 0a040000 00" "80 00");
  const auto frames = frames_of(bytes);
  ASSERT_TRUE(frames);
  std::vector<SequenceNumber> numbers;
  for (const Frame& frame : *frames) {
    const auto* data = std::get_if<DataFrame>(&frame);
    if (data != nullptr && !data->unreliable) numbers.push_back(data->number);
  }
  EXPECT_EQ(numbers, (std::vector<SequenceNumber>{1000, 1001, 1002, 1034, 1035}));
}

TEST(FrameReader, number_0_is_refused) {
  const auto data = from_hex("81 00000000 00");
  EXPECT_FALSE(frames_of(data, {1, 1, 1}));
  const auto dependency = from_hex("8a 00000000 00");
  EXPECT_FALSE(frames_of(dependency, {1, 1, 1}));
}

TEST(FrameReader, a_distance_of_zero_or_to_before_number_1_is_refused) {
  const auto read = [](std::uint32_t number, std::uint32_t distance) {
    Page<> page;
    page.writer.u8(0x83);
    page.writer.u32(number);
    page.writer.varint(distance);
    page.writer.varint(0);
    return frames_of(page.written(), {1, 1, 1}).has_value();
  };
  EXPECT_FALSE(read(5, 0));
  EXPECT_TRUE(read(5, 1));
  EXPECT_TRUE(read(5, 4));   // 5 − 4 = 1
  EXPECT_FALSE(read(5, 5));  // 0 is no number
  EXPECT_FALSE(read(5, 6));
  EXPECT_FALSE(read(5, 0xffffffff));
  EXPECT_FALSE(read(1, 1));
}

TEST(FrameReader, parts_that_make_up_no_message_are_refused) {
  const auto read = [](std::uint32_t index, std::uint32_t count, std::uint32_t total) {
    Page<> page;
    page.writer.u8(0xc1);
    page.writer.u32(100);
    page.writer.varint(index);  // As far back as there are parts before it.
    page.writer.varint(index);
    page.writer.varint(count);
    page.writer.varint(total);
    for (int i = 0; i < 64; ++i) page.writer.u8(0);
    return frames_of(page.written(), {1, 1, 1}).has_value();
  };
  EXPECT_TRUE(read(0, 2, 64));
  EXPECT_TRUE(read(1, 2, 64));
  EXPECT_FALSE(read(2, 2, 64));
  EXPECT_FALSE(read(0, 1, 64));
  EXPECT_FALSE(read(0, 0, 64));
  EXPECT_TRUE(read(0, 2, 63));
  EXPECT_FALSE(read(0, 2, 62));  // 31 bytes a part
  EXPECT_TRUE(read(0, 40, 1288));
  EXPECT_FALSE(read(0, 40, 1287));  // 39 parts of 33 are all there is
}

TEST(FrameReader, a_part_begins_as_far_back_as_its_index_at_least_and_not_before_number_1) {
  const auto read = [](std::uint32_t index, std::uint32_t back) {
    Page<> page;
    page.writer.u8(0xc1);
    page.writer.u32(5);
    page.writer.varint(back);
    page.writer.varint(index);
    page.writer.varint(4);
    page.writer.varint(4 * 32);
    for (int i = 0; i < 32; ++i) page.writer.u8(0);
    return frames_of(page.written(), {1, 1, 1}).has_value();
  };
  EXPECT_TRUE(read(0, 0));
  EXPECT_FALSE(read(0, 1)) << "the first part is where the message begins";
  EXPECT_FALSE(read(2, 1)) << "the first part would have come after the second";
  EXPECT_TRUE(read(2, 2));
  EXPECT_TRUE(read(2, 4)) << "with two numbers of others between";
  EXPECT_FALSE(read(2, 5)) << "5 - 5 is no number";
  const auto recalled = [](std::uint32_t back) {
    Page<> page;
    page.writer.u8(0xe1);
    page.writer.u32(5);
    page.writer.varint(back);
    return frames_of(page.written(), {1, 1, 1}).has_value();
  };
  EXPECT_TRUE(recalled(4));
  EXPECT_FALSE(recalled(5));
  EXPECT_FALSE(recalled(6));
}

TEST(FrameReader, a_payload_longer_than_the_datagram_is_refused) {
  EXPECT_FALSE(refused("88 02 6869"));
  EXPECT_TRUE(refused("88 03 6869"));
  EXPECT_TRUE(refused("88 ffffffff0f 6869"));
  EXPECT_TRUE(refused("88"));
}

TEST(FrameReader, varints_that_are_not_canonical_are_refused_in_every_place) {
  EXPECT_TRUE(refused("88 8200 6869"));                  // length
  EXPECT_TRUE(refused("83 e8030000 8100 00"));           // distance
  EXPECT_TRUE(refused("02 e7030000 8000 01 00"));        // delay
  EXPECT_TRUE(refused("02 e7030000 00 8100 00"));        // count of ranges
  EXPECT_TRUE(refused("02 e7030000 00 01 8000"));        // first range
  EXPECT_TRUE(refused("02 e7030000 00 02 00 8000 00"));  // gap
}

TEST(FrameReader, an_ack_has_1_to_64_ranges) {
  const auto write = [](Page<>& page, std::uint32_t count) {
    page.writer.u8(2);
    page.writer.u32(999);
    page.writer.varint(0);
    page.writer.varint(count);
    for (std::uint32_t i = 0; count != 0 && i < 2 * count - 1 && i < 300; ++i) page.writer.varint(0);
  };
  const auto read = [&](std::uint32_t count) {
    Page<> page;
    write(page, count);
    return frames_of(page.written()).has_value();
  };
  EXPECT_FALSE(read(0));
  EXPECT_TRUE(read(1));
  EXPECT_FALSE(read(65));
  EXPECT_FALSE(read(0x80000001u));  // 2 · that − 1 would wrap to 1.
  EXPECT_FALSE(read(0xffffffffu));
  Page<> page;  // The frame views it.
  write(page, 64);
  const auto frames = frames_of(page.written());
  ASSERT_TRUE(frames);
  ASSERT_EQ(frames->size(), 1u);
  std::size_t count = 0;
  PacketRange oldest;
  EXPECT_TRUE(std::get<AckFrame>((*frames)[0]).for_each_range([&](PacketRange range) { ++count, oldest = range; }));
  EXPECT_EQ(count, 64u);
  EXPECT_EQ(oldest, (PacketRange{873, 873}));  // 999 − 63 · 2
}

TEST(FrameReader, an_ack_ends_where_its_ranges_end) {
  const auto bytes = from_hex("02 e7030000 ac02 02 00 01 8101" "01");
  const auto frames = frames_of(bytes);
  ASSERT_TRUE(frames);
  ASSERT_EQ(frames->size(), 2u);
  const auto& ack = std::get<AckFrame>((*frames)[0]);
  EXPECT_EQ(ack.largest(), 999u);
  EXPECT_EQ(ack.delay(), Duration{300});
  std::vector<PacketRange> ranges;
  EXPECT_TRUE(ack.for_each_range([&](PacketRange range) { ranges.push_back(range); }));
  // {999}; 1 + 1 missing; 996 − 129 = 867.
  EXPECT_EQ(ranges, (std::vector<PacketRange>{{999, 999}, {867, 996}}));
  EXPECT_TRUE(std::holds_alternative<PingFrame>((*frames)[1]));
}

TEST(FrameReader, every_proper_prefix_of_a_frame_is_refused) {
  for (const char* hex : {"03 e8030000 01", "04 00", "02 e7030000 ac02 03 00 01 8101 02 03", "81 e8030000 02 6869",
                          "87 e8030000 ac02 02 6869", "a1 e8030000", "88 02 6869", "9e e8030000 02 6869",
                          "e1 e8030000 8101", "c3 e8030000 01 00 00 02 8001", "c8 09000000 01 02 8001"}) {
    auto bytes = from_hex(hex);
    if ((bytes[0] & std::byte{0x60}) == std::byte{0x40}) bytes.resize(bytes.size() + 64);  // Half of 128 bytes.
    ASSERT_TRUE(frames_of(bytes)) << hex;
    for (std::size_t length = 1; length < bytes.size(); ++length) {
      EXPECT_FALSE(frames_of(Bytes{bytes}.first(length))) << hex << " cut at " << length;
    }
  }
}

void expect_same(const DataFrame& read, const DataFrame& written) {
  EXPECT_EQ(read.number, written.number);
  EXPECT_EQ(read.dependency, written.dependency);
  EXPECT_EQ(read.fail_with_dependency, written.fail_with_dependency);
  EXPECT_EQ(read.unreliable, written.unreliable);
  EXPECT_EQ(read.newest_only, written.newest_only);
  EXPECT_EQ(read.tombstone, written.tombstone);
  EXPECT_TRUE(std::equal(read.payload.begin(), read.payload.end(), written.payload.begin(), written.payload.end()));
}

template <unsigned Bits>
void data_goes_there_and_back(std::uint64_t seed) {
  using Number = WireNumber<Bits>;
  bowline::Random random{seed};
  const std::string payload(200, 'p');
  for (int round = 0; round < 200; ++round) {
    const SequenceNumber next = 1 + (random.next() >> (20 + random.below(44)));
    const auto reach = static_cast<std::uint64_t>(Number::span / 2);
    std::vector<DataFrame> sent;
    Page<> page;
    SequenceNumber previous = 0;
    for (int i = 0; i < 6; ++i) {
      DataFrame frame;
      const SequenceNumber near = (next > reach ? next - reach : 1) + random.below(reach);
      frame.payload = bytes_of(payload).first(random.index(200));
      if (random.below(3) == 0) {
        frame.unreliable = true;
        frame.newest_only = random.below(2) == 0;
        if (random.below(2) == 0) frame.dependency = near;
      } else {
        frame.number = previous != 0 && random.below(2) == 0 ? previous + 1 : near;
        frame.tombstone = random.below(4) == 0;
        if (!frame.tombstone && frame.number > 1 && random.below(2) == 0) {
          frame.dependency = frame.number - 1 - random.below((std::min)(frame.number - 1, SequenceNumber{1} << 24));
        }
      }
      if (frame.tombstone) frame.payload = {};
      frame.fail_with_dependency = frame.dependency != 0 && random.below(2) == 0;
      const std::size_t before = page.writer.used();
      const std::size_t promised = frame.wire_bytes(previous);
      frame.write<Number>(page.writer, previous);
      ASSERT_EQ(page.writer.used() - before, promised);
      if (!frame.unreliable) previous = frame.number;
      sent.push_back(frame);
    }
    FrameReader<Number> reader{page.written(), {next, 1, 1}};
    for (const DataFrame& frame : sent) {
      const auto read = reader.next();
      ASSERT_TRUE(read);
      expect_same(std::get<DataFrame>(*read), frame);
    }
    // All whole messages into one place, in which nothing of the one before may be left.
    FrameReader<Number> whole_first{page.written(), {next, 1, 1}};
    DataFrame whole;
    for (const DataFrame& frame : sent) {
      const bool is_whole = !frame.unreliable && !frame.tombstone;
      ASSERT_EQ(whole_first.next_whole(whole), is_whole);
      if (is_whole) {
        expect_same(whole, frame);
      } else {
        ASSERT_TRUE(whole_first.next());
      }
    }
    ASSERT_FALSE(reader.next());
    ASSERT_FALSE(reader.malformed());
  }
}

TEST(FrameReader, what_was_written_is_read_back_with_32_bits_on_the_wire) { data_goes_there_and_back<32>(1); }
TEST(FrameReader, what_was_written_is_read_back_with_8_bits_on_the_wire) { data_goes_there_and_back<8>(2); }

TEST(FrameReader, what_the_receiver_acknowledges_is_what_the_sender_reads) {
  bowline::Random random{9};
  for (int round = 0; round < 200; ++round) {
    const PacketNumber base = random.next() >> (25 + random.below(39));
    ReceivedPackets received{1024};
    bowline::AckSchedule schedule{{}};
    const std::uint64_t spread = 1 + random.below(400);
    for (std::uint64_t i = 0, count = 1 + random.below(120); i < count; ++i) {
      const PacketNumber number = base + 1 + random.below(spread);
      if (received.classify(number) != ReceivedPackets::Verdict::fresh) continue;
      schedule.on_packet(TimePoint{}, number, received.newest(), true);
      received.record(number);
    }
    std::vector<PacketRange> expected;
    received.for_each_range([&](PacketRange range) { return expected.push_back(range), expected.size() < 64; });

    Page<> page;
    ASSERT_TRUE(schedule.write<WireNumber<>>(TimePoint{Duration{777}}, received, page.writer));
    FrameReader<> reader{page.written(), {1, 1, received.newest() + 1 + random.below(1000)}};
    const auto frame = reader.next();
    ASSERT_TRUE(frame);
    ASSERT_EQ(reader.next(), std::nullopt);
    ASSERT_FALSE(reader.malformed());
    const auto& ack = std::get<AckFrame>(*frame);
    EXPECT_EQ(ack.largest(), received.newest());
    EXPECT_EQ(ack.delay(), Duration{777});
    std::vector<PacketRange> read;
    EXPECT_TRUE(ack.for_each_range([&](PacketRange range) { read.push_back(range); }));
    ASSERT_EQ(read, expected);
  }
}

TEST(FrameReader, random_bytes_are_read_within_their_bounds) {
  bowline::Random random{10};
  for (int round = 0; round < 20'000; ++round) {
    std::vector<std::byte> bytes(random.index(40));
    for (std::byte& byte : bytes) byte = static_cast<std::byte>(random.next());
    if (!bytes.empty() && random.below(2) == 0) bytes[0] = static_cast<std::byte>(random.below(5));
    FrameReader<> reader{bytes, around_1000};
    std::size_t frames = 0;
    while (const auto frame = reader.next()) {
      ++frames;
      if (const auto* data = std::get_if<DataFrame>(&*frame); data != nullptr && !data->payload.empty()) {
        ASSERT_GE(data->payload.data(), bytes.data());
        ASSERT_LE(data->payload.data() + data->payload.size(), bytes.data() + bytes.size());
      }
      if (const auto* ack = std::get_if<AckFrame>(&*frame)) static_cast<void>(ack->for_each_range([](PacketRange) {}));
    }
    ASSERT_LE(frames, bytes.size());
  }
}

}  // namespace
