// SPDX-License-Identifier: BSL-1.0
#include "bowline/wire/writer.hpp"

#include <gtest/gtest.h>

#include "bowline/base/random.hpp"
#include "bowline/wire/reader.hpp"
#include "wire/hex.hpp"

namespace {

using bowline::Reader;
using bowline::varint_bytes;
using bowline_test::Page;

TEST(Writer, fields_are_little_endian) {
  Page<13> page;
  page.writer.u8(0xab);
  page.writer.u32(0x01020304);
  page.writer.u64(0x1112131415161718);
  EXPECT_EQ(page.hex(), "ab040302011817161514131211");
  EXPECT_EQ(page.writer.used(), 13u);
  EXPECT_EQ(page.writer.room(), 0u);
}

TEST(Writer, bytes_go_as_they_are_and_none_is_fine_when_full) {
  Page<3> page;
  page.writer.bytes(bowline::bytes_of("abc"));
  page.writer.bytes({});
  EXPECT_EQ(page.hex(), "616263");
  EXPECT_EQ(page.writer.room(), 0u);
}

TEST(Writer, what_is_reserved_is_no_room_until_it_is_released) {
  Page<3> page;
  page.writer.reserve(2);
  EXPECT_EQ(page.writer.room(), 1u);
  page.writer.u8(0xaa);
  page.writer.release(2);
  EXPECT_EQ(page.writer.room(), 2u);
  page.writer.bytes(bowline::bytes_of("bc"));
  EXPECT_EQ(page.hex(), "aa6263");
}

TEST(Writer, a_varint_takes_as_many_bytes_as_was_said) {
  for (std::uint32_t bit = 0; bit < 32; ++bit) {
    for (const std::uint32_t value : {(1u << bit) - 1, 1u << bit, (1u << bit) + 1}) {
      Page<8> page;
      page.writer.varint(value);
      EXPECT_EQ(page.writer.used(), varint_bytes(value)) << value;
      EXPECT_EQ(page.writer.used(), value < 128u ? 1u : value < 16'384u ? 2u : value < 2'097'152u ? 3u
                                    : value < 268'435'456u ? 4u : 5u) << value;
      Reader reader{page.written()};
      EXPECT_EQ(reader.varint(), value);
      EXPECT_FALSE(reader.failed());
      EXPECT_EQ(reader.remaining(), 0u);
    }
  }
  Page<8> page;
  page.writer.varint(0xffffffffu);
  EXPECT_EQ(page.hex(), "ffffffff0f");
}

TEST(Writer, what_was_written_is_read_back) {
  bowline::Random random{3};
  for (int i = 0; i < 2000; ++i) {
    Page<32> page;
    const auto a = static_cast<std::uint8_t>(random.next());
    const auto b = static_cast<std::uint32_t>(random.next() >> random.below(64));
    const auto c = random.next();
    const auto d = static_cast<std::uint32_t>(random.next());
    page.writer.u8(a);
    page.writer.varint(b);
    page.writer.u64(c);
    page.writer.u32(d);
    Reader reader{page.written()};
    ASSERT_EQ(reader.u8(), a);
    ASSERT_EQ(reader.varint(), b);
    ASSERT_EQ(reader.u64(), c);
    ASSERT_EQ(reader.u32(), d);
    ASSERT_FALSE(reader.failed());
  }
}

}  // namespace
