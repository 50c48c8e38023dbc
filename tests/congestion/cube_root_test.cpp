// SPDX-License-Identifier: BSL-1.0
#include "bowline/congestion/cube_root.hpp"

#include <gtest/gtest.h>

namespace {

using bowline::cube_root;

TEST(CubeRoot, is_exact_for_cubes_and_rounds_down_between_them) {
  for (std::uint64_t n = 1; n < 2'600'000; n += 997) {
    ASSERT_EQ(cube_root(n * n * n), n);
    ASSERT_EQ(cube_root(n * n * n - 1), n - 1);
  }
}

TEST(CubeRoot, knows_the_ends) {
  EXPECT_EQ(cube_root(0), 0u);
  EXPECT_EQ(cube_root(7), 1u);
  EXPECT_EQ(cube_root(~std::uint64_t{0}), 2'642'245u);  // 2,642,245³ < 2^64 < 2,642,246³
}

}  // namespace
