// SPDX-License-Identifier: BSL-1.0
// What the checksum covers, its bytes on the wire, and what it certainly detects.
#include "bowline/seal/crc32c_seal.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <string_view>
#include <vector>

namespace {

using bowline::Buffer;
using bowline::Bytes;
using bowline::Crc32cSeal;
using bowline::PacketNumber;

std::vector<std::byte> closed(PacketNumber number, std::string_view readable) {
  std::vector<std::byte> datagram(readable.size() + Crc32cSeal::overhead_bytes);
  std::ranges::copy(bowline::bytes_of(readable), datagram.begin());
  Crc32cSeal{}.close(number, datagram, 4);
  return datagram;
}

TEST(Crc32cSeal, ends_with_the_checksum_of_number_header_and_frames) {
  // CRC32C of 08 07 06 05 04 03 02 01 "headframes" is 0xc0e07b2e.
  const auto datagram = closed(0x0102030405060708, "headframes");
  EXPECT_EQ(bowline::text(Bytes{datagram}.first(10)), "headframes");
  EXPECT_EQ(bowline::text(Bytes{datagram}.last(4)), "\x2e\x7b\xe0\xc0");
}

TEST(Crc32cSeal, a_copy_kept_until_the_number_on_the_wire_repeats_does_not_open) {
  auto datagram = closed(5, "headframes");
  EXPECT_TRUE(Crc32cSeal{}.open(5, datagram, 4));
  EXPECT_FALSE(Crc32cSeal{}.open(5 + (PacketNumber{1} << 32), datagram, 4));
}

TEST(Crc32cSeal, a_datagram_without_room_for_header_and_checksum_does_not_open) {
  auto datagram = closed(5, "headframes");
  for (std::size_t length = 0; length < 4 + 4; ++length) {
    EXPECT_FALSE(Crc32cSeal{}.open(5, Buffer{datagram}.first(length), 4)) << length;
  }
  EXPECT_TRUE(Crc32cSeal{}.open(5, datagram, 10));
  EXPECT_FALSE(
      Crc32cSeal{}.open(5, datagram, 11));  // The checksum is right, and yet 10 bytes hold no header of 11.
}

TEST(Crc32cSeal, every_change_of_up_to_three_bits_in_1500_bytes_is_detected) {
  // The checksum is linear: a change goes unnoticed if the images of its bits cancel. No two images are
  // equal, so one or two bits never do; each has an odd number of bits, so the sum of two is none of them,
  // nor do three.
  std::vector<std::byte> datagram(1496);
  std::vector<std::uint32_t> images;
  for (int bit = 0; bit < 32; ++bit) images.push_back(1u << bit);  // Those of the checksum's own bits.
  const auto sum = [&](PacketNumber number) {
    std::vector<std::byte> copy = datagram;
    copy.resize(1500);
    Crc32cSeal{}.close(number, copy, 13);
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) value |= std::to_integer<std::uint32_t>(copy[1496 + i]) << (8 * i);
    return value;
  };
  const std::uint32_t unchanged = sum(0);
  for (int bit = 0; bit < 64; ++bit) images.push_back(sum(PacketNumber{1} << bit) ^ unchanged);
  for (std::byte& byte : datagram) {
    for (int bit = 0; bit < 8; ++bit) {
      byte = std::byte{1} << bit;
      images.push_back(sum(0) ^ unchanged);
    }
    byte = std::byte{0};
  }
  EXPECT_TRUE(std::ranges::all_of(images, [](std::uint32_t image) { return std::popcount(image) % 2 == 1; }));
  std::ranges::sort(images);
  EXPECT_EQ(std::ranges::adjacent_find(images), images.end());
}

TEST(Crc32cSeal, up_to_three_flips_in_a_number_on_the_wire_are_detected_wherever_the_upper_half_ends_up) {
  // Four bytes of the number travel, here after 1 + 8 bytes of the header. The receiver takes the upper half
  // that comes closest to what it expects, so flips on the wire may carry: they change 0 or the last 1 to 32
  // bits of it.
  std::array<std::uint32_t, 32> image{};
  std::array<std::uint32_t, 33> carry{};
  const auto sum = [](PacketNumber number, std::uint32_t on_wire) {
    std::array<std::byte, 13> bytes{};
    for (std::size_t i = 0; i < 4; ++i) bytes[9 + i] = static_cast<std::byte>(on_wire >> (8 * i));
    std::array<std::byte, 17> datagram{};
    std::ranges::copy(bytes, datagram.begin());
    Crc32cSeal{}.close(number, datagram, 13);
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) value |= std::to_integer<std::uint32_t>(datagram[13 + i]) << (8 * i);
    return value;
  };
  const std::uint32_t unchanged = sum(0, 0);
  for (std::size_t bit = 0; bit < 32; ++bit) {
    image[bit] = sum(PacketNumber{1} << bit, std::uint32_t{1} << bit) ^ unchanged;
    const std::uint64_t changed = (std::uint64_t{2} << bit) - 1;
    carry[bit + 1] = sum(changed << 32, 0) ^ unchanged;
  }
  for (const std::uint32_t upper : carry) {
    for (std::size_t i = 0; i < 32; ++i) {
      ASSERT_NE(image[i] ^ upper, 0u);
      for (std::size_t j = 0; j < i; ++j) {
        ASSERT_NE(image[i] ^ image[j] ^ upper, 0u);
        for (std::size_t k = 0; k < j; ++k) ASSERT_NE(image[i] ^ image[j] ^ image[k] ^ upper, 0u);
      }
    }
  }
}

}  // namespace
