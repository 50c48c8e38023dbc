// SPDX-License-Identifier: BSL-1.0
// Makes a failing case smaller.
#pragma once

#include <algorithm>
#include <utility>

#include "swarm/plan.hpp"

namespace bowline::test::swarm {

/// Leaves out one fault after the other, then half of the messages and half of the chaos again and again, as long as
/// `fails(case)` stays true. Begins anew after each round that made it smaller.
template <class Fails>
[[nodiscard]] Case shrunk(Case what, Fails&& fails) {
  const auto try_out = [&](Case smaller) {
    if (!fails(std::as_const(smaller))) return false;
    what = smaller;
    return true;
  };
  for (bool smaller = true; smaller;) {
    smaller = false;
    const FaultSet faults = Planner::plan(what).faults;
    for (std::size_t i = 0; i < fault_count; ++i) {
      const auto fault = static_cast<Fault>(i);
      if (!faults.has(fault)) continue;
      Case without = what;
      without.without.add(fault);
      smaller |= try_out(without);
    }
    const Plan plan = Planner::plan(what);
    Case quieter = what;
    quieter.messages_max = (std::max)(plan.a.talk.messages, plan.z.talk.messages) / 2;
    if (quieter.messages_max > 0) smaller |= try_out(quieter);
    Case shorter = what;
    shorter.chaos_percent = what.chaos_percent / 2;
    if (shorter.chaos_percent > 0) smaller |= try_out(shorter);
  }
  return what;
}

}  // namespace bowline::test::swarm
