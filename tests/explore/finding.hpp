// SPDX-License-Identifier: BSL-1.0
// What a search has found.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace bowline::explore {

struct Finding {
  std::string name;
  std::uint64_t states = 0;  ///< Unlike each other.
  std::uint64_t transitions = 0;
  std::uint32_t depth = 0;  ///< Steps to the furthest state.
  double seconds = 0;
  bool complete = false;           ///< No state is left that was not looked at.
  std::string broken;              ///< The law that does not hold; empty while all do.
  std::vector<std::string> trace;  ///< The shortest way there, in words.
};

}  // namespace bowline::explore
