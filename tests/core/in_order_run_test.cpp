// SPDX-License-Identifier: BSL-1.0
#include "bowline/core/in_order_run.hpp"

#include <gtest/gtest.h>

#include <array>

namespace {

using bowline::bytes_of;
using bowline::DataFrame;
using bowline::Delivery;
using bowline::InOrderRun;
using bowline::SequenceNumber;

DataFrame message(SequenceNumber number, SequenceNumber dependency = 0) {
  DataFrame frame;
  frame.number = number;
  frame.dependency = dependency;
  frame.payload = bytes_of("hi");
  return frame;
}

struct InOrderRunTest : testing::Test {
  std::array<Delivery::Ready, 3> places;
  InOrderRun run{/*first=*/10, /*reach=*/7, places};
};

TEST_F(InOrderRunTest, takes_what_comes_next_into_its_places) {
  EXPECT_TRUE(run.take(message(10)));
  EXPECT_TRUE(run.take(message(11)));
  EXPECT_EQ(run.size(), 2u);
  EXPECT_EQ(bowline::text(places[1].view), "hi");
  EXPECT_TRUE(places[1].reliable);
}

TEST_F(InOrderRunTest, takes_neither_what_came_before_nor_what_comes_later) {
  EXPECT_FALSE(run.take(message(9)));
  EXPECT_FALSE(run.take(message(11)));
  EXPECT_TRUE(run.take(message(10)));
  EXPECT_FALSE(run.take(message(10)));
  EXPECT_EQ(run.size(), 1u);
}

TEST_F(InOrderRunTest, what_is_waited_for_is_within_reach_or_in_the_run) {
  EXPECT_FALSE(run.take(message(10, 6)));
  EXPECT_TRUE(run.take(message(10, 7)));
  EXPECT_TRUE(run.take(message(11, 10)));
}

TEST_F(InOrderRunTest, is_as_long_as_there_are_places) {
  EXPECT_TRUE(run.take(message(10)));
  EXPECT_TRUE(run.take(message(11)));
  EXPECT_TRUE(run.take(message(12)));
  EXPECT_FALSE(run.take(message(13)));
  EXPECT_EQ(run.size(), 3u);
}

TEST_F(InOrderRunTest, takes_nothing_once_it_is_closed) {
  EXPECT_TRUE(run.take(message(10)));
  run.close();
  EXPECT_FALSE(run.take(message(11)));
  EXPECT_EQ(run.size(), 1u);
}

TEST_F(InOrderRunTest, one_that_was_not_begun_takes_nothing) {
  InOrderRun none;
  EXPECT_FALSE(none.take(message(0)));
  EXPECT_FALSE(none.take(message(1)));
  EXPECT_EQ(none.size(), 0u);
}

}  // namespace
