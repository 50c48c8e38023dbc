// SPDX-License-Identifier: BSL-1.0
#include "bowline/seal/crc32c.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

namespace {

using bowline::bytes_of;
using bowline::crc32c;

TEST(Crc32c, gives_the_check_value_of_the_catalogues) {
  EXPECT_EQ(crc32c(0, bytes_of("123456789")), 0xe3069283u);
}

TEST(Crc32c, of_the_parts_in_turn_is_that_of_the_whole) {
  EXPECT_EQ(crc32c(crc32c(0, bytes_of("1234")), bytes_of("56789")), 0xe3069283u);
}

TEST(Crc32c, of_a_word_is_that_of_its_8_bytes_the_least_first) {
  EXPECT_EQ(crc32c(crc32c(0, std::uint64_t{0x3837363534333231}), bytes_of("9")), 0xe3069283u);  // "87654321"
}

TEST(Crc32c, is_the_same_whichever_way_this_processor_takes) {
  std::vector<std::byte> bytes(1300);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::byte>(i * 31 & 0xff);
  EXPECT_EQ(crc32c(0, bytes), bowline::crc32c_portable(0, bytes));
}

}  // namespace
