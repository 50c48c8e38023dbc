// SPDX-License-Identifier: BSL-1.0
#include "swarm/result.hpp"

namespace bowline::test::swarm {

Result run(const Case& what) {
  const Plan plan = Planner::plan(what);
  switch (plan.shape) {
    case Shape::drawn: return run_drawn(plan);
    case Shape::batching: return run_batching(plan);
    case Shape::unsealed: return run_unsealed(plan);
  }
  return {};
}

}  // namespace bowline::test::swarm
