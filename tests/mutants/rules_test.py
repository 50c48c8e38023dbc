#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Shows that the mutants made by hand fit the headers, and that no subject is without one. Compiles nothing."""

import dataclasses
import unittest

import protocol
import subjects


def faults(rules=None, page=None, traces=None):
    return list(subjects.check(protocol.RULES if rules is None else rules,
                               subjects.wire_page() if page is None else page,
                               subjects.trace_suites() if traces is None else traces))


class Rules(unittest.TestCase):
    def test_each_fits_the_headers(self):
        self.assertEqual(protocol.mutants(protocol.headers())[1], [])

    def test_each_has_a_name_of_its_own(self):
        names = [rule.name for rule in protocol.RULES]
        self.assertEqual(len(names), len(set(names)))


class Subjects(unittest.TestCase):
    def test_each_has_a_rule(self):
        self.assertEqual(faults(), [])

    def test_one_without_a_rule_is_named(self):
        rest = [rule for rule in protocol.RULES if "WIRE 9" not in rule.about]
        self.assertEqual(faults(rest), ["no rule is about `WIRE 9`"])

    def test_a_rule_about_something_else_is_named(self):
        strange = dataclasses.replace(protocol.RULES[0], name="strange", about="the weather")
        self.assertEqual(faults([*protocol.RULES, strange]), ["strange is about `the weather`, which is no subject"])

    def test_a_rule_that_the_page_has_gained_is_noticed(self):
        self.assertEqual(faults(page=subjects.wire_page() + "\n1. New.\n"),
                         ["docs/WIRE.md has numbered lists of [4, 4, 5, 8, 1] rules instead of [4, 4, 5, 8]"])

    def test_traces_that_no_rule_is_about_are_named(self):
        self.assertEqual(faults(traces={"OrderTrace", "NewTrace"}), ["no rule is killed by a test of NewTrace"])


if __name__ == "__main__":
    unittest.main()
