#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Compares the table of a page with the rows that a test prints.

    memory_table.py PAGE TEST

TEST is a program of GoogleTest, of which the claim below prints a row `| part | bytes |` for each part. They must be
the rows of the table `| part | bytes |` in PAGE, in their order; where they are not, both are shown.
"""

import re
import subprocess
import sys
from pathlib import Path

CLAIM = "MemoryBytesMax.of_the_default_is_the_sum_of_its_parts"
TABLE = re.compile(r"^\| part \| bytes \|\n\|---\|---\|\n((?:\|[^\n]*\n)+)", re.MULTILINE)
ROW = re.compile(r"^\| .* \| \d+ \|$", re.MULTILINE)


def rows_of(page):
    """The rows of the table of `page`; none if it has no such table."""
    table = TABLE.search(page)
    return table.group(1).splitlines() if table else []


def faults(page, printed):
    """What a reader of `page` would take for true and is not, a line each."""
    told, true = rows_of(page), ROW.findall(printed)
    if not true:
        yield f"the test {CLAIM} printed no row"
    elif told != true:
        yield "the table is stale; it should be"
        yield from (f"{row}{'' if row in told else '   <- differs'}" for row in true)


def main():
    page, test = Path(sys.argv[1]), sys.argv[2]
    printed = subprocess.run([test, f"--gtest_filter={CLAIM}"], text=True, capture_output=True, timeout=30).stdout
    found = list(faults(page.read_text(encoding="utf-8"), printed))
    print("\n".join([f"{page.name}:", *found] if found else ["the table is what the test prints"]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
