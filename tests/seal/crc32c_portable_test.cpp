// SPDX-License-Identifier: BSL-1.0
// CRC32C by tables, against the published values and against division bit by bit.
#include "bowline/seal/crc32c_portable.hpp"

#include <gtest/gtest.h>

#include <array>
#include <span>
#include <vector>

#include "bowline/base/random.hpp"

namespace {

using bowline::Bytes;
using bowline::crc32c_portable;

constexpr std::array<std::byte, 32> run(unsigned first, unsigned step) {
  std::array<std::byte, 32> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::byte>((first + i * step) & 0xff);
  return bytes;
}

TEST(Crc32cPortable, gives_the_values_of_RFC_3720_appendix_B_4) {
  static_assert(crc32c_portable(0, run(0, 0)) == 0x8a9136aa);
  static_assert(crc32c_portable(0, run(0xff, 0)) == 0x62a8ab43);
  static_assert(crc32c_portable(0, run(0, 1)) == 0x46dd794e);
  static_assert(crc32c_portable(0, run(31, 0xff)) == 0x113fdb5c);  // 31, 30, … 0
  const std::array<unsigned char, 48> read_command{
      0x01, 0xc0, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
      0x14, 0x00, 0x00, 0x00, 0x00, 0x00, 0x04, 0x00, 0x00, 0x00, 0x00, 0x14, 0x00, 0x00, 0x00, 0x18,
      0x28, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00};
  EXPECT_EQ(crc32c_portable(0, std::as_bytes(std::span{read_command})), 0xd9963a56u);
}

TEST(Crc32cPortable, of_nothing_is_nothing) {
  static_assert(crc32c_portable(0, Bytes{}) == 0);
  static_assert(crc32c_portable(0x12345678, Bytes{}) == 0x12345678);
}

TEST(Crc32cPortable, of_a_word_is_that_of_its_bytes_from_the_lowest) {
  EXPECT_EQ(crc32c_portable(0, std::uint64_t{0x3837363534333231}), crc32c_portable(0, bowline::bytes_of("12345678")));
}

TEST(Crc32cPortable, gives_the_check_value_of_the_catalogues) {
  EXPECT_EQ(crc32c_portable(0, bowline::bytes_of("123456789")), 0xe3069283u);
}

std::uint32_t bit_by_bit(std::uint32_t running, Bytes bytes) {
  std::uint32_t remainder = ~running;
  for (const std::byte byte : bytes) {
    for (int bit = 0; bit < 8; ++bit) {
      const std::uint32_t in = std::to_integer<std::uint32_t>(byte) >> bit & 1;
      remainder = (remainder >> 1) ^ (((remainder ^ in) & 1) != 0 ? 0x82f63b78u : 0u);
    }
  }
  return ~remainder;
}

TEST(Crc32cPortable, equals_division_bit_by_bit_at_every_length_and_from_every_start) {
  bowline::Random random{1};
  std::vector<std::byte> bytes(300);
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(random.next() & 0xff);
  for (std::size_t length = 0; length <= bytes.size(); ++length) {
    const Bytes some = Bytes{bytes}.first(length);
    const auto running = static_cast<std::uint32_t>(random.next() >> 32);
    ASSERT_EQ(crc32c_portable(running, some), bit_by_bit(running, some)) << length;
  }
}

TEST(Crc32cPortable, of_the_parts_in_turn_is_that_of_the_whole) {
  const Bytes whole = bowline::bytes_of("the tail is summed from where the head ended");
  for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
    ASSERT_EQ(crc32c_portable(crc32c_portable(0, whole.first(cut)), whole.subspan(cut)),
              crc32c_portable(0, whole));
  }
}

}  // namespace
