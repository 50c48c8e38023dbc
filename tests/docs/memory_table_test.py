#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Shows that memory_table.py finds what it is there to find."""

import unittest

from memory_table import faults

PAGE = "Text.\n\n| part | bytes |\n|---|---|\n| one | 1 |\n| all | 1 |\n\nMore.\n"
PRINTED = "[ RUN      ]\n| one | 1 |\n| all | 1 |\n[       OK ]\n"


class MemoryTable(unittest.TestCase):
    def test_what_agrees_is_fine(self):
        self.assertEqual(list(faults(PAGE, PRINTED)), [])

    def test_a_stale_row_is_found_and_the_true_one_shown(self):
        self.assertIn("| one | 2 |   <- differs", list(faults(PAGE, PRINTED.replace("one | 1", "one | 2"))))

    def test_a_row_too_many_is_found(self):
        self.assertTrue(list(faults(PAGE.replace("| all", "| two | 0 |\n| all"), PRINTED)))

    def test_a_page_without_a_table_is_found(self):
        self.assertTrue(list(faults("Text.\n", PRINTED)))

    def test_a_test_that_prints_nothing_is_found(self):
        self.assertEqual(len(list(faults(PAGE, ""))), 1)


if __name__ == "__main__":
    unittest.main()
