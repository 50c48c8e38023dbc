// SPDX-License-Identifier: BSL-1.0
// Messages larger than a datagram.
#include "explore/plans/plans.hpp"

namespace bowline::explore {

std::vector<Plan> part_plans() {
  const SendOptions fails{.on_dependency_failure = OnDependencyFailure::fail};
  // Of 128 bytes a datagram leaves 81 to a part.
  constexpr std::uint32_t two = 120;
  constexpr std::uint32_t three = 200;
  std::vector<Plan> all{
      world("three parts", 4, {sends(0, {}, three)}, {.fires = {1, 0}, .drops = 1, .repeats = 1}),
      world("two parts cancelled", 4, {sends(0, {}, two), cancels(1)},
            {.fires = {1, 0}, .drops = 1, .repeats = 1}),
      world("two parts cancelled in a window of one", 1, {sends(0, {}, two), cancels(1)},
            {.fires = {1, 0}, .drops = 1, .repeats = 1, .spoils = 1}),
      world("two parts wait and fail", 4, {sends(), sends(1, fails, two), cancels(2)}, {.fires = {1, 0}}),
      world("one waits for two parts", 4, {sends(0, {}, two), sends(1), cancels(2)}, {.fires = {1, 0}}),
      world("one waits for two parts in a window of one", 1, {sends(0, {}, two), sends(1), cancels(2)},
            {.fires = {1, 0}}),
      world("two parts, unreliable", 4,
            {sends(0, {.reliable = false}, two), sends(0, {.reliable = false}, two)},
            {.fires = {1, 0}, .repeats = 1}),
  };
  Plan room = world("no room for a second one in parts", 4,
                    {sends(0, {}, two), sends(0, {}, two), cancels(2)}, {.fires = {1, 0}});
  for (Options& options : room.options) options.message_bytes_max = options.reassembly_bytes_max = 160;
  all.push_back(room);
  return all;
}

}  // namespace bowline::explore
