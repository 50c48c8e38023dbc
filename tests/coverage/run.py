#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Runs test programs that were built for coverage and tells which lines and branches of the headers none of them took.

    run.py --work FOLDER PROGRAM...

A branch is a condition and one of its two outcomes, in any instantiation. What no test takes is a line
`UNCOVERED header:line outcome: source`; `uncovered.txt` beside this script gives the reason for those that stay, as
`header: outcome: source: reason`. Ends with 1 if a test fails or a reason is missing or needed no more.
"""
import argparse
import collections
import json
import os
import pathlib
import subprocess
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1]))
from figure import figure

HERE = pathlib.Path(__file__).resolve().parent
INCLUDE = HERE.parents[1] / "include"


def run_all(programs, work):
    """Runs the programs, one seed of each scenario, and answers the file of their merged counts and who failed."""
    work.mkdir(parents=True, exist_ok=True)
    raws, failed = [], []
    for program in programs:
        raw = work / f"{program.name}.profraw"
        environment = {**os.environ, "LLVM_PROFILE_FILE": str(raw), "BOWLINE_SEEDS": "1"}
        done = subprocess.run([program, "--gtest_brief=1"], env=environment, capture_output=True, text=True,
                              check=False)
        if done.returncode != 0:
            failed.append(program.name)
            print(done.stdout[-4000:], done.stderr[-4000:])
        raws.append(raw)
    merged = work / "merged.profdata"
    subprocess.run(["llvm-profdata", "merge", "-sparse", *raws, "-o", merged], check=True)
    return merged, failed


def export(programs, merged):
    objects = [argument for program in programs[1:] for argument in ("-object", program)]
    command = ["llvm-cov", "export", "-format=text", "-skip-expansions", f"-instr-profile={merged}", programs[0],
               *objects]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)["data"][0]


class Header:
    """What is known of one header, all instantiations together."""

    def __init__(self, path):
        self.name = str(path.relative_to(INCLUDE))
        self.source = path.read_text(encoding="utf-8").split("\n")
        self.branches = collections.Counter()
        self.lines, self.lines_taken = 0, 0

    def text(self, line):
        return self.source[line - 1].strip()

    def add_branches(self, branches):
        for line, column, _, _, true_count, false_count, file_id, *_ in branches:
            # An assertion that fails ends the program.
            if file_id != 0 or "BOWLINE_ASSERT" in self.text(line):
                continue
            self.branches[line, column, "true"] += true_count
            self.branches[line, column, "false"] += false_count


def collect(data):
    headers = {}
    for function in data["functions"]:
        path = pathlib.Path(function["filenames"][0])
        if INCLUDE not in path.parents:
            continue
        header = headers.setdefault(path, Header(path))
        header.add_branches(function["branches"])
    for file in data["files"]:
        path = pathlib.Path(file["filename"])
        if INCLUDE in path.parents:
            header, summary = headers.setdefault(path, Header(path)), file["summary"]["lines"]
            header.lines, header.lines_taken = summary["count"], summary["covered"]
    return [headers[path] for path in sorted(headers)]


def reasons():
    found = {}
    for line in (HERE / "uncovered.txt").read_text(encoding="utf-8").split("\n"):
        if line and not line.startswith("#"):
            key, _, reason = line.rpartition(": ")
            found[key] = reason
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("programs", nargs="+", type=pathlib.Path, metavar="PROGRAM")
    arguments = parser.parse_args()
    merged, failed = run_all(arguments.programs, arguments.work)
    headers = collect(export(arguments.programs, merged))
    known, used = reasons(), set()
    total = taken = unexplained = 0
    for header in headers:
        for (line, _, outcome), count in sorted(header.branches.items()):
            total, taken = total + 1, taken + (count != 0)
            key = f"{header.name}: {outcome}: {header.text(line)}"
            if count == 0 and key in known:
                used.add(key)
            elif count == 0:
                unexplained += 1
                print(f"UNCOVERED {header.name}:{line} {outcome}: {header.text(line)}")
    lines, lines_taken = sum(header.lines for header in headers), sum(header.lines_taken for header in headers)
    stale = sorted(set(known) - used)
    for key in stale:
        print(f"STALE {key}: it is covered, or gone; take the reason out")
    good = [
        figure("coverage_lines_percent", f"{100 * lines_taken / lines:.2f}", "99.00", lines_taken >= 0.99 * lines),
        figure("coverage_branches_percent", f"{100 * taken / total:.2f}", "95.00", taken >= 0.95 * total),
        figure("coverage_branches_unexplained", unexplained, 0, unexplained == 0),
        figure("coverage_tests_failed", len(failed), 0, not failed),
    ]
    return 0 if all(good) and not stale else 1


if __name__ == "__main__":
    sys.exit(main())
