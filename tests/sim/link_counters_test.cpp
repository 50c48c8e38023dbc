// SPDX-License-Identifier: BSL-1.0
#include "bowline/sim/link_counters.hpp"

#include <gtest/gtest.h>

namespace bowline::sim {
namespace {

TEST(SimLinkCounters, the_sums_hold_every_way_in_and_every_drop) {
  constexpr LinkCounters counters{.offered = 100,
                                  .copies = 20,
                                  .injected = 3,
                                  .dropped_scripted = 1,
                                  .dropped_partition = 2,
                                  .dropped_too_large = 4,
                                  .dropped_queue_full = 8,
                                  .dropped_lost = 16,
                                  .dropped_unread = 32};
  static_assert(counters.entered() == 123);
  static_assert(counters.dropped() == 63);  // 1 + 2 + 4 + 8 + 16 + 32
}

}  // namespace
}  // namespace bowline::sim
