// SPDX-License-Identifier: BSL-1.0
#include "swarm/simulation.hpp"

namespace bowline::test::swarm {

Result run_batching(const Plan& plan) { return Simulation<Batching>{plan}.run(); }

}  // namespace bowline::test::swarm
