// SPDX-License-Identifier: BSL-1.0
#include "bowline/core/answer_limiter.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace bowline {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint start{1h};

int allowed(AnswerLimiter& limiter, TimePoint now, int asked) {
  int count = 0;
  for (int i = 0; i < asked; ++i) count += limiter.allow(now) ? 1 : 0;
  return count;
}

TEST(AnswerLimiter, a_burst_of_eight_passes) {
  AnswerLimiter limiter;
  EXPECT_EQ(allowed(limiter, start, 100), 8);
}

TEST(AnswerLimiter, one_more_passes_every_fifty_milliseconds) {
  AnswerLimiter limiter;
  allowed(limiter, start, 8);
  EXPECT_EQ(allowed(limiter, start + 49ms, 10), 0);
  EXPECT_EQ(allowed(limiter, start + 50ms, 10), 1);
  EXPECT_EQ(allowed(limiter, start + 149ms, 10), 1);
  EXPECT_EQ(allowed(limiter, start + 150ms, 10), 1);
}

// Catches a refill that forgets the part of an interval that had passed.
TEST(AnswerLimiter, the_rate_holds_however_often_it_is_asked) {
  AnswerLimiter limiter;
  allowed(limiter, start, 8);
  int count = 0;
  for (TimePoint now = start; now < start + 10s; now += 7ms) count += allowed(limiter, now, 1);
  EXPECT_EQ(count, 199);  // 10 s / 50 ms, less the one that the last step of 7 ms did not reach.
}

TEST(AnswerLimiter, quiet_earns_no_more_than_a_burst) {
  AnswerLimiter limiter;
  allowed(limiter, start, 8);
  EXPECT_EQ(allowed(limiter, start + 24h * 30, 100), 8);
  EXPECT_EQ(allowed(limiter, start + 24h * 30 + 50ms, 100), 1);
}

}  // namespace
}  // namespace bowline
