#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Runs programs of sweeps, and makes figures of what they have tried.

    run.py PROGRAM…

Each program prints lines `SWEPT name count` at its end. Ends with 1 where a test failed or a figure is short.
"""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))
from figure import figure  # noqa: E402

SWEPT = re.compile(r"^SWEPT (\w+) (\d+)$", re.MULTILINE)

# What has to be tried at least, by name. Stories times the ways in which a call fails are `call_scripts`.
LIMITS = {
    "allocation_scripts": 20,
    "allocations_failed": 1000,
    "call_scripts": 20 * 16,
    "calls_failed": 10_000,
    "errno_call_pairs": 12 * 133,
    "truncations": 1000,
    "bits": 10_000,
    "bit_pairs": 100_000,
}


def main():
    swept = Counter()
    good = True
    for program in sys.argv[1:]:
        ran = subprocess.run([program, "--gtest_brief=1"], stdout=subprocess.PIPE, text=True, check=False)
        found = SWEPT.findall(ran.stdout)
        print(SWEPT.sub("", ran.stdout).strip(), flush=True)
        good &= ran.returncode == 0
        for name, count in found:
            swept[name] += int(count)
    for name, limit in LIMITS.items():
        good &= figure(f"sweeps_{name}", swept[name], limit, swept[name] >= limit)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
