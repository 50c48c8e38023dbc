// SPDX-License-Identifier: BSL-1.0
#include "bowline/core/departure.hpp"

#include <gtest/gtest.h>

namespace bowline::test {
namespace {

TEST(Departure, goes_by_packet_then_by_place) {
  EXPECT_LT((Departure{1, 65'535}), (Departure{2, 0}));
  EXPECT_LT((Departure{2, 0}), (Departure{2, 1}));
  EXPECT_EQ((Departure{2}), (Departure{2, 0}));
  EXPECT_LT(Departure{}, Departure{1});
}

TEST(Departure, keeps_what_it_was_made_of) {
  const Departure last{(PacketNumber{1} << 48) - 1, 65'535};
  EXPECT_EQ(last.packet(), 281'474'976'710'655u);  // 2^48 - 1
  EXPECT_EQ(last.frame(), 65'535u);
}

}  // namespace
}  // namespace bowline::test
