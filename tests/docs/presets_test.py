#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Shows that presets.py finds what it is there to find."""

import unittest

from presets import faults

PAGE = "| `test` | runs all | yes | |\n| `clang` | the same by clang++ | no | 4 |\n"
PRESETS = {"workflowPresets": [{"name": "test"}, {"name": "clang"}]}
SCRIPT = "step test cmake --workflow --preset test\n"


class Presets(unittest.TestCase):
    def test_what_agrees_is_fine(self):
        self.assertEqual(list(faults(PAGE, PRESETS, SCRIPT)), [])

    def test_a_preset_without_a_row_is_found(self):
        page = PAGE.partition("\n")[0] + "\n"
        self.assertEqual(list(faults(page, PRESETS, SCRIPT)), ["clang has no row in the table"])

    def test_a_row_without_a_preset_is_found(self):
        self.assertEqual(list(faults(PAGE + "| `gone` | - | no | |\n", PRESETS, SCRIPT)),
                         ["gone has a row, and is no workflow"])

    def test_a_step_that_the_page_denies_is_found(self):
        self.assertEqual(len(list(faults(PAGE, PRESETS, SCRIPT + "step clang clang_runs\n"))), 1)

    def test_a_step_that_is_only_on_the_page_is_found(self):
        self.assertEqual(len(list(faults(PAGE, PRESETS, ""))), 1)


if __name__ == "__main__":
    unittest.main()
