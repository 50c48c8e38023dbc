#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Changes the library in many small ways, one at a time, and looks whether a test notices.

    run.py --work FOLDER [--compiler CXX] [--googletest-include FOLDER ...] --googletest-library FILE ... [--only TEXT]

Some mutants are made by hand and take a rule of the protocol out (protocol.py): each names the test that must notice,
and what it is about; subjects.py lists what there must be one about.
The others are generated (operators.py), and a sample of them is tried that is the same each time. All of them are in
one build of the test programs, each behind a switch. What no test notices is a line `SURVIVED key`, or `UNREACHED key`
where no test even came by; survivors.txt beside this script gives the reasons for those that stay. One whose reason
begins with `equivalent` changes nothing that a caller or a peer could see; it counts as a survivor all the same.

BOWLINE_MUTANTS says how many are tried of those generated (680, and one in each header). Fewer are drawn from the
usual ones by BOWLINE_MUTANTS_SEED, the commit where it is not set, and those in survivors.txt are left out: a test must
notice each. BOWLINE_JOBS says how many processes run at once.
"""

import argparse
import concurrent.futures
import os
import pathlib
import resource
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path += [str(HERE.parent), str(HERE)]

import operators
import programs
import protocol
import rewrite
import subjects
import syntax_tree
from figure import figure
from hunt import Hunt

ROOT = HERE.parents[1]
INCLUDE = ROOT / "include"

# Rooms whose headers are changed. sim/ is equipment: all that runs over it would notice, and raise the score without
# saying anything of the library.
CHANGED = {"base", "wire", "dedup", "resend", "seal", "congestion", "core", "clock", "transport"}

# Rooms whose tests look, and single test files. Not those that take a minute each.
ROOMS = ["base", "wire", "clock", "dedup", "resend", "seal", "congestion", "transport", "core", "channel", "contract",
         "scenario"]
FILES = list(programs.BESIDE)

PROTOCOL_MIN, GENERATED_MIN, PERCENT_MIN = 40, 500, 95
USUAL = 680


def is_changed(mutant):
    room, slash, _ = mutant.header.partition("/")
    return not slash or room in CHANGED


def reasons():
    """{key: reason}: a key stands at the start of a line, its reason on the indented lines below."""
    found, key = {}, None
    for line in (HERE / "survivors.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith(" "):
            found[key] = f"{found[key]} {line.strip()}".strip()
        elif line and not line.startswith("#"):
            key = line
            found[key] = ""
    return found


def commit():
    """That of the library, shortened; nothing outside a repository."""
    asked = subprocess.run(["git", "-C", ROOT, "rev-parse", "--short", "HEAD"], capture_output=True, text=True,
                           check=False)
    return asked.stdout.strip()


def generate(sources, work, compiler):
    trees = syntax_tree.read_headers(INCLUDE, work, compiler)
    return [mutant for mutant in operators.collect(trees, sources) if is_changed(mutant)]


class Run:
    def __init__(self, arguments):
        self.work = arguments.work.resolve()
        self.work.mkdir(parents=True, exist_ok=True)
        self.only = arguments.only
        self.wanted = int(os.environ.get("BOWLINE_MUTANTS") or USUAL)
        jobs = int(os.environ.get("BOWLINE_JOBS") or os.cpu_count() or 1)
        self.tools = programs.Toolchain(arguments.compiler, arguments.googletest_include, arguments.googletest_library,
                                        jobs)
        self.begun = time.monotonic()

    def say(self, text):
        print(f"{time.monotonic() - self.begun:6.0f} s  {text}", flush=True)

    def prepare(self):
        """Writes the headers, builds the programs and learns which test comes by which mutant. Whether all is well."""
        sources = protocol.headers()
        self.rules, faults = protocol.mutants(sources)
        for fault in faults:
            print(f"DOES NOT APPLY {fault}")
        for fault in subjects.check(protocol.RULES, subjects.wire_page(), subjects.trace_suites()):
            print(f"NOT COVERED {fault}")
            faults.append(fault)
        # Apart, because a process that has held a syntax tree takes long to make others.
        with concurrent.futures.ProcessPoolExecutor(1) as apart:
            everything = apart.submit(generate, sources, self.work, self.tools.compiler).result()
        self.keys = {mutant.key for mutant in everything}
        fixed = [mutant for _, mutants in self.rules for mutant in mutants]
        chosen = rewrite.sample(everything, max(self.wanted, USUAL), fixed)
        if self.wanted < USUAL:
            seed, known = os.environ.get("BOWLINE_MUTANTS_SEED") or commit() or "0", reasons()
            chosen = rewrite.draw([mutant for mutant in chosen if mutant.key not in known], self.wanted, seed)
            print(f"repeated by BOWLINE_MUTANTS={self.wanted} BOWLINE_MUTANTS_SEED={seed}", flush=True)
        self.generated = [mutant for mutant in chosen if self.only in mutant.key]
        numbered = [(number, mutant) for number, (_, mutants) in enumerate(self.rules) for mutant in mutants]
        numbered += enumerate(self.generated, len(self.rules))
        self.say(f"{len(self.generated)} of {len(everything)} mutants chosen, {len(self.rules)} made by hand")
        rewrite.write_headers(sources, numbered, self.work / "include", HERE / "switch.hpp")
        files = [path.relative_to(programs.TESTS).as_posix() for room in ROOMS
                 for path in sorted((programs.TESTS / room).glob("*_test.cpp"))] + FILES
        self.executables = programs.build(files, self.work, self.tools)
        self.say(f"{len(files)} test programs built")
        self.tests, good = programs.probe(self.executables, self.work, self.tools.jobs)
        self.say(f"{len(self.tests)} tests run without a mutant")
        return good and not faults

    def try_rules(self):
        """How many rules are missed by the tests that they name."""
        known = {(test.file, test.name) for test in self.tests}

        def noticed(number):
            file, name = protocol.test_of(self.rules[number][0])
            return (file, name) in known and not programs.run(self.executables[file], [name], number, cpu_seconds=10)[0]

        with concurrent.futures.ThreadPoolExecutor(self.tools.jobs) as pool:
            results = list(pool.map(noticed, range(len(self.rules))))
        for (rule, _), good in zip(self.rules, results):
            if not good:
                print(f"SURVIVED {rule.name}: {rule.test} does not notice, or is none", flush=True)
        killed = sum(results)
        self.say(f"{killed} of {len(self.rules)} rules are missed by the tests that they name")
        return killed

    def try_generated(self):
        """How many were killed, how many are equivalent, and how many survived without a reason."""
        known, used = reasons(), set()
        killed = equivalent = unexplained = 0
        hunt = Hunt(self.executables, self.tests, self.tools.jobs)
        killers = (self.work / "killers.txt").open("w", encoding="utf-8")
        for mutant, file, reached in hunt.all(list(enumerate(self.generated, len(self.rules)))):
            print(file or "none", mutant.key, sep="\t", file=killers, flush=True)
            if file:
                killed += 1
                continue
            used.add(mutant.key)
            equivalent += known.get(mutant.key, "").startswith("equivalent")
            unexplained += mutant.key not in known
            told = known.get(mutant.key, "no reason is known")
            print(f"{'SURVIVED' if reached else 'UNREACHED'} {mutant.key}\n    {told}", flush=True)
        tried = {mutant.key for mutant in self.generated}
        for key in known:
            if key not in self.keys or key in tried - used:
                print(f"STALE {key}: it is killed, or gone; take the reason out", flush=True)
        killers.close()
        self.say(f"{killed} of {len(self.generated)} killed, {equivalent} equivalent")
        return killed, unexplained

    def all(self):
        good = [self.prepare()]
        rules = self.try_rules()
        killed, unexplained = self.try_generated()
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.say(f"{used.ru_utime + used.ru_stime:.0f} s of processors used")
        wanted = min(GENERATED_MIN, self.wanted)
        count = len(self.generated)
        percent = 100 * killed / max(1, count)
        good += [figure("mutants_protocol", len(self.rules), PROTOCOL_MIN, len(self.rules) >= PROTOCOL_MIN),
                 figure("mutants_protocol_killed", rules, len(self.rules), rules == len(self.rules)),
                 figure("mutants_generated", count, wanted, count >= wanted),
                 figure("mutants_generated_killed_percent", f"{percent:.1f}", PERCENT_MIN, percent >= PERCENT_MIN),
                 figure("mutants_survivors_unexplained", unexplained, 0, unexplained == 0)]
        return all(good)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--work", type=pathlib.Path, required=True)
    arguments.add_argument("--compiler", default="clang++",
                           help="a clang++, which also tells what the headers hold")
    arguments.add_argument("--googletest-include", action="append", default=[])
    arguments.add_argument("--googletest-library", action="append", required=True)
    arguments.add_argument("--only", default="", help="generated mutants whose key has this")
    return 0 if Run(arguments.parse_args()).all() else 1


if __name__ == "__main__":
    sys.exit(main())
