// SPDX-License-Identifier: BSL-1.0
// The contract of resend/concept.hpp as tests for any model: clause N of the comment there is clause_N_…
// here. Instantiate it with your own schedule: INSTANTIATE_TYPED_TEST_SUITE_P(Mine, ResendContract,
// MySchedule).
#pragma once

#include <gtest/gtest.h>

#include <cstdint>

#include "bowline/base/random.hpp"
#include "bowline/resend/concept.hpp"

namespace bowline::contract {

template <class Schedule>
class ResendContract : public testing::Test {
 protected:
  static_assert(ResendSchedule<Schedule>);

  static Duration some_duration(Random& random) {
    switch (random.below(4)) {
      case 0:
        return Duration{0};
      case 1:
        return (Duration::max)();
      default:
        return Duration{static_cast<std::int64_t>(random.below(3'000'000))};  // Up to 3 s.
    }
  }

  static ResendQuery some_query(Random& random) {
    return {some_duration(random), some_duration(random), some_duration(random),
            static_cast<std::uint32_t>(random.next() >> (32 + random.below(32))),
            static_cast<std::uint32_t>(random.next() >> 32)};
  }

  const Schedule schedule{};
};

TYPED_TEST_SUITE_P(ResendContract);

TYPED_TEST_P(ResendContract, clause_1_a_timeout_is_above_zero) {
  Random random{1};
  for (int i = 0; i < 5000; ++i)
    ASSERT_GT(this->schedule.timeout(this->some_query(random)), Duration::zero());
}

TYPED_TEST_P(ResendContract, clause_1_the_same_question_gets_the_same_answer) {
  Random random{2};
  const ResendQuery first = this->some_query(random);
  const Duration answer = this->schedule.timeout(first);
  for (int i = 0; i < 100; ++i) {
    const ResendQuery query = this->some_query(random);
    const TypeParam copy = this->schedule;
    ASSERT_EQ(this->schedule.timeout(query), copy.timeout(query));
    ASSERT_EQ(this->schedule.timeout(first), answer);
  }
}

TYPED_TEST_P(ResendContract, clause_2_and_3_the_limit_and_the_kind_never_change) {
  Random random{3};
  const std::uint32_t limit = this->schedule.resends_max();
  const bool follows = this->schedule.follows_acks();
  for (int i = 0; i < 100; ++i) {
    static_cast<void>(this->schedule.timeout(this->some_query(random)));
    ASSERT_EQ(this->schedule.resends_max(), limit);
    ASSERT_EQ(this->schedule.follows_acks(), follows);
  }
}

REGISTER_TYPED_TEST_SUITE_P(ResendContract, clause_1_a_timeout_is_above_zero,
                            clause_1_the_same_question_gets_the_same_answer,
                            clause_2_and_3_the_limit_and_the_kind_never_change);

/// The least that a schedule can be. It proves that the concept and whatever is built on it ask for no more.
struct ResendArchetype {
  Duration timeout(const ResendQuery&) const { return std::chrono::seconds{1}; }
  std::uint32_t resends_max() const { return 1; }
  bool follows_acks() const { return false; }
};

}  // namespace bowline::contract
