// SPDX-License-Identifier: BSL-1.0
#include "swarm/simulation.hpp"

namespace bowline::test::swarm {

Result run_unsealed(const Plan& plan) { return Simulation<Unsealed>{plan}.run(); }

}  // namespace bowline::test::swarm
