// SPDX-License-Identifier: BSL-1.0
#include "bowline/wire/header.hpp"

#include <gtest/gtest.h>

#include <set>

#include "bowline/base/random.hpp"
#include "bowline/wire/hello.hpp"
#include "wire/hex.hpp"

namespace {

using bowline::DatagramKind;
using bowline::Header;
using bowline::Reader;
using bowline::session_tag;
using bowline_test::Page;

TEST(Header, is_13_bytes_kind_tag_number) {
  Page<13> page;
  Header{DatagramKind::packet, 0x1112131415161718, 0x21222324}.write(page.writer);
  EXPECT_EQ(page.hex(), "05" "1817161514131211" "24232221");
  EXPECT_EQ(page.writer.used(), Header::bytes);
}

TEST(Header, is_read_back_as_it_was_written) {
  bowline::Random random{5};
  for (int i = 0; i < 100; ++i) {
    Page<13> page;
    const Header header{random.below(2) ? DatagramKind::hello : DatagramKind::packet, random.next(),
                        static_cast<std::uint32_t>(random.next())};
    header.write(page.writer);
    Reader reader{page.written()};
    const Header read = Header::read(reader);
    EXPECT_FALSE(reader.failed());
    EXPECT_EQ(read.kind, header.kind);
    EXPECT_EQ(read.tag, header.tag);
    EXPECT_EQ(read.packet_number, header.packet_number);
  }
}

TEST(Header, one_byte_short_fails) {
  Page<13> page;
  Header{DatagramKind::hello, 0, 0}.write(page.writer);
  Reader reader{page.written().first(12)};
  static_cast<void>(Header::read(reader));
  EXPECT_TRUE(reader.failed());
}

TEST(Header, the_first_byte_is_4_to_15_so_that_a_socket_can_be_shared) {
  for (const DatagramKind kind : {DatagramKind::hello, DatagramKind::packet}) {
    Page<64> page;
    Header{kind, 0xffffffffffffffffu, 0xffffffffu}.write(page.writer);
    const auto first = std::to_integer<unsigned>(page.written()[0]);
    EXPECT_GE(first, 4u);
    EXPECT_LE(first, 15u);
  }
  Page<128> hello;
  bowline::Hello{1, 2, 3, true, bowline::Limits::of({})}.write(hello.writer);
  EXPECT_EQ(hello.written()[0], std::byte{4});
}

TEST(SessionTag, is_the_siphash_of_the_protocols_name_under_both_nonces) {
  const auto name = bowline_test::from_hex("62 6f 77 6c 69 6e 65 01");  // bowline, version 1
  EXPECT_EQ(session_tag(3, 4), bowline::siphash24(3, 4, name));
}

TEST(SessionTag, is_directional_so_that_a_reflected_datagram_does_not_open) {
  bowline::Random random{6};
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::uint64_t a = random.next();
    const std::uint64_t z = random.next();
    EXPECT_NE(session_tag(a, z), session_tag(z, a));
    seen.insert(session_tag(a, z));
    seen.insert(session_tag(z, a));
  }
  EXPECT_EQ(seen.size(), 2000u);
}

}  // namespace
