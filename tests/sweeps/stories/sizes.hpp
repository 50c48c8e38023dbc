// SPDX-License-Identifier: BSL-1.0
// Stories of large messages, of unreliable ones, and of the sizes that paths and tables have.
#pragma once

#include <array>

#include "bowline/base/memory_pool.hpp"
#include "sweeps/stories/stage.hpp"

namespace bowline::test::stories {

template <class Transport>
void large_messages_travel_in_parts(Trial& trial) {
  Stage<Transport> stage{trial};
  stage.meet();
  stage.link.a_to_z.drop_nth(3);
  stage.sends(stage.a, 3000);
  stage.sends(stage.a, 6000, {.report_ack = true});
  stage.sends(stage.z, 1300);
  stage.end_with_all_acked();
}

template <class Transport>
void a_large_message_is_waited_for(Trial& trial) {
  Stage<Transport> stage{trial};
  stage.meet();
  stage.link.a_to_z.drop_nth(2);
  const MessageId head = stage.sends(stage.a, 4000);
  const MessageId body = stage.sends(stage.a, 5000, {.after = head});
  stage.sends(stage.a, 20, {.after = body});
  stage.end_with_all_acked();
}

/// The line takes 10 ms for a datagram, so some parts have left and others have not.
template <class Transport>
void a_large_message_is_cancelled_halfway(Trial& trial) {
  Options options = small();
  options.window = 8;
  Stage<Transport> stage{trial, {.delay = 10ms, .rate_bits_per_second = 1'000'000}, options};
  stage.meet();
  const MessageId first = stage.sends(stage.a, 20'000);
  const MessageId second = stage.sends(stage.a, 20'000);
  stage.sends(stage.a, 20, {.after = second});
  stage.world.run_for(30ms);
  EXPECT_TRUE(stage.a.cancel(first));
  stage.world.run_for(15ms);
  EXPECT_TRUE(stage.a.cancel(second));
  stage.sends(stage.a, 3000);
  stage.end_well();
  EXPECT_EQ(stage.a.ledger().count(Outcome::cancelled), 2u);
  EXPECT_EQ(stage.a.ledger().count(Outcome::acked), 2u);
}

template <class Transport>
void large_unreliable_messages_come_or_do_not(Trial& trial) {
  Stage<Transport> stage{trial};
  stage.meet();
  stage.link.a_to_z.drop_nth(4);
  stage.sends(stage.a, 3, 4000, {.reliable = false});
  const MessageId last = stage.sends(stage.a, 20);
  stage.sends(stage.a, 3000, {.after = last, .reliable = false});
  stage.end_well();
  EXPECT_EQ(stage.a.ledger().count(Outcome::acked), 1u);
}

template <class Transport>
void media_beside_messages(Trial& trial) {
  Stage<Transport> stage{trial, {.delay = 10ms, .jitter = 15ms}};
  stage.meet();
  for (int i = 0; i < 10; ++i) {
    stage.sends(stage.a, 300, {.reliable = false, .newest_only = true});
    stage.sends(stage.a, 20);
    stage.world.run_for(7ms);
  }
  stage.end_with_all_acked();
}

template <class Transport>
void unreliable_messages_wait_for_a_reliable_one(Trial& trial) {
  Stage<Transport> stage{trial};
  stage.meet();
  stage.link.a_to_z.drop_next();
  const MessageId head = stage.sends(stage.a, 20);
  stage.world.run_for(1ms);
  stage.sends(stage.a, 4, 100, {.after = head, .reliable = false});
  stage.end_with_all_acked();
}

/// The path takes 1,472 bytes, and then 1,200 only.
template <class Transport>
void the_path_is_searched_and_shrinks(Trial& trial) {
  Stage<Transport> stage{trial, {.delay = 10ms, .mtu_bytes = 1500}};
  stage.meet();
  stage.sends(stage.a, 20'000);
  EXPECT_TRUE(stage.settle(30s));
  stage.link.change(stage.world.now(), {.delay = 10ms, .mtu_bytes = 1228});
  stage.sends(stage.a, 20'000);
  stage.end_with_all_acked();
}

template <class Transport>
void two_ends_share_a_pool(Trial& trial) {
  MemoryPool pool{8u << 10};
  {
    Options options = small();
    options.payload_pool = &pool;
    Stage<Transport> stage{trial, clean, options};
    stage.meet();
    stage.link.a_to_z.drop_next();
    MessageId last = stage.sends(stage.a, 300);
    stage.world.run_for(1ms);
    for (int i = 0; i < 4; ++i) last = stage.sends(stage.a, 500, {.after = last});
    stage.sends(stage.z, 3000);
    stage.end_with_all_acked();
  }
  EXPECT_EQ(pool.in_use_bytes(), 0u);
}

/// Four messages fill the table; each Writable lets the next ones in.
template <class Transport>
void the_table_of_messages_is_full(Trial& trial) {
  Options options = small();
  options.messages_max = 4;
  Stage<Transport> stage{trial, clean, options};
  stage.meet();
  const auto fill = [&stage] {
    while (stage.a.ledger().size() < 20 && stage.a.send(50)) continue;
  };
  stage.a.also = [fill](const Event& event) {
    if (event.as<Writable>() != nullptr) fill();
  };
  fill();
  EXPECT_TRUE(stage.world.run_until([&] { return stage.a.ledger().size() == 20; }, 60s));
  stage.end_with_all_acked();
  EXPECT_GE(stage.a.writables, 4u);
}

template <class Transport>
void the_window_is_full(Trial& trial) {
  Options options = small();
  options.window = 4;
  Stage<Transport> stage{trial, clean, options};
  stage.meet();
  stage.link.a_to_z.drop_next();
  stage.sends(stage.a, 20, 20);
  stage.sends(stage.a, 5, 20, {.priority = Priority::low});
  stage.end_with_all_acked();
}

}  // namespace bowline::test::stories
