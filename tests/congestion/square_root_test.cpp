// SPDX-License-Identifier: BSL-1.0
#include "bowline/congestion/square_root.hpp"

#include <gtest/gtest.h>

namespace {

using bowline::square_root;

TEST(SquareRoot, is_exact_for_squares_and_rounds_down_between_them) {
  for (std::uint64_t n = 1; n < 4'294'000'000; n += 1'000'003) {
    ASSERT_EQ(square_root(n * n), n);
    ASSERT_EQ(square_root(n * n - 1), n - 1);
  }
}

TEST(SquareRoot, knows_the_ends) {
  EXPECT_EQ(square_root(0), 0u);
  EXPECT_EQ(square_root(3), 1u);
  EXPECT_EQ(square_root(~std::uint64_t{0}), 4'294'967'295u);  // 2^32 − 1
}

}  // namespace
