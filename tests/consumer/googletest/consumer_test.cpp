// SPDX-License-Identifier: BSL-1.0
// Shows that a test of bowline builds and runs with a fetched GoogleTest.
#include <gtest/gtest.h>

#include "bowline/base/bytes.hpp"

TEST(FetchedGoogleTest, runs_a_test_of_bowline) { EXPECT_EQ(bowline::text(bowline::bytes_of("over")), "over"); }
