// SPDX-License-Identifier: BSL-1.0
// The loop of both roles: time and datagrams in, events to the session, whatever it has to say out.
#pragma once

#include <algorithm>

#include "channel.hpp"
#include "interrupt.hpp"

namespace transfer {

/// Until the session is over. It is told of events and of Ctrl-C, and asked what it wants to send and when next.
template <class Session>
void drive(Channel& channel, Session& session) {
  constexpr Duration nap = std::chrono::milliseconds{100};
  const bowline::SteadyClock clock;
  while (!session.over()) {
    channel.poll();
    while (const auto event = channel.next_event()) session.on_event(*event, clock.now());
    if (interrupted() != 0) session.on_interrupt();
    const TimePoint now = clock.now();
    session.pump(now);
    channel.wait((std::clamp)(session.due() == bowline::never ? nap : Duration{session.due() - now},
                              Duration::zero(), nap));
  }
}

}  // namespace transfer
