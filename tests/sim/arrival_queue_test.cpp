// SPDX-License-Identifier: BSL-1.0
#include "bowline/sim/arrival_queue.hpp"

#include <gtest/gtest.h>

#include <string>

#include "bowline/base/random.hpp"

namespace bowline::sim {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint t0{1h};

std::string take_all(ArrivalQueue& queue) {
  std::string taken;
  while (const auto datagram = queue.take()) taken += text(*datagram);
  return taken;
}

TEST(SimArrivalQueue, datagrams_come_out_by_arrival_and_ties_in_the_order_of_scheduling) {
  ArrivalQueue queue;
  queue.schedule(t0 + 3ms, bytes_of("d"));
  queue.schedule(t0 + 1ms, bytes_of("a"));
  queue.schedule(t0 + 2ms, bytes_of("b"));
  queue.schedule(t0 + 2ms, bytes_of("c"));
  EXPECT_EQ(queue.next_arrival(), t0 + 1ms);
  EXPECT_EQ(queue.advance(t0 + 2ms, 10), 0u);
  EXPECT_EQ(queue.next_arrival(), t0 + 3ms);
  EXPECT_EQ(take_all(queue), "abc");
  queue.advance(t0 + 3ms, 10);
  EXPECT_EQ(take_all(queue), "d");
  EXPECT_EQ(queue.next_arrival(), never);
}

TEST(SimArrivalQueue, nothing_is_readable_before_advance) {
  ArrivalQueue queue;
  queue.schedule(t0, bytes_of("a"));
  EXPECT_FALSE(queue.take());
}

TEST(SimArrivalQueue, an_empty_datagram_arrives_too) {
  ArrivalQueue queue;
  queue.schedule(t0, {});
  queue.advance(t0, 10);
  const auto datagram = queue.take();
  ASSERT_TRUE(datagram);
  EXPECT_TRUE(datagram->empty());
}

TEST(SimArrivalQueue, what_finds_too_many_unread_is_dropped) {
  ArrivalQueue queue;
  for (const char* datagram : {"a", "b", "c", "d"}) queue.schedule(t0, bytes_of(datagram));
  EXPECT_EQ(queue.advance(t0, 3), 1u);
  EXPECT_EQ(take_all(queue), "abc");
}

TEST(SimArrivalQueue, each_buffer_is_in_one_place_after_a_thousand_random_steps) {
  ArrivalQueue queue;
  Random random{7};
  TimePoint now = t0;
  for (int i = 0; i < 1000; ++i) {
    queue.schedule(now + Duration{static_cast<std::int64_t>(random.below(1000))}, bytes_of("x"));
    now += Duration{static_cast<std::int64_t>(random.below(200))};
    queue.advance(now, 20);
    if (random.chance(400'000)) (void)queue.take();
    ASSERT_TRUE(queue.invariants_hold()) << i;
  }
}

}  // namespace
}  // namespace bowline::sim
