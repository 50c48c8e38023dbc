// SPDX-License-Identifier: BSL-1.0
#include "bowline/core/sender.hpp"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <string>
#include <utility>

#include "bowline/congestion/fixed_window.hpp"
#include "bowline/resend/adaptive_resend.hpp"
#include "bowline/resend/periodic_resend.hpp"
#include "bowline/wire/wire_number.hpp"

namespace bowline {
namespace {

using namespace std::chrono_literals;

/// A window without end, which notes the last delivery sample in a place that outlives copies.
struct Sampled : FixedWindow {
  explicit Sampled(DeliverySample& last) noexcept : FixedWindow{std::size_t{1} << 30}, sample{&last} {}
  void on_feedback(const CongestionFeedback& feedback) noexcept { *sample = feedback.delivery; }
  DeliverySample* sample;
};

template <class Resend>
struct Driven {
  explicit Driven(Resend resend, const Options& options = {}) : sender{options, resend, Sampled{sample}, 1} {
    sender.start(Limits::of(options), options.window, 1);
  }

  MessageId send(std::string_view body) {
    return sender.outbox().send(now, bytes_of(body), {}, stats).id;
  }

  /// Writes one packet if something may leave; the bytes of its frames.
  std::size_t write() {
    const bool may = sender.may_send(now, 1200);
    if (!may && !sender.must_send()) return 0;
    static_cast<void>(sender.begin_packet());
    std::array<std::byte, 1200> room{};
    Writer writer{room};
    const bool eliciting = sender.write_segments(writer, may, 1000, stats);
    sender.commit(now, writer.used(), eliciting, stats);
    return writer.used();
  }

  void acknowledge(PacketNumber packet) {
    const std::array<std::byte, 1> one_range{};  // its length less one: 0
    sender.take(now, AckFrame{packet, 0us, 1, one_range}, stats);
  }

