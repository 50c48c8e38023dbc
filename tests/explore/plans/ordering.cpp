// SPDX-License-Identifier: BSL-1.0
// Messages that wait for others: both gates, both policies, chains and forks.
#include "explore/plans/plans.hpp"

namespace bowline::explore {

std::vector<Plan> ordering_plans() {
  const SendOptions fails{.on_dependency_failure = OnDependencyFailure::fail};
  const SendOptions at_sender{.gate = Gate::at_sender};
  const SendOptions at_sender_fails{.gate = Gate::at_sender,
                                    .on_dependency_failure = OnDependencyFailure::fail};
  return {
      world("gate at the receiver", 4, {sends(), sends(1)}, {.fires = {2, 0}, .repeats = 1}),
      world("gate at the receiver, first lost", 4, {sends(), sends(1)}, {.fires = {3, 0}}),
      world("gate at the receiver, first cancelled", 4, {sends(), sends(1), cancels(2)},
            {.fires = {1, 0}, .repeats = 1}),
      world("gate at the receiver, fails", 4, {sends(), sends(1, fails), cancels(2)},
            {.fires = {1, 0}, .drops = 1, .repeats = 1}),
      world("gate at the sender", 4, {sends(), sends(1, at_sender)}, {.fires = {2, 0}, .repeats = 1}),
      world("gate at the sender, first cancelled", 4, {sends(), sends(1, at_sender), cancels(2)},
            {.fires = {2, 0}, .repeats = 1}),
      world("gate at the sender, fails", 4, {sends(), sends(1, at_sender_fails), cancels(2)},
            {.fires = {1, 0}, .drops = 1, .repeats = 1, .spoils = 1}),
      world("chain of three, first cancelled", 4, {sends(), sends(1), sends(1, fails), cancels(3)},
            {.fires = {1, 0}, .drops = 1}),
      world("fork, first cancelled", 4, {sends(), sends(1), sends(2, fails), cancels(3)}, {.fires = {1, 0}}),
  };
}

}  // namespace bowline::explore
