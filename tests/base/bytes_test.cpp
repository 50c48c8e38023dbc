// SPDX-License-Identifier: BSL-1.0
#include "bowline/base/bytes.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string_view>

namespace {

using bowline::Bytes;
using bowline::bytes_of;
using bowline::text;

TEST(Bytes, text_goes_there_and_back_with_zeros_and_high_bits) {
  constexpr std::string_view said{"a\0\xff z", 5};
  const Bytes bytes = bytes_of(said);
  ASSERT_EQ(bytes.size(), 5u);
  EXPECT_EQ(bytes[1], std::byte{0});
  EXPECT_EQ(bytes[2], std::byte{0xff});
  EXPECT_EQ(text(bytes), said);
}

TEST(Bytes, text_is_a_view_and_no_copy) {
  std::array<std::byte, 3> storage{std::byte{'a'}, std::byte{'b'}, std::byte{'c'}};
  const std::string_view seen = text(storage);
  storage[1] = std::byte{'x'};
  EXPECT_EQ(seen, "axc");
}

TEST(Bytes, nothing_is_empty_text) {
  EXPECT_EQ(text(Bytes{}), "");
  EXPECT_TRUE(bytes_of({}).empty());
  EXPECT_TRUE(bytes_of("").empty());
}

}  // namespace
