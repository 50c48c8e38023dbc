// SPDX-License-Identifier: BSL-1.0
// The sliding bitmap, against a set.
#include "bowline/dedup/window_dedup.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <set>

#include "bowline/base/random.hpp"

namespace {

using bowline::Admission;
using bowline::SequenceNumber;
using bowline::WindowDedup;

static_assert(WindowDedup<>::covers(4096) && !WindowDedup<>::covers(4097));
static_assert(WindowDedup<1>::covers(1) && !WindowDedup<1>::covers(2));

TEST(WindowDedup, a_duplicate_is_admitted_once) {
  WindowDedup<> filter;
  EXPECT_EQ(filter.admit(7), Admission::fresh);
  EXPECT_EQ(filter.admit(7), Admission::duplicate);
  EXPECT_EQ(filter.admit(6), Admission::fresh);
  EXPECT_EQ(filter.check(6), Admission::duplicate);
}

TEST(WindowDedup, the_lowest_number_goes_first_whenever_it_arrived) {
  WindowDedup<4> filter;
  EXPECT_EQ(filter.admit(4), Admission::fresh);
  EXPECT_EQ(filter.admit(1), Admission::fresh);  // 4 − 4 + 1 = 1 is the lowest remembered.
  EXPECT_EQ(filter.admit(5), Admission::fresh);
  EXPECT_EQ(filter.check(1), Admission::too_old);
  EXPECT_EQ(filter.check(2), Admission::fresh);
  EXPECT_EQ(filter.check(4), Admission::duplicate);
}

TEST(WindowDedup, a_jump_beyond_the_whole_window_leaves_no_bit_behind) {
  WindowDedup<100> filter;
  for (SequenceNumber number = 1; number <= 300; ++number) filter.admit(number);
  EXPECT_EQ(filter.admit(1'000'000), Admission::fresh);
  for (SequenceNumber number = 999'901; number < 1'000'000; ++number) {
    EXPECT_EQ(filter.check(number), Admission::fresh) << number;
  }
  EXPECT_EQ(filter.check(999'900), Admission::too_old);
}

TEST(WindowDedup, no_number_at_all_is_never_fresh) {
  WindowDedup<> filter;
  EXPECT_EQ(filter.admit(0), Admission::too_old);
  EXPECT_TRUE(filter.invariants_hold());
}

TEST(WindowDedup, the_largest_numbers_are_like_any_other) {
  constexpr SequenceNumber last = ~SequenceNumber{0};
  WindowDedup<3> filter;
  EXPECT_EQ(filter.admit(last), Admission::fresh);
  EXPECT_EQ(filter.admit(last - 2), Admission::fresh);
  EXPECT_EQ(filter.check(last - 3), Admission::too_old);
  EXPECT_TRUE(filter.invariants_hold());
}

TEST(WindowDedup, clear_forgets_everything) {
  WindowDedup<4> filter;
  filter.admit(100);
  filter.clear();
  EXPECT_EQ(filter.admit(1), Admission::fresh);
  EXPECT_EQ(filter.admit(100), Admission::fresh);
}

template <std::size_t N>
void agrees_with_a_set() {
  WindowDedup<N> filter;
  std::set<SequenceNumber> admitted;
  bowline::Random random{N};
  for (std::uint64_t step = 0; step < 10'000; ++step) {
    const std::uint64_t leap = random.below(50) == 0 ? random.below(3 * N) : 0;
    const SequenceNumber base = admitted.empty() ? 0 : *admitted.rbegin();
    const SequenceNumber reach = random.below(N + N / 4 + 2);
    const SequenceNumber number = base + 2 + leap > reach ? base + 2 + leap - reach : 0;
    Admission expected = Admission::fresh;
    if (number == 0 || number + N <= base) {
      expected = Admission::too_old;
    } else if (admitted.count(number) != 0) {
      expected = Admission::duplicate;
    }
    ASSERT_EQ(filter.check(number), expected) << "N " << N << " step " << step << " number " << number;
    ASSERT_EQ(filter.admit(number), expected);
    ASSERT_TRUE(filter.invariants_hold());
    if (expected == Admission::fresh) admitted.insert(number);
  }
}

TEST(WindowDedup, answers_as_a_set_does) {
  agrees_with_a_set<1>();
  agrees_with_a_set<2>();
  agrees_with_a_set<63>();
  agrees_with_a_set<64>();
  agrees_with_a_set<65>();
  agrees_with_a_set<66>();
  agrees_with_a_set<127>();
  agrees_with_a_set<128>();
  agrees_with_a_set<1000>();
}

}  // namespace
