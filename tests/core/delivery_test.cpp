// SPDX-License-Identifier: BSL-1.0
#include "bowline/core/delivery.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using bowline::bytes_of;
using bowline::DataFrame;
using bowline::Delivery;
using bowline::HeldMessage;
using bowline::Options;
using bowline::Reassembler;
using bowline::Received;
using bowline::Stats;

struct DeliveryTest : testing::Test {
  static Delivery::Ready seen(std::string_view payload, bool reliable = true) {
    return {bytes_of(payload), {}, Reassembler::none, reliable};
  }

  /// A message of 80 bytes in two parts, all of it here.
  Delivery::Ready in_parts() {
    const std::string whole(80, 'p');
    Reassembler::Slot slot = Reassembler::none;
    for (const std::uint32_t index : {0u, 1u}) {
      DataFrame frame;
      frame.number = 1 + index;
      frame.fragment = {1, index, 2, 80};
      frame.payload = bytes_of(whole).subspan(frame.fragment.offset(), frame.fragment.size());
      slot = delivery.parts().take(frame, 1, stats).value_or(Reassembler::none);
    }
    return {{}, {}, slot, true};
  }

  std::vector<std::string> taken() {
    std::vector<std::string> all;
    for (;;) {
      delivery.release_taken();
      const auto event = delivery.next_event(stats);
      if (!event) return all;
      const auto* received = event->as<Received>();
      all.push_back((received->reliable ? "" : "~") + std::string{bowline::text(received->payload)});
    }
  }

  Delivery delivery{Options{}};
  Stats stats;
};

using Strings = std::vector<std::string>;

TEST_F(DeliveryTest, hands_out_in_the_order_in_which_messages_became_ready) {
  delivery.reserve();
  delivery.push(seen("one"));
  delivery.reserve();
  delivery.push(in_parts());
  delivery.reserve();
  delivery.push(seen("three", /*reliable=*/false));
  EXPECT_FALSE(delivery.empty());
  EXPECT_EQ(taken(), (Strings{"one", std::string(80, 'p'), "~three"}));
  EXPECT_TRUE(delivery.empty());
  EXPECT_EQ(stats.messages_delivered, 3u);
  EXPECT_EQ(stats.delivered_bytes, 88u);  // 3 + 80 + 5
  EXPECT_EQ(delivery.parts().claimed_bytes(true), 0u);
}

TEST_F(DeliveryTest, drops_a_newest_only_message_that_is_older_than_one_it_handed_out) {
  delivery.reserve();
  delivery.push_unreliable(seen("5", false), true, 5, stats);
  delivery.reserve();
  delivery.push_unreliable(seen("4", false), true, 4, stats);
  delivery.reserve();
  delivery.push_unreliable(seen("3", false), false, 3, stats);
  delivery.reserve();
  delivery.push_unreliable(seen("5 too", false), true, {5, 1}, stats);
  EXPECT_EQ(taken(), (Strings{"~5", "~3", "~5 too"}));
  EXPECT_EQ(stats.late_dropped, 1u);
}

TEST_F(DeliveryTest, a_dropped_message_frees_its_parts) {
  delivery.drop(in_parts());
  EXPECT_EQ(delivery.parts().claimed_bytes(true), 0u);
}

TEST_F(DeliveryTest, what_is_ready_outlives_the_peer_and_what_waits_does_not) {
  delivery.reserve();
  delivery.push(in_parts());
  HeldMessage waiting;
  waiting.number = 9;
  waiting.dependency = 8;
  delivery.held().hold(waiting, bytes_of("never"));
  delivery.drop_waiting();
  EXPECT_EQ(delivery.held().bytes(true), 0u);
  EXPECT_EQ(taken(), Strings{std::string(80, 'p')});
}

TEST_F(DeliveryTest, a_new_incarnation_numbers_its_packets_anew) {
  delivery.reserve();
  delivery.push_unreliable(seen("5", false), true, 5, stats);
  delivery.restart();
  delivery.reserve();
  delivery.push_unreliable(seen("1", false), true, 1, stats);
  EXPECT_EQ(taken(), (Strings{"~5", "~1"}));
}

TEST_F(DeliveryTest, what_does_not_say_otherwise_is_reliable) {
  delivery.reserve();
  delivery.push({.view = bytes_of("one"), .kept = {}});
  EXPECT_EQ(taken(), Strings{"one"});
}

}  // namespace
