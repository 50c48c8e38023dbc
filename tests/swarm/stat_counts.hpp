// SPDX-License-Identifier: BSL-1.0
// What the counters of a channel say: of rare events, of honest peers, and of memory that may be held.
#pragma once

#include <algorithm>
#include <cstddef>

#include "bowline/base/options.hpp"
#include "bowline/base/stats.hpp"
#include "core/support/datagrams_dropped.hpp"
#include "swarm/findings.hpp"
#include "swarm/rare_events.hpp"

namespace bowline::test::swarm {

/// Adds what a channel counted in its life.
inline void count_stats(const Stats& stats, RareCounts& rare) {
  rare.add(Rare::duplicate_segment, stats.duplicates_dropped);
  rare.add(Rare::newest_only_late, stats.late_dropped);
  rare.add(Rare::refused_by_tombstone, stats.refused);
  rare.add(Rare::held_unreliable_dropped, stats.held_dropped);
  rare.add(Rare::dropped_malformed, stats.dropped_malformed);
  rare.add(Rare::dropped_corrupt, stats.dropped_corrupt);
  rare.add(Rare::dropped_foreign, stats.dropped_foreign);
  rare.add(Rare::dropped_replayed, stats.dropped_replayed);
  rare.add(Rare::dropped_too_old, stats.dropped_too_old);
  rare.add(Rare::dropped_reflected, stats.dropped_reflected);
  rare.add(Rare::hello_rate_limited, stats.dropped_rate_limited);
  rare.add(Rare::verdict_void, stats.verdicts_void);
  rare.add(Rare::clock_step_back_absorbed, stats.clock_steps_back);
  rare.add(Rare::acked_silently, stats.messages_acked);
  rare.add(Rare::resent, stats.segments_resent);
  rare.add(Rare::repeated_eagerly, stats.segments_repeated);
  rare.add(Rare::loss_undone, stats.losses_undone);
  rare.add(Rare::timeout, stats.timeouts);
  rare.add(Rare::probe, stats.probes_sent);
}

/// Two peers that keep the rules never see the limits of the other broken, whatever the network does.
inline void expect_stats_of_honest_peers(const Stats& stats, Findings& findings) {
  findings.expect(stats.dropped_out_of_window == 0, "an honest peer was found beyond the window");
  findings.expect(stats.dropped_over_budget == 0, "an honest peer was found over the budget");
  findings.expect(stats.acks_void == 0, "an honest peer acknowledged what was never sent");
  findings.expect(stats.messages_acked + stats.messages_unconfirmed <= stats.messages_accepted &&
                      datagrams_dropped(stats) <= stats.datagrams_received,
                  "the counters do not add up");
}

/// Bytes that a channel with these limits may hold.
inline std::size_t memory_bytes_max(const Options& options) {
  const auto sum = [](auto... parts) { return (std::size_t{0} + ... + std::size_t{parts}); };
  const std::size_t payloads =
      sum((std::max)(options.send_bytes_max, options.message_bytes_max), options.held_bytes_max,
          options.held_unreliable_bytes_max, options.reassembly_bytes_max, options.reassembly_unreliable_bytes_max);
  const std::size_t entries = 512 * sum(options.messages_max, options.window, options.window, options.packets_tracked);
  return (std::size_t{128} << 10) + 4 * payloads + entries + 2 * options.outcomes_remembered +
         16 * options.datagram_bytes_max;
}

}  // namespace bowline::test::swarm
