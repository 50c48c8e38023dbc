#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Shows that links.py finds what it is there to find."""

import tempfile
import unittest
from pathlib import Path

from links import anchors, missing, pages

OTHER = "# Other page\n\n## What `send` answers, and when\n\n## Twice\n\n```\n# no heading\n```\n\n## Twice\n"


class Links(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        (self.root / "docs").mkdir()
        (self.root / "examples" / "one").mkdir(parents=True)
        (self.root / "docs" / "OTHER.md").write_text(OTHER, encoding="utf-8")

    def missing(self, text, place="README.md"):
        page = self.root / place
        page.write_text(text, encoding="utf-8")
        return list(missing(self.root, page, {"Suite.a_claim"}))

    def test_what_is_there_is_fine(self):
        page = ("# Here\n[a](docs/OTHER.md) [b](docs/OTHER.md#twice-1) [c](#here) [d](https://example.org/#x) "
                "`docs/OTHER.md` `Suite.a_claim` `talk.cpp`\n```\n[e](nowhere)\n```\n")
        self.assertEqual(self.missing(page), [])

    def test_anchors_are_those_of_the_headings(self):
        self.assertEqual(anchors(OTHER), {"other-page", "what-send-answers-and-when", "twice", "twice-1"})

    def test_a_page_that_is_not_there_is_found(self):
        self.assertEqual(self.missing("[a](docs/GONE.md)"), ["docs/GONE.md"])

    def test_a_heading_that_is_not_there_is_found(self):
        self.assertEqual(self.missing("[a](docs/OTHER.md#gone) [b](#gone)"), ["docs/OTHER.md#gone", "#gone"])

    def test_a_path_that_is_not_there_is_found(self):
        self.assertEqual(self.missing("`include/gone.hpp`"), ["include/gone.hpp"])

    def test_a_test_that_is_not_there_is_found(self):
        self.assertEqual(self.missing("`Suite.another_claim`"), ["Suite.another_claim"])

    def test_pages_of_examples_are_read_too(self):
        self.assertEqual(self.missing("[a](../gone.md)", "examples/one/README.md"), ["../gone.md"])
        self.assertIn(self.root / "examples" / "one" / "README.md", pages(self.root))


if __name__ == "__main__":
    unittest.main()
