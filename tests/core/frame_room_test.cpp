// SPDX-License-Identifier: BSL-1.0
#include "bowline/core/frame_room.hpp"

#include <gtest/gtest.h>

namespace {

using bowline::FrameRoom;

TEST(FrameRoom, frames_that_share_a_datagram_fit_every_path_and_are_not_much_shorter) {
  for (std::size_t now = 1183; now <= 65490; ++now) {
    const std::size_t shared = FrameRoom(now, 1183).shared();
    ASSERT_LE(shared, 1183u) << now;
    ASSERT_GE(shared * 4, 1183u * 3 - 4) << now;
    ASSERT_GE(now / shared * shared, now * 66 / 100) << now;  // at worst two thirds: one where 1.5 would fit
  }
}

TEST(FrameRoom, jumbo_frames_are_filled_by_eight) {
  EXPECT_EQ(FrameRoom(8983, 1183).shared(), 1122u);  // 8,983 / 8
}

}  // namespace
