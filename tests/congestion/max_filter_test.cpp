// SPDX-License-Identifier: BSL-1.0
#include "bowline/congestion/max_filter.hpp"

#include <gtest/gtest.h>

namespace {

using bowline::MaxFilter;

TEST(MaxFilter, remembers_the_largest_of_two_epochs) {
  MaxFilter filter;
  EXPECT_EQ(filter.best(), 0u);
  filter.take(5), filter.take(9), filter.take(7);
  EXPECT_EQ(filter.best(), 9u);
  filter.advance();
  filter.take(4);
  EXPECT_EQ(filter.best(), 9u);
  filter.advance();
  EXPECT_EQ(filter.best(), 4u);
}

TEST(MaxFilter, an_epoch_that_saw_nothing_does_not_count) {
  MaxFilter filter;
  filter.take(9);
  for (int i = 0; i < 10; ++i) filter.advance();
  EXPECT_EQ(filter.best(), 9u);
}

TEST(MaxFilter, forgets_when_told) {
  MaxFilter filter;
  filter.take(9);
  filter.reset(3);
  EXPECT_EQ(filter.best(), 3u);
}

}  // namespace
