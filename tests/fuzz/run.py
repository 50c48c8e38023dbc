#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Fuzzes every target for a while, two at a time, and tells what came of it.

    run.py --fuzzers FOLDER --work FOLDER [--only NAME] [--keep]

BOWLINE_SECONDS says how long each target runs (60). It starts from the inputs in corpus/NAME.txt, a line of
hexadecimal digits each. What breaks a law is left in the work folder and printed as such a line: put it into that file,
where every build runs it again. --keep writes corpus/NAME.txt anew: the shortest of the inputs that reach all that was
reached, up to KEPT_MAX of them.
"""
import argparse
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1]))
from figure import figure

HERE = pathlib.Path(__file__).parent
KEPT_BYTES_MAX = 200
KEPT_MAX = 400
SECONDS = int(os.environ.get("BOWLINE_SECONDS", "60"))


def lines_of(file):
    return [line for line in file.read_text().split() if not line.startswith("#")] if file.exists() else []


def fill(folder, inputs):
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    for i, line in enumerate(inputs):
        (folder / str(i)).write_bytes(bytes.fromhex(line))


class Target:
    def __init__(self, program, work):
        self.program = program
        self.name = program.name.removeprefix("fuzz_")
        self.corpus = HERE / "corpus" / f"{self.name}.txt"
        self.seeds = work / self.name / "seeds"
        self.found = work / self.name / "found"
        self.broken = work / self.name / "broken"

    def run(self):
        """Fuzzes. Returns executions, seconds, coverage and the inputs that broke something."""
        fill(self.seeds, lines_of(self.corpus))
        fill(self.found, [])
        fill(self.broken, [])
        command = [self.program, self.found, self.seeds, f"-max_total_time={SECONDS}", "-max_len=2048", "-timeout=20",
                   "-len_control=20", "-rss_limit_mb=4096", "-print_final_stats=1", "-verbosity=1",
                   f"-dict={HERE / 'wire.dict'}", f"-artifact_prefix={self.broken}/"]
        said = subprocess.run(command, capture_output=True, text=True, errors="replace").stderr
        runs = re.search(r"stat::number_of_executed_units:\s*(\d+)", said)
        edges = re.findall(r"cov: (\d+)", said)
        broken = sorted(file for file in self.broken.iterdir() if not file.name.startswith("slow-unit"))
        for file in broken:
            print(f"{self.name}: {file.read_bytes().hex()}\n{said[-4000:]}", flush=True)
        print(f"ROW fuzz {self.name} runs={runs.group(1) if runs else 0} edges={edges[-1] if edges else 0} "
              f"broken={len(broken)}", flush=True)
        return int(runs.group(1)) if runs else 0, len(broken)

    def keep(self):
        """Writes the smallest corpus that reaches what all inputs reach."""
        merged = self.found.parent / "merged"
        fill(merged, [])
        subprocess.run([self.program, "-merge=1", merged, self.found, self.seeds], capture_output=True, check=True)
        inputs = sorted((file.read_bytes().hex() for file in merged.iterdir()), key=lambda line: (len(line), line))
        kept = [line for line in inputs if 0 < len(line) <= 2 * KEPT_BYTES_MAX][:KEPT_MAX]
        header = f"# SPDX-License-Identifier: BSL-1.0\n# Inputs of {self.name}_fuzz.cpp, kept by run.py --keep.\n"
        self.corpus.write_text(header + "".join(f"{line}\n" for line in kept))
        print(f"{self.name}: {len(kept)} inputs kept")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--fuzzers", type=pathlib.Path, required=True)
    arguments.add_argument("--work", type=pathlib.Path, required=True)
    arguments.add_argument("--only", default="")
    arguments.add_argument("--keep", action="store_true")
    chosen = arguments.parse_args()
    targets = [Target(program, chosen.work) for program in sorted(chosen.fuzzers.glob("fuzz_*"))
               if chosen.only in program.name]
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        results = list(pool.map(Target.run, targets))
    if chosen.keep:
        for target in targets:
            target.keep()
    good = figure("fuzz_targets", len(targets), 7, len(targets) >= 7 or bool(chosen.only))
    good &= figure("fuzz_seconds_each", SECONDS, 60, SECONDS >= 60)
    good &= figure("fuzz_runs_least", min(runs for runs, _ in results), 1000, all(runs >= 1000 for runs, _ in results))
    good &= figure("fuzz_broken", sum(broken for _, broken in results), 0, not any(broken for _, broken in results))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
