// SPDX-License-Identifier: BSL-1.0
// Stories of ends that find each other, and lose each other.
#pragma once

#include "sweeps/stories/stage.hpp"

namespace bowline::test::stories {

template <class Transport>
void one_end_looks_for_the_other(Trial& trial) {
  Stage<Transport> stage{trial};
  stage.meet();
  stage.end_with_all_acked();
}

template <class Transport>
void both_ends_look_for_each_other(Trial& trial) {
  Stage<Transport> stage{trial};
  stage.a->connect();
  stage.z->connect();
  stage.sends(stage.a, 20);
  stage.sends(stage.z, 20);
  stage.end_with_all_acked();
}

template <class Transport>
void both_ends_are_introduced_by_signalling(Trial& trial) {
  Stage<Transport> stage{trial};
  EXPECT_TRUE(stage.a->bind(*stage.z));
  EXPECT_TRUE(stage.z->bind(*stage.a));
  stage.sends(stage.a, 20);
  stage.sends(stage.z, 20);
  stage.end_with_all_acked();
}

template <class Transport>
void nobody_answers(Trial& trial) {
  Stage<Transport> stage{trial};
  stage.link.z_to_a.partition();
  stage.sends(stage.a, 3, 20);
  EXPECT_TRUE(stage.world.run_until([&] { return stage.a->settled(); }, 60s));
  EXPECT_EQ(stage.a.disconnects, std::vector{DisconnectReason::unreachable});
  EXPECT_EQ(stage.a.ledger().count(Outcome::closed), 3u);
  stage.expect_complete();
}

template <class Transport>
void one_end_starts_again(Trial& trial) {
  Stage<Transport> stage{trial};
  stage.meet();
  stage.sends(stage.a, 3, 20);
  stage.sends(stage.z, 3, 20);
  stage.world.run_for(5ms);
  stage.restart(stage.z);
  stage.sends(stage.z, 2, 20);
  stage.end_well();
  EXPECT_EQ(stage.z.ledger().count(Outcome::acked), 2u);
  stage.sends(stage.a, 20, {.report_ack = true});
  stage.end_well();
}

template <class Transport>
void both_ends_start_again(Trial& trial) {
  Stage<Transport> stage{trial};
  stage.meet();
  stage.sends(stage.a, 3, 20);
  stage.sends(stage.z, 3, 2000);
  stage.world.run_for(5ms);
  stage.restart(stage.z);
  stage.restart(stage.a);
  stage.sends(stage.a, 20);
  stage.sends(stage.z, 20);
  stage.end_well();
  EXPECT_EQ(stage.a.ledger().count(Outcome::acked), 1u);
  EXPECT_EQ(stage.z.ledger().count(Outcome::acked), 1u);
}

template <class Transport>
void an_end_loses_its_peer_and_finds_it_again(Trial& trial) {
  Options options = small();
  options.idle_timeout = 2s;
  options.keepalive = 1s;
  Stage<Transport> stage{trial, clean, options};
  stage.meet();
  stage.link.partition();
  stage.sends(stage.a, 2, 20);
  EXPECT_TRUE(stage.world.run_until([&] { return stage.a.disconnects.size() == 1; }, 120s));
  stage.link.heal();
  stage.sends(stage.a, 20);
  stage.end_well();
  EXPECT_EQ(stage.a.ledger().count(Outcome::closed), 2u);
  EXPECT_EQ(stage.a.ledger().count(Outcome::acked), 1u);
}

template <class Transport>
void two_idle_ends_stay_together(Trial& trial) {
  Options options = small();
  options.keepalive = 1s;
  Stage<Transport> stage{trial, clean, options};
  stage.meet();
  stage.world.run_for(5s);
  stage.sends(stage.z, 20);
  stage.end_with_all_acked();
  EXPECT_TRUE(stage.a.disconnects.empty() && stage.z.disconnects.empty());
}

template <class Transport>
void one_end_closes(Trial& trial) {
  Stage<Transport> stage{trial};
  stage.meet();
  stage.sends(stage.a, 5, 20);
  stage.a->close();
  EXPECT_TRUE(stage.world.run_until([&] { return stage.a->state() == ConnectionState::closed; }, 60s));
  stage.end_with_all_acked();
  EXPECT_EQ(stage.a.disconnects, std::vector{DisconnectReason::closed});
}

template <class Transport>
void both_ends_close(Trial& trial) {
  Stage<Transport> stage{trial};
  stage.meet();
  stage.sends(stage.a, 2, 20);
  stage.sends(stage.z, 2, 20);
  stage.world.run_for(5ms);
  stage.a->close();
  stage.z->close();
  const auto closed = [&] {
    return stage.a->state() == ConnectionState::closed && stage.z->state() == ConnectionState::closed;
  };
  EXPECT_TRUE(stage.world.run_until(closed, 60s));
  stage.end_well();
}

}  // namespace bowline::test::stories
