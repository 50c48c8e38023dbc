// SPDX-License-Identifier: BSL-1.0
#include "bowline/wire/hello.hpp"

#include <gtest/gtest.h>

#include "wire/hex.hpp"

namespace {

using namespace std::chrono_literals;
using bowline::Bytes;
using bowline::Header;
using bowline::Hello;
using bowline::Limits;
using bowline::Options;
using bowline_test::Page;

Hello sound() { return {0x0102030405060708, 0x1112131415161718, 0x2122232425262728, true, Limits::of({})}; }

std::optional<Hello> through_the_wire(const Hello& hello) {
  Page<128> page;
  hello.write(page.writer);
  return Hello::read(page.written().subspan(Header::bytes));
}

/// What becomes of a sound HELLO's body with one byte replaced.
std::optional<Hello> with_byte(std::size_t at, unsigned value) {
  Page<128> page;
  sound().write(page.writer);
  std::vector<std::byte> body{page.written().begin() + Header::bytes, page.written().end()};
  body[at] = static_cast<std::byte>(value);
  return Hello::read(body);
}

TEST(Hello, is_66_bytes_before_its_seal) {
  Page<128> page;
  sound().write(page.writer);
  EXPECT_EQ(page.writer.used(), 66u);  // 13 + 3 · 8 + 1 + 7 · 4
  EXPECT_EQ(page.hex(),
            "04" "0000000000000000" "00000000"
            "0807060504030201" "1817161514131211" "2827262524232221" "01"
            "00100000"    // 4,096 numbers
            "00100000"    // 4,096 packets
            "c0050000"    // 1,472 bytes
            "00002000"    // 2 MiB
            "a8610000"    // 25,000 µs
            "00000001"    // 16 MiB
            "00000002");  // 32 MiB
}

TEST(Hello, is_read_back_as_it_was_written) {
  for (const bool want : {false, true}) {
    Hello hello = sound();
    hello.want = want;
    hello.response = want ? 0 : 7;
    const auto read = through_the_wire(hello);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->nonce, 0x0102030405060708u);
    EXPECT_EQ(read->challenge, 0x1112131415161718u);
    EXPECT_EQ(read->response, want ? 0u : 7u);
    EXPECT_EQ(read->want, want);
    EXPECT_EQ(read->limits, hello.limits);
  }
}

TEST(Hello, of_any_other_length_is_refused) {
  Page<128> page;
  sound().write(page.writer);
  const Bytes body = page.written().subspan(Header::bytes);
  for (std::size_t length = 0; length < body.size(); ++length) EXPECT_FALSE(Hello::read(body.first(length))) << length;
  std::vector<std::byte> longer{body.begin(), body.end()};
  longer.push_back(std::byte{0});
  EXPECT_FALSE(Hello::read(longer));
}

TEST(Hello, with_a_flag_that_has_no_meaning_is_refused) {
  EXPECT_TRUE(with_byte(24, 0));
  EXPECT_TRUE(with_byte(24, 1));
  for (unsigned flags = 2; flags < 256; ++flags) EXPECT_FALSE(with_byte(24, flags)) << flags;
}

TEST(Hello, without_a_challenge_is_refused) {
  Hello hello = sound();
  hello.challenge = 0;
  EXPECT_FALSE(through_the_wire(hello));
}

TEST(Hello, with_limits_that_options_would_refuse_is_refused) {
  const auto taken = [](auto&& change) {
    Hello hello = sound();
    change(hello.limits);
    return through_the_wire(hello).has_value();
  };
  EXPECT_FALSE(taken([](Limits& l) { l.window = 0; }));
  EXPECT_TRUE(taken([](Limits& l) { l.window = 1; }));
  EXPECT_TRUE(taken([](Limits& l) { l.window = 1u << 24; }));
  EXPECT_FALSE(taken([](Limits& l) { l.window = (1u << 24) + 1; }));
  EXPECT_FALSE(taken([](Limits& l) { l.window = 0xffffffff; }));
  EXPECT_FALSE(taken([](Limits& l) { l.packets_tracked = 63; }));
  EXPECT_TRUE(taken([](Limits& l) { l.packets_tracked = 64; }));
  EXPECT_FALSE(taken([](Limits& l) { l.packets_tracked = 65'537; }));
  EXPECT_FALSE(taken([](Limits& l) { l.datagram_bytes_max = 127; }));
  EXPECT_TRUE(taken([](Limits& l) { l.datagram_bytes_max = 128; }));
  EXPECT_FALSE(taken([](Limits& l) { l.datagram_bytes_max = 65'508; }));
  EXPECT_TRUE(taken([](Limits& l) { l.held_bytes_max = 0; }));
  EXPECT_TRUE(taken([](Limits& l) { l.held_bytes_max = 0xffffffff; }));
  EXPECT_TRUE(taken([](Limits& l) { l.ack_delay_max_us = 1'000'000; }));
  EXPECT_FALSE(taken([](Limits& l) { l.ack_delay_max_us = 1'000'001; }));
  EXPECT_FALSE(taken([](Limits& l) { l.ack_delay_max_us = 0xffffffff; }));
  EXPECT_TRUE(taken([](Limits& l) { l.message_bytes_max = 1; }));
  EXPECT_FALSE(taken([](Limits& l) { l.message_bytes_max = 0; }));
  EXPECT_FALSE(taken([](Limits& l) { l.message_bytes_max = (32u << 20) + 1; })) << "more than its parts may take";
  EXPECT_TRUE(taken([](Limits& l) { l.reassembly_bytes_max = 1u << 30; }));
  EXPECT_FALSE(taken([](Limits& l) { l.reassembly_bytes_max = (1u << 30) + 1; }));
  EXPECT_FALSE(taken([](Limits& l) { l.reassembly_bytes_max = 0; }));
}

TEST(Limits, are_those_of_the_options) {
  const Limits limits = Limits::of({.window = 5, .packets_tracked = 64, .datagram_bytes_max = 500,
                                    .held_bytes_max = 9, .ack_delay_max = 3ms});
  EXPECT_EQ(limits, (Limits{5, 64, 500, 9, 3000, 16u << 20, 32u << 20}));
  EXPECT_TRUE(limits.plausible());
}

TEST(Limits, of_every_sound_options_are_plausible) {
  EXPECT_TRUE(Limits::of({.window = 1u << 24, .packets_tracked = 65'536, .datagram_bytes_max = 65'507,
                          .held_bytes_max = 0xffffffff, .ack_delay_max = 1s}).plausible());
  EXPECT_TRUE(Limits::of({.window = 1, .packets_tracked = 64, .datagram_bytes_max = 128, .held_bytes_max = 0,
                          .ack_delay_max = 0s, .ack_every = 1}).plausible());
}

}  // namespace
