#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Shows that group.py keeps apart what cannot be compiled as one, and nothing else."""

import unittest

from group import groups, names

TEST = "TEST(Suite, claim) {\n  const int first = 1;\n  use(first);\n}\n"


def declared(text):
    return names(text)[0]


class Names(unittest.TestCase):
    def test_types_constants_and_functions_are_declared(self):
        self.assertEqual(declared("struct Told {\n  int inner;\n};\nusing Path = int;\nclass Pair final {\n};\n"
                                  "constexpr TimePoint t0{};\nconst int all[] = {1};\nint count;\n"
                                  "template <class T>\nstd::vector<T> taken(const T& from) {\n}\n"),
                         {"Told", "Path", "Pair", "t0", "all", "count", "taken"})

    def test_what_a_test_declares_is_not(self):
        self.assertEqual(declared("using namespace std::chrono_literals;\nusing bowline::Random;\n" + TEST), set())


class Groups(unittest.TestCase):
    def test_files_without_names_are_one_as_far_as_there_is_room(self):
        self.assertEqual(list(groups([TEST] * 5, 2)), [0, 0, 1, 1, 2])

    def test_a_name_of_two_files_keeps_them_apart(self):
        self.assertEqual(list(groups(["int t0 = 1;\n", TEST, "int t0 = 2;\n"], 8)), [0, 0, 1])

    def test_so_does_a_name_that_a_test_of_the_other_hides(self):
        self.assertEqual(list(groups([TEST, "int first() {\n}\n"], 8)), [0, 1])
        self.assertEqual(list(groups(["int first() {\n}\n", TEST], 8)), [0, 1])

    def test_members_comments_and_literals_are_no_such_word(self):
        self.assertEqual(list(groups(["int first = 1;\n", '  it.first = at->first;  // first\n  say("first");\n'], 8)),
                         [0, 0])


if __name__ == "__main__":
    unittest.main()
