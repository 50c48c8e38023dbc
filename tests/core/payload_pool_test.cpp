// SPDX-License-Identifier: BSL-1.0
#include "bowline/core/payload_pool.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "bowline/base/memory_pool.hpp"
#include "bowline/base/random.hpp"

namespace {

using bowline::bytes_of;
using bowline::MemoryPool;
using bowline::Payload;
using bowline::PayloadPool;
using bowline::text;

TEST(PayloadPool, keeps_a_copy) {
  PayloadPool pool{1u << 20, 1000};
  std::string said = "one";
  const Payload payload = pool.store(bytes_of(said));
  said = "two";
  EXPECT_EQ(text(pool.view(payload)), "one");
}

TEST(PayloadPool, nothing_takes_no_block_and_can_be_released) {
  PayloadPool pool{1u << 20, 1000};
  Payload payload = pool.store({});
  EXPECT_EQ(payload.block, Payload::none);
  EXPECT_TRUE(pool.view(payload).empty());
  pool.release(payload);
  pool.release(payload);
  EXPECT_TRUE(pool.view(payload).empty());
}

TEST(PayloadPool, a_released_payload_names_nothing) {
  PayloadPool pool{1u << 20, 1000};
  Payload payload = pool.store(bytes_of("x"));
  pool.release(payload);
  EXPECT_EQ(payload.block, Payload::none);
  EXPECT_EQ(payload.bytes, 0u);
  pool.release(payload);
  Payload first = pool.store(bytes_of("a"));
  Payload second = pool.store(bytes_of("b"));
  EXPECT_NE(first.block, second.block) << "released twice, handed out once";
}

TEST(PayloadPool, an_empty_page_serves_any_size_of_up_to_256_bytes_again) {
  PayloadPool pool{1u << 20, 1000};
  Payload first = pool.store(bytes_of("x"));
  const std::size_t held = pool.allocated_bytes();
  pool.release(first);
  for (std::size_t bytes = 1; bytes <= 256; ++bytes) {
    Payload payload = pool.store(bytes_of(std::string(bytes, 'x')));
    EXPECT_EQ(pool.allocated_bytes(), held) << bytes;
    pool.release(payload);
  }
}

TEST(PayloadPool, small_payloads_share_pages_and_large_ones_are_at_most_a_quarter_larger) {
  for (std::size_t bytes = 1; bytes < 100'000; bytes += 1 + bytes / 50) {
    PayloadPool pool{1u << 20, 1000};
    const std::string body(bytes, 'x');
    const std::size_t before = pool.allocated_bytes();
    const Payload first = pool.store(bytes_of(body));
    constexpr std::size_t entry_bytes = 32;  // Of the table of slabs, at most.
    const std::size_t slab = pool.allocated_bytes() - before;
    EXPECT_GE(slab, bytes);
    EXPECT_LE(slab, (std::max)(std::size_t{512}, bytes + bytes / 4) + entry_bytes) << bytes;
    EXPECT_EQ(text(pool.view(first)), body);
  }
}

// Each size in turn is stored up to the limits, and all but the last payload of each page goes again, so that the pages
// cannot serve the next size. Without a bound on what is kept, every size would keep its own memory for ever.
TEST(PayloadPool, memory_is_bounded_whatever_sizes_came_before) {
  constexpr std::size_t bytes_max = 100'000;
  constexpr std::size_t payloads_max = 200;
  PayloadPool pool{bytes_max, payloads_max};
  std::vector<Payload> kept;
  std::size_t kept_bytes = 0;
  std::size_t most = 0;
  for (std::size_t size = 20; size <= bytes_max / 2; size += 1 + size / 5) {
    const std::string body(size, 'x');
    while (kept.size() < payloads_max && kept_bytes + size <= bytes_max) {
      kept.push_back(pool.store(bytes_of(body)));
      kept_bytes += size;
    }
    most = (std::max)(most, pool.allocated_bytes());
    std::vector<Payload> pins;
    for (std::size_t i = 0; i < kept.size(); ++i) {
      if (i % 16 == 15) {
        pins.push_back(kept[i]);
      } else {
        kept_bytes -= kept[i].bytes;
        pool.release(kept[i]);
      }
    }
    kept = pins;
  }
  constexpr std::size_t slabs = PayloadPool::slab_bytes_max(bytes_max, payloads_max);
  static_assert(slabs == 125'000 + 201 * 512);
  constexpr std::size_t table = 256 * 32;  // 201 entries, rounded up to a power of two, of at most 32 bytes.
  EXPECT_LE(most, slabs + table);
  EXPECT_GT(most, slabs / 3) << "something was kept";
}

TEST(PayloadPool, views_stay_where_they_are_while_the_pool_grows) {
  PayloadPool pool{1u << 20, 1000};
  const Payload first = pool.store(bytes_of("stay"));
  const auto view = pool.view(first);
  for (int i = 0; i < 1000; ++i) static_cast<void>(pool.store(bytes_of("more")));
  EXPECT_EQ(view.data(), pool.view(first).data());
  EXPECT_EQ(text(view), "stay");
}

TEST(PayloadPool, a_copy_of_what_lost_a_slab_keeps_the_others) {
  PayloadPool pool{1u << 20, 1000};
  Payload gone = pool.store(std::vector<std::byte>(5000));
  Payload kept = pool.store(bytes_of("kept"));
  pool.release(gone);
  PayloadPool copy = pool;
  Payload of_copy = kept;
  EXPECT_EQ(text(copy.view(of_copy)), "kept");
  copy.release(of_copy);
  pool.release(kept);
}

TEST(PayloadPool, a_copy_gives_back_what_it_holds) {
  PayloadPool pool{1u << 20, 1000};
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
  PayloadPool pool{1u << 20, 1000};
  struct Kept {
    Payload payload;
    std::string expected;
  };
  std::vector<Kept> kept;
  for (int i = 0; i < 5000; ++i) {
    if (kept.size() < 50 && random.below(2) == 0) {
      const std::size_t size = random.below(3) == 0 ? random.index(3000) : random.index(70);
      const std::string bytes(size, static_cast<char>('a' + i % 26));
      kept.push_back({pool.store(bytes_of(bytes)), bytes});
    } else if (!kept.empty()) {
      const std::size_t at = random.index(kept.size());
      pool.release(kept[at].payload);
      kept[at] = kept.back();
      kept.pop_back();
    }
    if (!kept.empty()) {
      const Kept& any = kept[random.index(kept.size())];
      ASSERT_EQ(text(pool.view(any.payload)), any.expected);
    }
  }
  for (const Kept& each : kept) EXPECT_EQ(text(pool.view(each.payload)), each.expected);
}

TEST(PayloadPool, what_one_gives_back_to_a_shared_pool_serves_another) {
  MemoryPool shared{4096};
  PayloadPool one{1u << 20, 1000, &shared}, other{1u << 20, 1000, &shared};
  Payload payload = one.reserve(4096);
  EXPECT_EQ(shared.in_use_bytes(), 4096u);
  EXPECT_FALSE(other.shared_has_room(1));
  EXPECT_TRUE(other.shared_has_room(0)) << "nothing takes no room";
  one.release(payload);
  EXPECT_TRUE(other.shared_has_room(4096));
  EXPECT_FALSE(other.shared_has_room(4097));
  payload = other.reserve(4096);
  EXPECT_EQ(shared.held_bytes(), 4096u);
  other.release(payload);
}

TEST(PayloadPool, copies_and_moved_ones_give_everything_back_to_a_shared_pool) {
  MemoryPool shared{1u << 20};
  {
    PayloadPool pool{1u << 20, 1000, &shared};
    static_cast<void>(pool.reserve(1024));
    static_cast<void>(pool.reserve(32));
    EXPECT_EQ(shared.in_use_bytes(), 1536u) << "1,024 bytes and a page of 512";
    PayloadPool copy = pool;
    EXPECT_EQ(shared.in_use_bytes(), 3072u);
    PayloadPool moved = std::move(copy);
    EXPECT_EQ(shared.in_use_bytes(), 3072u);
    pool = std::move(moved);
    EXPECT_EQ(shared.in_use_bytes(), 1536u);
  }
  EXPECT_EQ(shared.in_use_bytes(), 0u);
}

TEST(PayloadPool, of_pages_without_payloads_one_stays) {
  MemoryPool shared{1u << 20};
  PayloadPool pool{1u << 20, 1000, &shared};
  std::vector<Payload> kept;
  for (int i = 0; i < 3; ++i) kept.push_back(pool.reserve(256));  // Two a page.
  EXPECT_EQ(shared.in_use_bytes(), 1024u);
  for (Payload& payload : kept) pool.release(payload);
  EXPECT_EQ(shared.in_use_bytes(), 512u);
  Payload again = pool.reserve(32);
  EXPECT_EQ(shared.in_use_bytes(), 512u) << "and serves again";
  pool.release(again);
  EXPECT_EQ(shared.in_use_bytes(), 512u);
}

}  // namespace
