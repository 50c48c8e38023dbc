// SPDX-License-Identifier: BSL-1.0
#include "bowline/core/deadline_heap.hpp"

#include <gtest/gtest.h>

#include <set>
#include <utility>

#include "bowline/base/random.hpp"

namespace {

using bowline::DeadlineHeap;
using bowline::Duration;
using bowline::MessageId;
using bowline::never;
using bowline::TimePoint;

constexpr TimePoint at(std::int64_t us) { return TimePoint{Duration{us}}; }

const auto all_live = [](MessageId) { return true; };

TEST(DeadlineHeap, empty_has_no_deadline) { EXPECT_EQ(DeadlineHeap{}.next(), never); }

TEST(DeadlineHeap, the_earliest_comes_first) {
  DeadlineHeap heap;
  heap.add(at(30), {1}, all_live);
  heap.add(at(10), {2}, all_live);
  heap.add(at(20), {3}, all_live);
  EXPECT_EQ(heap.next(), at(10));
  EXPECT_EQ(heap.pop().value, 2u);
  EXPECT_EQ(heap.pop().value, 3u);
  EXPECT_EQ(heap.next(), at(30));
  EXPECT_EQ(heap.pop().value, 1u);
  EXPECT_EQ(heap.next(), never);
}

TEST(DeadlineHeap, equal_deadlines_expire_in_order_of_send) {
  DeadlineHeap heap;
  for (const std::uint64_t id : {5u, 3u, 9u, 1u, 7u}) heap.add(at(10), {id}, all_live);
  for (const std::uint64_t id : {1u, 3u, 5u, 7u, 9u}) EXPECT_EQ(heap.pop().value, id);
}

TEST(DeadlineHeap, clear_leaves_nothing) {
  DeadlineHeap heap;
  heap.add(at(1), {1}, all_live);
  heap.clear();
  EXPECT_EQ(heap.next(), never);
  heap.add(at(2), {2}, all_live);
  EXPECT_EQ(heap.pop().value, 2u);
}

TEST(DeadlineHeap, what_has_ended_is_swept_out_when_64_entries_are_reached) {
  DeadlineHeap heap;
  int asked = 0;
  const auto only_even = [&](MessageId id) { return ++asked, id.value % 2 == 0; };
  for (std::uint64_t id = 1; id <= 64; ++id) heap.add(at(static_cast<std::int64_t>(id)), {id}, only_even);
  EXPECT_EQ(asked, 0);
  heap.add(at(65), {65}, only_even);
  EXPECT_EQ(asked, 64);
  EXPECT_EQ(heap.next(), at(2));
  for (std::uint64_t id = 2; id <= 64; id += 2) EXPECT_EQ(heap.pop().value, id);
  EXPECT_EQ(heap.pop().value, 65u);
  EXPECT_EQ(heap.next(), never);
}

TEST(DeadlineHeap, sweeps_that_find_nothing_grow_rare) {
  DeadlineHeap heap;
  int asked = 0;
  const auto live = [&](MessageId) { return ++asked, true; };
  for (std::uint64_t id = 1; id <= 1000; ++id) heap.add(at(1), {id}, live);
  EXPECT_EQ(asked, 960);  // 64 + 128 + 256 + 512
}

TEST(DeadlineHeap, a_sweep_keeps_every_live_one_even_when_all_live) {
  DeadlineHeap heap;
  for (std::uint64_t id = 1; id <= 1000; ++id) heap.add(at(static_cast<std::int64_t>(1001 - id)), {id}, all_live);
  for (std::uint64_t id = 1000; id >= 1; --id) EXPECT_EQ(heap.pop().value, id);
}

TEST(DeadlineHeap, one_sweep_pays_for_as_many_additions_as_it_left) {
  // 10,000 messages that end at once: a sweep each 64 additions, of 64 entries each, and nothing left behind.
  DeadlineHeap heap;
  std::uint64_t asked = 0;
  for (std::uint64_t id = 1; id <= 10'000; ++id) {
    heap.add(at(1'000'000), {id}, [&](MessageId) { return ++asked, false; });
  }
  EXPECT_LE(asked, 10'000u);
  std::size_t left = 0;
  while (heap.next() != never) heap.pop(), ++left;
  EXPECT_LE(left, 64u);
}

TEST(DeadlineHeap, keeps_no_more_than_twice_the_most_that_were_live_at_once) {
  DeadlineHeap heap;
  for (std::uint64_t id = 1; id <= 100; ++id) heap.add(at(1), {id}, all_live);
  for (std::uint64_t id = 101; id <= 10'000; ++id) heap.add(at(1), {id}, [](MessageId) { return false; });
  std::size_t left = 0;
  while (heap.next() != never) heap.pop(), ++left;
  EXPECT_LE(left, 200u);  // 2 · 100
}

TEST(DeadlineHeap, agrees_with_a_sorted_set) {
  bowline::Random random{8};
  DeadlineHeap heap;
  std::set<std::pair<TimePoint, std::uint64_t>> model;
  std::set<std::uint64_t> live;
  std::uint64_t id = 0;
  for (int i = 0; i < 5000; ++i) {
    const auto choice = random.below(5);
    if (choice < 3) {
      const TimePoint deadline = at(static_cast<std::int64_t>(random.below(1000)));
      heap.add(deadline, {++id}, [&](MessageId other) { return live.count(other.value) != 0; });
      live.insert(id);
      model.insert({deadline, id});
    } else if (choice == 3 && !model.empty()) {
      // Ends before its deadline.
      auto entry = model.begin();
      std::advance(entry, static_cast<std::ptrdiff_t>(random.below(model.size())));
      live.erase(entry->second);
      model.erase(entry);
    } else if (!model.empty()) {
      // Pops what expires next, passing over what has ended.
      std::uint64_t popped = 0;
      TimePoint when{};
      do {
        when = heap.next();
        ASSERT_NE(when, never);
        ASSERT_LE(when, model.begin()->first);
        popped = heap.pop().value;
      } while (live.count(popped) == 0);
      ASSERT_EQ(popped, model.begin()->second);
      ASSERT_EQ(when, model.begin()->first);
      live.erase(popped);
      model.erase(model.begin());
    }
  }
}

}  // namespace
