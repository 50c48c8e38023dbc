// SPDX-License-Identifier: BSL-1.0
// Stories of other policies, and of bad links.
#pragma once

#include "bowline/dedup/no_dedup.hpp"
#include "bowline/dedup/window_dedup.hpp"
#include "bowline/resend/eager_resend.hpp"
#include "bowline/resend/no_resend.hpp"
#include "bowline/resend/periodic_resend.hpp"
#include "sweeps/stories/stage.hpp"

namespace bowline::test::stories {

/// Some of everything, both ways.
template <class Stage>
void talk(Stage& stage) {
  stage.meet();
  for (int i = 0; i < 4; ++i) {
    const MessageId head = stage.sends(stage.a, 20, {.report_ack = true});
    stage.sends(stage.a, 100, {.after = head});
    stage.sends(stage.z, 2, 60);
    stage.world.run_for(20ms);
  }
}

template <class Transport>
void a_link_loses_every_fifth_datagram(Trial& trial) {
  Stage<Transport> stage{trial, {.delay = 10ms, .loss = 0.2}};
  talk(stage);
  stage.sends(stage.a, 5000);
  stage.end_with_all_acked();
}

template <class Transport>
void a_link_repeats_and_reorders(Trial& trial) {
  Stage<Transport> stage{trial, {.delay = 5ms, .jitter = 40ms, .duplicate = 0.3, .duplicate_delay = 30ms}};
  talk(stage);
  stage.sends(stage.a, 5000);
  stage.end_with_all_acked();
}

template <class Transport>
void eager_resends(Trial& trial) {
  Stage<Transport, FixedQueueDedup<>, EagerResend> stage{trial, {.delay = 20ms, .loss = 0.1}};
  talk(stage);
  stage.end_with_all_acked();
}

template <class Transport>
void periodic_resends(Trial& trial) {
  Stage<Transport, FixedQueueDedup<>, PeriodicResend> stage{trial, {.delay = 10ms, .loss = 0.1}};
  talk(stage);
  stage.end_with_all_acked();
}

template <class Transport>
void no_resends(Trial& trial) {
  Stage<Transport, FixedQueueDedup<>, NoResend> stage{trial};
  talk(stage);
  stage.end_well();
}

template <class Transport>
void a_filter_of_the_window(Trial& trial) {
  Stage<Transport, WindowDedup<>> stage{trial, {.delay = 10ms, .loss = 0.1}};
  talk(stage);
  stage.end_with_all_acked();
}

template <class Transport>
void no_filter(Trial& trial) {
  Stage<Transport, NoDedup> stage{trial, {.delay = 10ms, .loss = 0.1, .duplicate = 0.2}, small(),
                                  /*at_most_once=*/false};
  talk(stage);
  stage.end_with_all_acked();
}

}  // namespace bowline::test::stories
