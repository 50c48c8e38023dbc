#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Builds and runs the tests for other processors and systems, and compares the swarm's hash between platforms.

    run.py --source FOLDER --work FOLDER [--googletest FOLDER] [--only REGEX] [--rooms ROOM,ROOM] [--suites | --hashes]

A suite is every test program that the build lists (tests/programs.txt). Tests that are no program, but a script, a
compiler's message or a project beside this one, are the same on every platform, and are left to ctest here; so are
the real hosts of `netns`, and the examples. Each suite is told in rows: tests of each program, then of all, and which
took longest. Scenarios take one seed.

Debian's packages serve: qemu-user, g++-s390x-linux-gnu, g++-arm-linux-gnueabihf, g++-i686-linux-gnu,
g++-mingw-w64-x86-64-posix, wine64, clang-14, clang-19, googletest. A platform that cannot be built or run here is a
failure, not a gap. BOWLINE_SEEDS says how many seeds of the swarm are hashed (1,000), BOWLINE_JOBS how many programs
run at once.
"""
import argparse
import concurrent.futures
import dataclasses
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1]))
from figure import figure

SEEDS = int(os.environ.get("BOWLINE_SEEDS", "1000"))
JOBS = int(os.environ.get("BOWLINE_JOBS", os.cpu_count() or 1))
TESTS_MIN = 7500
SECONDS_A_PROGRAM_MAX = 1500
# How the build is made, and how it is told to go on after a failure.
GENERATOR, GO_ON = ("Ninja", ["-k", "0"]) if shutil.which("ninja") else ("Unix Makefiles", ["-k"])
SLOWEST = 3


@dataclasses.dataclass(frozen=True)
class Platform:
    name: str
    compiler: str
    flags: str
    processor: str = ""  # Nothing: this machine's.
    emulator: str = ""  # Nothing: this machine runs it.
    system: str = "Linux"
    suite: bool = False  # Runs the tests too, not the swarm alone.
    left_out: dict = dataclasses.field(default_factory=dict)  # Tests that the emulator cannot run, and why.


NO_SEGMENTATION = dict.fromkeys([
    "Bowline/BatchingContract/UdpOverIPv?.*",
    "UdpSocketTest.a_segmented_message_*",
    "UdpTransport.equal_datagrams_cost_one_call_where_the_kernel_cuts_and_joins",
    "UdpTransport.a_kernel_that_stops_cutting_is_sent_plain_datagrams_from_then_on",
    "UdpTransport.ends_with_and_without_batches_understand_each_other",
    "All/UdpBatches.a_locked_end_drops_the_batch_of_a_stranger/0",
    "All/UdpBatches.an_end_that_learns_takes_the_source_of_what_it_hands_over/0",
    "All/UdpBatches.a_lock_in_the_middle_of_a_batch_keeps_its_rest/0",
    "ErrnoSweep.a_batch_that_the_kernel_cuts_is_sent_in_parts_where_that_is_refused",
], "qemu hands the control message of UDP_SEGMENT to the kernel as it is, and so in the wrong byte order")

PLATFORMS = [
    *(Platform(f"x86_64-{name}-{level}{'-ndebug' * bool(assertions)}", compiler, f"-{level}{assertions}")
      for name, compiler in (("gcc", "g++"), ("clang-14", "clang++-14"), ("clang-19", "clang++-19"))
      for level in ("O0", "O3") for assertions in ("", " -DNDEBUG")),
    # Emulated code has to be worth its compilation; what runs by itself need not be.
    Platform("s390x", "s390x-linux-gnu-g++", "-O1", processor="s390x", emulator="qemu-s390x", suite=True,
             left_out=NO_SEGMENTATION),
    # gcc tells of each place where the calling convention changed in gcc 7.
    Platform("armhf", "arm-linux-gnueabihf-g++", "-O1 -Wno-psabi", processor="armv7l", emulator="qemu-arm", suite=True),
    Platform("i686", "i686-linux-gnu-g++", "-O0", processor="i686", suite=True),
    # Some of these have more sections than an object file has room for by itself.
    Platform("x86_64-windows", "x86_64-w64-mingw32-g++-posix", "-O0 -Wa,-mbig-obj", processor="x86_64",
             emulator="wine64", system="Windows", suite=True),
]


@dataclasses.dataclass(frozen=True)
class Program:
    """A line of the build's list of test programs."""
    telling: str  # `googletest`, or `exit` for one that tells no more than that.
    room: str
    target: str
    file: str
    argument: str = ""


