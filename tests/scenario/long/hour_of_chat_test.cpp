// SPDX-License-Identifier: BSL-1.0
// An hour of virtual time, cheap enough for a test. bench/hour_of_chat_bench.cpp measures what it costs.
#include "scenario/support/hour_of_chat.hpp"

#include <gtest/gtest.h>

namespace bowline::test {
namespace {

using namespace std::chrono_literals;

TEST(HourOfChat, every_line_arrives_once_under_twenty_percent_loss) {
  const ChatResult result = chat_for(1h, 1);
  EXPECT_EQ(result.sent, 72'000u);  // 2 · 3,600 s / 100 ms
  EXPECT_EQ(result.received, 72'000u);
  EXPECT_EQ(result.acked, 72'000u);
  EXPECT_EQ(result.unconfirmed, 0u);
}

TEST(HourOfChat, work_is_bounded_by_what_is_sent) {
  const ChatResult result = chat_for(1h, 1);
  // A line, its resends at 20 % loss, probes, and acknowledgements that find no line to ride on.
  EXPECT_LT(result.datagrams, 4 * result.sent);
  EXPECT_LT(result.polls, 16 * result.sent);
}

}  // namespace
}  // namespace bowline::test
