// SPDX-License-Identifier: BSL-1.0
// A story that is told again and again, with another fault each time.
#pragma once

#include <ostream>
#include <string_view>

#include "sweeps/support/trial.hpp"

namespace bowline::test {

/// What happens between two channels, told in a few lines, and how it must end whatever goes wrong once. The same trial
/// gives the same run.
struct Story {
  std::string_view name;
  void (*play)(Trial&);

  friend std::ostream& operator<<(std::ostream& out, const Story& story) { return out << story.name; }
};

}  // namespace bowline::test
