// SPDX-License-Identifier: BSL-1.0
// What a program of sweeps has tried, told when it ends: run.py makes figures of it.
#pragma once

#include <gtest/gtest.h>

#include <cstdio>
#include <map>
#include <string>

namespace bowline::test {

/// Adds up by name, and prints a line `SWEPT name count` for each at the end of the program.
class Tally : public testing::Environment {
 public:
  static void add(const std::string& name, long long count) { counts()[name] += count; }

  void TearDown() override {
    for (const auto& [name, count] : counts()) std::printf("SWEPT %s %lld\n", name.c_str(), count);
  }

 private:
  static std::map<std::string, long long>& counts() {
    static std::map<std::string, long long> counts;
    return counts;
  }
};

inline testing::Environment* const tally = testing::AddGlobalTestEnvironment(new Tally);

}  // namespace bowline::test
