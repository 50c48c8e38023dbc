// SPDX-License-Identifier: BSL-1.0
#include "bowline/core/settlement.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace {

using bowline::bytes_of;
using bowline::Fate;
using bowline::HeldMessage;
using bowline::Options;
using bowline::Reassembler;
using bowline::Received;
using bowline::SequenceNumber;
using bowline::Settlement;
using bowline::Stats;

using Lines = std::vector<std::string>;

Options small() {
  Options options;
  options.window = 8;
  options.held_unreliable_bytes_max = 64;
  return options;
}

HeldMessage waiting(SequenceNumber number, SequenceNumber dependency, bool fails = false) {
  HeldMessage message;
  message.number = number;
  message.dependency = dependency;
  message.fail_with_dependency = fails;
  return message;
}

struct Receiver {
  void holds(const HeldMessage& message, std::string_view payload) {
    settlement.receive(message.number);
    settlement.held().hold(message, bytes_of(payload));
  }
  void delivers(SequenceNumber number, std::string_view payload) {
    settlement.reserve(number, Fate::delivered);
    settlement.finish(number, {bytes_of(payload), {}, Reassembler::none, true}, false, stats);
  }
  void arrives(const HeldMessage& message, std::string_view payload) {
    settlement.arrive(message, {bytes_of(payload), {}, Reassembler::none, false}, stats);
  }

  Lines taken() {
    Lines lines;
    for (;;) {
      settlement.delivery().release_taken();
      const auto event = settlement.delivery().next_event(stats);
      if (!event) return lines;
      lines.emplace_back(bowline::text(event->as<Received>()->payload));
    }
  }

  Settlement settlement{small()};
  Stats stats;
};

TEST(Settlement, releases_a_chain_link_by_link_with_what_it_waits_for) {
  Receiver z;
  z.holds(waiting(3, 2), "c");
  z.holds(waiting(2, 1), "b");
  EXPECT_FALSE(z.settlement.settled(2));
  z.delivers(1, "a");
  EXPECT_EQ(z.taken(), (Lines{"a", "b", "c"}));
  EXPECT_TRUE(z.settlement.settled(3));
  EXPECT_EQ(z.settlement.log().lowest_unseen(), 4u);
}

TEST(Settlement, an_abandoned_number_takes_along_what_fails_with_it_and_lets_the_rest_pass) {
  Receiver z;
  z.holds(waiting(2, 1, /*fails=*/true), "b");
  z.holds(waiting(3, 2, /*fails=*/true), "c");
  z.holds(waiting(4, 1), "d");
  z.settlement.reserve(1, Fate::abandoned);
  z.settlement.settle(1, Fate::abandoned, z.stats);
  EXPECT_EQ(z.taken(), Lines{"d"});
  EXPECT_EQ(z.stats.refused, 2u);
  EXPECT_TRUE(z.settlement.abandoned(3));
  EXPECT_EQ(z.settlement.held().bytes(true), 0u);
}

TEST(Settlement, nothing_waits_for_no_number_or_for_one_far_behind) {
  Receiver z;
  EXPECT_TRUE(z.settlement.settled(0));
  EXPECT_FALSE(z.settlement.abandoned(0));
  for (SequenceNumber n = 1; n <= 10; ++n) z.delivers(n, "x");
  // F is 11 and the window 8, so 2 is one number behind what is kept.
  EXPECT_TRUE(z.settlement.log().behind(2));
  EXPECT_TRUE(z.settlement.settled(2));
  EXPECT_FALSE(z.settlement.abandoned(2));
}

TEST(Settlement, an_unreliable_message_waits_within_its_own_budget) {
  Receiver z;
  z.arrives(waiting(0, 1), std::string(40, 'x'));
  z.arrives(waiting(0, 1), std::string(25, 'y'));
  EXPECT_EQ(z.stats.held_dropped, 1u) << "40 + 25 bytes are more than 64";
  z.delivers(1, "a");
  EXPECT_EQ(z.taken(), (Lines{"a", std::string(40, 'x')}));
}

TEST(Settlement, what_waits_for_nothing_fails_with_nothing) {
  Receiver z;
  for (SequenceNumber number = 1; number <= 20; ++number) z.delivers(number, "x");  // 0 lies far behind by then
  z.taken();
  z.arrives(waiting(0, 0, /*fails=*/true), "u");
  EXPECT_EQ(z.taken(), Lines{"u"});
}

}  // namespace
