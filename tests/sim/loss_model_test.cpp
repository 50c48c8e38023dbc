// SPDX-License-Identifier: BSL-1.0
#include "bowline/sim/loss_model.hpp"

#include <gtest/gtest.h>

#include <string>

namespace bowline::sim {
namespace {

std::string pattern(LossModel model, int datagrams) {
  std::string lost;
  for (int i = 0; i < datagrams; ++i) lost += model.loses_next() ? 'x' : '.';
  return lost;
}

TEST(SimLossModel, without_loss_nothing_is_lost) { EXPECT_EQ(pattern({0, {}, 1}, 10), ".........."); }

TEST(SimLossModel, a_share_of_one_loses_everything) { EXPECT_EQ(pattern({1, {}, 1}, 10), "xxxxxxxxxx"); }

TEST(SimLossModel, independent_losses_come_close_to_their_share) {
  LossModel model{0.2, {}, 7};
  int lost = 0;
  for (int i = 0; i < 100'000; ++i) lost += model.loses_next();
  EXPECT_NEAR(lost, 20'000, 500);  // Standard deviation: sqrt(100,000 · 0.2 · 0.8) = 126.
}

TEST(SimLossModel, a_burst_that_starts_and_ends_at_once_takes_every_other_datagram) {
  EXPECT_EQ(pattern({0, {.start = 1, .end = 1, .loss = 1}, 1}, 8), "x.x.x.x.");
}

TEST(SimLossModel, a_burst_that_never_ends_takes_all) {
  EXPECT_EQ(pattern({0, {.start = 1, .end = 0, .loss = 1}, 1}, 8), "xxxxxxxx");
}

TEST(SimLossModel, bursts_are_as_long_and_as_frequent_as_they_were_set) {
  LossModel model{0, {.start = 0.01, .end = 0.25, .loss = 1}, 7};
  int lost = 0, bursts = 0;
  bool before = false;
  for (int i = 0; i < 1'000'000; ++i) {
    const bool loses = model.loses_next();
    lost += loses;
    bursts += loses && !before;
    before = loses;
  }
  EXPECT_NEAR(lost, 38'462, 1'500);                                       // 0.01 / (0.01 + 0.25) = 3.846 %
  EXPECT_NEAR(static_cast<double>(lost) / static_cast<double>(bursts), 4.0, 0.2);  // 1 / 0.25
}

TEST(SimLossModel, a_change_holds_from_the_next_datagram) {
  LossModel model{0, {}, 1};
  EXPECT_FALSE(model.loses_next());
  model.change(1, {});
  EXPECT_TRUE(model.loses_next());
}

TEST(SimLossModel, where_there_are_to_be_no_bursts_one_that_goes_on_ends) {
  LossModel model{0, {.start = 1, .end = 0}, 1};
  EXPECT_TRUE(model.loses_next());
  model.change(0, {});
  EXPECT_FALSE(model.loses_next());
}

TEST(SimLossModel, a_burst_that_goes_on_outlives_a_change_that_leaves_bursts) {
  LossModel model{0, {.start = 1, .end = 0}, 1};
  EXPECT_TRUE(model.loses_next());
  model.change(0, {.start = 0.5, .end = 0});
  EXPECT_TRUE(model.loses_next());
}

TEST(SimLossModel, a_seed_decides_everything) {
  EXPECT_EQ(pattern({0.5, {.start = 0.1}, 3}, 64), pattern({0.5, {.start = 0.1}, 3}, 64));
  EXPECT_NE(pattern({0.5, {.start = 0.1}, 3}, 64), pattern({0.5, {.start = 0.1}, 4}, 64));
}

}  // namespace
}  // namespace bowline::sim
