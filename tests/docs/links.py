#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Checks that what the documents name is there.

    links.py ROOT

Covers the links between the Markdown files of ROOT and ROOT/docs, and the paths in backquotes below include/, tests/,
docs/ and examples/.
"""

import re
import sys
from pathlib import Path

LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
PATH = re.compile(r"`((?:include|tests|docs|examples)/[\w./-]*)`")
OUTSIDE = re.compile(r"[a-z]+:")


def missing(root, page):
    text = page.read_text(encoding="utf-8")
    for link in LINK.findall(text):
        if not OUTSIDE.match(link) and not (page.parent / link).exists():
            yield link
    for path in PATH.findall(text):
        if not (root / path).exists():
            yield path


def main():
    root = Path(sys.argv[1])
    found = [f"{page.relative_to(root)}: {link} does not exist"
             for page in [*sorted(root.glob("*.md")), *sorted((root / "docs").rglob("*.md"))]
             for link in missing(root, page)]
    print("\n".join(found) or "every link leads somewhere")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
