// SPDX-License-Identifier: BSL-1.0
// The filter in arrival order, against a slow reference and against every order of arrival in a small window.
#include "bowline/dedup/fixed_queue_dedup.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <deque>
#include <initializer_list>
#include <set>

#include "bowline/base/random.hpp"

namespace {

using bowline::Admission;
using bowline::FixedQueueDedup;
using bowline::SequenceNumber;

// 2 · 1,024 − 1 = 2,047.
static_assert(FixedQueueDedup<2047>::covers(1024));
static_assert(!FixedQueueDedup<2046>::covers(1024));
static_assert(FixedQueueDedup<>::covers(4096) && !FixedQueueDedup<>::covers(4097));
static_assert(FixedQueueDedup<1>::covers(1) && FixedQueueDedup<1>::covers(0));
static_assert(!FixedQueueDedup<>::covers(0xffffffff));

template <std::size_t N>
FixedQueueDedup<N> after_arrival_of(std::initializer_list<SequenceNumber> numbers) {
  FixedQueueDedup<N> filter;
  for (const SequenceNumber number : numbers) EXPECT_EQ(filter.admit(number), Admission::fresh) << number;
  return filter;
}

TEST(FixedQueueDedup, a_duplicate_is_admitted_once) {
  FixedQueueDedup<> filter;
  EXPECT_EQ(filter.admit(7), Admission::fresh);
  EXPECT_EQ(filter.admit(7), Admission::duplicate);
  EXPECT_EQ(filter.check(7), Admission::duplicate);
  EXPECT_EQ(filter.check(8), Admission::fresh);
}

TEST(FixedQueueDedup, the_oldest_arrival_goes_first_whatever_its_number) {
  auto filter = after_arrival_of<3>({9, 4, 5});
  EXPECT_EQ(filter.admit(10), Admission::fresh);  // Evicts 9, which becomes the floor.
  EXPECT_EQ(filter.check(9), Admission::too_old);
  EXPECT_EQ(filter.check(4), Admission::duplicate);  // Below the floor, but still in the queue.
  EXPECT_EQ(filter.check(8), Admission::too_old);    // Below the floor, and never seen: nobody knows.
  EXPECT_EQ(filter.check(11), Admission::fresh);
}

TEST(FixedQueueDedup, the_floor_never_falls) {
  auto filter = after_arrival_of<1>({9, 12});     // 9 is evicted.
  EXPECT_EQ(filter.admit(10), Admission::fresh);  // 12 is evicted.
  EXPECT_EQ(filter.admit(13), Admission::fresh);  // 10 is evicted; the floor stays 12.
  EXPECT_EQ(filter.check(11), Admission::too_old);
}

TEST(FixedQueueDedup, no_number_at_all_is_never_fresh) {
  FixedQueueDedup<> filter;
  EXPECT_EQ(filter.check(0), Admission::too_old);
  EXPECT_EQ(filter.admit(0), Admission::too_old);
  filter.admit(1);
  EXPECT_EQ(filter.admit(0), Admission::too_old);
}

TEST(FixedQueueDedup, the_largest_numbers_are_like_any_other) {
  constexpr SequenceNumber last = ~SequenceNumber{0};
  auto filter = after_arrival_of<2>({last, last - 1, last - 2});
  EXPECT_EQ(filter.check(last), Admission::too_old);
  EXPECT_EQ(filter.check(last - 1), Admission::duplicate);
  EXPECT_TRUE(filter.invariants_hold());
}

TEST(FixedQueueDedup, clear_forgets_the_queue_and_the_floor) {
  auto filter = after_arrival_of<2>({5, 6, 7});
  filter.clear();
  EXPECT_TRUE(filter.invariants_hold());
  EXPECT_EQ(filter.admit(1), Admission::fresh);
  EXPECT_EQ(filter.admit(6), Admission::fresh);
  EXPECT_EQ(filter.admit(5), Admission::fresh);
  EXPECT_TRUE(filter.invariants_hold());
}

TEST(FixedQueueDedup, a_copy_goes_its_own_way) {
  auto filter = after_arrival_of<4>({1, 2});
  auto copy = filter;
  EXPECT_EQ(copy.admit(3), Admission::fresh);
  EXPECT_EQ(filter.check(3), Admission::fresh);
  EXPECT_EQ(copy.check(1), Admission::duplicate);
}

TEST(FixedQueueDedup, an_idle_one_is_small) {
  EXPECT_LE(sizeof(FixedQueueDedup<1u << 20>), 128u);  // Two vectors, three numbers, nothing on the heap.
}

TEST(FixedQueueDedup, two_for_a_window_of_two_leave_a_delivered_message_unacknowledged_for_ever) {
  // 2 and 1 arrive, 1 is acknowledged, 3 arrives; 2 is sent again, because its acknowledgement was lost.
  static_assert(!FixedQueueDedup<2>::covers(2));
  EXPECT_EQ(after_arrival_of<2>({2, 1, 3}).check(2), Admission::too_old);
  static_assert(FixedQueueDedup<3>::covers(2));
  EXPECT_EQ(after_arrival_of<3>({2, 1, 3}).check(2), Admission::duplicate);
}

TEST(FixedQueueDedup, four_for_a_window_of_three_leave_a_delivered_message_unacknowledged_for_ever) {
  static_assert(!FixedQueueDedup<4>::covers(3));
  EXPECT_EQ(after_arrival_of<4>({3, 1, 2, 4, 5}).check(3), Admission::too_old);
  static_assert(FixedQueueDedup<5>::covers(3));
  EXPECT_EQ(after_arrival_of<5>({3, 1, 2, 4, 5}).check(3), Admission::duplicate);
}

TEST(FixedQueueDedup, four_for_a_window_of_four_refuse_a_message_that_never_arrived) {
  static_assert(!FixedQueueDedup<4>::covers(4));
  EXPECT_EQ(after_arrival_of<4>({4, 1, 2, 5, 6}).check(3), Admission::too_old);
  static_assert(FixedQueueDedup<7>::covers(4));
  EXPECT_EQ(after_arrival_of<7>({4, 1, 2, 5, 6}).check(3), Admission::fresh);
}

/// Whether some order of `arrivals` arrivals within a window makes the filter refuse or forget what it must
/// not.
template <std::size_t N>
bool fails_somewhere(std::uint32_t window, int arrivals, const FixedQueueDedup<N>& filter = {},
                     const std::set<SequenceNumber>& arrived = {}) {
  SequenceNumber lowest = 1;
  while (arrived.count(lowest) != 0) ++lowest;
  const SequenceNumber highest = arrived.empty() ? 0 : *arrived.rbegin();
  for (SequenceNumber number = lowest; number < lowest + window; ++number) {
    const bool seen = arrived.count(number) != 0;
    if (filter.check(number) != (seen ? Admission::duplicate : Admission::fresh)) return true;
  }
  for (SequenceNumber number = highest; number > 0 && number + window > highest; --number) {
    if (filter.check(number) == Admission::too_old) return true;
  }
  if (arrivals == 0) return false;
  for (SequenceNumber number = lowest; number < lowest + window; ++number) {
    if (arrived.count(number) != 0) continue;
    auto filter_after = filter;
    auto arrived_after = arrived;
    filter_after.admit(number);
    arrived_after.insert(number);
    if (fails_somewhere<N>(window, arrivals - 1, filter_after, arrived_after)) return true;
  }
  return false;
}

TEST(FixedQueueDedup, twice_the_window_less_one_is_exactly_enough_in_every_order_of_arrival) {
  EXPECT_FALSE(fails_somewhere<1>(1, 6));
  EXPECT_FALSE(fails_somewhere<3>(2, 8));
  EXPECT_FALSE(fails_somewhere<5>(3, 9));
  EXPECT_FALSE(fails_somewhere<7>(4, 8));
  EXPECT_TRUE(fails_somewhere<2>(2, 8));
  EXPECT_TRUE(fails_somewhere<4>(3, 9));
  EXPECT_TRUE(fails_somewhere<6>(4, 8));
}

TEST(FixedQueueDedup, a_call_walks_a_few_slots_whether_numbers_come_in_order_or_not) {
  FixedQueueDedup<> filter;
  bowline::Random random{1};
  std::size_t longest = 0;
  for (SequenceNumber number = 1; number <= 20'000; ++number) {
    filter.admit(number < 10'000 ? number : number - random.below(1000));
    if (number % 50 == 0) longest = (std::max)(longest, filter.longest_walk());
  }
  EXPECT_GE(longest, 1u);
  EXPECT_LE(longest, 2u);  // The queue in one chain would be 2,048.
}

/// The same rule in the plainest words.
class Reference {
 public:
  explicit Reference(std::size_t size) : size_{size} {}

  Admission admit(SequenceNumber number) {
    if (members_.count(number) != 0) return Admission::duplicate;
    if (number <= floor_) return Admission::too_old;
    if (queue_.size() == size_) {
      floor_ = (std::max)(floor_, queue_.front());
      members_.erase(queue_.front());
      queue_.pop_front();
    }
    queue_.push_back(number);
    members_.insert(number);
    return Admission::fresh;
  }

 private:
  std::size_t size_;
  std::deque<SequenceNumber> queue_;
  std::set<SequenceNumber> members_;
  SequenceNumber floor_ = 0;
};

template <std::size_t N>
void agrees_with_the_reference(SequenceNumber stride) {
  FixedQueueDedup<N> filter;
  Reference reference{N};
  bowline::Random random{N + stride};
  for (std::uint64_t step = 0; step < 6000; ++step) {
    // A range that moves on slowly, so that most answers are of each kind.
    const SequenceNumber number = stride * (1 + step / 4 + random.below(2 * N + 2)) + random.below(2);
    const Admission expected = reference.admit(number);
    ASSERT_EQ(filter.check(number), expected) << "N " << N << " step " << step << " number " << number;
    ASSERT_EQ(filter.admit(number), expected);
    if (step % 16 == 0) {
      ASSERT_TRUE(filter.invariants_hold()) << "N " << N << " step " << step;
    }
  }
}

/// Runs of about `length` numbers, now and then a number left out, or one that was.
template <std::size_t N>
void agrees_in_runs(std::uint64_t length) {
  FixedQueueDedup<N> filter;
  Reference reference{N};
  bowline::Random random{N + length};
  SequenceNumber highest = 0;
  for (std::uint64_t step = 0; step < 6000; ++step) {
    SequenceNumber number = highest + 1;
    if (random.below(length) == 0) number += random.below(3);
    if (random.below(length) == 0) number -= (std::min)(number, random.below(2 * N + 2));
    highest = (std::max)(highest, number);
    const Admission expected = reference.admit(number);
    ASSERT_EQ(filter.check(number), expected) << "N " << N << " step " << step << " number " << number;
    ASSERT_EQ(filter.admit(number), expected);
    ASSERT_TRUE(step % 16 != 0 || filter.invariants_hold()) << "N " << N << " step " << step;
  }
}

TEST(FixedQueueDedup, answers_so_too_where_numbers_come_in_runs) {
  for (const std::uint64_t length : {2u, 5u, 50u}) {
    agrees_in_runs<1>(length);
    agrees_in_runs<2>(length);
    agrees_in_runs<3>(length);
    agrees_in_runs<8>(length);
    agrees_in_runs<9>(length);
    agrees_in_runs<31>(length);
  }
}

TEST(FixedQueueDedup, answers_as_a_set_and_a_queue_do) {
  for (const SequenceNumber stride : {1u, 7u, 64u}) {
    agrees_with_the_reference<1>(stride);
    agrees_with_the_reference<2>(stride);
    agrees_with_the_reference<3>(stride);
    agrees_with_the_reference<8>(stride);
    agrees_with_the_reference<9>(stride);
    agrees_with_the_reference<31>(stride);
  }
}

}  // namespace
