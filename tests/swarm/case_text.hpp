// SPDX-License-Identifier: BSL-1.0
// Cases as people and files spell them: `17 --without loss,rate --messages 5 --chaos 50`.
#pragma once

#include <cstdint>
#include <optional>
#include <sstream>
#include <string>

#include "swarm/plan.hpp"

namespace bowline::test::swarm {

[[nodiscard]] inline std::string text_of(const Case& what) {
  std::string text = std::to_string(what.seed);
  if (!what.without.empty()) text += " --without " + what.without.text();
  if (what.messages_max != Case{}.messages_max) text += " --messages " + std::to_string(what.messages_max);
  if (what.chaos_percent != 100) text += " --chaos " + std::to_string(what.chaos_percent);
  if (what.canary) text += " --canary";
  return text;
}

/// None if `text` is not the spelling of a case.
[[nodiscard]] inline std::optional<Case> case_of(const std::string& text) {
  std::istringstream words{text};
  Case what;
  if (!(words >> what.seed)) return std::nullopt;
  for (std::string word; words >> word;) {
    if (word == "--canary") {
      what.canary = true;
    } else if (word == "--without") {
      std::string names;
      if (!(words >> names)) return std::nullopt;
      const auto faults = FaultSet::parse(names);
      if (!faults) return std::nullopt;
      what.without = *faults;
    } else if (word == "--messages") {
      if (!(words >> what.messages_max)) return std::nullopt;
    } else if (word == "--chaos") {
      if (!(words >> what.chaos_percent)) return std::nullopt;
    } else {
      return std::nullopt;
    }
  }
  return what;
}

}  // namespace bowline::test::swarm