  DeliverySample sample;
  Sender<Resend, Sampled, WireNumber<>> sender;
  TimePoint now{1h};
  Stats stats;
};

TEST(Sender, an_acknowledged_packet_ends_its_messages) {
  Driven driven{AdaptiveResend{}};
  const MessageId id = driven.send("one");
  EXPECT_EQ(driven.write(), 1u + 4u + 1u + 3u);  // flags, number, length, "one"
  driven.now += 50ms;
  driven.acknowledge(1);
  EXPECT_EQ(driven.sender.outbox().status(id), MessageStatus::acked);
  EXPECT_EQ(driven.stats.rtt_latest, 50ms);
  EXPECT_EQ(driven.sender.deadline(), never);
}

TEST(Sender, an_acknowledgement_of_what_was_never_sent_is_void) {
  Driven driven{AdaptiveResend{}};
  const MessageId id = driven.send("one");
  driven.write();
  driven.acknowledge(2);
  EXPECT_EQ(driven.stats.acks_void, 1u);
  EXPECT_EQ(driven.sender.outbox().status(id), MessageStatus::in_flight);
}

TEST(Sender, the_first_timeout_probes_and_the_second_declares_the_rest_lost) {
  Driven driven{AdaptiveResend{}};
  driven.send("one");
  driven.write();
  driven.now = driven.sender.deadline();
  EXPECT_TRUE(driven.sender.on_timer(driven.now, driven.stats));
  EXPECT_EQ(driven.stats.datagrams_lost, 0u);
  EXPECT_NE(driven.write(), 0u);
  EXPECT_EQ(driven.stats.probes_sent, 1u);
  EXPECT_EQ(driven.stats.segments_resent, 1u);
  driven.now = driven.sender.deadline();
  EXPECT_TRUE(driven.sender.on_timer(driven.now, driven.stats));
  EXPECT_EQ(driven.stats.datagrams_lost, 2u);
}

TEST(Sender, a_probe_that_finds_no_room_asks_for_nothing) {
  Driven driven{AdaptiveResend{}};
  std::array<std::byte, 1> room{};
  for (const std::size_t bytes : {0u, 1u}) {
    driven.sender.probe();
    static_cast<void>(driven.sender.begin_packet());
    Writer writer{Buffer{room}.first(bytes)};
    EXPECT_EQ(driven.sender.write_segments(writer, false, 1000, driven.stats), bytes == 1) << "a PING is one byte";
    EXPECT_EQ(writer.used(), bytes);
    driven.sender.commit(driven.now, writer.used(), bytes == 1, driven.stats);
  }
}

TEST(Sender, tombstones_leave_though_no_more_datagrams_may_be_on_the_way) {
  Driven driven{AdaptiveResend{}};
  const std::string body(900, 'x');
  const MessageId first = driven.send(body);
  while (driven.write() != 0) driven.send(body);
  ASSERT_TRUE(driven.sender.outbox().cancel(first, driven.stats));
  EXPECT_EQ(driven.write(), 1u + 4u);  // flags, number
  EXPECT_EQ(driven.write(), 0u);
}

TEST(Sender, a_periodic_schedule_sends_each_message_again_after_its_own_interval) {
  Driven driven{PeriodicResend{.interval = 500ms}};
  driven.send("one");
  driven.write();
  const TimePoint begun = driven.now;
  driven.now += 200ms;
  driven.send("two");
  driven.write();
  EXPECT_EQ(driven.sender.deadline(), begun + 500ms);
  driven.now = begun + 500ms;
  driven.sender.on_timer(driven.now, driven.stats);
  EXPECT_EQ(driven.write(), 1u + 4u + 1u + 3u);  // "one" alone
  EXPECT_EQ(driven.sender.deadline(), begun + 700ms);
}

TEST(Sender, no_more_datagrams_are_on_the_way_than_either_end_tells_apart) {
  const Options few{.packets_tracked = 64}, many{.packets_tracked = 4096};
  for (const auto& [own, peer] : {std::pair{few, many}, std::pair{many, few}}) {
    Driven driven{AdaptiveResend{}, own};
    driven.sender.start(Limits::of(peer), own.window, 1);
    int written = 0;
    for (int i = 0; i < 100; ++i) {
      driven.send("x");
      written += driven.write() != 0 ? 1 : 0;
    }
    EXPECT_EQ(written, 64);
  }
}

TEST(Sender, a_peer_that_acknowledges_nothing_and_has_to_be_answered_makes_nothing_pile_up) {
  Driven driven{AdaptiveResend{}, {.packets_tracked = 64}};
  driven.send("x");
  driven.write();
  const auto answer = [&] {
    static_cast<void>(driven.sender.begin_packet());
    driven.sender.commit(driven.now, 30, /*eliciting=*/false, driven.stats);
  };
  for (int i = 0; i < 125; ++i) answer();  // 2 · 64 − 2 with the first
  EXPECT_EQ(driven.stats.datagrams_lost, 0u);
  answer();
  EXPECT_EQ(driven.stats.datagrams_lost, 1u);
  EXPECT_EQ(driven.write(), 1u + 4u + 1u + 1u) << "it goes again";
}

TEST(Sender, a_number_is_left_out_now_and_then_and_its_acknowledgement_is_void) {
  Driven driven{AdaptiveResend{}};
  PacketNumber left_out = 0;
  while (left_out == 0) {
    const PacketNumber expected = driven.sender.next_packet();
    driven.send("x");
    driven.write();
    const PacketNumber sent = driven.sender.next_packet() - 1;
    if (sent != expected) left_out = expected;
    ASSERT_LT(sent, 1000u);
    if (left_out == 0) driven.acknowledge(sent);
  }
  EXPECT_GE(left_out, 257u);  // the first is 1 + 256 + a number below 256
  EXPECT_LE(left_out, 512u);
  driven.acknowledge(left_out);
  EXPECT_EQ(driven.stats.acks_void, 1u);
}

TEST(Sender, what_waits_for_the_peer_is_not_limited_by_the_application) {
  Options options;
  options.window = 64;
  for (const int messages : {100, 3}) {
    Driven driven{AdaptiveResend{}, options};
    for (int i = 0; i < messages; ++i) driven.send("one");
    EXPECT_NE(driven.write(), 0u);
    EXPECT_EQ(driven.write(), 0u) << "all that have a number have left";
    driven.now += 50ms;
    driven.acknowledge(1);
    EXPECT_NE(driven.send("one"), MessageId{});
    EXPECT_NE(driven.write(), 0u);
    driven.now += 50ms;
    driven.acknowledge(2);
    EXPECT_EQ(driven.sample.app_limited, messages == 3);
  }
}

TEST(Sender, a_new_incarnation_starts_its_packets_from_one) {
  Driven driven{AdaptiveResend{}};
  driven.send("one");
  driven.write();
  driven.sender.outbox().end_all(driven.stats);
  driven.sender.start(Limits::of(Options{}), 1024, 2);
  EXPECT_EQ(driven.sender.next_packet(), 1u);
  EXPECT_FALSE(driven.sender.asking());
}

TEST(Sender, a_schedule_of_its_own_leaves_nothing_behind_for_what_it_sends_again) {
  Driven driven{PeriodicResend{.interval = 500ms}};
  driven.send("one");
  EXPECT_NE(driven.write(), 0u);
  for (int i = 0; i < 5; ++i) {
    driven.now += 500ms;
    EXPECT_TRUE(driven.sender.on_timer(driven.now, driven.stats));
    EXPECT_NE(driven.write(), 0u);
    EXPECT_TRUE(driven.sender.outbox().flow().again().empty());
  }
  EXPECT_EQ(driven.stats.segments_resent, 5u);
}

TEST(Sender, whoever_only_acknowledges_asks_when_a_quarter_of_the_numbers_ran_ahead) {
  DeliverySample sample;
  Stats stats;
  Sender<AdaptiveResend, Sampled, WireNumber<8>> sender{Options{}, {}, Sampled{sample}, 1};
  sender.start(Limits::of(Options{}), 64, 1);
  for (;;) {
    const PacketNumber number = sender.begin_packet();
    std::array<std::byte, 100> room{};
    Writer writer{room};
    const bool asks = sender.write_segments(writer, false, 100, stats);
    sender.commit(TimePoint{1h}, 40, asks, stats);
    if (!asks) continue;
    EXPECT_EQ(number, 64u);  // 2^8 / 4
    break;
  }
}

}  // namespace
}  // namespace bowline
