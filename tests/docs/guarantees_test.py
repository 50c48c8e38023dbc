#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Shows that guarantees.py finds what it is there to find."""

import unittest

from guarantees import faults

KEPT = "### G1 One outcome\nText.\n\nNot promised: more.\n\nProved by `Suite.claim`, `room/claim`.\n\n## Other\n"
EXISTING = {"Suite.claim", "room/claim"}


class Guarantees(unittest.TestCase):
    def test_a_promise_with_its_tests_is_fine(self):
        self.assertEqual(list(faults(KEPT, EXISTING)), [])

    def test_a_promise_without_a_test_is_found(self):
        page = KEPT + "### G2 Another\nIts code is `Suite.claim`.\n\nNot promised: more.\n"
        self.assertEqual(len(list(faults(page, EXISTING))), 1)

    def test_a_promise_without_limits_is_found(self):
        page = KEPT.replace("Not promised: more.", "All of it.")
        self.assertEqual(list(faults(page, EXISTING)), ["G1 has no limits; add a paragraph `Not promised: …`"])

    def test_a_test_that_does_not_exist_is_found(self):
        self.assertEqual(list(faults(KEPT, {"room/claim"})), ["G1 names Suite.claim, which does not exist"])

    def test_a_number_used_twice_is_found(self):
        self.assertEqual(len(list(faults(KEPT + KEPT, EXISTING))), 1)

    def test_a_page_without_promises_is_found(self):
        self.assertEqual(len(list(faults("# Guarantees\n", EXISTING))), 1)


if __name__ == "__main__":
    unittest.main()
