// SPDX-License-Identifier: BSL-1.0
#include "bowline/core/payload_pool.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "bowline/base/random.hpp"

namespace {

using bowline::bytes_of;
using bowline::Payload;
using bowline::PayloadPool;
using bowline::text;

TEST(PayloadPool, keeps_a_copy) {
  PayloadPool pool;
  std::string said = "one";
  const Payload payload = pool.store(bytes_of(said));
  said = "two";
  EXPECT_EQ(text(pool.view(payload)), "one");
}

TEST(PayloadPool, nothing_takes_no_block_and_can_be_released) {
  PayloadPool pool;
  Payload payload = pool.store({});
  EXPECT_EQ(payload.block, Payload::none);
  EXPECT_TRUE(pool.view(payload).empty());
  pool.release(payload);
  pool.release(payload);
  EXPECT_TRUE(pool.view(payload).empty());
}

TEST(PayloadPool, a_released_payload_names_nothing) {
  PayloadPool pool;
  Payload payload = pool.store(bytes_of("x"));
  pool.release(payload);
  EXPECT_EQ(payload.block, Payload::none);
  EXPECT_EQ(payload.bytes, 0u);
  pool.release(payload);
  Payload first = pool.store(bytes_of("a"));
  Payload second = pool.store(bytes_of("b"));
  EXPECT_NE(first.block, second.block) << "released twice, handed out once";
}

TEST(PayloadPool, a_released_block_is_used_again_by_its_own_class_only) {
  PayloadPool pool;
  const auto block_of = [&](std::size_t bytes) {
    Payload payload = pool.store(bytes_of(std::string(bytes, 'x')));
    const auto block = payload.block;
    EXPECT_EQ(pool.view(payload).size(), bytes);
    pool.release(payload);
    return block;
  };
  const auto small = block_of(1);
  EXPECT_EQ(block_of(32), small);  // 32 bytes are the smallest block.
  const auto next = block_of(33);
  EXPECT_NE(next, small);
  EXPECT_EQ(block_of(40), next);  // The next quarter of the octave: 32 · 5 / 4.
  EXPECT_NE(block_of(41), next);
  const auto octave = block_of(57);
  EXPECT_EQ(block_of(64), octave);
  EXPECT_NE(block_of(65), octave);
  EXPECT_EQ(block_of(2), small);
}

TEST(PayloadPool, blocks_are_as_large_as_their_payloads_and_at_most_a_quarter_larger) {
  for (std::size_t bytes = 1; bytes < 100'000; bytes += 1 + bytes / 50) {
    PayloadPool pool;
    const std::string body(bytes, 'x');
    const Payload first = pool.store(bytes_of(body));
    // One slab: as many blocks as 512 bytes hold, or a single one.
    const std::size_t slab = pool.allocated_bytes() - sizeof(std::vector<std::byte>);
    EXPECT_GE(slab, bytes);
    EXPECT_LE(slab, (std::max)(std::size_t{512}, bytes + bytes / 4)) << bytes;
    EXPECT_EQ(text(pool.view(first)), body);
  }
}

TEST(PayloadPool, views_stay_where_they_are_while_the_pool_grows) {
  PayloadPool pool;
  const Payload first = pool.store(bytes_of("stay"));
  const auto view = pool.view(first);
  for (int i = 0; i < 1000; ++i) static_cast<void>(pool.store(bytes_of("more")));
  EXPECT_EQ(view.data(), pool.view(first).data());
  EXPECT_EQ(text(view), "stay");
}

TEST(PayloadPool, a_copy_gives_back_what_it_holds) {
  PayloadPool pool;
  Payload one = pool.store(bytes_of("one"));
  Payload two = pool.store(bytes_of("two"));
  PayloadPool copy = pool;
  Payload of_copy_one = one, of_copy_two = two;
  copy.release(of_copy_one);
  copy.release(of_copy_two);
  EXPECT_EQ(text(pool.view(one)), "one");
  pool.release(one);
  pool.release(two);
}

TEST(PayloadPool, keeps_every_payload_apart_however_they_come_and_go) {
  bowline::Random random{4};
  PayloadPool pool;
  struct Kept {
    Payload payload;
    std::string expected;
  };
  std::vector<Kept> kept;
  for (int i = 0; i < 5000; ++i) {
    if (kept.size() < 50 && random.below(2) == 0) {
      const std::size_t size = random.below(3) == 0 ? random.below(3000) : random.below(70);
      const std::string bytes(size, static_cast<char>('a' + i % 26));
      kept.push_back({pool.store(bytes_of(bytes)), bytes});
    } else if (!kept.empty()) {
      const std::size_t at = random.below(kept.size());
      pool.release(kept[at].payload);
      kept[at] = kept.back();
      kept.pop_back();
    }
    if (!kept.empty()) {
      const Kept& any = kept[random.below(kept.size())];
      ASSERT_EQ(text(pool.view(any.payload)), any.expected);
    }
  }
  for (const Kept& each : kept) EXPECT_EQ(text(pool.view(each.payload)), each.expected);
}

}  // namespace
