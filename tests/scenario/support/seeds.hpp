// SPDX-License-Identifier: BSL-1.0
// Which seeds a scenario runs with.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <string>

namespace bowline::test {

/// A number from the environment, or `fallback`.
inline std::uint64_t from_environment(const char* name, std::uint64_t fallback) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0' ? std::strtoull(value, nullptr, 10) : fallback;
}

/// Calls `scenario(seed)` for `count` seeds, or as many as BOWLINE_SEEDS says, from 1 or BOWLINE_FIRST_SEED on, and
/// stops at the first that fails. What fails names its seed.
template <class Scenario>
void for_each_seed(std::uint64_t count, Scenario&& scenario) {
  const std::uint64_t first = from_environment("BOWLINE_FIRST_SEED", 1);
  const std::uint64_t end = first + from_environment("BOWLINE_SEEDS", count);
  for (std::uint64_t seed = first; seed != end; ++seed) {
    SCOPED_TRACE("again with BOWLINE_FIRST_SEED=" + std::to_string(seed) + " BOWLINE_SEEDS=1");
    scenario(seed);
    if (testing::Test::HasFailure()) return;
  }
}

}  // namespace bowline::test
