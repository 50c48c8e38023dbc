// SPDX-License-Identifier: BSL-1.0
// Peers that find each other, die, start again and lose each other.
#include "explore/plans/plans.hpp"

namespace bowline::explore {

std::vector<Plan> peer_plans() {
  const Act connect = does(Act::Kind::connect);
  const Act bind = does(Act::Kind::bind);
  const auto unbound = [](Plan plan) {
    plan.bound = false;
    return plan;
  };
  return {
      unbound(world("handshake", 2, {connect}, {.fires = {2, 1}, .repeats = 1}, {connect})),
      unbound(world("handshake, z restarts twice", 2, {connect}, {.restarts = {0, 2}}, {connect})),
      unbound(world("handshake, both restart", 2, {connect}, {.restarts = {1, 1}}, {connect})),
      unbound(world("handshake, z restarts, with copies", 2, {connect},
                    {.drops = 1, .repeats = 2, .restarts = {0, 1}})),
      unbound(world("bound by signalling", 2, {bind, sends()}, {.drops = 1, .spoils = 1, .restarts = {0, 1}},
                    {bind})),
      unbound(
          world("bound by signalling after an answer", 2, {connect, bind}, {.drops = 1, .restarts = {0, 1}})),
      unbound(world("message before the peer is found", 2, {sends()},
                    {.fires = {1, 0}, .drops = 1, .restarts = {0, 1}})),
      unbound(world("late hello", 2, {}, {.repeats = 1, .restarts = {0, 1}}, {sends(), sends()})),
      unbound(world("handshake, messages", 2, {}, {.fires = {1, 1}, .drops = 1, .spoils = 1}, {sends()})),
      world("z restarts, with a loss", 2, {}, {.fires = {1, 1}, .drops = 1, .repeats = 1, .restarts = {0, 1}},
            {connect}),
      world("receiver restarts", 2, {sends(), sends(1)}, {.fires = {2, 0}, .drops = 1, .restarts = {0, 1}}),
      world("sender restarts", 2, {sends()}, {.fires = {1, 0}, .drops = 1, .repeats = 1, .restarts = {1, 0}},
            {sends()}),
      world("a copy after two restarts", 2, {connect}, {.drops = 1, .repeats = 1, .restarts = {0, 2}},
            {sends()}),
      world("both restart", 2, {sends()}, {.drops = 1, .restarts = {1, 1}}, {sends()}),
  };
}

}  // namespace bowline::explore
