// SPDX-License-Identifier: BSL-1.0
#include "bowline/core/ack_schedule.hpp"

#include <gtest/gtest.h>

#include <string>

#include "bowline/wire/wire_number.hpp"
#include "wire/hex.hpp"

namespace {

using namespace std::chrono_literals;
using bowline::AckSchedule;
using bowline::Duration;
using bowline::never;
using bowline::Options;
using bowline::PacketNumber;
using bowline::ReceivedPackets;
using bowline::TimePoint;
using bowline_test::Page;

constexpr TimePoint at(Duration moment) { return TimePoint{moment}; }

/// A schedule with what it tells of.
struct Receiver {
  explicit Receiver(const Options& options = {.ack_delay_max = 10ms})
      : schedule{options}, received{options.packets_tracked} {}

  void hear(TimePoint now, PacketNumber number, bool eliciting = true) {
    schedule.on_packet(now, number, received.newest(), eliciting);
    received.record(number);
  }

  template <std::size_t Size = 1200>
  std::string ack(TimePoint now) {
    Page<Size> page;
    return schedule.write<bowline::WireNumber<>>(now, received, page.writer) ? page.hex() : "none";
  }

  AckSchedule schedule;
  ReceivedPackets received;
};

TEST(AckSchedule, nothing_heard_is_nothing_to_say) {
  Receiver receiver;
  EXPECT_FALSE(receiver.schedule.waiting());
  EXPECT_EQ(receiver.schedule.due(), never);
  EXPECT_EQ(receiver.ack(at(0s)), "none");
}

TEST(AckSchedule, waits_for_company_since_the_first_that_waits) {
  Receiver receiver;
  receiver.hear(at(5ms), 1);
  EXPECT_TRUE(receiver.schedule.waiting());
  EXPECT_EQ(receiver.schedule.due(), at(15ms));  // 5 + 10
  receiver.hear(at(9ms), 2);
  EXPECT_EQ(receiver.schedule.due(), at(15ms));
}

TEST(AckSchedule, the_eighth_is_due_at_once) {
  Receiver receiver;
  for (PacketNumber n = 1; n <= 7; ++n) receiver.hear(at(1ms), n);
  EXPECT_EQ(receiver.schedule.due(), at(11ms));
  receiver.hear(at(2ms), 8);
  EXPECT_EQ(receiver.schedule.due(), at(2ms));
}

TEST(AckSchedule, without_a_delay_every_packet_is_due_at_once) {
  Receiver receiver{Options{.ack_delay_max = 0s}};
  receiver.hear(at(3ms), 1);
  EXPECT_EQ(receiver.schedule.due(), at(3ms));
}

TEST(AckSchedule, a_gap_and_what_fills_it_are_due_at_once) {
  Receiver receiver;
  receiver.hear(at(1ms), 1);
  receiver.schedule.clear();
  receiver.hear(at(2ms), 3);
  EXPECT_EQ(receiver.schedule.due(), at(2ms));
  receiver.schedule.clear();
  receiver.hear(at(3ms), 2);
  EXPECT_EQ(receiver.schedule.due(), at(3ms));
  receiver.schedule.clear();
  receiver.hear(at(4ms), 4);
  EXPECT_EQ(receiver.schedule.due(), at(14ms));
}

TEST(AckSchedule, what_a_gap_forced_out_early_the_next_waits_for) {
  Receiver receiver;
  for (PacketNumber n = 1; n <= 3; ++n) receiver.hear(at(1ms), n);
  receiver.hear(at(1ms), 5);  // The fourth, so four are lacking.
  EXPECT_EQ(receiver.schedule.due(), at(1ms));
  receiver.schedule.clear();
  for (PacketNumber n = 6; n <= 16; ++n) receiver.hear(at(2ms), n);
  EXPECT_EQ(receiver.schedule.due(), at(12ms)) << "eleven";
  receiver.hear(at(3ms), 17);
  EXPECT_EQ(receiver.schedule.due(), at(3ms)) << "8 + 4";
  receiver.schedule.clear();
  for (PacketNumber n = 18; n <= 25; ++n) receiver.hear(at(4ms), n);
  EXPECT_EQ(receiver.schedule.due(), at(4ms)) << "and then eight again";
}

TEST(AckSchedule, many_gaps_make_no_acknowledgement_wait_for_more_than_twice_as_many) {
  Receiver receiver;
  for (PacketNumber n = 2; n <= 20; n += 2) {
    receiver.hear(at(1ms), n);
    EXPECT_EQ(receiver.schedule.due(), at(1ms));
    receiver.schedule.clear();
  }
  for (PacketNumber n = 21; n <= 35; ++n) receiver.hear(at(2ms), n);
  EXPECT_EQ(receiver.schedule.due(), at(12ms)) << "fifteen";
  receiver.hear(at(3ms), 36);
  EXPECT_EQ(receiver.schedule.due(), at(3ms)) << "2 · 8";
}

TEST(AckSchedule, what_the_delay_sent_early_the_next_waits_for_as_well) {
  Receiver receiver;
  receiver.hear(at(1ms), 1);
  receiver.schedule.clear();
  for (PacketNumber n = 2; n <= 15; ++n) receiver.hear(at(20ms), n);
  EXPECT_EQ(receiver.schedule.due(), at(30ms)) << "fourteen, but no longer than the delay";
  receiver.hear(at(21ms), 16);
  EXPECT_EQ(receiver.schedule.due(), at(21ms)) << "8 + 7";
}

TEST(AckSchedule, what_asks_for_nothing_makes_nothing_due) {
  Receiver receiver;
  receiver.hear(at(1ms), 1, false);
  receiver.hear(at(1ms), 5, false);
  EXPECT_FALSE(receiver.schedule.waiting());
  EXPECT_EQ(receiver.schedule.due(), never);
  receiver.hear(at(2ms), 6);
  EXPECT_EQ(receiver.schedule.due(), at(12ms)) << "it follows 5";
}

TEST(AckSchedule, what_was_said_waits_no_more) {
  Receiver receiver;
  receiver.hear(at(1ms), 1);
  receiver.schedule.clear();
  EXPECT_FALSE(receiver.schedule.waiting());
  EXPECT_EQ(receiver.schedule.due(), never);
  receiver.hear(at(20ms), 2);
  EXPECT_EQ(receiver.schedule.due(), at(30ms));
}

TEST(AckSchedule, says_largest_delay_and_ranges_with_gaps_less_one) {
  Receiver receiver;
  for (const PacketNumber n : {1u, 2u, 3u, 5u, 9u, 10u}) receiver.hear(at(100us), n);
  // 10, 200 µs, 3 ranges: 9 to 10; 8 to 6 missing, three, less one; 5; 4 missing, one, less one; 1 to 3.
  EXPECT_EQ(receiver.ack(at(300us)), "02" "0a000000" "c801" "03" "01" "02" "00" "00" "02");
}

TEST(AckSchedule, the_delay_counts_from_the_newest_packet_whatever_came_after) {
  Receiver receiver;
  receiver.hear(at(100us), 2);
  receiver.hear(at(150us), 1);
  receiver.hear(at(160us), 3, false);
  EXPECT_EQ(receiver.ack(at(165us)), "02" "03000000" "05" "01" "02");
}

TEST(AckSchedule, a_delay_of_days_is_cut_and_still_fits) {
  Receiver receiver;
  receiver.hear(at(0s), 1);
  EXPECT_EQ(receiver.ack(at(48h)), "02" "01000000" "ffffffff03" "01" "00");  // 2^30 − 1
}

TEST(AckSchedule, tells_of_64_ranges_at_most_the_newest) {
  Receiver receiver;
  for (PacketNumber n = 1; n <= 200; n += 2) receiver.hear(at(0s), n);
  const std::string hex = receiver.ack(at(0s));
  EXPECT_EQ(hex.substr(0, 14), "02" "c7000000" "00" "40");  // 199, 64 ranges
  EXPECT_EQ(hex.size(), 2u * (7 + 1 + 63 * 2));
}

TEST(AckSchedule, tells_of_as_many_ranges_as_there_is_room_for) {
  Receiver receiver;
  for (PacketNumber n = 1; n <= 200; n += 2) receiver.hear(at(0s), n);
  // 7 bytes come first, 1 for the first range, 2 for each further one.
  EXPECT_EQ(receiver.ack<11>(at(0s)), "none") << "the first range could take five";
  EXPECT_EQ(receiver.ack<12>(at(0s)), "02" "c7000000" "00" "03" "00" "0000" "0000");
  EXPECT_EQ(receiver.ack<13>(at(0s)), "02" "c7000000" "00" "03" "00" "0000" "0000");
  EXPECT_EQ(receiver.ack<14>(at(0s)), "02" "c7000000" "00" "04" "00" "0000" "0000" "0000");
}

TEST(AckSchedule, never_writes_beyond_its_room_and_always_the_newest) {
  Receiver receiver{Options{.packets_tracked = 65'536}};
  for (PacketNumber n = 1; n <= 60'000; n += n % 1000 == 1 ? 999u : 1u) receiver.hear(at(0s), n);
  const auto check = [&]<std::size_t Size>(std::integral_constant<std::size_t, Size>) {
    const std::string hex = receiver.ack<Size>(at(0s));
    EXPECT_NE(hex, "none");
    EXPECT_LE(hex.size(), 2 * Size);
  };
  check(std::integral_constant<std::size_t, 12>{});
  check(std::integral_constant<std::size_t, 13>{});
  check(std::integral_constant<std::size_t, 15>{});
  check(std::integral_constant<std::size_t, 40>{});
}

TEST(AckSchedule, a_packet_is_told_of_sixteen_times_and_then_rests) {
  Receiver receiver;
  receiver.hear(at(0s), 1);
  PacketNumber next = 3;  // 2 is missing for good.
  int told = 0;
  for (; next < 100; ++next) {
    const std::string hex = receiver.ack(at(0s));
    // Two ranges, or the newest alone.
    if (next > 3 && hex.substr(12, 2) == "01") break;
    ++told;
    receiver.schedule.clear();
    receiver.hear(at(0s), next);
  }
  EXPECT_EQ(told, 16);
}

TEST(AckSchedule, a_late_packet_is_told_of_sixteen_times_too) {
  Receiver receiver;
  const auto say = [&](PacketNumber number) {
    receiver.hear(at(0s), number);
    const std::string hex = receiver.ack(at(0s));
    receiver.schedule.clear();
    return hex.substr(12, 2);
  };
  for (PacketNumber n = 3; n < 40; ++n) EXPECT_EQ(say(n), "01");
  EXPECT_EQ(say(1), "02");
  for (PacketNumber n = 40; n < 55; ++n) EXPECT_EQ(say(n), "02") << n;
  EXPECT_EQ(say(55), "01");
}

TEST(AckSchedule, reset_forgets_what_was_heard_of_the_last_incarnation) {
  Receiver receiver;
  for (PacketNumber n = 1; n <= 9; n += 2) receiver.hear(at(0s), n);
  receiver.schedule.reset();
  receiver.received.clear();
  EXPECT_FALSE(receiver.schedule.waiting());
  EXPECT_EQ(receiver.ack(at(0s)), "none");
  receiver.hear(at(1ms), 1);
  EXPECT_EQ(receiver.schedule.due(), at(11ms));
  EXPECT_EQ(receiver.ack(at(1ms)), "02" "01000000" "00" "01" "00");
}

}  // namespace
