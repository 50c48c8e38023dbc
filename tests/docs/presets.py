#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Compares the table of presets of a page with the presets there are, and with what CI runs.

    presets.py ROOT

ROOT/docs/TESTING.md has a row `| `NAME` | what it does | in CI | minutes |` for each workflow of CMakePresets.json. The
third cell begins with `no` where .ci/run has no `step NAME`, and only there.
"""

import json
import re
import sys
from pathlib import Path

ROW = re.compile(r"^\| `([\w-]+)` \| [^|\n]+ \| ([^|\n]+) \| [^|\n]*\|$", re.MULTILINE)
STEP = re.compile(r"^ *step ([\w-]+) ", re.MULTILINE)


def faults(page, presets, script):
    """One sentence for each preset of which the page says nothing, or something else than is true."""
    rows = dict(ROW.findall(page))
    workflows = {workflow["name"] for workflow in presets["workflowPresets"]}
    steps = set(STEP.findall(script))
    for name in sorted(workflows - rows.keys()):
        yield f"{name} has no row in the table"
    for name in sorted(rows.keys() - workflows):
        yield f"{name} has a row, and is no workflow"
    for name in sorted(rows.keys() & workflows):
        if rows[name].startswith("no") == (name in steps):
            yield f"{name} is {'a step' if name in steps else 'no step'} of .ci/run, and the table says: {rows[name]}"


def main():
    root = Path(sys.argv[1])
    page, presets, script = ((root / name).read_text(encoding="utf-8")
                             for name in ("docs/TESTING.md", "CMakePresets.json", ".ci/run"))
    found = list(faults(page, json.loads(presets), script))
    print("\n".join(f"TESTING.md: {fault}" for fault in found) or "the table names every preset, and what CI runs")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
