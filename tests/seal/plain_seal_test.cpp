// SPDX-License-Identifier: BSL-1.0
#include "bowline/seal/plain_seal.hpp"

#include <gtest/gtest.h>

#include <array>

namespace {

using bowline::PlainSeal;

TEST(PlainSeal, adds_and_changes_nothing) {
  std::array<std::byte, 2> datagram{std::byte{1}, std::byte{2}};
  const auto before = datagram;
  PlainSeal{}.close(7, datagram, 1);
  EXPECT_EQ(datagram, before);
  EXPECT_EQ(PlainSeal::overhead_bytes, 0u);
}

TEST(PlainSeal, opens_whatever_holds_a_header) {
  std::array<std::byte, 2> datagram{};
  EXPECT_TRUE(PlainSeal{}.open(8, datagram, 2));
  EXPECT_FALSE(PlainSeal{}.open(8, datagram, 3));
}

}  // namespace
