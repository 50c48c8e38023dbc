#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""What bench/page.py shows and refuses, and that a program of the bench fills each place of the page.

    page_test.py FOLDER

FOLDER is the project's bench/.
"""
import importlib.util
import pathlib
import re
import sys
import tempfile
import unittest

BENCH = pathlib.Path(sys.argv.pop(1)).resolve()


def script(name):
    spec = importlib.util.spec_from_file_location(name, BENCH / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


page, run = script("page"), script("run")


def filled(template, results):
    with tempfile.TemporaryDirectory() as docs:
        return page.filled(template, page.Results(results), pathlib.Path(docs))


class PageTest(unittest.TestCase):
    def refuses(self, template, results, why):
        with self.assertRaisesRegex(page.Hole, why):
            filled(template, results)

    def test_rows_become_a_table(self):
        self.assertEqual(filled("{{rows goodput}}", "ROW goodput fixed 0.0%=0.9 0.1%=0.8"),
                         "|  | 0.0% | 0.1% |\n| --- | ---: | ---: |\n| fixed | 0.9 | 0.8 |")

    def test_a_place_for_which_nothing_was_measured_is_refused(self):
        for place in ("rows goodput", "picture goodput", "medians mem_", "figures", "parts", "machine"):
            self.refuses("{{" + place + "}}", "OTHER line", f"^{place}: ")

    def test_rows_that_no_place_shows_are_refused(self):
        self.refuses("{{rows goodput}}", "ROW goodput a b=1\nROW matrix a b=1", "ROW matrix$")

    def test_points_that_no_place_shows_are_refused(self):
        self.refuses("", "POINT cost enet 16 1", "POINT cost$")


class TemplateTest(unittest.TestCase):
    """The template against the programs' sources, which a whole run would take minutes to tell."""

    def setUp(self):
        self.places = page.places((BENCH / "PERFORMANCE.md.in").read_text(encoding="utf-8"))
        sources = [path.read_text(encoding="utf-8") for path in [*BENCH.glob("scenarios/*.cpp"), BENCH / "run.py"]]
        self.rows = {name for text in sources for name in re.findall(r"\bROW (\w+)", text)}
        self.points = {name for text in sources for name in re.findall(r'\bpoint\("(\w+)"|\bPOINT (\w+)', text)}
        self.points = {one or other for one, other in self.points}

    def named(self, how):
        return {of[0] for what, *of in self.places if what == how}

    def test_a_program_fills_each_table(self):
        self.assertEqual(self.named("rows"), self.rows)

    def test_a_program_fills_each_picture(self):
        self.assertEqual(self.named("picture"), self.points)
        self.assertEqual(self.named("picture"), set(page.PICTURES))

    def test_a_comparison_fills_each_table_of_medians(self):
        rows = [row for row, _, _ in run.COMPARISONS]
        for prefix in self.named("medians"):
            self.assertTrue(any(row.startswith(prefix) for row in rows), prefix)


if __name__ == "__main__":
    unittest.main()
