// SPDX-License-Identifier: BSL-1.0
// The search programs that are linked in.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "explore/finding.hpp"
#include "explore/plan.hpp"

namespace bowline::explore {

/// Looks at up to `states_max` states of a world.
using SearchProgram = Finding (*)(const Plan& plan, std::uint64_t states_max);

/// By `Wire`; null where the file that has it is not linked in.
[[nodiscard]] inline std::array<SearchProgram, 4>& searches() {
  static std::array<SearchProgram, 4> all{};
  return all;
}

[[nodiscard]] inline SearchProgram& search_for(Wire wire) {
  return searches()[static_cast<std::size_t>(wire)];
}

/// Links a search program in.
struct Enter {
  Enter(Wire wire, SearchProgram program) { search_for(wire) = program; }
};

}  // namespace bowline::explore
