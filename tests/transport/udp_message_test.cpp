// SPDX-License-Identifier: BSL-1.0
#include "bowline/transport/udp_message.hpp"

#include <gtest/gtest.h>

namespace {

using bowline::UdpArrival;
using bowline::UdpMessage;

TEST(UdpMessage, is_cut_apart_where_it_is_more_than_one_datagram) {
  EXPECT_FALSE((UdpMessage{bowline::bytes_of("abc"), 3, 1}).segmented());
  EXPECT_TRUE((UdpMessage{bowline::bytes_of("abc"), 2, 2}).segmented());
}

TEST(UdpArrival, of_nothing_has_no_bytes_and_nobody_sent_it) {
  const UdpArrival arrival;
  EXPECT_EQ(arrival.bytes, 0u);
  EXPECT_EQ(arrival.segment_bytes, 0u);
  EXPECT_FALSE(arrival.truncated);
  EXPECT_FALSE(arrival.source);
}

TEST(UdpMessage, calls_that_moved_nothing_say_so) {
  EXPECT_EQ(bowline::UdpSent{}.messages, 0u);
  EXPECT_EQ(bowline::UdpSent{}.error, 0);
  EXPECT_EQ(bowline::UdpReceived{}.arrivals, 0u);
  EXPECT_EQ(bowline::UdpReceived{}.error, 0);
}

}  // namespace
