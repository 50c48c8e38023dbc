// SPDX-License-Identifier: BSL-1.0
// Stories of messages that wait for each other, and of those that end early.
#pragma once

#include "sweeps/stories/stage.hpp"

namespace bowline::test::stories {

template <class Transport>
void small_messages_go_both_ways(Trial& trial) {
  Stage<Transport> stage{trial};
  stage.meet();
  for (int i = 0; i < 4; ++i) {
    stage.sends(stage.a, 6, 20, {.report_ack = true});
    stage.sends(stage.z, 6, 200);
    stage.world.run_for(5ms);
  }
  stage.end_with_all_acked();
}

/// The head of a chain is lost once, so the rest waits at the receiver.
template <class Transport>
void a_chain_waits_at_the_receiver(Trial& trial) {
  Stage<Transport> stage{trial};
  stage.meet();
  stage.link.a_to_z.drop_next();
  MessageId last = stage.sends(stage.a, 20);
  stage.world.run_for(1ms);
  for (int i = 0; i < 8; ++i) last = stage.sends(stage.a, 40 * (static_cast<std::size_t>(i) + 1), {.after = last});
  stage.end_with_all_acked();
}

template <class Transport>
void a_chain_waits_at_the_sender(Trial& trial) {
  Stage<Transport> stage{trial};
  stage.meet();
  MessageId last = stage.sends(stage.a, 20);
  for (int i = 0; i < 4; ++i) last = stage.sends(stage.a, 20, {.after = last, .gate = Gate::at_sender});
  stage.end_with_all_acked();
}

template <class Transport>
void a_failure_cascades_down_a_chain(Trial& trial) {
  Stage<Transport> stage{trial};
  stage.meet();
  stage.link.a_to_z.partition();
  const MessageId head = stage.sends(stage.a, 20);
  constexpr auto fail = OnDependencyFailure::fail;
  const MessageId second = stage.sends(stage.a, 20, {.after = head, .on_dependency_failure = fail});
  for (int i = 0; i < 5; ++i) stage.sends(stage.a, 20, {.after = second, .on_dependency_failure = fail});
  stage.sends(stage.a, 20, {.after = second});
  stage.world.run_for(50ms);
  EXPECT_TRUE(stage.a.cancel(head));
  stage.link.heal();
  stage.end_well();
  EXPECT_EQ(stage.a.ledger().count(Outcome::dependency_failed), 6u);
  EXPECT_EQ(stage.a.ledger().count(Outcome::acked), 1u);
}

template <class Transport>
void messages_on_their_way_are_cancelled(Trial& trial) {
  Stage<Transport> stage{trial};
  stage.meet();
  stage.link.a_to_z.partition();
  stage.sends(stage.a, 8, 20);
  stage.world.run_for(50ms);
  for (std::uint64_t id = 1; id <= 8; ++id) EXPECT_TRUE(stage.a.cancel({id}));
  stage.sends(stage.a, 20);
  stage.link.heal();
  stage.end_well();
  EXPECT_EQ(stage.a.ledger().count(Outcome::cancelled), 8u);
  EXPECT_EQ(stage.a.ledger().count(Outcome::acked), 1u);
}

/// The acknowledgement is lost, and the messages are cancelled after they were delivered.
template <class Transport>
void cancelled_messages_had_arrived(Trial& trial) {
  Stage<Transport> stage{trial};
  stage.meet();
  stage.world.run_for(1s);
  stage.link.z_to_a.partition();
  stage.sends(stage.a, 6, 20);
  EXPECT_TRUE(stage.world.run_until([&] { return stage.a.ledger().deliveries() == 6; }, 5s));
  for (std::uint64_t id = 1; id <= 6; ++id) EXPECT_TRUE(stage.a.cancel({id}));
  stage.link.heal();
  stage.end_well();
  EXPECT_EQ(stage.a.ledger().count(Outcome::cancelled), 6u);
  EXPECT_EQ(stage.a->stats().late_acks, 6u);
}

template <class Transport>
void deadlines_pass(Trial& trial) {
  Stage<Transport> stage{trial};
  stage.meet();
  stage.link.a_to_z.partition();
  const MessageId head = stage.sends(stage.a, 20, {.deadline = 300ms});
  stage.sends(stage.a, 20, {.after = head, .gate = Gate::at_sender, .deadline = 100ms});
  stage.sends(stage.a, 5, 20, {.deadline = 200ms});
  stage.sends(stage.a, 3000, {.deadline = 250ms});
  stage.sends(stage.a, 20, {.deadline = 200ms, .reliable = false});
  stage.world.run_for(400ms);
  stage.link.heal();
  stage.sends(stage.a, 20);
  stage.end_well();
  EXPECT_EQ(stage.a.ledger().count(Outcome::expired), 8u);
  EXPECT_EQ(stage.a.ledger().count(Outcome::acked), 1u);
}

template <class Transport>
void newer_messages_take_the_place_of_older_ones(Trial& trial) {
  Stage<Transport> stage{trial};
  stage.meet();
  stage.link.a_to_z.partition();
  for (std::uint64_t key = 1; key <= 6; ++key) stage.sends(stage.a, 20, {.key = key});
  stage.world.run_for(30ms);
  for (std::uint64_t key = 1; key <= 6; ++key) stage.sends(stage.a, 20, {.key = key});
  stage.link.heal();
  stage.end_well();
  EXPECT_EQ(stage.a.ledger().count(Outcome::superseded), 6u);
  EXPECT_EQ(stage.a.ledger().count(Outcome::acked), 6u);
}

template <class Transport>
void urgent_messages_overtake_others(Trial& trial) {
  Stage<Transport> stage{trial, {.delay = 10ms, .rate_bits_per_second = 1'000'000}};
  stage.meet();
  stage.link.a_to_z.drop_next(2);
  for (int i = 0; i < 4; ++i) {
    for (const Priority priority : {Priority::low, Priority::normal, Priority::high, Priority::urgent}) {
      stage.sends(stage.a, 300, {.priority = priority});
    }
  }
  stage.end_with_all_acked();
}

}  // namespace bowline::test::stories
