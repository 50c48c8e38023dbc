// SPDX-License-Identifier: BSL-1.0
#include "bowline/congestion/burst.hpp"

#include <gtest/gtest.h>

namespace {

using bowline::paced_at;
using bowline::Pacing;

TEST(Burst, is_half_a_millisecond_of_the_rate) {
  EXPECT_EQ(paced_at(100'000'000).burst_bytes, 50'000u);
  EXPECT_EQ(paced_at(100'000'000).bytes_per_second, 100'000'000u);
}

TEST(Burst, rate_and_burst_stay_within_their_bounds) {
  EXPECT_EQ(paced_at(0).bytes_per_second, 1000u);
  EXPECT_EQ(paced_at(~std::uint64_t{0}).bytes_per_second, Pacing::bytes_per_second_max);
  EXPECT_EQ(paced_at(~std::uint64_t{0}).burst_bytes, 262'144u);
}

}  // namespace
