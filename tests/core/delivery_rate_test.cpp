// SPDX-License-Identifier: BSL-1.0
#include "bowline/core/delivery_rate.hpp"

#include <gtest/gtest.h>

namespace bowline {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint t0{1h};

std::uint64_t bytes_of_sample(const DeliverySample& sample) { return sample.delivered_bytes - sample.before_bytes; }

TEST(DeliveryRate, a_sample_is_what_was_delivered_since_the_datagram_left) {
  DeliveryRate rate;
  const DeliveryStamp first = rate.stamp(t0, 0);
  const DeliveryStamp second = rate.stamp(t0 + 10ms, 1000);
  const DeliverySample one = rate.on_acked(t0 + 50ms, 1000, t0, first);
  EXPECT_EQ(bytes_of_sample(one), 1000u);
  EXPECT_EQ(one.interval, 50ms);
  const DeliverySample two = rate.on_acked(t0 + 60ms, 1000, t0 + 10ms, second);
  EXPECT_EQ(bytes_of_sample(two), 2000u);
  EXPECT_EQ(two.interval, 60ms) << "from the delivery before it left, here the start";
  EXPECT_EQ(two.delivered_bytes, 2000u);
}

TEST(DeliveryRate, a_flight_that_left_slowly_is_no_slow_path_and_acknowledgements_at_once_are_no_fast_one) {
  DeliveryRate rate;
  const DeliveryStamp start = rate.stamp(t0, 0);
  // Sent over 100 ms, acknowledged within 1 ms: the sending counts.
  const DeliveryStamp last = rate.stamp(t0 + 100ms, 5000);
  static_cast<void>(rate.on_acked(t0 + 101ms, 1000, t0, start));
  const DeliverySample sample = rate.on_acked(t0 + 102ms, 5000, t0 + 100ms, last);
  EXPECT_EQ(sample.interval, 102ms);
  EXPECT_EQ(bytes_of_sample(sample), 6000u);
}

TEST(DeliveryRate, silence_does_not_count) {
  DeliveryRate rate;
  static_cast<void>(rate.on_acked(t0 + 50ms, 1000, t0, rate.stamp(t0, 0)));
  const DeliveryStamp later = rate.stamp(t0 + 10s, 0);
  EXPECT_EQ(rate.on_acked(t0 + 10s + 50ms, 1000, t0 + 10s, later).interval, 50ms);
}

TEST(DeliveryRate, what_is_sent_while_the_application_is_idle_is_marked_until_it_is_acknowledged) {
  DeliveryRate rate;
  const DeliveryStamp before = rate.stamp(t0, 0);
  rate.on_app_limited(1000);
  const DeliveryStamp marked = rate.stamp(t0, 1000);
  EXPECT_FALSE(before.app_limited);
  EXPECT_TRUE(marked.app_limited);
  static_cast<void>(rate.on_acked(t0 + 50ms, 1000, t0, before));
  EXPECT_TRUE(rate.stamp(t0 + 50ms, 1000).app_limited) << "1,000 were on the way";
  EXPECT_TRUE(rate.on_acked(t0 + 51ms, 1000, t0, marked).app_limited);
  EXPECT_FALSE(rate.stamp(t0 + 51ms, 0).app_limited);
}

TEST(DeliveryRate, counts_beyond_what_a_stamp_holds) {
  DeliveryRate rate;
  static_cast<void>(rate.on_acked(t0, 0xfffffff0u, t0, rate.stamp(t0, 0)));
  const DeliveryStamp stamp = rate.stamp(t0, 0);
  const DeliverySample sample = rate.on_acked(t0 + 1ms, 100, t0, stamp);
  EXPECT_EQ(sample.before_bytes, 0xfffffff0u);
  EXPECT_EQ(sample.delivered_bytes, 0x1'0000'0054u);
}

TEST(DeliveryRate, a_stamp_of_nothing_counts_from_the_beginning) {
  DeliveryRate rate;
  const DeliverySample sample = rate.on_acked(t0 + 10ms, 1000, t0, DeliveryStamp{});
  EXPECT_EQ(sample.before_bytes, 0u);
  EXPECT_EQ(sample.delivered_bytes, 1000u);
  EXPECT_EQ(sample.interval, 10ms);
  EXPECT_FALSE(sample.app_limited);
  EXPECT_EQ(rate.on_acked(t0, 1000, t0, DeliveryStamp{}).interval, 0ms) << "nor did it take time to leave";
}

}  // namespace
}  // namespace bowline
