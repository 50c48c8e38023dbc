#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Runs all of the bench and tells what it found.

    run.py --programs FOLDER --results FILE [--repetitions 5] [--only WORD]

FOLDER/compare holds the comparisons: a program that answers `RESULT <value> <unit>` or `ABSENT <why>`. They run turn
and turn about, so that whatever else the machine does hits all peers alike; what counts is the median.
FOLDER/scenarios holds programs in virtual time, which tell `FIGURE`, `ROW` and `POINT` lines of their own. FOLDER/parts
holds programs of Google Benchmark. A program that breaks makes the run fail; a figure that is short of its limit is
reported and does not.
"""
import argparse
import datetime
import json
import os
import pathlib
import platform
import re
import statistics
import subprocess
import sys
import time

# The peers of each comparison: name, program, arguments.
IN_MEMORY = [
    ("bowline", "memory_bowline", []),
    ("bowline_fixed_window", "memory_bowline", ["rules=fixed"]),
    ("bowline_plain_seal", "memory_bowline", ["rules=plain"]),
    ("bowline_copying", "memory_bowline", ["rules=copying"]),
    ("enet", "memory_enet", []),
    ("enet_checksum", "memory_enet", ["checksum=1"]),
]
OVER_UDP = [
    ("bowline", "udp_bowline", []),
    ("bowline_fixed_window", "udp_bowline", ["rules=fixed"]),
    ("bowline_without_gso", "udp_bowline", ["batching=plain"]),
    ("enet", "udp_enet", []),
    ("tcp_batched", "udp_tcp", []),
    ("raw_gso", "udp_raw", ["segments=44"]),
    ("raw", "udp_raw", ["segments=1"]),
    ("srt", "udp_srt", []),
    ("udt", "udp_udt", []),
    ("usrsctp", "udp_usrsctp", []),
]
# Peers that are so slow that fewer messages tell as much.
PATIENCE = {"enet_checksum": 0.25, "raw": 0.2, "srt": 0.1, "udt": 0.04, "usrsctp": 0.1}

SMALL = 64
MEDIUM = 1000
LARGE = 16384


def memory_row(name, **arguments):
    return name, IN_MEMORY, arguments


def udp_row(name, size, messages):
    return name, OVER_UDP, {"bytes": size, "messages": messages}


LOSSY = {"delay_ms": 8, "loss_per_million": 100_000}
COMPARISONS = [
    memory_row("mem_64_burst", bytes=SMALL, messages=400_000),
    memory_row("mem_64_single", bytes=SMALL, messages=200_000, burst=1),
    memory_row("mem_64_lossy", bytes=SMALL, messages=200_000, **LOSSY),
    memory_row("mem_1000_burst", bytes=MEDIUM, messages=200_000),
    memory_row("mem_1000_single", bytes=MEDIUM, messages=100_000, burst=1),
    memory_row("mem_1000_lossy", bytes=MEDIUM, messages=100_000, **LOSSY),
    # As many messages on the way as a delay of so many milliseconds holds at 32 a tick.
    *[(f"outstanding_{n}", [("bowline_wide_window", "memory_bowline", ["rules=wide"])],
       {"bytes": SMALL, "messages": 400_000, "delay_ms": n // 64, "outstanding": n}) for n in (256, 1024, 4096)],
    *[(f"payload_{n}", [peer for peer in IN_MEMORY if peer[0] in ("bowline", "bowline_plain_seal", "enet")],
       {"bytes": n, "messages": 100_000}) for n in (16, 64, 200, 500, 1000, 1150)],
    udp_row("udp_64", SMALL, 600_000),
    udp_row("udp_1000", MEDIUM, 80_000),
    udp_row("udp_16k", LARGE, 6_000),
]

# Figure, the row and peer that are compared, the row and peer they are compared with, and the most their ratio may be.
RATIOS = [
    ("mem_64_burst", ("mem_64_burst", "bowline"), ("mem_64_burst", "enet"), 0.30),
    ("mem_1000_burst", ("mem_1000_burst", "bowline"), ("mem_1000_burst", "enet"), 0.75),
    ("mem_1000_burst_plain_seal", ("mem_1000_burst", "bowline_plain_seal"), ("mem_1000_burst", "enet"), 0.35),
    ("mem_64_lossy", ("mem_64_lossy", "bowline"), ("mem_64_lossy", "enet"), 0.16),
    ("outstanding_growth", ("outstanding_4096", "bowline_wide_window"), ("outstanding_256", "bowline_wide_window"),
     1.15),
    ("udp_64", ("udp_64", "bowline"), ("udp_64", "enet"), 0.09),
    ("udp_1000", ("udp_1000", "bowline"), ("udp_1000", "enet"), 0.09),
    ("udp_16k", ("udp_16k", "bowline"), ("udp_16k", "enet"), 0.09),
    ("udp_1000_tcp", ("udp_1000", "bowline"), ("udp_1000", "tcp_batched"), 1.5),
    ("udp_16k_tcp", ("udp_16k", "bowline"), ("udp_16k", "tcp_batched"), 1.5),
    ("plain_64", ("udp_64", "bowline_without_gso"), ("udp_64", "enet"), 0.75),
    ("plain_1000", ("udp_1000", "bowline_without_gso"), ("udp_1000", "enet"), 0.9),
    ("plain_16k", ("udp_16k", "bowline_without_gso"), ("udp_16k", "enet"), 0.9),
]


class Broken(Exception):
    """A program that did not do what it is there for."""


class Results:
    """What is said, on the terminal and in a file."""

    def __init__(self, path):
        path.parent.mkdir(parents=True, exist_ok=True)
        self.file = path.open("w", encoding="utf-8")

    def say(self, line):
        print(line, flush=True)
        self.file.write(line + "\n")
        self.file.flush()


def run_program(command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    except subprocess.TimeoutExpired as timeout:
        raise Broken(f"{' '.join(command)}: it did not end") from timeout
    if done.returncode != 0:
        raise Broken(f"{' '.join(command)}: it ended with {done.returncode}: {done.stderr.strip()}")
    return done.stdout


def describe_machine(results, repetitions):
    model = platform.processor() or platform.machine()
    cpuinfo = pathlib.Path("/proc/cpuinfo")
    if cpuinfo.exists():
        found = re.search(r"^model name\s*:\s*(.*)$", cpuinfo.read_text(encoding="utf-8"), re.MULTILINE)
        model = found.group(1) if found else model
    results.say(f"MACHINE processor {model}, {os.cpu_count()} cores")
    results.say(f"MACHINE system {platform.system()} {platform.release()}")
    results.say(f"MACHINE date {datetime.date.today().isoformat()}")
    results.say(f"MACHINE repetitions {repetitions}")
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    results.say(f"MACHINE load {load:.1f} before the run")


def arguments_of(peer, arguments):
    shown = dict(arguments)
    if peer in PATIENCE:
        shown["messages"] = int(shown["messages"] * PATIENCE[peer])
    return [f"{name}={value}" for name, value in shown.items()]


def compare(row, peers, arguments, folder, repetitions, results):
    """The medians of a row by peer."""
    samples, extra, medians = {}, {}, {}
    unit = ""
    gone = {name: "its library is not installed" for name, program, _ in peers if not (folder / program).exists()}
    for _ in range(repetitions):
        for name, program, options in peers:
            if name in gone:
                continue
            command = [str(folder / program), *arguments_of(name, arguments), *options]
            answer = run_program(command).strip().split("\n")[-1].split(" ")
            if answer[0] == "ABSENT":
                gone[name] = " ".join(answer[1:])
            elif answer[0] == "RESULT":
                samples.setdefault(name, []).append(float(answer[1]))
                unit, extra[name] = answer[2], answer[3:]
            else:
                raise Broken(f"{' '.join(command)}: it answered {answer}")
    for name, _, _ in peers:
        if name in gone:
            results.say(f"ABSENT {row} {name} {gone[name]}")
            continue
        medians[name] = statistics.median(samples[name])
        more = "".join(" " + each for each in extra[name])
        results.say(f"MEDIAN {row} {name} {medians[name]:.4f} {min(samples[name]):.4f} {max(samples[name]):.4f} "
                    f"{unit}{more}")
    return medians


def tell_figures(medians, results):
    for figure, (row, peer), (other_row, other_peer), limit in RATIOS:
        value = medians.get(row, {}).get(peer)
        other = medians.get(other_row, {}).get(other_peer)
        if value is None or other is None:
            results.say(f"FIGURE {figure} absent {limit} short")
            continue
        results.say(f"FIGURE {figure} {value / other:.3f} {limit} {'ok' if value <= limit * other else 'short'}")


def tell_parts(folder, repetitions, results):
    for program in sorted(folder.glob("*")):
        out = run_program([str(program), "--benchmark_format=json", "--benchmark_min_time=0.05",
                           f"--benchmark_repetitions={repetitions}", "--benchmark_report_aggregates_only=true"])
        for each in json.loads(out)["benchmarks"]:
            if each.get("error_occurred"):
                raise Broken(f"{program}: {each['name']}: {each['error_message']}")
            if each["aggregate_name"] != "median":
                continue
            scale = {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9}[each["time_unit"]]
            # With a count of items the cost of one, else of an iteration.
            rate = each.get("items_per_second")
            cost = 1e9 / rate if rate else each["cpu_time"] * scale
            results.say(f"PART {each['run_name'].replace(' ', '')} {cost:.2f} ns")


def table(lines, results):
    """The medians once more, a row a line and a peer a column."""
    rows = {}
    for line in lines:
        words = line.split(" ")
        rows.setdefault(words[1], []).append((words[2], float(words[3]), words[6]))
    results.say("")
    for row, cells in rows.items():
        results.say(f"{row:18}" + "  ".join(f"{peer} {value:.4g} {unit}" for peer, value, unit in cells))
    results.say("")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--programs", type=pathlib.Path, required=True)
    parser.add_argument("--results", type=pathlib.Path, required=True)
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--only", default="", help="a word that a comparison, scenario or part must have in its name")
    arguments = parser.parse_args()
    started = time.monotonic()
    results = Results(arguments.results)
    describe_machine(results, arguments.repetitions)
    failures, medians, median_lines = [], {}, []

    def attempt(what):
        try:
            what()
        except Broken as broken:
            failures.append(str(broken))
            results.say(f"BROKEN {broken}")

    said = results.say

    def keep(line):
        said(line)
        if line.startswith("MEDIAN "):
            median_lines.append(line)

    results.say = keep

    for row, peers, settings in COMPARISONS:
        if arguments.only in row:
            attempt(lambda: medians.__setitem__(row, compare(row, peers, settings, arguments.programs / "compare",
                                                             arguments.repetitions, results)))
            if row.startswith("payload_"):
                for peer, value in medians.get(row, {}).items():
                    results.say(f"POINT cost {peer} {settings['bytes']} {value:.2f}")
    for program in sorted((arguments.programs / "scenarios").glob("*")):
        if arguments.only in program.name:
            def scenario():
                for line in run_program([str(program)]).strip().split("\n"):
                    results.say(line)
            attempt(scenario)
    if arguments.only in "parts":
        attempt(lambda: tell_parts(arguments.programs / "parts", arguments.repetitions, results))
    table(median_lines, results)
    if not arguments.only:
        tell_figures(medians, results)
    results.say(f"MACHINE took {time.monotonic() - started:.0f} s")
    for failure in failures:
        print(f"broken: {failure}", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
