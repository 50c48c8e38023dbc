#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Runs test programs that were built for coverage and tells which lines and branches of the headers none of them took.

    run.py --work FOLDER PROGRAM...

What no test takes is told as `UNCOVERED line KEY`, where the key is the header, what never happened, and the source.
`uncovered.txt` beside this script gives the reason for what stays: keys, and the reason that they share indented below.
What depends on the machine or the moment has a reason that begins with `Sometimes:`, and may be taken as well.
What is not counted at all says counts.py. Ends with 1 if a test fails, or a reason is missing or needed no more.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1]))
import counts
from figure import figure

SOMETIMES = "Sometimes:"
HERE = pathlib.Path(__file__).resolve().parent
INCLUDE = HERE.parents[1] / "include" / "bowline"


def run(program, work):
    """Runs a program, one seed of each scenario, and answers whether its tests passed and what it took."""
    raw, merged = work / f"{program.name}.profraw", work / f"{program.name}.profdata"
    # With %c counts live in the file, so that what a death test took is there as well.
    environment = {**os.environ, "LLVM_PROFILE_FILE": f"{work}/{program.name}%c.profraw", "BOWLINE_SEEDS": "1"}
    raw.unlink(missing_ok=True)
    done = subprocess.run([program, "--gtest_brief=1"], env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        print(program.name, done.stdout[-4000:], done.stderr[-4000:])
    subprocess.run(["llvm-profdata", "merge", "-sparse", raw, "-o", merged], check=True)
    export = ["llvm-cov", "export", "-format=text", "-skip-expansions", f"-instr-profile={merged}", program]
    exported = subprocess.run(export, stdout=subprocess.PIPE, text=True, check=True).stdout
    return done.returncode == 0, json.loads(exported)["data"][0]


def reasons(text):
    """The key of each thing that may stay uncovered, and why."""
    found, waiting = {}, []
    for line in text.split("\n"):
        if line.startswith(" "):
            found.update((key, line.strip()) for key in waiting)
            waiting = [] if line.strip() else waiting
        elif line and not line.startswith("#"):
            waiting.append(line)
    if waiting:
        raise ValueError(f"uncovered.txt gives no reason for {waiting}")
    return found


def faults(headers, known):
    """What is neither covered nor explained, and what is explained in vain."""
    used = set()
    for header in headers:
        for line, key in header.uncovered():
            used.add(key)
            if key not in known:
                yield "UNCOVERED", f"{line} {key}"
    for key in sorted(key for key in set(known) - used if not known[key].startswith(SOMETIMES)):
        yield "STALE", f"{key}: it is covered, or gone; take it out of uncovered.txt"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("programs", nargs="+", type=pathlib.Path, metavar="PROGRAM")
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    known = reasons((HERE / "uncovered.txt").read_text(encoding="utf-8"))
    by_path, failed = {}, []
    for program in arguments.programs:
        passed, data = run(program, arguments.work)
        counts.add(by_path, data, INCLUDE)
        if not passed:
            failed.append(program.name)
    headers = [by_path[path] for path in sorted(by_path)]
    found = list(faults(headers, known))
    for kind, what in found:
        print(kind, what)
    lines = [count != 0 for header in headers for count in header.counted_lines().values()]
    branches = [taken for header in headers for _, _, taken in header.counted_branches()]
    unexplained, stale = (sum(kind == wanted for kind, _ in found) for wanted in ("UNCOVERED", "STALE"))
    good = [
        figure("coverage_lines_percent", f"{100 * sum(lines) / len(lines):.2f}", "99.00",
               sum(lines) >= 0.99 * len(lines)),
        figure("coverage_branches_percent", f"{100 * sum(branches) / len(branches):.2f}", "95.00",
               sum(branches) >= 0.95 * len(branches)),
        figure("coverage_branches_unexplained", unexplained, 0, unexplained == 0),
        figure("coverage_reasons_stale", stale, 0, stale == 0),
        figure("coverage_tests_failed", len(failed), 0, not failed),
    ]
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
