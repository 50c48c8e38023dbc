// SPDX-License-Identifier: BSL-1.0
// What came of one seed, and how to run one.
#pragma once

#include <cstdint>
#include <string>

#include "bowline/base/time.hpp"
#include "swarm/plan.hpp"
#include "swarm/rare_events.hpp"

namespace bowline::test::swarm {

struct Result {
  std::string finding;  ///< Empty: every law held.
  Duration simulated{};
  std::uint64_t hash = 0;  ///< Stands for all events and datagrams, and when they were.
  RareCounts rare;
};

/// Runs a case, in this process.
[[nodiscard]] Result run(const Case& what);

// One for each type of channel, in files of their own, which are compiled side by side.
[[nodiscard]] Result run_drawn(const Plan& plan);
[[nodiscard]] Result run_batching(const Plan& plan);
[[nodiscard]] Result run_unsealed(const Plan& plan);

}  // namespace bowline::test::swarm
