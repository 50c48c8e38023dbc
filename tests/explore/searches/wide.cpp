// SPDX-License-Identifier: BSL-1.0
// Numbers as wide as ever.
#include "explore/search.hpp"
#include "explore/searches.hpp"

namespace bowline::explore {
namespace {

using RulesOf = Rules<AnySchedule, WideExtras>;

const Enter enter{Wire::wide, [](const Plan& plan, std::uint64_t states_max) {
                    return Search<RulesOf>{plan, states_max}.run();
                  }};

}  // namespace
}  // namespace bowline::explore
