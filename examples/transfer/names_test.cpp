// SPDX-License-Identifier: BSL-1.0
#include "names.hpp"

#include <gtest/gtest.h>

namespace transfer {
namespace {

using namespace std::string_view_literals;

TEST(Names, ordinary_ones_are_taken) {
  for (const auto name : {"a"sv, "photo.jpg"sv, ".profile"sv, "..."sv, "a..b"sv, "-rf"sv, "two words"sv, "Grüße"sv}) {
    EXPECT_EQ(name_fault(name), "") << name;
  }
}

TEST(Names, those_that_leave_the_folder_are_refused) {
  for (const auto name : {""sv, "."sv, ".."sv, "/etc/passwd"sv, "../up"sv, "a/b"sv, "a/"sv, "..\\up"sv, "C:\\x"sv}) {
    EXPECT_NE(name_fault(name), "") << name;
  }
}

TEST(Names, control_characters_are_refused) {
  for (const auto name : {"a\0b"sv, "a\nb"sv, "\x1b[2J"sv, "a\x7f"sv, "\t"sv}) EXPECT_NE(name_fault(name), "");
}

TEST(Names, those_of_unfinished_files_are_refused) {
  EXPECT_NE(name_fault(".bowline-1-2.part"), "");
  EXPECT_EQ(name_fault("bowline-1-2.part"), "");
}

TEST(Names, the_longest_has_255_bytes) {
  EXPECT_EQ(name_fault(std::string(255, 'x')), "");
  EXPECT_NE(name_fault(std::string(256, 'x')), "");
}

TEST(Printable, control_characters_cannot_reach_the_terminal) {
  EXPECT_EQ(printable("a\x1b[2Jb\r\n"sv), "a?[2Jb??");
  EXPECT_EQ(printable("a\xc2\x9b"
                      "2J"sv),
            "a??2J");
  EXPECT_EQ(printable("Grüße"), "Grüße");
}

TEST(Printable, what_is_too_long_is_cut) { EXPECT_EQ(printable("abcdef", 3), "abc"); }

}  // namespace
}  // namespace transfer
