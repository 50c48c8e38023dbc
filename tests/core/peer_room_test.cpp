// SPDX-License-Identifier: BSL-1.0
#include "bowline/core/peer_room.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace {

using bowline::Fragment;
using bowline::Limits;
using bowline::Message;
using bowline::PeerRoom;
using bowline::Priority;

Message of_bytes(std::uint32_t bytes) {
  Message message;
  message.payload.bytes = bytes;
  return message;
}

Limits peer_with(std::uint32_t held, std::uint32_t reassembly) {
  Limits limits = Limits::of({});
  limits.held_bytes_max = held;
  limits.reassembly_bytes_max = reassembly;
  return limits;
}

TEST(PeerRoom, a_message_is_over_the_budget_when_it_and_those_held_are_more_than_announced) {
  PeerRoom room;
  Message first = of_bytes(60);
  EXPECT_FALSE(room.over_held_budget(peer_with(60, 0), first));
  EXPECT_TRUE(room.over_held_budget(peer_with(59, 0), first));
  room.reserve_held(first);
  EXPECT_EQ(room.held_bytes(), 60u);
  EXPECT_TRUE(room.over_held_budget(peer_with(99, 0), of_bytes(40)));
  room.release(first);
  EXPECT_FALSE(room.over_held_budget(peer_with(99, 0), of_bytes(40)));
}

TEST(PeerRoom, an_unreliable_message_and_one_in_parts_need_no_room_among_the_held) {
  PeerRoom room;
  Message unreliable = of_bytes(60);
  unreliable.reliable = false;
  EXPECT_FALSE(room.over_held_budget(peer_with(0, 0), unreliable));
  Message large = of_bytes(1472);  // No datagram takes that many.
  EXPECT_FALSE(room.over_held_budget(peer_with(0, 5000), large));
  Message cut = of_bytes(1190);
  room.reserve_reassembly(cut);
  EXPECT_FALSE(room.over_held_budget(peer_with(0, 5000), cut));
}

TEST(PeerRoom, messages_in_parts_fit_by_their_bytes_and_their_number) {
  PeerRoom room;
  Limits peer = peer_with(0, 64'000);
  peer.window = 200;
  std::vector<Message> messages(Fragment::messages_max(200), of_bytes(500));  // 100 · 500 = 50,000
  for (Message& message : messages) {
    ASSERT_TRUE(room.has_reassembly_room(peer, message));
    room.reserve_reassembly(message);
    room.end_leaving(message);
  }
  EXPECT_EQ(room.reassembly_bytes(), 50'000u);
  EXPECT_FALSE(room.has_reassembly_room(peer, of_bytes(500))) << "a 101st";
  room.release(messages.back());
  EXPECT_TRUE(room.has_reassembly_room(peer, of_bytes(14'500)));   // 64,000 − 99 · 500
  EXPECT_FALSE(room.has_reassembly_room(peer, of_bytes(14'501)));
}

TEST(PeerRoom, messages_of_a_level_with_parts_yet_to_leave_are_64_at_most) {
  PeerRoom room;
  const Limits peer = peer_with(0, 64'000);
  std::vector<Message> messages(64, of_bytes(500));
  for (Message& message : messages) {
    ASSERT_TRUE(room.has_reassembly_room(peer, message));
    room.reserve_reassembly(message);
  }
  EXPECT_FALSE(room.has_reassembly_room(peer, of_bytes(500)));
  room.end_leaving(messages.front());
  room.end_leaving(messages.front());  // Counts once.
  EXPECT_EQ(room.leaving(Priority::normal), 63u);
  EXPECT_TRUE(room.has_reassembly_room(peer, of_bytes(500)));
}

TEST(PeerRoom, those_of_one_level_with_parts_yet_to_leave_are_in_nobody_elses_way) {
  PeerRoom room;
  const Limits peer = peer_with(0, 64'000);
  std::vector<Message> messages(64, of_bytes(500));
  for (Message& message : messages) {
    message.priority = Priority::low;
    room.reserve_reassembly(message);
  }
  Message urgent = of_bytes(500);
  urgent.priority = Priority::urgent;
  EXPECT_TRUE(room.has_reassembly_room(peer, urgent));
  EXPECT_EQ(room.leaving(Priority::urgent), 0u);
}

TEST(PeerRoom, what_is_given_back_twice_counts_once) {
  PeerRoom room;
  Message message = of_bytes(500);
  room.reserve_reassembly(message);
  room.reserve_held(message);
  room.release(message);
  room.release(message);
  EXPECT_EQ(room.held_bytes(), 0u);
  EXPECT_EQ(room.reassembly_bytes(), 0u);
}

}  // namespace
