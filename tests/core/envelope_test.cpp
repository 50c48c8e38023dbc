// SPDX-License-Identifier: BSL-1.0
#include "bowline/core/envelope.hpp"

#include <gtest/gtest.h>

#include <array>

#include "bowline/seal/crc32c_seal.hpp"
#include "bowline/wire/control_frames.hpp"
#include "bowline/wire/wire_number.hpp"

namespace bowline {
namespace {

struct EnvelopeTest : testing::Test {
  EnvelopeTest() { a.bind(1, 2), z.bind(2, 1); }

  Buffer ping(PacketNumber number) {
    Writer writer = a.begin_packet(WireNumber<>::truncate(number), bytes);
    PingFrame::write(writer);
    return Buffer{bytes}.first(a.close(number, writer, bytes, stats));
  }

  Envelope<Crc32cSeal> a{{}}, z{{}};
  std::array<std::byte, 64> bytes{};
  Stats stats;
};

Header header_of(Bytes datagram) {
  Reader reader{datagram};
  return Header::read(reader);
}

TEST_F(EnvelopeTest, a_packet_opens_at_the_other_end_under_its_full_number) {
  const Buffer datagram = ping(7);
  EXPECT_EQ(datagram.size(), 13u + 1u + 4u);  // header, PING, CRC32C
  EXPECT_TRUE(z.addressed(header_of(datagram)));
  const auto frames = z.open_packet(7, datagram, stats);
  ASSERT_TRUE(frames);
  EXPECT_EQ(frames->size(), 1u);
  EXPECT_EQ(stats.dropped_corrupt, 0u);
}

TEST_F(EnvelopeTest, the_same_low_bits_of_another_number_do_not_open) {
  const Buffer datagram = ping(7);
  EXPECT_FALSE(z.open_packet(7 + (PacketNumber{1} << 32), datagram, stats));
  EXPECT_EQ(stats.dropped_corrupt, 1u);
}

TEST_F(EnvelopeTest, a_reflected_packet_is_not_addressed_to_its_sender) {
  EXPECT_FALSE(a.addressed(header_of(ping(1))));
}

TEST_F(EnvelopeTest, a_new_incarnation_is_addressed_by_nothing_old) {
  const Buffer datagram = ping(1);
  z.bind(3, 1);
  EXPECT_FALSE(z.addressed(header_of(datagram)));
}

TEST_F(EnvelopeTest, a_hello_opens_only_with_an_empty_tag_and_number) {
  const Hello hello{9, 8, 0, true, Limits::of(Options{})};
  std::array<std::byte, 128> room{};
  const Buffer sent = Buffer{room}.first(a.write_hello(hello, room, stats));
  EXPECT_EQ(sent.size(), Header::bytes + Hello::body_bytes + 4);
  ASSERT_TRUE(z.open_hello(header_of(sent), sent, stats));
  Header tagged = header_of(sent);
  tagged.tag = 1;
  EXPECT_FALSE(z.open_hello(tagged, sent, stats));
  EXPECT_EQ(stats.dropped_malformed, 1u);
}

TEST_F(EnvelopeTest, what_leaves_is_counted_with_its_bytes) {
  ping(1);
  ping(2);
  EXPECT_EQ(stats.datagrams_sent, 2u);
  EXPECT_EQ(stats.sent_bytes, 36u);  // 2 * (13 + 1 + 4)
}

TEST_F(EnvelopeTest, before_a_bind_the_tags_are_those_of_a_hello) {
  Envelope<Crc32cSeal> unbound{{}};
  const Writer writer = unbound.begin_packet(1, bytes);
  EXPECT_EQ(header_of(Bytes{bytes}.first(writer.used())).tag, 0u);
  EXPECT_TRUE(unbound.addressed({DatagramKind::packet, 0, 1}));
  EXPECT_FALSE(unbound.addressed({DatagramKind::packet, 1, 1}));
}

}  // namespace
}  // namespace bowline
