#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Runs the workflows that look for what the tests do not, and makes docs/PROOF.md of what they tell.

    run.py [--page] [NAME ...]

Each of the NAMEs (all: see WORKFLOWS) is run as `cmake --workflow --preset NAME`, one after another, and what it prints
is kept in build/proof/NAME.log. Then the page is made of all that is kept; --page makes it without running anything.
Ends with 1 where a workflow failed or a figure is short.
"""
import argparse
import datetime
import os
import pathlib
import platform
import re
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
LOGS = ROOT / "build" / "proof"
PAGE = ROOT / "docs" / "PROOF.md"

# What each looks for, in the order in which it is worth knowing.
WORKFLOWS = {
    "explore": "Every order of deliveries, losses, repetitions, timers, restarts and calls in small worlds",
    "swarm": "Two channels through faults drawn at random, until they heal",
    "swarm-asan": "A tenth of the swarm under sanitizers",
    "fuzz": "Inputs that nobody thought of, under sanitizers",
    "sweeps": "Each allocation, each call and each bit fails once",
    "platforms": "Other processors, systems and compilers",
    "netns": "Real sockets behind NATs that the kernel plays",
    "coverage": "Lines and branches that the tests take",
    "mutants": "Rules and lines that are broken on purpose: a test has to notice",
}

HEADING = """# What was searched, and how much

Made by `python3 tests/proof/run.py` of what the workflows print; not typed. Each is `cmake --workflow --preset NAME`,
described in [TESTING.md](TESTING.md). A figure is a value with the limit that the project has set itself; `short` means
that it is not reached.
"""


def commit():
    """The commit, and whether something differs from it. The page itself is made anew after each run."""
    def git(*words):
        return subprocess.run(["git", *words], cwd=ROOT, text=True, capture_output=True).stdout.strip()

    changed = git("status", "--porcelain", "--untracked-files=no", "--", ".", f":!{PAGE.relative_to(ROOT)}")
    return (git("rev-parse", "--short", "HEAD") or "unknown") + ("-dirty" if changed else "")


def run(name):
    """Runs a workflow, shows and keeps what it prints. Whether it ended well."""
    begin = time.monotonic()
    lines = []
    with subprocess.Popen(["cmake", "--workflow", "--preset", name], cwd=ROOT, text=True, errors="replace",
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as workflow:
        for line in workflow.stdout:
            sys.stdout.write(line)
            lines.append(line)
    facts = {"date": datetime.date.today().isoformat(), "commit": commit(),
             "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
             "seconds": f"{time.monotonic() - begin:.0f}", "exit": str(workflow.returncode)}
    LOGS.mkdir(parents=True, exist_ok=True)
    head = "".join(f"FACT {key} {value}\n" for key, value in facts.items())
    (LOGS / f"{name}.log").write_text(head + "".join(lines))
    return workflow.returncode == 0


def section(name, log):
    """The part of the page about a workflow, and whether all is well."""
    text = log.read_text()
    facts = dict(re.findall(r"^FACT (\w+) (.*)$", text, re.MULTILINE))
    figures = re.findall(r"^FIGURE (\S+) (\S+) (\S+) (ok|short)\s*$", text, re.MULTILINE)
    good = facts["exit"] == "0" and all(verdict == "ok" for *_, verdict in figures)
    ended = "" if facts["exit"] == "0" else " It failed."
    lines = [f"## {name}", "", f"{WORKFLOWS[name]}. {facts['date']}, commit {facts['commit']}, {facts['machine']}, "
             f"{facts['seconds']} s with what had to be built.{ended}", ""]
    if figures:
        lines += ["| figure | measured | limit | |", "| --- | ---: | ---: | --- |"]
        lines += [f"| `{figure}` | {value} | {limit} | {verdict} |" for figure, value, limit, verdict in figures]
        lines += [""]
    return "\n".join(lines), good


def make_page():
    good = True
    parts = [HEADING]
    for name in WORKFLOWS:
        log = LOGS / f"{name}.log"
        if not log.exists():
            parts.append(f"## {name}\n\n{WORKFLOWS[name]}. Not run.\n")
            continue
        part, well = section(name, log)
        parts.append(part)
        good &= well
    PAGE.write_text("\n".join(parts))
    print(f"wrote {PAGE.relative_to(ROOT)}")
    return good


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("names", nargs="*", metavar="NAME", choices=[*WORKFLOWS, []])
    arguments.add_argument("--page", action="store_true", help="run nothing")
    chosen = arguments.parse_args()
    good = True if chosen.page else all([run(name) for name in chosen.names or WORKFLOWS])
    return 0 if make_page() and good else 1


if __name__ == "__main__":
    sys.exit(main())
