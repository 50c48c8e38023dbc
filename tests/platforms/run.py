#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Builds and runs the tests for other processors and systems, and compares the swarm's hash between platforms.

    run.py --source FOLDER --work FOLDER [--googletest FOLDER] [--only NAME] [--rooms ROOM,ROOM] [--suites | --hashes]

Debian's packages serve: qemu-user, g++-s390x-linux-gnu, g++-arm-linux-gnueabihf, g++-i686-linux-gnu,
g++-mingw-w64-x86-64-posix, wine64, clang-14, clang-19, googletest. A platform that cannot be built or run here is a
failure, not a gap. BOWLINE_SEEDS says how many seeds of the swarm are hashed (1,000). Scenarios take one seed.
"""
import argparse
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

# What asks nothing of the machine but a processor. Documents, consumers and compilers have tests of their own. The
# golden bytes are among the tests of `wire`.
ROOMS = ["base", "wire", "dedup", "resend", "seal", "congestion", "core", "channel", "contract", "sim", "scenario"]
# Where a room is not one program in the folder above it.
PROGRAMS = {"scenario": ["scenario/scenario", "scenario/memory"], "headers": ["headers/headers"]}
SEEDS = int(os.environ.get("BOWLINE_SEEDS", "1000"))
SECONDS_A_PROGRAM_MAX = 900


@dataclasses.dataclass(frozen=True)
class Platform:
    name: str
    compiler: str
    flags: str = "-O1"
    processor: str = ""  # Nothing: this machine's.
    emulator: str = ""
    system: str = "Linux"
    suite: bool = False  # Runs the tests too, not the swarm alone.
    more_rooms: tuple = ()
    left_out: str = ""  # Tests of what the emulator cannot do.

    @property
    def rooms(self):
        return [*ROOMS, *self.more_rooms]


PLATFORMS = [
    *(Platform(f"x86_64-{name}-{level}{'-ndebug' * bool(assertions)}", compiler, f"-{level}{assertions}")
      for name, compiler in (("gcc", "g++"), ("clang-14", "clang++-14"), ("clang-19", "clang++-19"))
      for level in ("O0", "O3") for assertions in ("", " -DNDEBUG")),
    Platform("s390x", "s390x-linux-gnu-g++", processor="s390x", emulator="qemu-s390x", suite=True,
             # qemu hands the control message of UDP_SEGMENT to the kernel as it is, and so in the wrong byte order.
             left_out="Bowline/BatchingContract/UdpOverIPv4.*:Bowline/BatchingContract/UdpOverIPv6.*"),
    Platform("armhf", "arm-linux-gnueabihf-g++", processor="armv7l", emulator="qemu-arm", suite=True),
    Platform("i686", "i686-linux-gnu-g++", processor="i686", emulator="qemu-i386", suite=True),
    Platform("x86_64-windows", "x86_64-w64-mingw32-g++-posix", processor="x86_64", emulator="wine64", system="Windows",
             suite=True, more_rooms=("clock", "headers", "transport")),
]


def emulator_path(name):
    """Where Debian keeps it: wine64 is not in the path."""
    return shutil.which(name) or shutil.which(name, path="/usr/lib/wine") or name


class Build:
    def __init__(self, platform, chosen):
        self.platform = platform
        self.folder = chosen.work.resolve() / platform.name
        self.tests = self.skipped = 0
        self.emulator = [emulator_path(platform.emulator)] if platform.emulator else []
        self.environment = os.environ | {"WINEDEBUG": "-all", "WINEPREFIX": str(self.folder / "wine"),
                                         "WINEDLLOVERRIDES": "mscoree=;mshtml="}
        self.configure = ["cmake", "-S", chosen.source, "-B", self.folder, "-G", "Ninja",
                          f"-DCMAKE_CXX_COMPILER={platform.compiler}", f"-DCMAKE_CXX_FLAGS={platform.flags}",
                          # GoogleTest asks for one.
                          "-DCMAKE_C_COMPILER=" + platform.compiler.replace("clang++", "clang").replace("g++", "gcc"),
                          "-DCMAKE_BUILD_TYPE=", "-DCMAKE_EXE_LINKER_FLAGS=-static", "-DBOWLINE_BUILD_EXAMPLES=OFF",
                          # A library of the machine's own serves no other processor.
                          "-DFETCHCONTENT_TRY_FIND_PACKAGE_MODE=NEVER",
                          f"-DFETCHCONTENT_SOURCE_DIR_GOOGLETEST={chosen.googletest}"]
        if platform.processor:
            self.configure += [f"-DCMAKE_SYSTEM_NAME={platform.system}",
                               f"-DCMAKE_SYSTEM_PROCESSOR={platform.processor}"]

    def say(self, command):
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
        if done.returncode != 0:
            print(f"{self.platform.name}: {' '.join(map(str, command))}\n{done.stdout[-6000:]}", flush=True)
        return done

    def build(self, targets):
        return (self.say(self.configure).returncode == 0 and
                self.say(["cmake", "--build", self.folder, "--target", *targets]).returncode == 0)

    def run(self, program, **environment):
        """The exit code and what was printed; None for a program that does not end."""
        suffix = ".exe" if self.platform.system == "Windows" else ""
        command = [*self.emulator, program.with_name(program.name + suffix)]
        try:
            done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                  text=True, errors="replace", env=self.environment | environment,
                                  timeout=SECONDS_A_PROGRAM_MAX)
        except subprocess.TimeoutExpired:
            return None, ""
        return done.returncode, done.stdout

    def suite_passes(self, rooms):
        """Whether every test of these rooms passes. A room that cannot be built, or has no tests, does not."""
        programs = []
        for room in self.platform.rooms:
            if not rooms or room in rooms:
                programs += PROGRAMS.get(room, [room])
        good = all([self.program_passes(program) for program in programs])
        print(f"ROW platforms {self.platform.name} all tests={self.tests} skipped={self.skipped}", flush=True)
        return good

    def program_passes(self, program):
        start = time.monotonic()
        if not self.build([f"{pathlib.Path(program).name}_test"]):
            return False
        built = time.monotonic()
        code, printed = self.run(self.folder / "tests" / f"{program}_test", BOWLINE_SEEDS="1", GTEST_BRIEF="1",
                                 GTEST_FILTER=f"*-{self.platform.left_out}")
        ran, passed, skipped = (
            int(found.group(1)) if (found := re.search(pattern, printed)) else 0
            for pattern in (r"\[=+\] (\d+) tests? from .* ran", r"\[ +PASSED +\] (\d+) test",
                            r"\[ +SKIPPED +\] (\d+) test"))
        failed = ran - passed - skipped
        good = code == 0 and passed > 0 and failed == 0
        self.tests += ran
        self.skipped += skipped
        print(f"ROW platforms {self.platform.name} {program} tests={ran} skipped={skipped} failed={failed} exit={code} "
              f"build={built - start:.0f} seconds={time.monotonic() - built:.0f}", flush=True)
        if not good:
            print(printed[-6000:], flush=True)
        return good

    def swarm_hash(self):
        """The hash of all events and datagrams, or nothing if the swarm gave none."""
        if not self.build(["swarm_program"]):
            return None
        start = time.monotonic()
        code, printed = self.run(self.folder / "tests" / "swarm" / "swarm", BOWLINE_HASH="1", BOWLINE_SEEDS=str(SEEDS))
        lines = printed.splitlines()[-1:]
        # A run that failed may have stopped before its last seed: its hash speaks for fewer than it says.
        whole = code == 0 and lines and re.fullmatch("[0-9a-f]{16}", lines[0])
        value = lines[0] if whole else None
        print(f"ROW platforms {self.platform.name} hash={value} seeds={SEEDS} exit={code} "
              f"seconds={time.monotonic() - start:.0f}", flush=True)
        if code != 0:
            print(printed[-2000:], flush=True)
        return value


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--source", type=pathlib.Path, required=True)
    arguments.add_argument("--work", type=pathlib.Path, required=True)
    arguments.add_argument("--googletest", type=pathlib.Path, default="/usr/src/googletest")
    arguments.add_argument("--only", default="", help="platforms whose name has this")
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
    if not chosen.suites:
        hashes = [build.swarm_hash() for build in builds]
        equal = max((hashes.count(value) for value in hashes if value), default=0)
        good &= figure("platforms_hashes_equal", equal, len(hashes), equal == len(hashes))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
