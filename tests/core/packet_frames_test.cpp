// SPDX-License-Identifier: BSL-1.0
#include "bowline/core/packet_frames.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <variant>
#include <vector>

#include "bowline/wire/writer.hpp"
#include "wire/hex.hpp"

namespace bowline {
namespace {

using bowline_test::from_hex;

constexpr auto none_aside = [](const DataFrame&) { return false; };

struct PacketFramesTest : testing::Test {
  /// Checks all frames, and remembers them.
  bool check(Bytes packet) {
    checked.clear();
    return frames.check(packet, {}, none_aside, [&](const Frame& frame) { return checked.push_back(frame), true; });
  }

  std::vector<Frame> taken() {
    std::vector<Frame> all;
    for (std::size_t i = 0; const Frame* frame = frames.checked(i); ++i) all.push_back(*frame);
    return all;
  }

  PacketFrames<WireNumber<>> frames;
  std::vector<Frame> checked;
};

std::vector<SequenceNumber> numbers_of(const std::vector<Frame>& frames) {
  std::vector<SequenceNumber> numbers;
  for (const Frame& frame : frames) numbers.push_back(std::get<DataFrame>(frame).number);
  return numbers;
}

TEST_F(PacketFramesTest, each_kind_is_taken_in_the_order_in_which_it_was_checked) {
  // PING; an ACK of 7; DATA 5 with "hi"; the tombstone of 6; VERDICT delivered for 9; CLOSE
  const auto packet = from_hex("01" "02 07000000 00 01 00" "81 05000000 02 6869" "a0" "03 09000000 01" "04 00");
  ASSERT_TRUE(check(packet));
  const auto all = taken();
  ASSERT_EQ(all.size(), 6u);
  ASSERT_EQ(checked.size(), 6u);
  for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(all[i].index(), checked[i].index()) << i;
  EXPECT_TRUE(std::holds_alternative<PingFrame>(all[0]));
  EXPECT_EQ(std::get<AckFrame>(all[1]).largest(), 7u);
  EXPECT_EQ(text(std::get<DataFrame>(all[2]).payload), "hi");
  EXPECT_TRUE(std::get<DataFrame>(all[3]).tombstone);
  EXPECT_EQ(std::get<DataFrame>(all[3]).number, 6u);
  EXPECT_EQ(std::get<VerdictFrame>(all[4]).number, 9u);
  EXPECT_TRUE(std::holds_alternative<CloseFrame>(all[5]));
}

TEST_F(PacketFramesTest, padding_is_left_out) {
  const auto packet = from_hex("00 00 01 00 01 00");
  ASSERT_TRUE(check(packet));
  EXPECT_EQ(taken().size(), 2u);
}

TEST_F(PacketFramesTest, more_frames_than_are_kept_are_taken_all_the_same) {
  constexpr std::size_t kept = PacketFrames<WireNumber<>>::kept_max;
  for (const std::size_t count : {std::size_t{0}, std::size_t{1}, kept - 1, kept, kept + 1, 3 * kept}) {
    std::vector<std::byte> packet(5 + 2 * count);
    Writer writer{packet};
    for (std::size_t i = 0; i < count; ++i) {
      DataFrame frame;
      frame.number = 1 + i;
      frame.write<WireNumber<>>(writer, i);
    }
    ASSERT_TRUE(check(Bytes{packet}.first(writer.used())));
    const auto numbers = numbers_of(taken());
    ASSERT_EQ(numbers.size(), count);
    for (std::size_t i = 0; i < count; ++i) ASSERT_EQ(numbers[i], 1 + i);
    EXPECT_EQ(numbers, numbers_of(checked));
  }
}

TEST_F(PacketFramesTest, a_malformed_frame_fails_the_check_wherever_it_stands) {
  constexpr std::size_t kept = PacketFrames<WireNumber<>>::kept_max;
  for (const std::size_t before : {std::size_t{0}, kept - 1, kept, 2 * kept}) {
    std::vector<std::byte> packet(before, std::byte{1});  // PING
    packet.push_back(std::byte{0x7f});                    // no such frame
    EXPECT_FALSE(check(packet)) << before;
  }
}

TEST_F(PacketFramesTest, a_check_that_fails_is_the_last) {
  constexpr std::size_t kept = PacketFrames<WireNumber<>>::kept_max;
  const std::vector<std::byte> packet(2 * kept, std::byte{1});
  for (const std::size_t fine : {std::size_t{0}, kept - 1, kept, kept + 3}) {
    std::size_t calls = 0;
    EXPECT_FALSE(frames.check(packet, {}, none_aside, [&](const Frame&) { return calls++ < fine; }));
    EXPECT_EQ(calls, fine + 1);
  }
}

TEST_F(PacketFramesTest, what_is_put_aside_is_left_out) {
  // DATA 5 with "hi"; PING; DATA 6 with "ho"; an unreliable "he"
  const auto packet = from_hex("81 05000000 02 6869" "01" "80 02 686f" "88 02 6865");
  std::vector<SequenceNumber> aside;
  const auto put_aside = [&](const DataFrame& whole) { return aside.push_back(whole.number), true; };
  ASSERT_TRUE(frames.check(packet, {}, put_aside, [](const Frame&) { return true; }));
  EXPECT_EQ(aside, (std::vector<SequenceNumber>{5, 6}));
  const auto others = taken();
  ASSERT_EQ(others.size(), 2u);
  EXPECT_TRUE(std::holds_alternative<PingFrame>(others[0]));
  EXPECT_TRUE(std::get<DataFrame>(others[1]).unreliable);
}

TEST_F(PacketFramesTest, what_is_not_put_aside_is_checked_as_it_was_read) {
  const auto packet = from_hex("87 09000000 02 02 6869");  // DATA 9, which fails with 7
  const auto put_aside = [](const DataFrame& whole) { return whole.number != 9; };
  Frame seen;
  ASSERT_TRUE(frames.check(packet, {}, put_aside, [&](const Frame& frame) { return seen = frame, true; }));
  const auto& data = std::get<DataFrame>(seen);
  EXPECT_EQ(data.number, 9u);
  EXPECT_EQ(data.dependency, 7u);
  EXPECT_TRUE(data.fail_with_dependency);
  EXPECT_EQ(text(data.payload), "hi");
  EXPECT_EQ(numbers_of(taken()), std::vector<SequenceNumber>{9});
}

TEST_F(PacketFramesTest, nothing_is_put_aside_of_what_is_read_again) {
  constexpr std::size_t kept = PacketFrames<WireNumber<>>::kept_max;
  for (const std::size_t before : {kept - 1, kept, kept + 1}) {
    std::vector<std::byte> packet(before, std::byte{1});  // PING
    const auto data = from_hex("81 05000000 00");
    packet.insert(packet.end(), data.begin(), data.end());
    std::size_t aside = 0;
    const auto put_aside = [&](const DataFrame&) { return ++aside, true; };
    ASSERT_TRUE(frames.check(packet, {}, put_aside, [](const Frame&) { return true; }));
    EXPECT_EQ(aside, before < kept ? 1u : 0u);
    EXPECT_EQ(taken().size(), before < kept ? before : before + 1);
  }
}

TEST_F(PacketFramesTest, a_smaller_packet_leaves_nothing_of_a_larger_one) {
  ASSERT_TRUE(check(std::vector<std::byte>(100, std::byte{1})));
  const auto packet = from_hex("81 05000000 00");
  ASSERT_TRUE(check(packet));
  EXPECT_EQ(numbers_of(taken()), std::vector<SequenceNumber>{5});
}

TEST_F(PacketFramesTest, a_packet_that_is_refused_has_no_frames) {
  const std::vector<std::byte> packet(3, std::byte{1});  // PING
  ASSERT_TRUE(check(packet));
  ASSERT_FALSE(frames.check(packet, {}, none_aside, [](const Frame&) { return false; }));
  EXPECT_EQ(frames.checked(0), nullptr);
}

}  // namespace
}  // namespace bowline
