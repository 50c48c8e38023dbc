// SPDX-License-Identifier: BSL-1.0
#include "swarm/simulation.hpp"

namespace bowline::test::swarm {

Result run_drawn(const Plan& plan) { return Simulation<Drawn>{plan}.run(); }

}  // namespace bowline::test::swarm
