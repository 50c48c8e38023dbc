// SPDX-License-Identifier: BSL-1.0
#include "bowline/base/memory_pool.hpp"

#include <gtest/gtest.h>

#include <cstddef>

namespace {

using bowline::MemoryPool;

TEST(MemoryPool, sizes_hold_what_they_are_for_and_at_most_a_quarter_more) {
  for (std::size_t bytes = 33; bytes < 2'000'000; bytes += 1 + bytes / 100) {
    const std::size_t size = MemoryPool::bytes_of(MemoryPool::class_of(bytes));
    EXPECT_GE(size, bytes);
    EXPECT_LE(4 * size, 5 * bytes);
    EXPECT_EQ(MemoryPool::class_of(size), MemoryPool::class_of(bytes)) << "the size is its own";
  }
}

TEST(MemoryPool, the_smallest_size_is_32_bytes) {
  EXPECT_EQ(MemoryPool::class_of(0), 0u);
  EXPECT_EQ(MemoryPool::class_of(32), 0u);
  EXPECT_EQ(MemoryPool::class_of(33), 1u);
  EXPECT_EQ(MemoryPool::bytes_of(0), 32u);
}

TEST(MemoryPool, what_just_fits_beside_what_nobody_uses_frees_nothing) {
  MemoryPool pool{1536};
  const auto half = MemoryPool::class_of(512);
  const auto all = MemoryPool::class_of(1024);
  pool.give_back(pool.take(half), half);
  pool.give_back(pool.take(all), all);
  EXPECT_EQ(pool.held_bytes(), 1536u);  // 512 + 1024
}

TEST(MemoryPool, what_is_given_back_serves_the_next_who_takes_that_size) {
  MemoryPool pool{4096};
  const auto size_class = MemoryPool::class_of(1024);
  std::byte* const first = pool.take(size_class);
  pool.give_back(first, size_class);
  EXPECT_EQ(pool.held_bytes(), 1024u);
  EXPECT_EQ(pool.take(size_class), first);
  EXPECT_EQ(pool.held_bytes(), 1024u);
  pool.give_back(first, size_class);
}

TEST(MemoryPool, what_nobody_uses_makes_room_for_other_sizes_at_the_limit) {
  MemoryPool pool{4096};
  const auto small = MemoryPool::class_of(1024);
  const auto large = MemoryPool::class_of(4096);
  std::byte* const one = pool.take(small);
  std::byte* const two = pool.take(small);
  pool.give_back(one, small);
  pool.give_back(two, small);
  std::byte* const all = pool.take(large);
  EXPECT_EQ(pool.held_bytes(), 4096u) << "both small ones were freed";
  pool.give_back(all, large);
}

TEST(MemoryPool, what_is_in_use_passes_the_limit_and_falls_back_to_it) {
  MemoryPool pool{1024};
  const auto size_class = MemoryPool::class_of(1024);
  std::byte* const one = pool.take(size_class);
  std::byte* const two = pool.take(size_class);
  EXPECT_EQ(pool.held_bytes(), 2048u);
  pool.give_back(one, size_class);
  EXPECT_EQ(pool.held_bytes(), 1024u);
  pool.give_back(two, size_class);
  EXPECT_EQ(pool.held_bytes(), 1024u);
}

TEST(MemoryPool, what_is_in_use_cannot_be_freed_until_it_comes_back) {
  MemoryPool pool{1024};
  const auto size_class = MemoryPool::class_of(1024);
  std::byte* const one = pool.take(size_class);
  std::byte* const two = pool.take(size_class);
  std::byte* const three = pool.take(size_class);
  pool.give_back(one, size_class);
  EXPECT_EQ(pool.held_bytes(), 2048u) << "of 3,072 bytes, the 1,024 that nobody uses";
  pool.give_back(two, size_class);
  EXPECT_EQ(pool.held_bytes(), 1024u);
  pool.give_back(three, size_class);
  EXPECT_EQ(pool.held_bytes(), 1024u) << "no more than the limit, so it is kept";
}

TEST(MemoryPool, room_is_what_is_left_of_the_limit_by_what_is_in_use) {
  MemoryPool pool{1024};
  const auto half = MemoryPool::class_of(512);
  const auto all = MemoryPool::class_of(1024);
  EXPECT_TRUE(pool.has_room(all));
  EXPECT_FALSE(pool.has_room(all + 1));
  std::byte* const one = pool.take(half);
  EXPECT_EQ(pool.in_use_bytes(), 512u);
  EXPECT_TRUE(pool.has_room(half));
  EXPECT_FALSE(pool.has_room(half + 1));
  std::byte* const more = pool.take(all);
  EXPECT_FALSE(pool.has_room(0)) << "1,536 of 1,024 bytes are in use";
  pool.give_back(more, all);
  pool.give_back(one, half);
  EXPECT_EQ(pool.held_bytes(), 512u) << "the larger one was freed at once, the smaller is kept";
  EXPECT_TRUE(pool.has_room(all)) << "what is only kept is in nobody's way";
}

}  // namespace