@dataclasses.dataclass(frozen=True)
class Outcome:
    program: Program
    code: object  # None for a program that did not end.
    printed: str
    seconds: float

    def count(self, pattern):
        return int(found.group(1)) if (found := re.search(pattern, self.printed)) else 0

    @property
    def tests(self):
        return self.count(r"\[=+\] (\d+) tests? from .* ran") if self.program.telling == "googletest" else 1

    @property
    def skipped(self):
        return self.count(r"\[ +SKIPPED +\] (\d+) test")

    @property
    def passed(self):
        if self.program.telling == "googletest":
            return self.count(r"\[ +PASSED +\] (\d+) test")
        return 1 if self.code == 0 else 0

    @property
    def good(self):
        return self.code == 0 and self.passed > 0 and self.passed + self.skipped == self.tests

    def times(self):
        """(milliseconds, test) of each."""
        return [(int(milliseconds), f"{self.program.room}/{test}")
                for test, milliseconds in re.findall(r"^\[ {7}OK \] ([^\s,]+).* \((\d+) ms\)$", self.printed,
                                                     re.MULTILINE)]


def emulator_path(name):
    """Where Debian keeps it: wine64 is not in the path."""
    return shutil.which(name) or shutil.which(name, path="/usr/lib/wine") or name


class Build:
    def __init__(self, platform, chosen):
        self.platform = platform
        self.folder = chosen.work.resolve() / platform.name
        self.tests = 0
        self.emulator = [emulator_path(platform.emulator)] if platform.emulator else []
        self.environment = os.environ | {"WINEDEBUG": "-all", "WINEPREFIX": str(self.folder / "wine"),
                                         "WINEDLLOVERRIDES": "mscoree=;mshtml="}
        self.configure = ["cmake", "-S", chosen.source, "-B", self.folder, "-G", GENERATOR,
                          f"-DCMAKE_CXX_COMPILER={platform.compiler}", f"-DCMAKE_CXX_FLAGS={platform.flags}",
                          # GoogleTest asks for one.
                          "-DCMAKE_C_COMPILER=" + platform.compiler.replace("clang++", "clang").replace("g++", "gcc"),
                          "-DCMAKE_BUILD_TYPE=", "-DCMAKE_EXE_LINKER_FLAGS=-static", "-DBOWLINE_BUILD_EXAMPLES=OFF",
                          f"-DBOWLINE_WERROR={'ON' if platform.suite else 'OFF'}", "-DBOWLINE_TEST_GROUPS=16",
                          "-DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON",
                          # A library of the machine's own serves no other processor.
                          "-DFETCHCONTENT_TRY_FIND_PACKAGE_MODE=NEVER",
                          f"-DFETCHCONTENT_SOURCE_DIR_GOOGLETEST={chosen.googletest}"]
        if platform.processor:
            self.configure += [f"-DCMAKE_SYSTEM_NAME={platform.system}",
                               f"-DCMAKE_SYSTEM_PROCESSOR={platform.processor}"]

    def row(self, text):
        print(f"ROW platforms {self.platform.name} {text}", flush=True)

    def say(self, command):
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
        if done.returncode != 0:
            print(f"{self.platform.name}: {' '.join(map(str, command))}\n{done.stdout[-6000:]}", flush=True)
        return done.returncode == 0

    def configured(self):
        return self.say(self.configure)

    def build(self, targets):
        return self.say(["cmake", "--build", self.folder, "--target", *targets, "--", *GO_ON])

    def run(self, program, *arguments, **environment):
        """The exit code and what was printed; no code for a program that does not end."""
        try:
            done = subprocess.run([*self.emulator, program, *arguments], stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
                                  env=self.environment | environment, timeout=SECONDS_A_PROGRAM_MAX)
        except subprocess.TimeoutExpired as late:
            return None, (late.stdout or b"").decode(errors="replace")
        except OSError as error:
            return None, str(error)
        return done.returncode, done.stdout

    def programs(self, rooms):
        lines = (self.folder / "tests" / "programs.txt").read_text().splitlines()
        every = [Program(*line.split("\t")) for line in lines]
        return [program for program in every if not rooms or program.room in rooms]

    def suite_passes(self, rooms):
        """Whether every test of these rooms passes. A program that cannot be built, or has no tests, does not."""
        start = time.monotonic()
        if not self.configured():
            return False
        programs = self.programs(rooms)
        built = self.build([program.target for program in programs])
        # Of the others the tests still say something.
        runnable = [program for program in programs if built or self.build([program.target])]
        ready = time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
            outcomes = list(pool.map(self.outcome, runnable))
        self.tests = sum(outcome.tests for outcome in outcomes)
        slow = sorted((time for outcome in outcomes for time in outcome.times()), reverse=True)[:SLOWEST]
        for milliseconds, test in slow:
            self.row(f"slowest {test} seconds={milliseconds / 1000:.1f}")
        good = [outcome.good for outcome in outcomes]
        self.row(f"all programs={sum(good)}/{len(programs)} tests={self.tests} "
                 f"skipped={sum(outcome.skipped for outcome in outcomes)} build={ready - start:.0f} "
                 f"seconds={time.monotonic() - ready:.0f}")
        return bool(programs) and sum(good) == len(programs)

    def outcome(self, program):
        start = time.monotonic()
        told = self.run(program.file, *filter(None, [program.argument]), BOWLINE_SEEDS="1",
                        GTEST_FILTER=f"*-{':'.join(self.platform.left_out)}")
        outcome = Outcome(program, *told, time.monotonic() - start)
        self.row(f"{program.target} tests={outcome.tests} skipped={outcome.skipped} "
                 f"failed={outcome.tests - outcome.passed - outcome.skipped} exit={outcome.code} "
                 f"seconds={outcome.seconds:.0f}")
        if not outcome.good:
            lines = re.sub(r"^\[(?: RUN     |       OK) \].*\n", "", outcome.printed, flags=re.MULTILINE)
            print(lines[-6000:], flush=True)
        return outcome

    def swarm_hash(self):
        """The hash of all events and datagrams, or nothing if the swarm gave none."""
        if not self.configured() or not self.build(["swarm_program"]):
            return None
        start = time.monotonic()
        suffix = ".exe" if self.platform.system == "Windows" else ""
        code, printed = self.run(self.folder / "tests" / "swarm" / f"swarm{suffix}", BOWLINE_HASH="1",
                                 BOWLINE_SEEDS=str(SEEDS))
        lines = printed.splitlines()[-1:]
        # A run that failed may have stopped before its last seed: its hash speaks for fewer than it says.
        whole = code == 0 and lines and re.fullmatch("[0-9a-f]{16}", lines[0])
        value = lines[0] if whole else None
        self.row(f"hash={value} seeds={SEEDS} exit={code} seconds={time.monotonic() - start:.0f}")
        if code != 0:
            print(printed[-2000:], flush=True)
        return value


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--source", type=pathlib.Path, required=True)
    arguments.add_argument("--work", type=pathlib.Path, required=True)
    arguments.add_argument("--googletest", type=pathlib.Path, default="/usr/src/googletest")
    arguments.add_argument("--only", default="", help="platforms whose name has this in it")
    arguments.add_argument("--rooms", type=lambda text: text.split(","), default=[])
    part = arguments.add_mutually_exclusive_group()
    part.add_argument("--suites", action="store_true", help="tests alone")
    part.add_argument("--hashes", action="store_true", help="the swarm alone")
    chosen = arguments.parse_args()
    builds = [Build(platform, chosen) for platform in PLATFORMS if re.search(chosen.only, platform.name)]
    good = True
    if not chosen.hashes:
        suites = [build for build in builds if build.platform.suite]
        passed = sum(build.suite_passes(chosen.rooms) for build in suites)
        good &= figure("platforms_suites", passed, len(suites), passed == len(suites))
        if not chosen.only and not chosen.rooms:
            tests = sum(build.tests for build in suites)
            good &= figure("platforms_tests", tests, TESTS_MIN, tests >= TESTS_MIN)
    if not chosen.suites:
        hashes = [build.swarm_hash() for build in builds]
        equal = max((hashes.count(value) for value in hashes if value), default=0)
        good &= figure("platforms_hashes_equal", equal, len(hashes), equal == len(hashes))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
