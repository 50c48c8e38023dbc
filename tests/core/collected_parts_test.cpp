// SPDX-License-Identifier: BSL-1.0
#include "bowline/core/collected_parts.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <vector>

#include "bowline/base/random.hpp"

namespace {

using bowline::Bytes;
using bowline::CollectedParts;
using bowline::Fragment;
using bowline::PayloadPool;
using bowline::Random;

std::vector<std::byte> noise(Random& random, std::size_t bytes) {
  std::vector<std::byte> all(bytes);
  for (std::byte& one : all) one = static_cast<std::byte>(random.next());
  return all;
}

TEST(CollectedParts, make_the_message_again_whatever_its_cut_and_their_order) {
  Random random{3};
  PayloadPool pool{1u << 20, 1000};
  for (int round = 0; round < 300; ++round) {
    const auto part_bytes = static_cast<std::uint32_t>(round % 3 == 0 ? 32 : 32 + random.below(6000));
    const auto total = static_cast<std::uint32_t>(part_bytes + 1 + random.below(40'000));
    Fragment name;
    name.total = total;
    name.count = (total + part_bytes - 1) / part_bytes;
    if (!name.sound()) continue;
    const std::vector<std::byte> message = noise(random, total);
    std::vector<std::uint32_t> order(name.count);
    std::iota(order.begin(), order.end(), 0u);
    for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random.index(i)]);
    CollectedParts parts{name, pool};
    for (const std::uint32_t index : order) {
      name.index = index;
      ASSERT_FALSE(parts.has(pool, index));
      parts.reserve(pool, index);
      parts.add(pool, index, Bytes{message}.subspan(name.offset(), name.size()));
      ASSERT_TRUE(parts.has(pool, index));
    }
    std::vector<std::byte> joined;
    parts.append_to(pool, joined);
    ASSERT_EQ(joined, message);
    parts.release(pool);
  }
}

TEST(CollectedParts, one_part_takes_the_room_of_its_neighbours_and_a_word_for_each_two_kib) {
  PayloadPool pool{1u << 20, 1000};
  Fragment name{1, 40, 32'768, 1u << 20};  // 32 bytes each
  CollectedParts parts{name, pool};
  const std::size_t table = pool.allocated_bytes();
  EXPECT_GE(table, 8192u);  // 512 · 16
  EXPECT_LE(table, 8192u + 512u);
  const std::vector<std::byte> part(32);
  parts.reserve(pool, 40);
  parts.add(pool, 40, part);
  parts.reserve(pool, 41);
  parts.add(pool, 41, part);
  EXPECT_GE(pool.allocated_bytes(), table + 2048u);
  EXPECT_LE(pool.allocated_bytes(), table + 2048u + 512u);
  EXPECT_TRUE(parts.has(pool, 40));
  EXPECT_FALSE(parts.has(pool, 39));
  parts.release(pool);
}

TEST(CollectedParts, what_was_given_back_is_not_given_back_again) {
  PayloadPool pool{1u << 20, 1000};
  CollectedParts parts{{.first = 1, .index = 0, .count = 2, .total = 64}, pool};
  parts.release(pool);
  const CollectedParts other{{.first = 2, .index = 0, .count = 2, .total = 64}, pool};
  parts.release(pool);
  std::vector<std::byte> message;
  parts.append_to(pool, message);
  EXPECT_TRUE(message.empty());
  EXPECT_FALSE(other.has(pool, 0));
  CollectedParts{other}.release(pool);
}

TEST(CollectedParts, take_no_more_blocks_than_they_say) {
  for (const std::uint32_t part_bytes : {32u, 33u, 64u, 65u, 1171u, 2048u, 2049u, 4096u, 4097u}) {
    Fragment name;
    name.total = 1u << 20;
    name.count = (name.total + part_bytes - 1) / part_bytes;
    ASSERT_TRUE(name.sound());
    PayloadPool pool{8u << 20, 1000};
    CollectedParts parts{name, pool};
    const std::vector<std::byte> part(name.bytes());
    for (name.index = 0; name.index < name.count; ++name.index) {
      parts.reserve(pool, name.index);
      parts.add(pool, name.index, Bytes{part}.first(name.size()));
    }
    const std::size_t most =
        PayloadPool::slab_bytes_max(static_cast<std::size_t>(CollectedParts::block_bytes_max(name.total, 1)),
                                    static_cast<std::size_t>(CollectedParts::small_blocks_max(1)));
    EXPECT_LE(pool.held_bytes(), most) << part_bytes;
    EXPECT_GE(pool.held_bytes(), name.total);
    parts.release(pool);
  }
}

TEST(CollectedParts, that_were_given_back_are_none) {
  PayloadPool pool{1u << 20, 1000};
  CollectedParts parts{Fragment{1, 0, 2, 100}, pool};
  parts.reserve(pool, 0);
  parts.release(pool);
  parts.release(pool);
  std::vector<std::byte> joined;
  parts.append_to(pool, joined);
  EXPECT_TRUE(joined.empty());
}

}  // namespace
