// SPDX-License-Identifier: BSL-1.0
// How messages end: by deadline, cancel, loss or limit, in each state that they may be in.
#include <gtest/gtest.h>

#include <vector>

#include "bowline/base/narrow.hpp"
#include "scenario/support/links.hpp"
#include "scenario/support/seeds.hpp"
#include "scenario/support/traffic.hpp"

namespace bowline::test {
namespace {

using namespace std::chrono_literals;

/// A conversation whose ends know each other, with one acked message each way.
template <class Conversation>
void introduce(Conversation& conversation) {
  ASSERT_TRUE(conversation.a.send(20, {.report_ack = true}));
  ASSERT_TRUE(conversation.z.send(20, {.report_ack = true}));
  ASSERT_TRUE(conversation.settle(2s));
}

struct Ended {
  MessageId id;
  Outcome outcome;
  bool transmitted;
  Duration at;
};

template <class Channel>
void note_endings(Conversation<Channel>& conversation, std::vector<Ended>& into) {
  conversation.a.also = [&](const Event& event) {
    if (const auto* m = event.as<Unconfirmed>()) {
      into.push_back({m->id, m->reason, m->transmitted, conversation.world.elapsed()});
    }
  };
}

TEST(Deadline, ends_a_gated_message_where_it_waits) {
  Conversation conversation{1, clean, clean, with({})};
  introduce(conversation);
  std::vector<Ended> ended;
  note_endings(conversation, ended);
  conversation.link.partition();
  const Duration start = conversation.world.elapsed();
  const SendResult head = conversation.a.send(20);
  const SendResult gated = conversation.a.send(20, {.after = head.id, .gate = Gate::at_sender, .deadline = 80ms});
  conversation.world.run_for(10ms);
  EXPECT_EQ(conversation.a->status(gated.id), MessageStatus::gated);
  conversation.world.run_for(100ms);
  ASSERT_EQ(ended.size(), 1u);
  EXPECT_EQ(ended[0].id, gated.id);
  EXPECT_EQ(ended[0].outcome, Outcome::expired);
  EXPECT_FALSE(ended[0].transmitted);
  EXPECT_EQ(ended[0].at, start + 80ms);
  conversation.link.heal();
  ASSERT_TRUE(conversation.settle(10s));
  conversation.expect_complete();
}

TEST(Deadline, ends_a_queued_message_before_a_peer_is_there) {
  Conversation conversation{1, clean, clean, with({})};
  std::vector<Ended> ended;
  note_endings(conversation, ended);
  conversation.link.partition();
  const SendResult queued = conversation.a.send(20, {.deadline = 3s});
  conversation.world.run_for(1s);
  EXPECT_EQ(conversation.a->status(queued.id), MessageStatus::queued);
  conversation.world.run_for(3s);
  ASSERT_EQ(ended.size(), 1u);
  EXPECT_EQ(ended[0].outcome, Outcome::expired);
  EXPECT_FALSE(ended[0].transmitted);
  EXPECT_EQ(ended[0].at, 3s);
  EXPECT_TRUE(conversation.a->settled());
  conversation.link.heal();
  conversation.world.run_for(10s);
  EXPECT_EQ(conversation.a.ledger()[1].deliveries, 0u);
  conversation.expect_complete();
}

TEST(Deadline, recalls_a_message_in_flight_that_never_arrived) {
  Conversation conversation{1, clean, clean, with({})};
  introduce(conversation);
  std::vector<Ended> ended;
  note_endings(conversation, ended);
  conversation.link.a_to_z.partition();
  const SendResult sent = conversation.a.send(20, {.deadline = 300ms});
  conversation.world.run_for(299ms);
  EXPECT_EQ(conversation.a->status(sent.id), MessageStatus::in_flight);
  conversation.world.run_for(2ms);
  ASSERT_EQ(ended.size(), 1u);
  EXPECT_EQ(ended[0].outcome, Outcome::expired);
  EXPECT_TRUE(ended[0].transmitted);
  conversation.link.heal();
  conversation.world.run_for(10s);
  EXPECT_EQ(conversation.a.ledger()[sent.id.value].deliveries, 0u);
  EXPECT_FALSE(conversation.a.ledger()[sent.id.value].late_acked);
  EXPECT_GE(conversation.a->stats().tombstones_sent, 1u);
  // The number of the expired one holds up nobody any more.
  ASSERT_TRUE(conversation.a.send(20, {.after = sent.id}));
  ASSERT_TRUE(conversation.settle(1s));
  conversation.expect_complete();
}

TEST(Deadline, of_a_message_that_arrived_without_our_knowing_ends_in_a_late_ack) {
  Conversation conversation{1, clean, clean, with({})};
  introduce(conversation);
  conversation.link.z_to_a.partition();
  const SendResult sent = conversation.a.send(20, {.deadline = 300ms});
  conversation.world.run_for(400ms);
  EXPECT_EQ(conversation.a.ledger()[sent.id.value].outcome, Outcome::expired);
  EXPECT_EQ(conversation.a.ledger()[sent.id.value].deliveries, 1u);
  EXPECT_FALSE(conversation.a.ledger()[sent.id.value].late_acked);
  conversation.link.heal();
  conversation.world.run_for(10s);
  EXPECT_TRUE(conversation.a.ledger()[sent.id.value].late_acked);
  conversation.expect_complete();
}

TEST(Cancel, ends_a_message_at_once_in_each_state) {
  Conversation conversation{1, clean, clean, with({})};
  introduce(conversation);
  std::vector<Ended> ended;
  note_endings(conversation, ended);
  const SendResult in_flight = conversation.a.send(20);
  conversation.world.run_for(1ms);
  const SendResult queued = conversation.a.send(20);
  const SendResult gated = conversation.a.send(20, {.after = queued.id, .gate = Gate::at_sender});
  EXPECT_EQ(conversation.a->status(in_flight.id), MessageStatus::in_flight);
  EXPECT_EQ(conversation.a->status(queued.id), MessageStatus::queued);
  EXPECT_EQ(conversation.a->status(gated.id), MessageStatus::gated);
  for (const MessageId id : {gated.id, queued.id, in_flight.id}) {
    EXPECT_TRUE(conversation.a.cancel(id));
    EXPECT_EQ(conversation.a->status(id), MessageStatus::cancelled);
    EXPECT_FALSE(conversation.a.cancel(id));
  }
  conversation.world.run_for(1s);
  ASSERT_EQ(ended.size(), 3u);
  EXPECT_FALSE(ended[0].transmitted);
  EXPECT_FALSE(ended[1].transmitted);
  EXPECT_TRUE(ended[2].transmitted);
  // It had left before it was cancelled, and nothing was lost: the peer's verdict says so.
  EXPECT_TRUE(conversation.a.ledger()[in_flight.id.value].late_acked);
  conversation.expect_complete();
}

TEST(Cancel, of_what_is_acked_or_unknown_is_refused) {
  Conversation conversation{1, clean, clean, with({})};
  introduce(conversation);
  EXPECT_FALSE(conversation.a.cancel({1}));
  EXPECT_FALSE(conversation.a->cancel({77}));
  EXPECT_FALSE(conversation.a->cancel({}));
  EXPECT_EQ(conversation.a->status({1}), MessageStatus::acked);
}

TEST(Cancel, recalls_a_message_that_the_peer_holds) {
  Conversation conversation{1, clean, clean, with({})};
  introduce(conversation);
  conversation.link.a_to_z.drop_next();
  const SendResult head = conversation.a.send(20);
  conversation.world.run_for(1ms);
  const SendResult held = conversation.a.send(20, {.after = head.id});
  conversation.world.run_for(40ms);
  EXPECT_EQ(conversation.a.ledger()[held.id.value].deliveries, 0u);  // there, and waiting
  EXPECT_TRUE(conversation.a.cancel(held.id));
  ASSERT_TRUE(conversation.settle(5s));
  conversation.world.run_for(1s);
  EXPECT_EQ(conversation.a.ledger()[head.id.value].deliveries, 1u);
  conversation.expect_complete();
}

TEST(Lost, comes_with_payload_and_flag_when_the_resends_are_used_up) {
  Conversation conversation{1, clean, clean, [](sim::LinkEnd end, sim::World& world) {
                              return ReliableChannel{end, Options{}, world.clock(), FixedQueueDedup<>{},
                                                     AdaptiveResend{.resend_count_max = 3}};
                            }};
  introduce(conversation);
  std::vector<Ended> ended;
  note_endings(conversation, ended);
  conversation.link.a_to_z.drop_next(1'000'000, [](Bytes datagram) { return datagram.size() > 400; });
  const SendResult large = conversation.a.send(500);
  const SendResult small = conversation.a.send(20);
  ASSERT_TRUE(small);
  ASSERT_TRUE(conversation.settle(20s));
  conversation.world.run_for(5s);
  ASSERT_GE(ended.size(), 1u);
  EXPECT_EQ(ended[0].id, large.id);
  EXPECT_EQ(ended[0].outcome, Outcome::lost);
  EXPECT_TRUE(ended[0].transmitted);
  EXPECT_EQ(conversation.a.ledger()[large.id.value].cause, LossCause::resends_used_up);
  conversation.expect_complete();
}

TEST(Lost, is_everything_that_was_on_its_way_when_the_peer_falls_silent_and_at_the_same_time) {
  // A window that shrinks lets only a few travel again; that must not make the others wait for their outcome.
  sim::World world{1};
  auto link = world.link(clean);
  const AdaptiveResend resend{.resend_count_max = 3};
  ReliableChannel a{link.a, {}, world.clock(), FixedQueueDedup<>{}, resend}, z{link.z, {}, world.clock()};
  std::vector<TimePoint> lost;
  world.drive(a, [&](const Unconfirmed& m) {
    EXPECT_EQ(m.reason, Outcome::lost);
    lost.push_back(world.now());
  });
  world.drive(z);
  const std::vector<std::byte> payload(1000);
  const std::function<void()> send = [&] {
    if (a.state() != ConnectionState::connected || a.connection().stats().messages_accepted < 5'000) {
      static_cast<void>(a.send(payload));
      world.after(100us, send);
    }
  };
  send();
  world.run_for(400ms);
  link.partition();
  const TimePoint silent = world.now();
  world.run_for(100ms);
  const std::uint64_t on_its_way = a.stats().segments_sent - a.stats().messages_acked;
  ASSERT_GT(on_its_way, 100u);
  world.run_for(10s);
  // A probe, three resends and the end are five timeouts: up to 180 ms, doubled three times, and then 2 s, the longest;
  // an eighth more at random. What had not left when the silence began ends later.
  ASSERT_GE(lost.size(), on_its_way);
  EXPECT_LT(lost[narrow<std::size_t>(on_its_way - 1)] - silent, (15 * 180ms + 2s) * 9 / 8);
}

TEST(Lost, is_a_message_larger_than_the_peer_takes) {
  int made = 0;
  Conversation conversation{1, clean, clean, [&](sim::LinkEnd end, sim::World& world) {
                              return ReliableChannel{end, Options{.message_bytes_max = ++made == 1 ? 1000u : 599u},
                                                     world.clock()};
                            }};
  const SendResult fits = conversation.a.send(500), too_large = conversation.a.send(600);
  const SendResult later = conversation.a.send(20);
  ASSERT_TRUE(fits && too_large && later);
  ASSERT_TRUE(conversation.settle(5s));
  const Ledger& ledger = conversation.a.ledger();
  EXPECT_EQ(ledger[fits.id.value].outcome, Outcome::acked);
  EXPECT_EQ(ledger[later.id.value].outcome, Outcome::acked);
  EXPECT_EQ(ledger[too_large.id.value].outcome, Outcome::lost);
  EXPECT_EQ(ledger[too_large.id.value].cause, LossCause::peer_limit);
  EXPECT_FALSE(ledger[too_large.id.value].transmitted);
  conversation.expect_complete();
}

TEST(Endings, of_every_kind_at_random_keep_the_laws) {
  const Mix mix{.messages = 150, .interval = 3ms, .dependent = 600'000, .deadline = 400'000,
                .deadline_max = 250ms, .cancel = 300'000};
  for_each_seed(40, [&](std::uint64_t seed) {
    const sim::LinkOptions link{.delay = 25ms, .jitter = 20ms, .loss = 0.15, .duplicate = 0.1, .duplicate_delay = 90ms};
    Conversation conversation{seed, link, link, with({})};
    exchange(conversation, mix, seed, 300s);
    // Tombstones are answered in bounded time too: nothing holds up the window.
    conversation.world.run_for(60s);
    conversation.expect_complete();
  });
}

}  // namespace
}  // namespace bowline::test
