// SPDX-License-Identifier: BSL-1.0
#include "bowline/core/repeats.hpp"

#include <gtest/gtest.h>

#include <string>

#include "core/support/sending_half.hpp"

namespace {

using namespace bowline::test;

TEST(Repeats, are_the_newest_small_messages_in_their_order_before_new_ones) {
  SendingHalf a;
  for (const char* body : {"a", "b", "c"}) {
    a.sends(body);
    a.says();
  }
  a.sends("d");
  EXPECT_EQ(a.says_eagerly(2 * 13, 2), "2:b 3:c 4:d");  // 12 bytes of frame at most and 1 of payload, twice
  a.sends("e");
  EXPECT_EQ(a.says_eagerly(2 * 13, 2), "3:c 4:d 5:e");
  a.sends("f");
  EXPECT_EQ(a.says_eagerly(2 * 13, 2), "4:d 5:e 6:f");
  EXPECT_EQ(a.says_eagerly(2 * 13, 2), "") << "without a new message nothing is repeated";
  a.acked(6);
  a.sends("g");
  EXPECT_EQ(a.says_eagerly(3 * 13, 2), "1:a 2:b 7:g") << "3, 4 and 5 have travelled often enough";
}

TEST(Repeats, leave_out_parts_and_what_was_recalled) {
  SendingHalf a;
  const bowline::MessageId recalled = a.sends("a");
  a.says();
  a.segment_bytes_max = 100;
  a.sends(std::string(150, 'p'));  // In three parts.
  a.says();
  a.sends("c");
  a.says();
  EXPECT_TRUE(a.outbox.cancel(recalled, a.stats));
  a.sends("d");
  EXPECT_EQ(a.says_eagerly(1000, 2), "5:c 6:d");
}

TEST(Repeats, take_no_room_from_what_waits_to_be_sent) {
  SendingHalf a;
  a.sends("a");
  a.says();
  const std::string wide(50, 'w');
  a.sends(wide);
  EXPECT_EQ(a.says_eagerly(100, 2, 62 + 12), "2:" + wide);  // 50 + 12, and 12 for a repeat that may need 13
  a.sends(wide);
  EXPECT_EQ(a.says_eagerly(13, 2, 62 + 13), "1:a 3:" + wide) << "2 is too large for what is to spare";
  a.lost(2);
  a.sends("b");
  EXPECT_EQ(a.says_eagerly(100, 2), "2:" + wide + " 4:b") << "what is lost goes first, and alone";
}

TEST(Repeats, of_many_on_their_way_only_the_newest_sixteen_are_looked_at) {
  SendingHalf a;
  for (int i = 0; i < 20; ++i) {
    a.sends("x");
    a.says();
  }
  a.sends("y");
  EXPECT_EQ(a.says_eagerly(1000, 2),
            "5:x 6:x 7:x 8:x 9:x 10:x 11:x 12:x 13:x 14:x 15:x 16:x 17:x 18:x 19:x 20:x 21:y");
}

}  // namespace
