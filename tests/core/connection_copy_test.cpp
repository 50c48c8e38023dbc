// SPDX-License-Identifier: BSL-1.0
#include <gtest/gtest.h>

#include "core/support/pair.hpp"

namespace bowline::test {
namespace {

// Catches storage that counts on a capacity that a copy does not have.
TEST(ConnectionCopy, a_copy_goes_on_with_what_the_original_had_pending) {
  Pair<> p;
  p.connect();
  p.a.sends("root");
  p.a.sends("leaf", {.after = {1}});
  p.a.says();
  p.a.sends("later");
  Pair<> copy = p;
  EXPECT_TRUE(copy.settle());
  EXPECT_TRUE(p.settle());
  EXPECT_EQ(copy.z.received().size(), 3u);
  EXPECT_EQ(copy.z.received(), p.z.received());
}

TEST(ConnectionCopy, a_copy_says_the_same_bytes) {
  Pair<> p;
  p.connect();
  p.a.sends("m1");
  Pair<> copy = p;
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(copy.a.says(), p.a.says());
    EXPECT_EQ(copy.a->next_deadline(), p.a->next_deadline());
    copy.pass(50ms);
    p.pass(50ms);
  }
}

}  // namespace
}  // namespace bowline::test
