// SPDX-License-Identifier: BSL-1.0
// Messages that end in every way: tombstones, verdicts, late acknowledgements, deadlines, keys, close.
#include "explore/plans/plans.hpp"

namespace bowline::explore {

using namespace std::chrono_literals;

std::vector<Plan> ending_plans() {
  const Act close = does(Act::Kind::close);
  std::vector<Plan> all{
      world("cancelled in flight", 2, {sends(), cancels(1)}, {.fires = {1, 1}, .drops = 1, .repeats = 2}),
      world("cancelled, with losses", 2, {sends(), cancels(1)}, {.fires = {2, 0}, .drops = 2}),
      world("two cancelled", 2, {sends(), sends(), cancels(2), cancels(2)}, {.fires = {1, 0}, .repeats = 1}),
      world("lost after its resends", 2, {sends()}, {.fires = {4, 0}}),
      world("deadline in flight", 2, {sends(0, {.deadline = 50ms}), sends()},
            {.fires = {2, 0}, .repeats = 1}),
      world("deadline at the gate", 2, {sends(), sends(1, {.deadline = 50ms, .report_ack = true})},
            {.fires = {2, 0}, .repeats = 1}),
      world("superseded by key", 2, {sends(0, {.key = 7}), sends(0, {.key = 7})},
            {.fires = {1, 0}, .drops = 1, .repeats = 1}),
      world("superseded in flight", 2, {sends(0, {.key = 7}), sends(0, {.key = 7})},
            {.fires = {2, 0}, .repeats = 1}),
      world("close drains", 2, {sends(), close}, {.fires = {1, 1}, .drops = 1, .spoils = 1}, {sends()}),
      world("both close", 2, {sends(), close}, {.fires = {1, 1}, .drops = 1}, {sends(), close}),
      world("close while z restarts", 2, {sends(), close}, {.fires = {1, 0}, .drops = 1, .restarts = {0, 1}},
            {does(Act::Kind::connect)}),
      world("spoilt on the way", 2, {sends(), cancels(1)}, {.fires = {1, 0}, .drops = 1, .spoils = 1},
            {sends()}),
  };
  Plan lazy = world("events taken late", 2, {sends(), sends(1), cancels(2)}, {.fires = {1, 0}, .repeats = 1});
  lazy.lazy = {false, true};
  all.push_back(lazy);
  return all;
}

}  // namespace bowline::explore
