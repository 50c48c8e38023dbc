// SPDX-License-Identifier: BSL-1.0
#include "bowline/sim/drop_script.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace bowline::sim {
namespace {

std::string survivors(DropScript& script, std::string_view datagrams) {
  std::string kept;
  for (const char& datagram : datagrams) {
    if (!script.drops(bytes_of({&datagram, 1}))) kept += datagram;
  }
  return kept;
}

TEST(SimDropScript, only_what_matches_is_counted_and_dropped) {
  DropScript script;
  script.add(1, 2, [](Bytes datagram) { return text(datagram) == "x"; });
  EXPECT_EQ(survivors(script, "axbxcxdx"), "axbcdx");
  EXPECT_TRUE(script.done());
}

TEST(SimDropScript, without_a_predicate_everything_matches) {
  DropScript script;
  script.add(2, 1, {});
  EXPECT_EQ(survivors(script, "abcd"), "abd");
}

TEST(SimDropScript, entries_count_each_on_its_own) {
  DropScript script;
  script.add(0, 1, {});
  script.add(2, 1, {});
  EXPECT_FALSE(script.done());
  EXPECT_EQ(survivors(script, "abcd"), "bd");
}

TEST(SimDropScript, an_entry_of_none_is_done_at_once) {
  DropScript script;
  script.add(0, 0, {});
  EXPECT_TRUE(script.done());
  EXPECT_EQ(survivors(script, "ab"), "ab");
}

}  // namespace
}  // namespace bowline::sim
