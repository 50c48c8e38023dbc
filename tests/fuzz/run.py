#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Fuzzes every target for a while, one on each core, and tells what came of it.

    run.py --fuzzers FOLDER --work FOLDER [--only NAME] [--keep]

BOWLINE_SECONDS says how long each target runs (60), BOWLINE_JOBS how many at once. A target starts from the inputs in
corpus/NAME.txt, a line of hexadecimal digits each. What breaks a law is left in the work folder and printed as such a
line: put it at the end of that file, where every build runs it again. --keep writes the rest of the file anew: as few
inputs of up to KEPT_BYTES_MAX as reach all that such inputs reached.
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
KEPT_BYTES_MAX = 100
FINDINGS = "# Broke a law once; run.py leaves them."
SECONDS = int(os.environ.get("BOWLINE_SECONDS", "60"))
JOBS = int(os.environ.get("BOWLINE_JOBS") or os.cpu_count())

# Programs that let memory run out replace `new` and `delete`, and the fuzzer's own runtime allocates by both.
os.environ["ASAN_OPTIONS"] = ":".join(filter(None, [os.environ.get("ASAN_OPTIONS"), "alloc_dealloc_mismatch=0"]))


def lines_of(file):
    lines = file.read_text().splitlines() if file.exists() else []
    return [line for line in lines if line and not line.startswith("#")]


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

    def fuzz(self, seconds):
        """What the fuzzer said in so many seconds, with its exit code, and the inputs that broke a law."""
        fill(self.seeds, lines_of(self.corpus))
        fill(self.found, [])
        fill(self.broken, [])
        command = [self.program, self.found, self.seeds, f"-max_total_time={seconds}", "-max_len=2048", "-timeout=20",
                   "-len_control=20", "-rss_limit_mb=4096", "-print_final_stats=1", "-verbosity=1",
                   f"-dict={HERE / 'wire.dict'}", f"-artifact_prefix={self.broken}/"]
        ended = subprocess.run(command, capture_output=True, text=True, errors="replace")
        return ended, sorted(file for file in self.broken.iterdir() if not file.name.startswith("slow-unit"))

    def run(self):
        """Fuzzes. Returns executions, findings, and the most work done in percent of its bound, 0 where none is."""
        ended, broken = self.fuzz(SECONDS)
        said = ended.stderr

        def last(pattern):
            return int((re.findall(pattern, said, re.MULTILINE) or [0])[-1])

        for file in broken:
            print(f"{self.name}: {file.read_bytes().hex()}", flush=True)
        if ended.returncode != 0:
            print(said[-4000:], flush=True)
        # A fuzzer that dies without an input to blame is one too.
        findings = max(len(broken), int(ended.returncode != 0))
        runs, edges, features = (last(rf"{name}: +(\d+)") for name in ("number_of_executed_units", "cov", "ft"))
        print(f"ROW fuzz {self.name} runs={runs} edges={edges} features={features} findings={findings}", flush=True)
        return runs, findings, last(r"^work: (\d+) %")

    def keep(self):
        """Writes a small corpus that reaches what all small inputs reach."""
        small, merged = (self.found.parent / name for name in ("small", "merged"))
        inputs = {file.read_bytes() for folder in (self.found, self.seeds) for file in folder.iterdir()}
        fill(small, sorted(data.hex() for data in inputs if 0 < len(data) <= KEPT_BYTES_MAX))
        fill(merged, [])
        subprocess.run([self.program, "-set_cover_merge=1", merged, small], capture_output=True, check=True)
        kept = sorted((file.read_bytes().hex() for file in merged.iterdir()), key=lambda line: (len(line), line))
        head = ["# SPDX-License-Identifier: BSL-1.0", f"# Inputs of {self.name}_fuzz.cpp, kept by run.py --keep."]
        before = self.corpus.read_text() if self.corpus.exists() else ""
        findings = before.partition(f"{FINDINGS}\n")[2].splitlines()
        self.corpus.write_text("".join(f"{line}\n" for line in [*head, *kept, FINDINGS, *findings]))
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
    with concurrent.futures.ThreadPoolExecutor(max_workers=JOBS) as pool:
        results = list(pool.map(Target.run, targets))
    if chosen.keep:
        for target in targets:
            target.keep()
    runs, findings, work = zip(*results)
    good = figure("fuzz_targets", len(targets), 7, len(targets) >= 7 or bool(chosen.only))
    good &= figure("fuzz_seconds_each", SECONDS, 60, SECONDS >= 60)
    good &= figure("fuzz_runs_least", min(runs), 1000, min(runs) >= 1000)
    good &= figure("fuzz_findings", sum(findings), 0, sum(findings) == 0)
    # Where nothing was counted, nothing was bounded.
    good &= figure("fuzz_work_percent", max(work), 100, 0 < max(work) <= 100 or bool(chosen.only))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
