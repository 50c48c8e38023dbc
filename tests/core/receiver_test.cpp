// SPDX-License-Identifier: BSL-1.0
#include "bowline/core/receiver.hpp"

#include <gtest/gtest.h>

#include <array>
#include <chrono>

#include "bowline/dedup/window_dedup.hpp"

namespace bowline {
namespace {

using namespace std::chrono_literals;

struct ReceiverTest : testing::Test {
  /// Takes a packet with one reliable message in it, as the connection does.
  bool take(PacketNumber packet, SequenceNumber number) {
    if (!receiver.fresh(packet, stats)) return false;
    DataFrame frame;
    frame.number = number;
    frame.payload = bytes_of("body");
    receiver.take(frame, packet, stats);
    receiver.take_packet(now, packet, /*eliciting=*/true);
    return true;
  }

  std::size_t answer() {
    std::array<std::byte, 200> room{};
    Writer writer{room};
    receiver.write_answers(now, /*again=*/false, writer);
    return writer.used();
  }

  Receiver<WindowDedup<1024>, WireNumber<>> receiver{Options{}, {}};
  TimePoint now{1h};
  Stats stats;
};

TEST_F(ReceiverTest, nothing_is_acknowledged_before_the_application_has_taken_it) {
  ASSERT_TRUE(take(1, 1));
  EXPECT_EQ(receiver.answer_due(), never);
  EXPECT_EQ(answer(), 0u);
  ASSERT_TRUE(receiver.next_event(stats));
  receiver.release_taken();
  EXPECT_EQ(receiver.answer_due(), now + 25ms);  // Options::ack_delay_max
  EXPECT_EQ(answer(), 1u + 4u + 1u + 1u + 1u);   // kind, largest, delay 0, one range, its length
}

TEST_F(ReceiverTest, a_packet_is_taken_once) {
  ASSERT_TRUE(take(1, 1));
  EXPECT_FALSE(take(1, 1));
  EXPECT_EQ(stats.dropped_replayed, 1u);
}

TEST_F(ReceiverTest, a_packet_is_found_from_half_the_span_before_the_next_one_on_and_below_half_after_it) {
  ASSERT_TRUE(take(1'000'000'000'000, 1));
  const PacketNumber next = 1'000'000'000'001;
  for (const PacketNumber number : {next - 0x80000000, next, next + 0x7fffffff}) {
    EXPECT_EQ(receiver.unwrap(static_cast<std::uint32_t>(number)), number);
  }
}

TEST_F(ReceiverTest, a_gap_makes_the_answer_due_at_once) {
  ASSERT_TRUE(take(2, 1));
  ASSERT_TRUE(receiver.next_event(stats));
  EXPECT_TRUE(receiver.must_answer(now));
}

TEST_F(ReceiverTest, an_answer_is_given_once_unless_it_is_asked_for_again) {
  ASSERT_TRUE(take(1, 1));
  ASSERT_TRUE(receiver.next_event(stats));
  EXPECT_NE(answer(), 0u);
  EXPECT_EQ(answer(), 0u);
  std::array<std::byte, 200> room{};
  Writer writer{room};
  receiver.write_answers(now, /*again=*/true, writer);
  EXPECT_NE(writer.used(), 0u);
}

TEST_F(ReceiverTest, a_packet_with_one_bad_frame_is_dropped_whole) {
  std::array<std::byte, 64> room{};
  Writer writer{room};
  DataFrame frame;
  frame.number = 1;
  frame.write<WireNumber<>>(writer, 0);
  writer.u8(0x3f);  // no such frame
  EXPECT_FALSE(receiver.check(Bytes{room}.first(writer.used()), {}, stats));
  EXPECT_EQ(stats.dropped_malformed, 1u);
  EXPECT_FALSE(receiver.has_received());
}

TEST_F(ReceiverTest, a_new_incarnation_counts_from_one_again) {
  ASSERT_TRUE(take(1, 1));
  ASSERT_TRUE(receiver.next_event(stats));
  receiver.clear();
  EXPECT_TRUE(take(1, 1));
  EXPECT_TRUE(receiver.has_received());
}

}  // namespace
}  // namespace bowline
