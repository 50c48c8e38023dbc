// SPDX-License-Identifier: BSL-1.0
// A schedule that repeats small messages in spare room.
#include "explore/search.hpp"
#include "explore/searches.hpp"

namespace bowline::explore {
namespace {

using RulesOf = Rules<Eager, WideExtras>;

const Enter enter{Wire::eager, [](const Plan& plan, std::uint64_t states_max) {
                    return Search<RulesOf>{plan, states_max}.run();
                  }};

}  // namespace
}  // namespace bowline::explore
