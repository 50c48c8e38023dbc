// SPDX-License-Identifier: BSL-1.0
// Numbers of three bits on the wire, which wrap at every eighth.
#include "explore/search.hpp"
#include "explore/searches.hpp"

namespace bowline::explore {
namespace {

using RulesOf = Rules<AnySchedule, NarrowExtras<3>>;

const Enter enter{Wire::three_bits, [](const Plan& plan, std::uint64_t states_max) {
                    return Search<RulesOf>{plan, states_max}.run();
                  }};

}  // namespace
}  // namespace bowline::explore
