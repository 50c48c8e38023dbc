// SPDX-License-Identifier: BSL-1.0
#include "bowline/core/session.hpp"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <vector>

#include "bowline/dedup/window_dedup.hpp"
#include "bowline/default_extras.hpp"
#include "bowline/resend/adaptive_resend.hpp"

namespace bowline {
namespace {

using namespace std::chrono_literals;
using Tested = Session<WindowDedup<1024>, AdaptiveResend, DefaultExtras>;

struct SessionTest : testing::Test {
  SessionTest() {
    a.start(now, 1, 2, Limits::of(Options{}), 5);
    z.start(now, 2, 1, Limits::of(Options{}), 6);
  }

  std::size_t write(Tested& from, bool good_bye = false, bool talking = true) {
    return from.write(now, good_bye, talking, bytes, stats);
  }

  Tested::Heard hear(Tested& to, std::size_t count, bool lingering = false) {
    Reader reader{bytes};
    const Header header = Header::read(reader);
    return to.hear(now, header, Buffer{bytes}.first(count), lingering, stats);
  }

  Tested a{Options{}, {}, {}, {}, 3}, z{Options{}, {}, {}, {}, 4};
  std::array<std::byte, 1200> bytes{};
  TimePoint now{1h};
  Stats stats;
};

TEST_F(SessionTest, a_message_crosses_and_its_acknowledgement_comes_back) {
  const MessageId id = a.outbox().send(now, bytes_of("one"), {}, stats).id;
  EXPECT_EQ(hear(z, write(a)), Tested::Heard::taken);
  ASSERT_TRUE(z.receiver().next_event(stats));
  now += 25ms;  // Options::ack_delay_max
  EXPECT_EQ(hear(a, write(z)), Tested::Heard::taken);
  EXPECT_EQ(a.outbox().status(id), MessageStatus::acked);
}

TEST_F(SessionTest, frames_fill_a_datagram_to_the_byte) {
  // 1,200 less 13 of header and 4 of seal.
  EXPECT_EQ(Tested::frames_room(1200), 1183u);
}

TEST_F(SessionTest, there_is_nothing_to_write_when_nothing_is_due) { EXPECT_EQ(write(a), 0u); }

TEST_F(SessionTest, what_lacks_little_of_the_wanted_length_is_padded_to_it) {
  const auto bytes_written = [&](std::size_t wanted) {
    Tested from = a;
    EXPECT_TRUE(from.outbox().send(now, bytes_of("one"), {}, stats));
    const std::size_t count = from.write(now, /*good_bye=*/false, /*talking=*/true, bytes, stats, wanted);
    Tested to = z;
    EXPECT_EQ(hear(to, count), Tested::Heard::taken);
    EXPECT_TRUE(to.receiver().next_event(stats));
    return count;
  };
  const std::size_t plain = bytes_written(0);
  EXPECT_EQ(plain, 26u);  // 13 of header, 4 of seal; 1 of flags, 4 of number, 1 of length, 3 of payload
  EXPECT_EQ(bytes_written(20), 26u);
  EXPECT_EQ(bytes_written(27), 27u);
  EXPECT_EQ(bytes_written(90), 90u);  // 26 + 64
  EXPECT_EQ(bytes_written(91), 26u);
}

TEST_F(SessionTest, padding_stays_within_what_both_ends_take) {
  Limits small = Limits::of(Options{});
  small.datagram_bytes_max = 600;
  a.start(now, 1, 2, small, 5);
  ASSERT_TRUE(a.outbox().send(now, bytes_of(std::string(550, 'x')), {}, stats));
  EXPECT_EQ(a.write(now, false, true, bytes, stats, 610), 574u);  // 13 + 4 + 1 + 4 + 2 + 550
}

TEST_F(SessionTest, an_acknowledgement_alone_is_not_padded) {
  ASSERT_TRUE(a.outbox().send(now, bytes_of("one"), {}, stats));
  ASSERT_EQ(hear(z, write(a)), Tested::Heard::taken);
  ASSERT_TRUE(z.receiver().next_event(stats));
  now += 10ms;  // Options::ack_delay_max
  EXPECT_LT(z.write(now, false, true, bytes, stats, 60), 60u);
}

TEST_F(SessionTest, good_bye_is_heard_as_such) {
  EXPECT_EQ(hear(z, write(a, /*good_bye=*/true, /*talking=*/false)), Tested::Heard::closed);
}

TEST_F(SessionTest, whoever_lingers_leaves_a_genuine_packet_alone) {
  const std::size_t count = write(a, /*good_bye=*/true);
  EXPECT_EQ(hear(z, count, /*lingering=*/true), Tested::Heard::late);
  EXPECT_EQ(hear(z, count), Tested::Heard::closed);  // so it was not taken before
}

TEST_F(SessionTest, whoever_does_not_talk_sends_no_segments) {
  ASSERT_TRUE(a.outbox().send(now, bytes_of("one"), {}, stats));
  EXPECT_EQ(write(a, /*good_bye=*/false, /*talking=*/false), 0u);
}

TEST_F(SessionTest, full_segments_leave_into_silence_and_answers_do_not_leave_for_ever) {
  const std::vector<std::byte> full(Tested::frames_room(1200) - DataFrame::overhead_bytes_max);
  // a has something to tell again: one packet of z.
  ASSERT_TRUE(z.outbox().send(now, bytes_of("one"), {}, stats));
  ASSERT_EQ(hear(a, write(z)), Tested::Heard::taken);
  ASSERT_TRUE(a.receiver().next_event(stats));
  ASSERT_TRUE(a.outbox().send(now, full, {}, stats));
  while (write(a) != 0) {
  }
  now = a.deadline();
  static_cast<void>(a.on_timer(now, stats));
  ASSERT_TRUE(a.outbox().send(now, full, {}, stats));
  // The probe repeats the first message, then the second one leaves.
  EXPECT_GT(write(a), full.size());
  EXPECT_GT(write(a), full.size());
  EXPECT_EQ(write(a), 0u);
}

TEST_F(SessionTest, an_idle_session_pings_and_counts_the_peer_as_gone_after_three_unanswered_probes) {
  // Options: keepalive 10 s, idle_timeout 20 s.
  EXPECT_EQ(a.deadline(), now + 10s);
  const TimePoint begun = now;
  int probes = 0;
  for (bool there = true; there; ++probes) {
    now = a.deadline();
    there = a.on_timer(now, stats) != Tested::Silence::gone;
    static_cast<void>(write(a));
    ASSERT_LT(probes, 20);
  }
  EXPECT_EQ(now, begun + 20s);
  EXPECT_GE(stats.probes_sent, 1u);
}

TEST_F(SessionTest, a_packet_for_which_there_is_nothing_to_say_does_not_leave) {
  Limits one_at_once = Limits::of(Options{});
  one_at_once.message_bytes_max = one_at_once.reassembly_bytes_max = 5000;
  a.start(now, 1, 2, one_at_once, 5);
  ASSERT_TRUE(a.outbox().send(now, std::vector<std::byte>(5000), {}, stats));
  int packets = 0;
  while (write(a) != 0) ASSERT_LE(++packets, 5);  // 4 · 1,183 < 5,000
  ASSERT_TRUE(a.outbox().send(now, std::vector<std::byte>(5000), {}, stats));
  EXPECT_EQ(write(a), 0u) << "the peer has no room for a second one";
}

}  // namespace
}  // namespace bowline
