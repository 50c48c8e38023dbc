// SPDX-License-Identifier: BSL-1.0
#include "bowline/core/held_messages.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "bowline/base/random.hpp"

namespace {

using bowline::bytes_of;
using bowline::HeldMessage;
using bowline::HeldMessages;
using bowline::MemoryPool;
using bowline::Payload;
using bowline::SequenceNumber;
using bowline::text;

HeldMessage message(SequenceNumber number, SequenceNumber dependency) {
  HeldMessage held;
  held.number = number;
  held.dependency = dependency;
  return held;
}

/// The payloads released for `dependency`, in order; their blocks are given back.
std::vector<std::string> released(HeldMessages& held, SequenceNumber dependency) {
  std::vector<std::string> payloads;
  held.release_waiting(dependency, [&](const HeldMessage& each) {
    payloads.emplace_back(text(held.view(each.payload)));
    Payload payload = each.payload;
    held.release(payload);
  });
  return payloads;
}

TEST(HeldMessages, nothing_held_releases_nothing) {
  HeldMessages held{4, 1000};
  EXPECT_TRUE(released(held, 1).empty());
  held.clear();
  EXPECT_EQ(held.size(), 0u);
}

TEST(HeldMessages, what_waits_for_a_number_is_released_in_order_of_arrival) {
  HeldMessages held{8, 1000};
  held.hold(message(3, 1), bytes_of("c"));
  held.hold(message(2, 1), bytes_of("b"));
  held.hold(message(4, 2), bytes_of("d"));
  held.hold(message(0, 1), bytes_of("u"));
  EXPECT_EQ(held.size(), 4u);
  EXPECT_EQ(released(held, 1), (std::vector<std::string>{"c", "b", "u"}));
  EXPECT_TRUE(released(held, 1).empty());
  EXPECT_EQ(held.size(), 1u);
  EXPECT_EQ(released(held, 2), (std::vector<std::string>{"d"}));
}

TEST(HeldMessages, clear_gives_back_what_is_held_beside_what_was_dropped) {
  MemoryPool pool{std::size_t{1} << 20};
  HeldMessages held{4, 1000, &pool};
  std::size_t after_one = 0;
  for (int i = 0; i < 1000; ++i) {
    held.hold(message(2, 1), bytes_of(std::string(300, 'b')));
    held.hold(message(3, 1), bytes_of(std::string(300, 'c')));
    held.drop(2);
    held.clear();
    if (i == 0) after_one = pool.in_use_bytes();
  }
  EXPECT_EQ(pool.in_use_bytes(), after_one);
}

TEST(HeldMessages, what_was_dropped_is_dropped_once) {
  HeldMessages held{8, 1000};
  HeldMessage in_parts = message(3, 1);
  in_parts.parts = 7;
  held.hold(in_parts, {});
  EXPECT_EQ(held.drop(3), 7u);
  EXPECT_EQ(held.drop(3), HeldMessage::none);
  EXPECT_TRUE(released(held, 1).empty());
}

TEST(HeldMessages, a_number_that_was_released_drops_nobody_who_came_to_its_place) {
  HeldMessages held{4, 1000};  // Numbers 8 apart share a place.
  held.hold(message(2, 1), bytes_of("b"));
  EXPECT_EQ(released(held, 1), (std::vector<std::string>{"b"}));
  held.hold(message(10, 9), bytes_of("j"));
  EXPECT_EQ(held.drop(2), HeldMessage::none);
  EXPECT_EQ(released(held, 9), (std::vector<std::string>{"j"}));
}

TEST(HeldMessages, reliable_and_unreliable_bytes_are_counted_apart) {
  HeldMessages held{8, 1000};
  held.hold(message(2, 1), bytes_of("four"));
  held.hold(message(0, 1), bytes_of("sixsix"));
  EXPECT_EQ(held.bytes(true), 4u);
  EXPECT_EQ(held.bytes(false), 6u);
  released(held, 1);
  EXPECT_EQ(held.bytes(true), 0u);
  EXPECT_EQ(held.bytes(false), 0u);
}

TEST(HeldMessages, a_dropped_message_gives_its_bytes_back_at_once_and_is_not_released) {
  HeldMessages held{8, 1000};
  held.hold(message(2, 1), bytes_of("first"));
  held.hold(message(3, 1), bytes_of("second"));
  held.drop(2);
  EXPECT_EQ(held.bytes(true), 6u);
  EXPECT_EQ(released(held, 1), (std::vector<std::string>{"second"}));
  EXPECT_EQ(held.size(), 0u);
}

TEST(HeldMessages, what_is_released_is_counted_out_before_it_is_told) {
  HeldMessages held{8, 1000};
  held.hold(message(2, 1), bytes_of("x"));
  held.release_waiting(1, [&](const HeldMessage& each) {
    EXPECT_EQ(each.number, 2u);
    EXPECT_EQ(held.bytes(true), 0u);
    EXPECT_EQ(text(held.view(each.payload)), "x");
  });
}

TEST(HeldMessages, empty_payloads_are_held_like_others) {
  HeldMessages held{8, 1000};
  held.hold(message(2, 1), {});
  EXPECT_EQ(held.bytes(true), 0u);
  EXPECT_EQ(released(held, 1), (std::vector<std::string>{""}));
}

TEST(HeldMessages, clear_drops_everything_dropped_ones_too) {
  HeldMessages held{4, 1000};
  for (SequenceNumber n = 2; n <= 5; ++n) held.hold(message(n, n - 1), bytes_of("x"));
  held.drop(3);
  held.clear();
  EXPECT_EQ(held.size(), 0u);
  EXPECT_EQ(held.bytes(true), 0u);
  for (SequenceNumber n = 1; n <= 5; ++n) EXPECT_TRUE(released(held, n).empty());
  held.hold(message(2, 1), bytes_of("again"));
  EXPECT_EQ(released(held, 1), (std::vector<std::string>{"again"}));
}

TEST(HeldMessages, a_number_that_was_cleared_drops_nobody) {
  HeldMessages held{4, 1000};
  held.hold(message(2, 1), bytes_of("b"));
  held.clear();
  EXPECT_EQ(held.drop(2), HeldMessage::none);
  held.hold(message(3, 1), bytes_of("c"));
  EXPECT_EQ(held.drop(2), HeldMessage::none) << "though another one has its place";
  EXPECT_EQ(released(held, 1), (std::vector<std::string>{"c"}));
}

TEST(HeldMessages, a_copy_releases_on_its_own) {
  HeldMessages held{4, 1000};
  held.hold(message(2, 1), bytes_of("x"));
  HeldMessages copy = held;
  EXPECT_EQ(released(copy, 1), (std::vector<std::string>{"x"}));
  EXPECT_EQ(released(held, 1), (std::vector<std::string>{"x"}));
}

TEST(HeldMessages, agrees_with_a_map_of_queues_as_the_window_moves) {
  struct Waiting {
    SequenceNumber number;
    std::string payload;
  };
  for (const std::uint32_t window : {1u, 2u, 5u, 16u}) {
    bowline::Random random{window};
    HeldMessages held{window, 1000};
    std::map<SequenceNumber, std::vector<Waiting>> model;
    SequenceNumber lowest = 1;
    for (int i = 0; i < 4000; ++i) {
      const auto choice = random.below(4);
      if (choice < 2) {
        // Waits for something within reach, as the receive log has it; reliable ones once a number.
        const SequenceNumber dependency = lowest + random.below(window);
        const SequenceNumber number = random.below(3) == 0 ? 0 : dependency + 1 + random.below(window);
        const bool reach = number < lowest + window;
        bool known = false;
        for (const auto& [_, list] : model) {
          for (const Waiting& each : list) known |= number != 0 && each.number == number;
        }
        if (known || !reach) continue;
        const std::string payload(random.index(90), static_cast<char>('a' + i % 26));
        held.hold(message(number, dependency), bytes_of(payload));
        model[dependency].push_back({number, payload});
      } else if (choice == 2) {
        std::vector<std::string> expected;
        for (const Waiting& each : model[lowest]) expected.push_back(each.payload);
        ASSERT_EQ(released(held, lowest), expected);
        model.erase(lowest);
        ++lowest;
      } else {
        for (auto& [dependency, list] : model) {
          const auto at = std::find_if(list.begin(), list.end(), [](const Waiting& each) { return each.number != 0; });
          if (at == list.end() || random.below(3) != 0) continue;
          held.drop(at->number);
          list.erase(at);
        }
      }
      if (random.below(100) == 0) {
        held.clear();
        model.clear();
      }
      ASSERT_TRUE(held.invariants_hold());
      std::size_t bytes[2] = {};
      for (const auto& [_, list] : model) {
        for (const Waiting& each : list) bytes[each.number != 0 ? 1 : 0] += each.payload.size();
      }
      ASSERT_EQ(held.bytes(true), bytes[1]);
      ASSERT_EQ(held.bytes(false), bytes[0]);
    }
  }
}

TEST(HeldMessage, of_which_nothing_is_said_waits_for_nothing_and_fails_with_nothing) {
  const HeldMessage message;
  EXPECT_EQ(message.number, 0u);
  EXPECT_EQ(message.dependency, 0u);
  EXPECT_EQ(message.next, HeldMessage::none);
  EXPECT_EQ(message.parts, HeldMessage::none);
  EXPECT_FALSE(message.fail_with_dependency || message.newest_only || message.dropped);
}

}  // namespace
