// SPDX-License-Identifier: BSL-1.0
// Unreliable messages, other schedules, traffic in both directions.
#include "explore/plans/plans.hpp"

namespace bowline::explore {

using namespace std::chrono_literals;

namespace {

/// The same world with a datagram that may be lost, and a timer less.
Plan with_a_loss(Plan plan) {
  plan.name += ", with a loss";
  --plan.budget.fires[a];
  ++plan.budget.drops;
  return plan;
}

}  // namespace

std::vector<Plan> live_plans() {
  const SendOptions newest{.reliable = false, .newest_only = true};
  const SendOptions unreliable{.reliable = false};
  std::vector<Plan> all{
      world("newest only", 2, {sends(0, newest), sends(0, newest), sends(0, newest)},
            {.fires = {1, 0}, .repeats = 2}),
      world("unreliable after reliable", 2, {sends(), sends(1, unreliable), cancels(2)},
            {.fires = {1, 0}, .drops = 1, .repeats = 1}),
      world("both directions", 2, {sends(), sends()}, {.fires = {1, 0}}, {sends(), sends()}),
  };
  Plan periodic = world("periodic", 2, {sends(), sends(1)}, {.fires = {2, 0}, .repeats = 1});
  periodic.schedule = PeriodicResend{100ms, 1};
  all.push_back(periodic);
  all.push_back(with_a_loss(periodic));
  Plan once = world("sent once", 2, {sends(), sends(1)}, {.fires = {2, 0}, .repeats = 1});
  once.schedule = NoResend{};
  all.push_back(once);
  all.push_back(with_a_loss(once));
  Plan eager = world("eager", 4, {sends(), sends(), sends()}, {.fires = {1, 0}, .drops = 1, .repeats = 2});
  eager.wire = Wire::eager;
  all.push_back(eager);
  Plan delayed =
      world("acknowledgements wait", 2, {sends(), sends()}, {.fires = {1, 1}, .drops = 1}, {sends()});
  for (Options& options : delayed.options) options.ack_delay_max = 25ms;
  all.push_back(delayed);
  return all;
}

}  // namespace bowline::explore
