// SPDX-License-Identifier: BSL-1.0
#include "bowline/transport/batch_block.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>
#include <vector>

namespace bowline {
namespace {

BatchBlockInUse taken() { return BatchBlockInUse{SpareBatchBlocks::take()}; }

TEST(BatchBlock, one_given_back_is_the_next_one_taken) {
  BatchBlockInUse block = taken();
  const BatchBlock* const first = block.get();
  block.reset();
  EXPECT_EQ(taken().get(), first);
  EXPECT_EQ(taken().get(), first);
}

TEST(BatchBlock, blocks_in_use_are_never_the_same) {
  std::vector<BatchBlockInUse> blocks;
  for (std::size_t i = 0; i < 3 * SpareBatchBlocks::spares_max; ++i) blocks.push_back(taken());
  std::vector<const BatchBlock*> places;
  for (const BatchBlockInUse& block : blocks) places.push_back(block.get());
  std::sort(places.begin(), places.end());
  EXPECT_EQ(std::adjacent_find(places.begin(), places.end()), places.end());
}

TEST(BatchBlock, threads_share_the_spares) {
  const auto use = [] {
    for (int i = 0; i < 10'000; ++i) {
      const BatchBlockInUse one = taken(), other = taken();
      one->lengths[0] = 1, other->lengths[0] = 2;
      ASSERT_EQ(one->lengths[0], 1);
    }
  };
  std::thread thread{use};
  use();
  thread.join();
}

TEST(BatchBlock, holds_the_largest_datagram_of_udp) {
  static_assert(BatchBlock::bytes_max >= 65'535 && sizeof(BatchBlock::bytes) == BatchBlock::bytes_max);
}

}  // namespace
}  // namespace bowline
