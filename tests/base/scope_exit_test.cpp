// SPDX-License-Identifier: BSL-1.0
#include "bowline/base/scope_exit.hpp"

#include <gtest/gtest.h>

namespace {

using bowline::ScopeExit;

TEST(ScopeExit, undoes_unless_it_was_released) {
  int undone = 0;
  { const ScopeExit undo{[&] { ++undone; }}; }
  EXPECT_EQ(undone, 1);
  {
    ScopeExit undo{[&] { ++undone; }};
    undo.release();
  }
  EXPECT_EQ(undone, 1);
}

#if defined(__cpp_exceptions)
TEST(ScopeExit, undoes_on_the_way_of_an_exception) {
  int undone = 0;
  try {
    const ScopeExit undo{[&] { ++undone; }};
    throw 1;
  } catch (int) {
  }
  EXPECT_EQ(undone, 1);
}
#endif

}  // namespace
