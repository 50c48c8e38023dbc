// SPDX-License-Identifier: BSL-1.0
#include "bowline/base/memory_bound.hpp"

#include <gtest/gtest.h>

namespace {

using bowline::MemoryBound;

TEST(MemoryBound, a_ring_of_a_power_of_two_keeps_its_smaller_half_while_it_grows) {
  const MemoryBound ring = MemoryBound::ring(5, 10);
  EXPECT_EQ(ring.held, 80u);     // 8 places
  EXPECT_EQ(ring.growing, 40u);  // 4
  EXPECT_EQ(MemoryBound::ring(1, 10).held, 40u);
}

TEST(MemoryBound, a_vector_is_at_most_half_empty) {
  EXPECT_EQ(MemoryBound::vector(5, 10).held, 100u);
  EXPECT_EQ(MemoryBound::vector(5, 10).growing, 50u);
}

TEST(MemoryBound, of_two_only_one_grows_at_a_time) {
  const MemoryBound both = MemoryBound::ring(5, 10) + MemoryBound::vector(5, 10) + MemoryBound::fixed(7);
  EXPECT_EQ(both.held, 187u);
  EXPECT_EQ(both.growing, 50u);
  EXPECT_EQ(both.bytes(), 237u);
}

struct Options {};
struct Silent {};
struct Hungry {
  static constexpr MemoryBound memory_max(const Options&) { return MemoryBound::fixed(9); }
};

TEST(MemoryBound, a_policy_says_what_it_takes_or_takes_nothing) {
  EXPECT_EQ(bowline::memory_max_of<Silent>(Options{}).bytes(), 0u);
  EXPECT_EQ(bowline::memory_max_of<Hungry>(Options{}).bytes(), 9u);
}

}  // namespace
