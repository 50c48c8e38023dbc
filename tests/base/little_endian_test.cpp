// SPDX-License-Identifier: BSL-1.0
#include "bowline/base/little_endian.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>

namespace bowline {
namespace {

constexpr std::array<std::byte, 9> from_one_to_nine() {
  std::array<std::byte, 9> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::byte>(i + 1);
  return bytes;
}

TEST(LittleEndian, loads_the_least_significant_byte_first) {
  constexpr auto bytes = from_one_to_nine();
  static_assert(load_little_endian<std::uint8_t>(bytes.data()) == 0x01);
  static_assert(load_little_endian<std::uint32_t>(bytes.data()) == 0x04030201);
  EXPECT_EQ(load_little_endian<std::uint64_t>(bytes.data() + 1), 0x0908070605040302u);
}

TEST(LittleEndian, stores_what_it_loads_and_nothing_beyond) {
  std::array<std::byte, 9> bytes{};
  store_little_endian(bytes.data(), std::uint64_t{0x0807060504030201});
  EXPECT_EQ(bytes[8], std::byte{0});
  bytes[8] = std::byte{9};
  EXPECT_EQ(bytes, from_one_to_nine());
  store_little_endian(bytes.data() + 1, std::uint32_t{0xfcfdfeff});
  EXPECT_EQ(load_little_endian<std::uint64_t>(bytes.data()), 0x080706fcfdfeff01u);
}

}  // namespace
}  // namespace bowline
