// SPDX-License-Identifier: BSL-1.0
#include "bowline/core/receive_log.hpp"

#include <gtest/gtest.h>

#include <map>

#include "bowline/base/random.hpp"

namespace {

using bowline::Fate;
using bowline::ReceiveLog;
using bowline::SequenceNumber;

TEST(ReceiveLog, starts_with_everything_unseen) {
  const ReceiveLog log{4};
  EXPECT_EQ(log.lowest_unseen(), 1u);
  for (SequenceNumber n = 1; n <= 4; ++n) EXPECT_EQ(log.fate(n), Fate::unseen);
  EXPECT_TRUE(log.beyond(5));
  EXPECT_FALSE(log.beyond(4));
}

TEST(ReceiveLog, the_lowest_unseen_passes_everything_seen) {
  ReceiveLog log{4};
  log.set(2, Fate::received);
  log.set(3, Fate::abandoned);
  EXPECT_EQ(log.lowest_unseen(), 1u);
  log.set(1, Fate::delivered);
  EXPECT_EQ(log.lowest_unseen(), 4u);
  EXPECT_EQ(log.fate(1), Fate::delivered);
  EXPECT_EQ(log.fate(2), Fate::received);
  EXPECT_EQ(log.fate(3), Fate::abandoned);
  EXPECT_TRUE(log.settled(1));
  EXPECT_FALSE(log.settled(2));
  EXPECT_TRUE(log.settled(3));
  EXPECT_FALSE(log.settled(4));
}

TEST(ReceiveLog, keeps_one_window_behind_and_one_ahead) {
  ReceiveLog log{4};
  for (SequenceNumber n = 1; n <= 10; ++n) log.set(n, Fate::delivered);
  EXPECT_EQ(log.lowest_unseen(), 11u);
  EXPECT_FALSE(log.behind(7));  // 11 − 4
  EXPECT_TRUE(log.behind(6));
  EXPECT_FALSE(log.beyond(14));
  EXPECT_TRUE(log.beyond(15));  // 11 + 4
}

TEST(ReceiveLog, what_is_received_may_become_settled) {
  ReceiveLog log{4};
  log.set(1, Fate::received);
  log.set(1, Fate::delivered);
  EXPECT_EQ(log.fate(1), Fate::delivered);
  EXPECT_EQ(log.lowest_unseen(), 2u);
}

TEST(ReceiveLog, clear_starts_from_1_and_remembers_nothing) {
  ReceiveLog log{3};
  for (SequenceNumber n = 1; n <= 100; ++n) log.set(n, Fate::abandoned);
  log.clear();
  EXPECT_EQ(log.lowest_unseen(), 1u);
  for (SequenceNumber n = 1; n <= 3; ++n) EXPECT_EQ(log.fate(n), Fate::unseen);
}

TEST(ReceiveLog, a_run_of_deliveries_is_remembered_when_something_else_follows) {
  ReceiveLog log{4};
  for (SequenceNumber n = 1; n <= 10; ++n) log.set(n, Fate::delivered);
  EXPECT_EQ(log.fate(7), Fate::delivered);  // 11 − 4
  log.set(12, Fate::received);
  for (SequenceNumber n = 7; n <= 10; ++n) EXPECT_EQ(log.fate(n), Fate::delivered) << n;
  EXPECT_EQ(log.fate(11), Fate::unseen);
  log.set(11, Fate::abandoned);
  EXPECT_EQ(log.lowest_unseen(), 13u);
  log.set(13, Fate::delivered);  // A new run, behind other fates.
  EXPECT_EQ(log.fate(10), Fate::delivered);
  EXPECT_EQ(log.fate(11), Fate::abandoned);
  EXPECT_EQ(log.fate(12), Fate::received);
  EXPECT_EQ(log.fate(13), Fate::delivered);
}

TEST(ReceiveLog, nothing_is_kept_of_a_number_that_is_behind) {
  ReceiveLog log{2};
  for (SequenceNumber n = 1; n <= 5; ++n) log.set(n, n == 3 ? Fate::received : Fate::delivered);
  ASSERT_TRUE(log.behind(3));
  log.set(3, Fate::delivered);
  EXPECT_EQ(log.lowest_unseen(), 6u);
  EXPECT_EQ(log.fate(7), Fate::unseen);
  EXPECT_EQ(log.fate(5), Fate::delivered);
}

TEST(ReceiveLog, many_that_come_next_are_set_at_once) {
  ReceiveLog log{8};
  ASSERT_TRUE(log.in_order());
  log.extend_run(7);
  EXPECT_EQ(log.lowest_unseen(), 8u);
  EXPECT_EQ(log.run(), 1u);
  EXPECT_EQ(log.fate(7), Fate::delivered);
  EXPECT_EQ(log.fate(8), Fate::unseen);
  log.set(9, Fate::received);
  EXPECT_FALSE(log.in_order());
  EXPECT_EQ(log.fate(7), Fate::delivered);
  log.set(8, Fate::delivered);
  EXPECT_TRUE(log.in_order());
  EXPECT_EQ(log.run(), 10u) << "9 is not delivered";
}

/// One number in `disorder` comes out of order, or with another fate than delivered.
void agrees_with_a_map(std::uint32_t window, std::uint64_t seed, std::uint32_t disorder) {
  bowline::Random random{seed};
  ReceiveLog log{window};
  std::map<SequenceNumber, Fate> model;
  SequenceNumber lowest = 1;
  for (int i = 0; i < 3000; ++i) {
    const SequenceNumber from = lowest > window ? lowest - window : 1;
    const bool in_order = random.below(disorder) != 0;
    const SequenceNumber number = in_order ? lowest : from + random.below(lowest + window - from);
    const auto fate = in_order ? Fate::delivered : static_cast<Fate>(1 + random.below(3));
    log.set(number, fate);
    model[number] = fate;
    while (model.count(lowest) != 0) ++lowest;
    ASSERT_EQ(log.lowest_unseen(), lowest);
    for (SequenceNumber n = lowest > window + 2 ? lowest - window - 2 : 1; n < lowest + window + 2; ++n) {
      ASSERT_EQ(log.behind(n), n + window < lowest);
      ASSERT_EQ(log.beyond(n), n >= lowest + window);
      if (log.behind(n) || log.beyond(n)) continue;
      const auto known = model.find(n);
      ASSERT_EQ(log.fate(n), known == model.end() ? Fate::unseen : known->second) << n << " W " << window;
    }
  }
}

TEST(ReceiveLog, agrees_with_a_map_for_every_small_window_and_around_a_word) {
  for (const std::uint32_t window : {1u, 2u, 3u, 4u, 5u, 15u, 16u, 17u, 31u, 32u, 33u, 64u, 100u}) {
    for (const std::uint32_t disorder : {1u, 2u, 20u}) agrees_with_a_map(window, window, disorder);
  }
}

}  // namespace
