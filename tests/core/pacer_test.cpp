// SPDX-License-Identifier: BSL-1.0
#include "bowline/core/pacer.hpp"

#include <gtest/gtest.h>

namespace bowline {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint t0{1h};
constexpr Pacing megabyte{1'000'000, 3000};  // 1,000 B take 1 ms; three of them leave at once.

int sends(Pacer& pacer, TimePoint now, const Pacing& pacing, int most = 100) {
  int count = 0;
  while (count < most && pacer.allows(now, 1000, pacing)) {
    pacer.on_sent(1000);
    ++count;
  }
  return count;
}

TEST(Pacer, lets_everything_go_while_no_rate_is_known) {
  Pacer pacer;
  EXPECT_EQ(sends(pacer, t0, {}), 100);
  EXPECT_EQ(pacer.release_at(), never);
}

TEST(Pacer, what_left_before_there_was_a_rate_is_not_paid_for) {
  Pacer pacer;
  EXPECT_EQ(sends(pacer, t0, {}), 100);
  EXPECT_EQ(sends(pacer, t0 + 3ms, megabyte), 3);
}

TEST(Pacer, holds_back_until_a_whole_burst_may_go) {
  Pacer pacer;
  EXPECT_EQ(sends(pacer, t0, megabyte), 3);
  EXPECT_EQ(pacer.release_at(), t0 + 3ms);
  EXPECT_EQ(sends(pacer, t0 + 2ms, megabyte), 0);
  EXPECT_EQ(pacer.release_at(), t0 + 3ms);
  EXPECT_EQ(sends(pacer, t0 + 3ms, megabyte), 3);
}

TEST(Pacer, keeps_the_rate_exactly) {
  Pacer pacer;
  const Pacing odd{1'234'567, 0};
  TimePoint now = t0;
  int count = 0;
  while (now < t0 + 10s) {
    count += sends(pacer, now, odd);
    now = pacer.release_at();
  }
  // 12,345.67 kB in 10 s, and the one at once. Each release is rounded up to a microsecond, which is not lost.
  EXPECT_EQ(count, 12'346);
}

TEST(Pacer, an_idle_sender_saves_one_burst_and_no_more) {
  Pacer pacer;
  EXPECT_EQ(sends(pacer, t0, megabyte, 1), 1);
  EXPECT_EQ(sends(pacer, t0 + 10s, megabyte), 3);
}

TEST(Pacer, a_caller_that_comes_late_finds_what_it_was_late_for) {
  Pacer pacer;
  EXPECT_EQ(sends(pacer, t0, megabyte), 3);
  EXPECT_EQ(sends(pacer, t0 + 16ms, megabyte), 16);  // since t0; released at 3 ms, 13 ms late
  EXPECT_EQ(sends(pacer, t0 + 32ms, megabyte), 16);
  EXPECT_EQ(sends(pacer, t0 + 10s, megabyte), 36);  // 33 ms and a burst at the most
}

TEST(Pacer, what_may_not_wait_delays_what_may_by_its_own_time_only) {
  Pacer pacer;
  EXPECT_EQ(sends(pacer, t0, megabyte), 3);
  for (int i = 0; i < 50; ++i) pacer.on_sent(1000);
  EXPECT_FALSE(pacer.allows(t0, 1000, megabyte));
  EXPECT_EQ(pacer.release_at(), t0 + 4ms);  // 1,000 B short, and a burst
}

TEST(Pacer, the_slowest_rate_and_the_fastest_do_not_overflow) {
  Pacer slow, fast;
  const Pacing least{1000, 0}, most{Pacing::bytes_per_second_max, std::size_t{256} << 10};
  EXPECT_EQ(sends(slow, t0, least), 1);
  EXPECT_EQ(slow.release_at(), t0 + 1s);
  EXPECT_EQ(sends(fast, t0, most, 1000), 262);  // 262,144 / 1,000
  EXPECT_EQ(fast.release_at(), t0 + 3us);
  EXPECT_GT(sends(fast, t0 + 24h, most, 10'000'000), 262);
}

}  // namespace
}  // namespace bowline
