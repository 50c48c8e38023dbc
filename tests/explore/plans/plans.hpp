// SPDX-License-Identifier: BSL-1.0
// The worlds that are searched.
#pragma once

#include <vector>

#include "explore/plan.hpp"

namespace bowline::explore {

[[nodiscard]] std::vector<Plan> ordering_plans();
[[nodiscard]] std::vector<Plan> ending_plans();
[[nodiscard]] std::vector<Plan> peer_plans();
[[nodiscard]] std::vector<Plan> part_plans();
[[nodiscard]] std::vector<Plan> number_plans();
[[nodiscard]] std::vector<Plan> live_plans();

/// All of them.
[[nodiscard]] inline std::vector<Plan> all_plans() {
  std::vector<Plan> all;
  for (auto* some : {ordering_plans, ending_plans, peer_plans, part_plans, number_plans, live_plans}) {
    for (Plan& plan : some()) all.push_back(std::move(plan));
  }
  return all;
}

/// A world by its name and who does what in it; the rest is filled in by assignment.
[[nodiscard]] inline Plan world(const char* name, std::uint32_t window, std::vector<Act> of_a, Budget budget,
                                std::vector<Act> of_z = {}) {
  Plan plan;
  plan.name = name;
  plan.options = {small(window), small(window)};
  plan.script = {std::move(of_a), std::move(of_z)};
  plan.budget = budget;
  return plan;
}

/// An act that sends; `back` says after which message, 0 none.
[[nodiscard]] inline Act sends(std::uint32_t back = 0, SendOptions options = {}, std::uint32_t bytes = 0) {
  return {Act::Kind::send, options, back, bytes};
}
[[nodiscard]] inline Act cancels(std::uint32_t back) { return {Act::Kind::cancel, {}, back, 0}; }
[[nodiscard]] inline Act does(Act::Kind kind) { return {kind, {}, 0, 0}; }

}  // namespace bowline::explore
