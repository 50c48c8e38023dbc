// SPDX-License-Identifier: BSL-1.0
// What the counters say of datagrams that were not taken in.
#pragma once

#include <cstdint>

#include "bowline/base/stats.hpp"

namespace bowline::test {

/// Datagrams that had no effect, whatever the reason.
inline std::uint64_t datagrams_dropped(const Stats& stats) {
  return stats.dropped_malformed + stats.dropped_corrupt + stats.dropped_foreign + stats.dropped_replayed +
         stats.dropped_too_old + stats.dropped_out_of_window + stats.dropped_over_budget + stats.dropped_reflected +
         stats.dropped_rate_limited;
}

}  // namespace bowline::test
