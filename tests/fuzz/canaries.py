#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Takes a rule out of the library for each fuzz target, and looks whether the target finds what breaks.

    canaries.py [--compiler CLANGXX] [--build FOLDER] [TARGET ...]

For each target a copy of include/ is changed, and the target is built over it and run until it finds an input that
breaks a law. BOWLINE_SECONDS says how long it may look (120), BOWLINE_JOBS how many look at once. Ends with 1 where
one finds nothing.
"""
import argparse
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path += [str(HERE.parent), str(HERE.parent / "mutants")]
import protocol
from changed import ROOT, changed_copy
from figure import figure
from run import JOBS, Target

SECONDS = int(os.environ.get("BOWLINE_SECONDS", "120"))

# target: the rule that is taken out, and what is changed: header, text, other text; or the name of a rule by hand of
# tests/mutants/protocol.py.
CANARIES = {
    "frames": ("what one frame said is forgotten before the next is read into its place",
               [("wire/frame_reader.hpp", "    frame = {};\n", "")]),
    "round_trip": ("an unreliable message names its dependency, and no distance to it",
                   [("wire/data_frame.hpp", "if (dependency != 0) total += unreliable ? 4 :",
                     "if (dependency != 0) total +=")]),
    "connection": ("numbers that a peer chooses are spread over the chains",
                   [("core/slot_index.hpp", "number * factor_ >>", "(number & 0) >>")]),
    "conversation": "held-is-acked",
    "reassembly": ("count and total are the same in all parts of a message",
                   [("core/reassembler.hpp", "assembly.name.total != frame.fragment.total", "false")]),
    "dedup": ("what was evicted from the queue is too old and never fresh",
              [("dedup/fixed_queue_dedup.hpp", "number <= floor_ ?", "number < floor_ ?")]),
    "options": ("what a channel takes as options, its peer takes as limits",
                [("base/options.hpp", "datagram_bytes_max < 128 || ", "")]),
}


def canary(target):
    """The rule, and the edits."""
    chosen = CANARIES[target]
    if not isinstance(chosen, str):
        return chosen
    rule = next(rule for rule in protocol.RULES if rule.name == chosen)
    return rule.said, rule.edits


def look(target, compiler, build):
    """What the target found, and whether it did."""
    rule, edits = canary(target)
    place = build / target
    if fault := changed_copy(place, edits):
        return f"does not apply: {fault}", False
    source = HERE / f"{target}_fuzz.cpp"
    text = source.read_text(encoding="utf-8")
    program = place / f"fuzz_{target}"
    flags = ["-std=c++20", "-O1", "-g1", "-D_GLIBCXX_ASSERTIONS", "-fsanitize=fuzzer,address,undefined",
             "-fno-sanitize-recover=all", f"-I{place / 'include'}", f"-I{HERE.parent}"]
    more = ["-finstrument-functions"] if re.search(r"fuzz/support/(application|work)\.hpp", text) else []
    if "fuzz/support/application.hpp" in text:
        more.append(HERE.parent / "sweeps" / "support" / "failing_new.cpp")
    built = subprocess.run([*compiler.split(), *flags, *more, source, "-o", program], capture_output=True, text=True,
                           check=False)
    if built.returncode != 0:
        return f"does not compile: {built.stderr[-1000:]}", False
    start = time.monotonic()
    ended, broken = Target(program, place).fuzz(SECONDS)
    seconds = time.monotonic() - start
    if ended.returncode == 0:
        return f"not found in {seconds:.0f} s: {rule}", False
    law = re.search(r"^(?:broken|ERROR|SUMMARY|.*[Aa]ssert).*$", ended.stderr, re.MULTILINE)
    bytes_ = broken[0].stat().st_size if broken else 0
    return f"found in {seconds:.0f} s by {bytes_} bytes: {rule}. {law.group(0)[:100] if law else ''}", True


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(CANARIES))
    arguments.add_argument("--compiler", default="clang++")
    arguments.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "fuzz_canaries")
    chosen = arguments.parse_args()
    targets = chosen.targets or list(CANARIES)
    found = 0
    with concurrent.futures.ThreadPoolExecutor(max_workers=JOBS) as pool:
        for target, (words, good) in zip(targets, pool.map(
                lambda target: look(target, chosen.compiler, chosen.build), targets)):
            found += good
            print(f"{target:<14} {words}", flush=True)
    return 0 if figure("fuzz_canaries", found, len(targets), found == len(targets)) else 1


if __name__ == "__main__":
    sys.exit(main())
