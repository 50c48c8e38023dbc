// SPDX-License-Identifier: BSL-1.0
#include "bowline/transport/udp_segments.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace bowline {
namespace {

Buffer buffer(std::string& bytes) { return std::as_writable_bytes(std::span{bytes}); }

std::vector<std::string> all(UdpSegments segments) {
  std::vector<std::string> found;
  while (!segments.empty()) found.emplace_back(text(segments.next()));
  return found;
}

using Strings = std::vector<std::string>;

TEST(UdpSegments, nothing_is_nothing) { EXPECT_TRUE(UdpSegments{}.empty()); }

TEST(UdpSegments, what_was_joined_comes_apart_and_the_last_may_be_shorter) {
  std::string joined = "aaaabbbbcc";
  EXPECT_EQ(all({buffer(joined), 4}), (Strings{"aaaa", "bbbb", "cc"}));
  joined = "aaaabbbb";
  EXPECT_EQ(all({buffer(joined), 4}), (Strings{"aaaa", "bbbb"}));
}

TEST(UdpSegments, one_that_was_not_joined_stays_whole) {
  std::string alone = "abc";
  EXPECT_EQ(all({buffer(alone), 3}), Strings{"abc"});
  EXPECT_EQ(all({buffer(alone), 1200}), Strings{"abc"});
}

TEST(UdpSegments, slots_hold_what_their_lengths_say) {
  std::string slots = "aa..bbbb....c...";
  constexpr std::array<std::uint16_t, 4> lengths{2, 4, 0, 1};
  EXPECT_EQ(all({buffer(slots), 4, lengths}), (Strings{"aa", "bbbb", "", "c"}));
}

TEST(UdpSegments, slots_without_a_length_are_not_looked_at) {
  std::string slots = "aaaabbbb";
  constexpr std::array<std::uint16_t, 1> lengths{4};
  EXPECT_EQ(all({buffer(slots), 4, lengths}), Strings{"aaaa"});
  EXPECT_EQ(all({buffer(slots), 4, {}}), Strings{});
}

TEST(UdpSegments, they_are_where_they_were_received) {
  std::string joined = "aaaabb";
  UdpSegments segments{buffer(joined), 4};
  segments.next()[0] = std::byte{'x'};
  segments.next()[1] = std::byte{'y'};
  EXPECT_EQ(joined, "xaaaby");
}

}  // namespace
}  // namespace bowline
