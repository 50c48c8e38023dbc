#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Builds and runs the tests for other processors under qemu, and compares the swarm's hash between platforms.

    run.py --source FOLDER --work FOLDER --googletest FOLDER [--only NAME] [--rooms ROOM,ROOM] [--suites | --hashes]

Debian's packages serve: qemu-user, g++-s390x-linux-gnu, g++-arm-linux-gnueabihf, g++-i686-linux-gnu, clang, googletest.
A platform that cannot be built or run here is a failure, not a gap. BOWLINE_SEEDS says how many seeds of the swarm are
hashed (1,000). Scenarios take one seed.
"""
import argparse
import dataclasses
import os
import pathlib
import re
import subprocess
import sys
import time

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1]))
from figure import figure

# What asks nothing of the machine but a processor. Documents, consumers, sockets and compilers have tests of their own.
# The golden bytes are among the tests of `wire`.
ROOMS = ["base", "wire", "dedup", "resend", "seal", "congestion", "core", "channel", "contract", "sim", "scenario"]
SEEDS = int(os.environ.get("BOWLINE_SEEDS", "1000"))


@dataclasses.dataclass(frozen=True)
class Platform:
    name: str
    compiler: str
    flags: str
    processor: str = ""  # Nothing: this machine's.
    emulator: str = ""
    suite: bool = False  # Runs the tests too, not the swarm alone.


PLATFORMS = [
    Platform("x86_64-gcc-O0", "g++", "-O0"),
    Platform("x86_64-gcc-O3-ndebug", "g++", "-O3 -DNDEBUG"),
    Platform("x86_64-clang-O0-ndebug", "clang++", "-O0 -DNDEBUG"),
    Platform("x86_64-clang-O3", "clang++", "-O3"),
    Platform("s390x", "s390x-linux-gnu-g++", "-O1", "s390x", "qemu-s390x", suite=True),
    Platform("armhf", "arm-linux-gnueabihf-g++", "-O1", "armv7l", "qemu-arm", suite=True),
    Platform("i686", "i686-linux-gnu-g++", "-O1", "i686", "qemu-i386", suite=True),
]


class Build:
    def __init__(self, platform, chosen):
        self.platform = platform
        self.folder = chosen.work / platform.name
        self.configure = ["cmake", "-S", chosen.source, "-B", self.folder, "-G", "Ninja",
                          f"-DCMAKE_CXX_COMPILER={platform.compiler}", f"-DCMAKE_CXX_FLAGS={platform.flags}",
                          "-DCMAKE_BUILD_TYPE=", "-DCMAKE_EXE_LINKER_FLAGS=-static", "-DBOWLINE_BUILD_EXAMPLES=OFF",
                          # A library of the machine's own serves no other processor.
                          "-DFETCHCONTENT_TRY_FIND_PACKAGE_MODE=NEVER",
                          f"-DFETCHCONTENT_SOURCE_DIR_GOOGLETEST={chosen.googletest}"]
        if platform.processor:
            self.configure += ["-DCMAKE_SYSTEM_NAME=Linux", f"-DCMAKE_SYSTEM_PROCESSOR={platform.processor}",
                               f"-DCMAKE_CROSSCOMPILING_EMULATOR={platform.emulator}"]

    def say(self, command, **more):
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
                              **more)
        if done.returncode != 0:
            print(f"{self.platform.name}: {' '.join(map(str, command))}\n{done.stdout[-6000:]}", flush=True)
        return done

    def build(self, targets):
        return (self.say(self.configure).returncode == 0 and
                self.say(["cmake", "--build", self.folder, "--target", *targets]).returncode == 0)

    def suite_passes(self, rooms):
        """Whether every test of these rooms passes. A room that cannot be built, or has no tests, does not."""
        return all([self.room_passes(room) for room in rooms])

    def room_passes(self, room):
        start = time.monotonic()
        if not self.build([f"{room}_test"]):
            return False
        built = time.monotonic()
        done = self.say(["ctest", "--test-dir", self.folder, "-L", f"^{room}$", "-E", "NOT_BUILT", "--no-tests=error",
                         "--output-on-failure", "--timeout", "600"], env=os.environ | {"BOWLINE_SEEDS": "1"})
        told = re.search(r"(\d+) tests failed out of (\d+)", done.stdout)
        failed, run = told.groups() if told else ("?", "?")
        print(f"ROW platforms {self.platform.name} {room} tests={run} failed={failed} build={built - start:.0f} "
              f"seconds={time.monotonic() - built:.0f}", flush=True)
        return done.returncode == 0

    def swarm_hash(self):
        """The hash of all events and datagrams, or nothing if the swarm gave none."""
        if not self.build(["swarm_program"]):
            return None
        start = time.monotonic()
        program = self.folder / "tests" / "swarm" / "swarm"
        done = subprocess.run([*filter(None, [self.platform.emulator]), program], text=True, errors="replace",
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              env=os.environ | {"BOWLINE_HASH": "1", "BOWLINE_SEEDS": str(SEEDS)})
        lines = done.stdout.split("\n")[-2:-1]
        # A run that failed may have stopped before its last seed: its hash speaks for fewer than it says.
        whole = done.returncode == 0 and lines and re.fullmatch("[0-9a-f]{16}", lines[0])
        value = lines[0] if whole else None
        print(f"ROW platforms {self.platform.name} hash={value} seeds={SEEDS} exit={done.returncode} "
              f"seconds={time.monotonic() - start:.0f}", flush=True)
        if done.returncode != 0:
            print(done.stdout[-2000:], flush=True)
        return value


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--source", type=pathlib.Path, required=True)
    arguments.add_argument("--work", type=pathlib.Path, required=True)
    arguments.add_argument("--googletest", type=pathlib.Path, default="/usr/src/googletest")
    arguments.add_argument("--only", default="", help="platforms whose name has this")
    arguments.add_argument("--rooms", type=lambda text: text.split(","), default=ROOMS)
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
