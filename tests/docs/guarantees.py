#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Checks that each promise of a page says what it leaves open, and names tests that exist.

    guarantees.py PAGE ROOT

A promise is a heading `### G7 …`; what it leaves open is a paragraph `Not promised: …`; its tests are the `Suite.name`
in backquotes after the words `Proved by` up to the next heading. A test is what a TEST macro defines in ROOT/tests or
ROOT/examples, or what add_test names there.
"""

import re
import sys
from pathlib import Path

PROMISE = re.compile(r"^### (G\d+)\b[^\n]*\n(.*?)(?=^##|\Z)", re.MULTILINE | re.DOTALL)
DEFINED = re.compile(r"^(?:TYPED_)?TEST(?:_[FP])?\(\s*(\w+),\s*(\w+)\s*\)", re.MULTILINE)
LIMITS = re.compile(r"^Not promised: \w", re.MULTILINE)
REGISTERED = re.compile(r"add_test\(\s*NAME\s+([\w/]+)")
NAMED = re.compile(r"`(\w+\.\w+|\w+/\w+)`")


def existing_tests(root):
    """The names of all tests below `root`: Suite.name, or room/name."""
    names = set()
    for folder in ("tests", "examples"):
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in (".cpp", ".hpp"):
                names |= {".".join(test) for test in DEFINED.findall(path.read_text(encoding="utf-8"))}
            elif path.name == "CMakeLists.txt":
                names |= set(REGISTERED.findall(path.read_text(encoding="utf-8")))
    return {name for name in names if "DISABLED_" not in name}


def faults(page, existing):
    """One sentence for each promise that is not limited, or not kept by a test."""
    promises = PROMISE.findall(page)
    if not promises:
        yield "there is no promise; write each under a heading `### G1 …`"
    seen = set()
    for name, body in promises:
        if name in seen:
            yield f"{name} is promised twice; give each promise a number of its own"
        seen.add(name)
        text, _, proof = body.partition("Proved by")
        if not LIMITS.search(text):
            yield f"{name} has no limits; add a paragraph `Not promised: …`"
        tests = NAMED.findall(proof)
        if not tests:
            yield f"{name} names no test; add `Proved by` and the tests"
        for test in tests:
            if test not in existing:
                yield f"{name} names {test}, which does not exist"


def main():
    page, root = Path(sys.argv[1]), Path(sys.argv[2])
    found = list(faults(page.read_text(encoding="utf-8"), existing_tests(root)))
    print("\n".join(f"{page.name}: {fault}" for fault in found) or "each promise has its limits and its tests")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
