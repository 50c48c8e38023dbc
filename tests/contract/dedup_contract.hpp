// SPDX-License-Identifier: BSL-1.0
// The contract of dedup/concept.hpp as tests for any model: clause N of the comment there is clause_N_… here.
// Instantiate it with your own filter: INSTANTIATE_TYPED_TEST_SUITE_P(Mine, DedupContract, MyFilter).
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <set>

#include "bowline/base/random.hpp"
#include "bowline/dedup/concept.hpp"

namespace bowline::contract {

/// Specialise it as false for a filter that gives up clause 1 on purpose.
template <class Filter>
inline constexpr bool admits_once = true;

/// Numbers as a network delivers those of a sender with a window: `next` is any number not yet arrived below
/// lowest + window.
struct Arrivals {
  std::uint32_t window;
  Random random;
  SequenceNumber lowest = 1;
  SequenceNumber highest = 0;
  std::set<SequenceNumber> above_lowest{};

  SequenceNumber next() {
    SequenceNumber number = lowest;
    // Often the lowest one, or it would stay missing for long and the window would seldom move.
    if (random.below(3) != 0) {
      do number = lowest + random.below(window);
      while (above_lowest.count(number) != 0);
    }
    return number;
  }
  void arrived(SequenceNumber number) {
    above_lowest.insert(number);
    highest = (std::max)(highest, number);
    while (above_lowest.erase(lowest) != 0) ++lowest;
  }
};

template <class Filter>
class DedupContract : public testing::Test {
 protected:
  static_assert(DuplicateFilter<Filter>);

  /// The largest window up to 64 that the filter covers.
  std::uint32_t window() const {
    std::uint32_t largest = 64;
    while (largest > 1 && !filter.covers(largest)) --largest;
    return largest;
  }

  void expect_invariants() const {
    if constexpr (requires { filter.invariants_hold(); }) {
      ASSERT_TRUE(filter.invariants_hold());
    }
  }

  Filter filter{};
};

TYPED_TEST_SUITE_P(DedupContract);

TYPED_TEST_P(DedupContract, clause_1_a_number_is_fresh_at_most_once) {
  if constexpr (!admits_once<TypeParam>) {
    GTEST_SKIP() << "given up on purpose";
  } else {
    Random random{1};
    std::set<SequenceNumber> fresh;
    for (std::uint64_t step = 0; step < 5000; ++step) {
      const SequenceNumber leap = random.below(500) == 0 ? random.below(5000) : 0;
      const SequenceNumber number = 1 + step / 8 + random.below(200) + leap;
      if (this->filter.admit(number) == Admission::fresh) {
        ASSERT_TRUE(fresh.insert(number).second) << number;
      }
    }
    for (const SequenceNumber number : fresh)
      ASSERT_NE(this->filter.check(number), Admission::fresh) << number;
    this->expect_invariants();
  }
}

TYPED_TEST_P(DedupContract, clause_2_check_answers_as_admit_would_and_changes_nothing) {
  Random random{2};
  TypeParam unasked = this->filter;
  for (std::uint64_t step = 0; step < 3000; ++step) {
    const SequenceNumber number = 1 + step / 4 + random.below(50);
    const TypeParam& asked = this->filter;
    for (SequenceNumber other = number; other < number + 5; ++other) static_cast<void>(asked.check(other));
    const Admission announced = asked.check(number);
    ASSERT_EQ(this->filter.admit(number), announced) << number;
    ASSERT_EQ(unasked.admit(number), announced) << number;
  }
}

TYPED_TEST_P(DedupContract, clause_3_what_is_forgotten_is_too_old) {
  if constexpr (!admits_once<TypeParam>) {
    GTEST_SKIP() << "remembers nothing on purpose";
  } else {
    for (SequenceNumber number = 1; number <= 5000; ++number) {
      ASSERT_EQ(this->filter.admit(number), Admission::fresh) << number;
    }
    bool remembered = false;
    for (SequenceNumber number = 1; number <= 5000; ++number) {
      const Admission answer = this->filter.check(number);
      ASSERT_NE(answer, Admission::fresh) << number;
      ASSERT_FALSE(remembered && answer == Admission::too_old) << number;
      remembered = remembered || answer == Admission::duplicate;
    }
    EXPECT_TRUE(remembered);
  }
}

TYPED_TEST_P(DedupContract, clause_4_nothing_live_is_refused_and_nothing_recent_forgotten) {
  ASSERT_TRUE(this->filter.covers(1));
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    this->filter.clear();
    Arrivals arrivals{this->window(), Random{seed}};
    for (int step = 0; step < 600; ++step) {
      const SequenceNumber number = arrivals.next();
      ASSERT_EQ(this->filter.admit(number), Admission::fresh) << "seed " << seed << " number " << number;
      arrivals.arrived(number);
      for (SequenceNumber live = arrivals.lowest; live < arrivals.lowest + arrivals.window; ++live) {
        if (arrivals.above_lowest.count(live) != 0) continue;
        ASSERT_EQ(this->filter.check(live), Admission::fresh) << "seed " << seed << " number " << live;
      }
      // The last w count from the highest one itself: what is w below it was acknowledged before it was sent.
      const SequenceNumber high = arrivals.highest;
      for (SequenceNumber recent = high; recent > 0 && recent + arrivals.window > high; --recent) {
        ASSERT_NE(this->filter.check(recent), Admission::too_old) << "seed " << seed << " number " << recent;
      }
    }
    this->expect_invariants();
  }
}

TYPED_TEST_P(DedupContract, clause_4_a_smaller_window_is_covered_too) {
  for (std::uint32_t smaller = 1; smaller <= this->window(); ++smaller) {
    EXPECT_TRUE(this->filter.covers(smaller)) << smaller;
  }
}

TYPED_TEST_P(DedupContract, after_clear_it_is_as_new) {
  for (SequenceNumber number = 1; number <= 300; ++number) this->filter.admit(number);
  this->filter.clear();
  TypeParam unused{};
  Random random{3};
  for (int step = 0; step < 1000; ++step) {
    const SequenceNumber number = 1 + random.below(400);
    ASSERT_EQ(this->filter.admit(number), unused.admit(number)) << number;
  }
}

REGISTER_TYPED_TEST_SUITE_P(DedupContract, clause_1_a_number_is_fresh_at_most_once,
                            clause_2_check_answers_as_admit_would_and_changes_nothing,
                            clause_3_what_is_forgotten_is_too_old,
                            clause_4_nothing_live_is_refused_and_nothing_recent_forgotten,
                            clause_4_a_smaller_window_is_covered_too, after_clear_it_is_as_new);

/// The least that a filter can be: knows the highest number only, so it covers a window of one. It proves
/// that the concept and whatever is built on it ask for no more.
class DedupArchetype {
 public:
  Admission admit(SequenceNumber number) {
    const Admission answer = check(number);
    if (answer == Admission::fresh) highest_ = number;
    return answer;
  }
  Admission check(SequenceNumber number) const {
    if (number > highest_) return Admission::fresh;
    return number == highest_ ? Admission::duplicate : Admission::too_old;
  }
  bool covers(std::uint32_t window) const { return window <= 1; }
  void clear() { highest_ = 0; }

 private:
  SequenceNumber highest_ = 0;
};

}  // namespace bowline::contract
