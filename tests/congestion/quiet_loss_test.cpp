// SPDX-License-Identifier: BSL-1.0
#include "bowline/congestion/quiet_loss.hpp"

#include <gtest/gtest.h>

namespace {

using bowline::QuietLoss;

TEST(QuietLoss, learns_a_share_once_enough_was_sent) {
  QuietLoss noise{1000};
  noise.take(810, 90);
  EXPECT_EQ(noise.share(), 0u) << "900 of 1,000";
  noise.take(90, 10);
  EXPECT_EQ(noise.share(), 102u);  // 0.1 · 1,024
  EXPECT_EQ(noise.sent_for(9000), 9995u);  // 9,000 · 1,024 / 922
}

TEST(QuietLoss, follows_in_quarters_and_forgets_when_told) {
  QuietLoss noise{1000};
  noise.take(900, 100);
  noise.take(1000, 0);
  EXPECT_EQ(noise.share(), 76u);  // 3 / 4 of 102.4
  noise.forget();
  EXPECT_EQ(noise.share(), 0u);
  EXPECT_EQ(noise.sent_for(9000), 9000u);
}

TEST(QuietLoss, never_takes_more_than_a_quarter_for_noise) {
  QuietLoss noise{1000};
  noise.take(100, 900);
  EXPECT_EQ(noise.share(), QuietLoss::share_max);
}

TEST(QuietLoss, a_fiftieth_more_than_usual_is_too_much) {
  QuietLoss noise{1000};
  noise.take(900, 100);
  EXPECT_FALSE(noise.exceeded_by(880, 119));
  EXPECT_TRUE(noise.exceeded_by(875, 125));
  EXPECT_FALSE(noise.exceeded_by(902'000, 122'000));  // 122 of 1,024 are the usual 102 and a fiftieth, 20
  EXPECT_TRUE(noise.exceeded_by(901'999, 122'001));
  EXPECT_TRUE(noise.undercut_by(950, 50));
  EXPECT_FALSE(noise.undercut_by(890, 110));
}

}  // namespace
