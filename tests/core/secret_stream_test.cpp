// SPDX-License-Identifier: BSL-1.0
#include "bowline/core/secret_stream.hpp"

#include <gtest/gtest.h>

#include <set>

namespace bowline {
namespace {

TEST(SecretStream, the_same_entropy_gives_the_same_numbers) {
  SecretStream one{{1, 2}};
  SecretStream two{{1, 2}};
  for (int i = 0; i < 100; ++i) EXPECT_EQ(one.next(), two.next());
}

TEST(SecretStream, a_copy_goes_on_alike) {
  SecretStream one{{1, 2}};
  static_cast<void>(one.next());
  SecretStream two = one;
  EXPECT_EQ(one.next(), two.next());
}

TEST(SecretStream, either_half_of_the_entropy_changes_every_number) {
  SecretStream of[] = {SecretStream{{1, 2}}, SecretStream{{1, 3}}, SecretStream{{2, 2}}, SecretStream{{2, 1}}};
  std::set<std::uint64_t> drawn;
  for (SecretStream& stream : of) {
    for (int i = 0; i < 1000; ++i) drawn.insert(stream.next());
  }
  EXPECT_EQ(drawn.size(), 4000u);
}

TEST(SecretStream, zero_is_never_drawn) {
  SecretStream stream{{1, 2}};
  for (int i = 0; i < 10'000; ++i) EXPECT_NE(stream.next(), 0u);
}

// The first number is SipHash-2-4 of eight zero bytes: what a second implementation would draw.
TEST(SecretStream, the_numbers_are_siphash_of_a_counter) {
  SecretStream stream{{7, 9}};
  const std::byte zero[8] = {};
  EXPECT_EQ(stream.next(), siphash24(7, 9, zero));
  const std::byte one[8] = {std::byte{1}};
  EXPECT_EQ(stream.next(), siphash24(7, 9, one));
}

}  // namespace
}  // namespace bowline
