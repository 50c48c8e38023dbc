// SPDX-License-Identifier: BSL-1.0
#include "bowline/wire/reader.hpp"

#include <gtest/gtest.h>

#include "bowline/base/random.hpp"
#include "wire/hex.hpp"

namespace {

using bowline::Bytes;
using bowline::Reader;
using bowline_test::from_hex;

TEST(Reader, fields_are_little_endian) {
  const auto bytes = from_hex("01 04030201 0807060504030201");
  Reader reader{bytes};
  EXPECT_EQ(reader.u8(), 1u);
  EXPECT_EQ(reader.u32(), 0x01020304u);
  EXPECT_EQ(reader.u64(), 0x0102030405060708u);
  EXPECT_EQ(reader.remaining(), 0u);
  EXPECT_FALSE(reader.failed());
}

TEST(Reader, a_read_beyond_the_end_answers_zero_and_fails_for_good) {
  const auto bytes = from_hex("ff ff ff");
  Reader reader{bytes};
  EXPECT_EQ(reader.u32(), 0u);
  EXPECT_TRUE(reader.failed());
  EXPECT_EQ(reader.remaining(), 0u);
  EXPECT_EQ(reader.u8(), 0u);
  EXPECT_EQ(reader.varint(), 0u);
  EXPECT_TRUE(reader.bytes(1).empty());
  EXPECT_TRUE(reader.bytes(0).empty());
  EXPECT_TRUE(reader.failed());
}

TEST(Reader, every_field_fails_one_byte_short_and_not_at_its_length) {
  const auto bytes = from_hex("1111111111111111");
  const auto fails = [&](std::size_t length, auto&& read) {
    Reader reader{Bytes{bytes}.first(length)};
    read(reader);
    return reader.failed();
  };
  EXPECT_TRUE(fails(0, [](Reader& r) { r.u8(); }));
  EXPECT_FALSE(fails(1, [](Reader& r) { r.u8(); }));
  EXPECT_TRUE(fails(3, [](Reader& r) { r.u32(); }));
  EXPECT_FALSE(fails(4, [](Reader& r) { r.u32(); }));
  EXPECT_TRUE(fails(7, [](Reader& r) { r.u64(); }));
  EXPECT_FALSE(fails(8, [](Reader& r) { r.u64(); }));
  EXPECT_TRUE(fails(0, [](Reader& r) { r.varint(); }));
  EXPECT_TRUE(fails(2, [](Reader& r) { r.bytes(3); }));
  EXPECT_FALSE(fails(0, [](Reader& r) { r.bytes(0); }));
  EXPECT_TRUE(fails(8, [](Reader& r) { r.bytes(static_cast<std::size_t>(-1)); }));
}

TEST(Reader, a_varint_does_not_go_on_beyond_the_end) {
  const auto bytes = from_hex("85 01");
  Reader reader{Bytes{bytes}.first(1)};
  EXPECT_EQ(reader.varint(), 0u);
  EXPECT_TRUE(reader.failed());
}

TEST(Reader, zeros_are_left_out_up_to_the_next_other_byte) {
  const auto bytes = from_hex("00 00 05 00 00");
  Reader reader{bytes};
  reader.skip_zeros();
  EXPECT_EQ(reader.remaining(), 3u);
  reader.skip_zeros();
  EXPECT_EQ(reader.u8(), 5u);
  reader.skip_zeros();
  EXPECT_EQ(reader.remaining(), 0u);
  reader.skip_zeros();
  EXPECT_FALSE(reader.failed());
}

TEST(Reader, bytes_are_a_view) {
  const auto bytes = from_hex("0a0b0c");
  Reader reader{bytes};
  reader.u8();
  EXPECT_EQ(reader.bytes(2).data(), bytes.data() + 1);
}

TEST(Reader, a_varint_has_seven_bits_a_byte_lowest_first) {
  const auto value = [](const char* hex, std::size_t length) {
    const auto bytes = from_hex(hex);
    Reader reader{bytes};
    const auto read = reader.varint();
    EXPECT_FALSE(reader.failed()) << hex;
    EXPECT_EQ(bytes.size() - reader.remaining(), length) << hex;
    return read;
  };
  EXPECT_EQ(value("00", 1), 0u);
  EXPECT_EQ(value("7f", 1), 127u);
  EXPECT_EQ(value("8001", 2), 128u);            // 0 + 1 · 2^7
  EXPECT_EQ(value("ac02 ff", 2), 300u);         // 44 + 2 · 128
  EXPECT_EQ(value("ff7f", 2), 16'383u);         // 2^14 − 1
  EXPECT_EQ(value("808001", 3), 16'384u);
  EXPECT_EQ(value("ffff7f", 3), 2'097'151u);    // 2^21 − 1
  EXPECT_EQ(value("ffffff7f", 4), 268'435'455u);  // 2^28 − 1
  EXPECT_EQ(value("ffffffff0f", 5), 4'294'967'295u);
}

TEST(Reader, a_varint_that_is_longer_than_it_must_be_is_refused) {
  for (const char* hex : {"8000", "ff00", "808000", "80808000", "8080808000", "ffffffff00"}) {
    const auto bytes = from_hex(hex);
    Reader reader{bytes};
    EXPECT_EQ(reader.varint(), 0u) << hex;
    EXPECT_TRUE(reader.failed()) << hex;
  }
}

TEST(Reader, a_varint_of_more_than_32_bits_is_refused) {
  for (const char* hex : {"8080808010", "ffffffff1f", "ffffffff7f", "808080808001", "ffffffffff0f"}) {
    const auto bytes = from_hex(hex);
    Reader reader{bytes};
    EXPECT_EQ(reader.varint(), 0u) << hex;
    EXPECT_TRUE(reader.failed()) << hex;
  }
}

TEST(Reader, an_unfinished_varint_is_refused) {
  for (const char* hex : {"80", "ffff", "ffffffff"}) {
    const auto bytes = from_hex(hex);
    Reader reader{bytes};
    EXPECT_EQ(reader.varint(), 0u) << hex;
    EXPECT_TRUE(reader.failed()) << hex;
  }
}

TEST(Reader, no_two_encodings_of_a_varint_are_taken_for_the_same_number) {
  // Every string of one and two bytes, and random ones of up to six: what is read is written back as it came.
  bowline::Random random{11};
  for (std::uint32_t i = 0; i < 0x10000u + 20'000u; ++i) {
    std::vector<std::byte> bytes;
    if (i < 0x10000u) {
      bytes = {static_cast<std::byte>(i & 255), static_cast<std::byte>(i >> 8)};
    } else {
      for (int n = 0; n < 6; ++n) bytes.push_back(static_cast<std::byte>(random.next() | (random.below(4) ? 0x80 : 0)));
    }
    Reader reader{bytes};
    const auto value = reader.varint();
    if (reader.failed()) continue;
    bowline_test::Page<8> page;
    page.writer.varint(value);
    const std::size_t length = bytes.size() - reader.remaining();
    ASSERT_EQ(page.hex(), bowline_test::to_hex(Bytes{bytes}.first(length)));
  }
}

}  // namespace
