// SPDX-License-Identifier: BSL-1.0
#include "bowline/core/level_turns.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

using bowline::Levels;
using bowline::LevelTurns;
using bowline::Priority;

/// Serves `turns` turns while the named levels always have something; h and n in the order of service.
std::string served(LevelTurns& level_turns, int turns, bool high, bool normal) {
  Levels ready;
  if (high) ready.add(Priority::high);
  if (normal) ready.add(Priority::normal);
  std::string order;
  for (int i = 0; i < turns; ++i) {
    const Priority priority = level_turns.next(ready);
    order += priority == Priority::high ? 'h' : 'n';
    level_turns.took(priority, ready);
  }
  return order;
}

Levels all_levels() {
  Levels levels;
  for (const auto level : {Priority::urgent, Priority::high, Priority::normal, Priority::low}) levels.add(level);
  return levels;
}

TEST(LevelTurns, every_eighth_turn_belongs_to_the_level_that_waits) {
  LevelTurns level_turns;
  EXPECT_EQ(served(level_turns, 24, true, true), "hhhhhhhnhhhhhhhnhhhhhhhn");
}

TEST(LevelTurns, a_level_alone_takes_every_turn) {
  LevelTurns level_turns;
  EXPECT_EQ(served(level_turns, 20, true, false), "hhhhhhhhhhhhhhhhhhhh");
  EXPECT_EQ(served(level_turns, 10, false, true), "nnnnnnnnnn");
  EXPECT_EQ(served(level_turns, 8, true, true), "hhhhhhhn") << "turns without anybody waiting do not count";
}

TEST(LevelTurns, the_lower_level_pays_nothing_for_turns_the_higher_one_did_not_want) {
  LevelTurns level_turns;
  EXPECT_EQ(served(level_turns, 5, true, true), "hhhhh");
  EXPECT_EQ(served(level_turns, 1, false, true), "n");
  EXPECT_EQ(served(level_turns, 8, true, true), "hhhhhhhn");
}

TEST(LevelTurns, asking_is_not_taking) {
  LevelTurns level_turns;
  for (int i = 0; i < 20; ++i) EXPECT_EQ(level_turns.next(all_levels()), Priority::urgent);
}

TEST(LevelTurns, the_lowest_of_four_levels_gets_one_turn_in_512) {
  LevelTurns level_turns;
  const Levels all = all_levels();
  int turns[bowline::priority_levels] = {};
  for (int i = 0; i < 512; ++i) {
    const Priority priority = level_turns.next(all);
    ++turns[static_cast<std::size_t>(priority)];
    level_turns.took(priority, all);
  }
  EXPECT_EQ(turns[0], 448);  // 7 of 8
  EXPECT_EQ(turns[1], 56);   // 7 of 8 of 64
  EXPECT_EQ(turns[2], 7);    // 7 of 8 of 8
  EXPECT_EQ(turns[3], 1);
}

TEST(LevelTurns, who_has_used_up_its_turns_still_goes_when_the_other_is_no_longer_ready) {
  LevelTurns level_turns;
  EXPECT_EQ(served(level_turns, 7, true, true), "hhhhhhh");
  EXPECT_EQ(served(level_turns, 3, true, false), "hhh");
}

}  // namespace
