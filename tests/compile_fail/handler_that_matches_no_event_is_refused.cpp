// SPDX-License-Identifier: BSL-1.0
// A handler of something that is no event would never be called.
// EXPECT: bowline: a handler passed to visit() matches no event
#include "bowline/base/events.hpp"

struct Arrived {};

void look(const bowline::Event& event) {
#ifdef CORRECTED
  event.visit([](const bowline::Received&) {});
#else
  event.visit([](const Arrived&) {});
#endif
}
