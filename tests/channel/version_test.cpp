// SPDX-License-Identifier: BSL-1.0
#include "bowline/version.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

TEST(Version, the_sentence_is_made_of_the_numbers) {
  EXPECT_EQ(BOWLINE_VERSION, std::to_string(BOWLINE_VERSION_MAJOR) + "." + std::to_string(BOWLINE_VERSION_MINOR) + "." +
                                 std::to_string(BOWLINE_VERSION_PATCH));
}

}  // namespace
