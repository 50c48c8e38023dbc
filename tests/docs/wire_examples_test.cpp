// SPDX-License-Identifier: BSL-1.0
// The datagrams that docs/WIRE.md shows byte by byte are the ones that the library makes.
#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <sstream>
#include <string>

#include "bowline/seal/crc32c_seal.hpp"
#include "bowline/wire/data_frame.hpp"
#include "bowline/wire/hello.hpp"
#include "bowline/wire/wire_number.hpp"

namespace bowline {
namespace {

constexpr Nonce a = 0x1111111111111111u;
constexpr Nonce z = 0x3333333333333333u;

/// 16 bytes a line, as the page prints them.
std::string dump(Bytes bytes) {
  constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto value = std::to_integer<unsigned>(bytes[i]);
    text += digits[value >> 4];
    text += digits[value & 15];
    text += i % 16 == 15 || i + 1 == bytes.size() ? '\n' : ' ';
  }
  return text;
}

Buffer sealed(PacketNumber number, Buffer buffer, std::size_t used) {
  const Buffer datagram = buffer.first(used + Crc32cSeal::overhead_bytes);
  Crc32cSeal{}.close(number, datagram, Header::bytes);
  return datagram;
}

bool page_shows(Bytes datagram) {
  std::ifstream file{BOWLINE_TESTS_DIR "/../docs/WIRE.md"};
  std::ostringstream page;
  page << file.rdbuf();
  return page.str().find("```text\n" + dump(datagram) + "```\n") != std::string::npos;
}

TEST(WireExamples, the_page_shows_the_hello_that_the_library_makes) {
  std::array<std::byte, 128> buffer{};
  Writer writer{buffer};
  Hello{a, 0x2222222222222222u, 0, true, Limits::of(Options{})}.write(writer);
  EXPECT_EQ(writer.used(), 13u + 53u);
  EXPECT_TRUE(page_shows(sealed(0, buffer, writer.used())));
}

TEST(WireExamples, the_page_shows_the_packet_that_the_library_makes) {
  EXPECT_EQ(session_tag(a, z), 0x916461b396542184u);
  std::array<std::byte, 128> buffer{};
  Writer writer{buffer};
  Header{DatagramKind::packet, session_tag(a, z), 1}.write(writer);
  DataFrame head;
  head.number = 1;
  head.payload = bytes_of("head");
  head.write<WireNumber<>>(writer, 0);
  DataFrame body;
  body.number = 2;
  body.dependency = 1;
  body.payload = bytes_of("body");
  body.write<WireNumber<>>(writer, head.number);
  EXPECT_TRUE(page_shows(sealed(1, buffer, writer.used())));
}

}  // namespace
}  // namespace bowline
