#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Shows that run.py finds what it is there to find."""

import unittest

from counts import Header, line_counts
from run import faults, reasons

SOURCE = "int half(int x) {\n  if (x % 2 != 0) return 0;\n  return x / 2;\n}\n"
KEY = "half.hpp: never true: x % 2 != 0: if (x % 2 != 0) return 0;"


def function(name="_Z4halfi", odd=0, even=5, reached=5):
    condition = [2, 7, 2, 17]
    return {"name": name, "regions": [[1, 17, 4, 2, reached, 0, 0, 0], [*condition, reached, 0, 0, 0]],
            "branches": [[*condition, odd, even, 0, 0, 4]]}


def header(**what):
    found = Header("half.hpp", SOURCE)
    found.add_function(function(**what))
    return found


def told(found, known):
    return list(faults([found], known))


class Coverage(unittest.TestCase):
    def test_an_outcome_that_no_test_takes_is_found(self):
        self.assertEqual(told(header(), {}), [("UNCOVERED", f"2 {KEY}")])

    def test_an_outcome_with_a_reason_is_fine(self):
        self.assertEqual(told(header(), {KEY: "nobody halves odd numbers"}), [])

    def test_a_reason_that_nothing_needs_any_more_is_found(self):
        self.assertEqual([kind for kind, _ in told(header(odd=1), {KEY: "nobody halves odd numbers"})], ["STALE"])

    def test_what_is_taken_sometimes_may_be_taken(self):
        for odd in (0, 1):
            self.assertEqual(told(header(odd=odd), {KEY: "Sometimes: on a machine that draws odd numbers."}), [])

    def test_each_outcome_may_be_taken_in_another_instantiation(self):
        both = header(odd=5, even=0)
        both.add_function(function(odd=0, even=5))
        self.assertEqual(told(both, {}), [])

    def test_a_condition_that_the_compiler_decides_has_no_branch(self):
        self.assertEqual(told(header(odd=0, even=0), {}), [])

    def test_a_switch_without_default_has_no_branch_for_it(self):
        found = Header("half.hpp", "  switch (kind) {\n")
        found.add_function({"name": "_Z4kind", "regions": [[1, 1, 1, 18, 5, 0, 0, 0]],
                            "branches": [[1, 11, 1, 15, 0, 5, 0, 0, 4]]})
        self.assertEqual(told(found, {}), [])

    def test_a_condition_that_is_never_reached_has_two_branches_to_take(self):
        self.assertEqual(len(told(header(odd=0, even=0, reached=0), {})), 2)

    def test_of_invariants_the_healthy_outcome_is_enough(self):
        self.assertEqual(told(header(name="_ZN4half15invariants_holdEv"), {}), [])
        self.assertEqual(len(told(header(name="_ZN4half15invariants_holdEv", even=0, reached=0), {})), 2)

    def test_a_line_that_never_ran_is_found(self):
        found = header(odd=1)
        found.add_lines([[1, 17, 5, True, True, False], [2, 27, 0, True, True, True], [3, 3, 0, True, True, False],
                         [4, 2, 0, False, False, False]])
        self.assertEqual(told(found, {}), [("UNCOVERED", "3 half.hpp: never run: return x / 2;"),
                                           ("UNCOVERED", "4 half.hpp: never run: }")])

    def test_a_gap_without_a_count_does_not_count_for_the_line_that_it_ends_on(self):
        counts = line_counts([[1, 1, 5, True, True, False], [1, 9, 0, True, True, True], [2, 3, 5, True, False, False],
                              [3, 2, 0, False, False, False]])
        self.assertEqual(counts, {1: 5, 2: 5, 3: 5})

    def test_what_the_preprocessor_leaves_out_does_not_count(self):
        found = Header("half.hpp", "{\n#if 0\n  return;\n#endif\n}\n")
        found.add_lines([[1, 1, 0, True, True, False], [5, 2, 0, False, False, False]])
        found.add_lines([[1, 1, 5, True, True, False], [2, 1, 0, False, True, False], [4, 7, 5, True, False, False],
                         [5, 2, 0, False, False, False]])
        self.assertEqual(told(found, {}), [])

    def test_keys_that_share_a_reason_stand_above_it(self):
        self.assertEqual(reasons("# What stays.\na\nb\n  why\n\nc\n  else\n"), {"a": "why", "b": "why", "c": "else"})

    def test_a_key_without_a_reason_is_refused(self):
        self.assertRaises(ValueError, reasons, "a\n  why\nb\n")


if __name__ == "__main__":
    unittest.main()
