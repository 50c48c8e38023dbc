// SPDX-License-Identifier: BSL-1.0
#include "bowline/core/assembly.hpp"

#include <gtest/gtest.h>

namespace {

using bowline::Assembly;

TEST(Assembly, that_holds_no_message_waits_for_nothing_and_nothing_has_arrived) {
  const Assembly assembly;
  EXPECT_EQ(assembly.state, Assembly::State::free);
  EXPECT_TRUE(assembly.reliable);
  EXPECT_FALSE(assembly.refused || assembly.fail_with_dependency || assembly.newest_only);
  EXPECT_EQ(assembly.number, 0u);
  EXPECT_EQ(assembly.dependency, 0u);
  EXPECT_EQ(assembly.arrived, 0u);
  EXPECT_FALSE(assembly.name);
}

}  // namespace
