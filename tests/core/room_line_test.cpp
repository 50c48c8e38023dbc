// SPDX-License-Identifier: BSL-1.0
#include "bowline/core/room_line.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

namespace {

using bowline::Levels;
using bowline::Message;
using bowline::MessageId;
using bowline::MessageRing;
using bowline::Priority;
using bowline::RoomLine;

/// A line of messages, a letter of its priority each.
struct Waiting {
  explicit Waiting(const std::string& letters) {
    for (const char letter : letters) join(letter);
  }

  void join(char letter) {
    const MessageId id{ring.end()};
    Message message;
    message.priority = letter == 'u' ? Priority::urgent : Priority::low;
    ring.push_back(message);
    line.push_back(ring, id);
  }

  /// Serves `count` of them, and answers their letters.
  std::string serve(int count) {
    std::string letters;
    for (; count != 0; --count) {
      letters += ring[line.front(line.waiting()).value].priority == Priority::urgent ? 'u' : 'l';
      line.pop_front(ring, line.waiting());
    }
    return letters;
  }

  MessageRing ring;
  RoomLine line;
};

TEST(RoomLine, each_level_is_first_in_first_out_and_the_higher_one_goes_first) {
  Waiting waiting{"lulu"};
  for (const std::uint64_t id : {2u, 4u, 1u, 3u}) {
    EXPECT_EQ(waiting.line.front(waiting.line.waiting()), MessageId{id});
    waiting.line.pop_front(waiting.ring, waiting.line.waiting());
  }
  EXPECT_TRUE(waiting.line.empty());
}

TEST(RoomLine, every_eighth_turn_is_the_lower_levels) {
  Waiting waiting{"lluuuuuuuuuuuuuuu"};
  EXPECT_EQ(waiting.serve(17), "uuuuuuuluuuuuuulu");
}

TEST(RoomLine, a_level_that_is_not_ready_is_passed) {
  Waiting waiting{"ul"};
  EXPECT_EQ(waiting.line.front(Levels{Priority::low}), MessageId{2});
  waiting.line.pop_front(waiting.ring, Levels{Priority::low});
  EXPECT_EQ(waiting.line.waiting(), Levels{Priority::urgent});
}

TEST(RoomLine, who_leaves_gives_up_its_place) {
  Waiting waiting{"ulu"};
  waiting.line.remove(waiting.ring, MessageId{1});
  EXPECT_EQ(waiting.line.front(waiting.line.waiting()), MessageId{3});
  waiting.line.remove(waiting.ring, MessageId{3});
  EXPECT_EQ(waiting.line.waiting(), Levels{Priority::low});
}

}  // namespace
