// SPDX-License-Identifier: BSL-1.0
#include "bowline/core/claims_ahead.hpp"

#include <gtest/gtest.h>

namespace {

using bowline::ClaimsAhead;
using bowline::SequenceNumber;

TEST(ClaimsAhead, charges_a_message_in_all_its_parts_and_knows_it_again) {
  ClaimsAhead ahead{8};
  EXPECT_FALSE(ahead.begins(5));
  ahead.begin(5, 100);
  ahead.begin(9, 50);
  EXPECT_TRUE(ahead.begins(5));
  EXPECT_TRUE(ahead.begins(9));
  EXPECT_FALSE(ahead.begins(7));
  EXPECT_EQ(ahead.messages(), 2u);
  EXPECT_EQ(ahead.claimed_bytes(), 150u);
}

TEST(ClaimsAhead, counts_what_will_be_held_apart) {
  ClaimsAhead ahead{8};
  ahead.hold(7);
  ahead.hold(8);
  EXPECT_EQ(ahead.held_bytes(), 15u);
  EXPECT_EQ(ahead.claimed_bytes(), 0u);
}

TEST(ClaimsAhead, forgets_everything_with_the_next_datagram) {
  ClaimsAhead ahead{8};
  ahead.begin(5, 100);
  ahead.hold(7);
  ahead.clear();
  EXPECT_FALSE(ahead.begins(5));
  EXPECT_EQ(ahead.messages(), 0u);
  EXPECT_EQ(ahead.claimed_bytes(), 0u);
  EXPECT_EQ(ahead.held_bytes(), 0u);
}

TEST(ClaimsAhead, tells_all_numbers_of_two_windows_apart_wherever_they_start) {
  for (const std::uint32_t window : {1u, 8u, 33u, 100u}) {
    ClaimsAhead ahead{window};
    for (SequenceNumber lowest : {1u, 1'000u, 123'457u}) {
      ahead.clear();
      for (SequenceNumber n = lowest; n < lowest + 2 * window; ++n) {
        ASSERT_FALSE(ahead.begins(n)) << window;
        ahead.begin(n, 1);
        ASSERT_TRUE(ahead.begins(n)) << window;
      }
    }
  }
}

}  // namespace
