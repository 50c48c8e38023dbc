// SPDX-License-Identifier: BSL-1.0
#include "bowline/base/narrow.hpp"

#include <gtest/gtest.h>

#include <cstdint>

namespace bowline {
namespace {

TEST(Narrow, keeps_the_low_bits) {
  EXPECT_EQ(narrow<std::uint32_t>(std::uint64_t{0x1'0000'0002}), 2u);
  EXPECT_EQ(narrow<std::uint64_t>(std::uint64_t{0x1'0000'0002}), 0x1'0000'0002u);
}

}  // namespace
}  // namespace bowline
