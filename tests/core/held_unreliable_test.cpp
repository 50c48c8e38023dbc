// SPDX-License-Identifier: BSL-1.0
// Unreliable messages that wait at the receiver are bounded in number as well as in bytes.
#include <gtest/gtest.h>

#include "bowline/core/inbox.hpp"
#include "bowline/dedup/window_dedup.hpp"

namespace bowline {
namespace {

TEST(HeldUnreliable, messages_without_a_byte_do_not_pile_up_without_end) {
  Options options;
  options.window = 16;
  Inbox<WindowDedup<>> inbox{options, {}};
  Stats stats;
  DataFrame empty;
  empty.unreliable = true;
  empty.dependency = 2;  // has not come
  for (PacketNumber packet = 1; packet <= 1000; ++packet) inbox.take(empty, packet, stats);
  EXPECT_EQ(stats.held_dropped, 1000u - 2 * 16);
}

}  // namespace
}  // namespace bowline
