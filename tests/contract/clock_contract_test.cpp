// SPDX-License-Identifier: BSL-1.0
// Every clock of the library keeps the contract of its concept.
#include <gtest/gtest.h>

#include "bowline/clock/manual_clock.hpp"
#include "bowline/clock/steady_clock.hpp"

namespace bowline::test {
namespace {

template <class Clock>
struct Make {
  Clock clock;
};
template <>
struct Make<ManualClock> {
  TimePoint time{Duration{42}};
  ManualClock clock{time};
};

template <class Clock>
class ClockContract : public testing::Test {
 protected:
  Make<Clock> made_;
};

using Clocks = testing::Types<SteadyClock, ManualClock>;
TYPED_TEST_SUITE(ClockContract, Clocks);

TYPED_TEST(ClockContract, time_does_not_go_back_promise_1) {
  TimePoint before = this->made_.clock.now();
  for (int i = 0; i < 1000; ++i) {
    const TimePoint now = this->made_.clock.now();
    EXPECT_GE(now, before);
    before = now;
  }
}

TYPED_TEST(ClockContract, copies_agree_promise_2) {
  const auto copy = this->made_.clock;
  const TimePoint first = this->made_.clock.now();
  const TimePoint between = copy.now();
  const TimePoint last = this->made_.clock.now();
  EXPECT_LE(first, between);
  EXPECT_LE(between, last);
}

}  // namespace
}  // namespace bowline::test
