#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Checks that what the documents name is there.

    links.py ROOT

Covers the links between the Markdown files of ROOT, ROOT/docs and ROOT/examples, headings within them (`#anchor`)
included, and in backquotes the paths below include/, tests/, docs/ and examples/ and the tests, `Suite.claim`.
"""

import re
import sys
from pathlib import Path

from guarantees import existing_tests

LINK = re.compile(r"\]\(([^)#\s]*)(?:#([^)\s]*))?\)")
PATH = re.compile(r"`((?:include|tests|docs|examples)/[\w./-]*)`")
TEST = re.compile(r"`([A-Z]\w+\.[a-z0-9]+(?:_\w+)+)`")
OUTSIDE = re.compile(r"[a-z]+:")
CODE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#+ +(.*?) *$", re.MULTILINE)


def anchors(text):
    """The anchors of the headings of a page, as GitHub makes them; of equal ones the second ends in -1."""
    found = set()
    for heading in HEADING.findall(CODE.sub("", text)):
        name = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        count = 0
        while (anchor := f"{name}-{count}" if count else name) in found:
            count += 1
        found.add(anchor)
    return found


def missing(root, page, tests):
    """Each link, path and test of `page` that is not there."""
    text = page.read_text(encoding="utf-8")
    for link, anchor in LINK.findall(CODE.sub("", text)):
        target = page.parent / link if link else page
        if OUTSIDE.match(link):
            continue
        if not target.exists():
            yield link
        elif anchor and anchor not in anchors(target.read_text(encoding="utf-8")):
            yield f"{link}#{anchor}"
    for path in PATH.findall(text):
        if not (root / path).exists():
            yield path
    for test in TEST.findall(text):
        if test not in tests:
            yield test


def pages(root):
    """The Markdown files that are checked."""
    return [*sorted(root.glob("*.md")), *sorted((root / "docs").rglob("*.md")),
            *sorted((root / "examples").rglob("*.md"))]


def main():
    root = Path(sys.argv[1])
    tests = existing_tests(root)
    found = [f"{page.relative_to(root)}: {name} does not exist"
             for page in pages(root) for name in missing(root, page, tests)]
    print("\n".join(found) or "all that the documents name is there")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
