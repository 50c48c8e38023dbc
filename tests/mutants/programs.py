# SPDX-License-Identifier: BSL-1.0
"""The test programs of a build that holds mutants: one for each test file, so that a sample builds what it needs."""

import concurrent.futures
import dataclasses
import os
import pathlib
import re
import resource
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
TESTS = HERE.parent

# For one run of a program. A mutant may spin, or take all there is.
SECONDS_MAX = 120  # Of the processor; ten times as many by the clock on the wall.
MEMORY_MAX = 4 << 30

# What else is in the program of a test file: what replaces `new` or the calls of the system, and the stories of sweeps.
STORIES = ["sweeps/stories/plain.cpp", "sweeps/stories/batching.cpp"]
FAILING_NEW, FAILING_CALLS = ["sweeps/support/failing_new.cpp"], ["sweeps/support/failing_calls.cpp"]
BESIDE = {
    "sweeps/allocation_test.cpp": STORIES + FAILING_NEW,
    "sweeps/errno_test.cpp": FAILING_CALLS,
    "sweeps/parts_test.cpp": FAILING_NEW,
    "sweeps/receiving_test.cpp": FAILING_NEW,
    "sweeps/reuse_test.cpp": FAILING_NEW,
}

PRECOMPILED = """\
#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <map>

#include "bowline/bowline.hpp"
"""


@dataclasses.dataclass
class Toolchain:
    compiler: str
    googletest_include: list
    googletest_libraries: list
    jobs: int

    def flags(self, work):
        # Optimising takes longer than it saves. Warnings are for the code as it is.
        return [self.compiler, "-std=c++20", "-O0", "-w", "-Wno-c++11-narrowing", f"-I{work / 'include'}", f"-I{TESTS}",
                f'-DBOWLINE_TESTS_DIR="{TESTS}"', *(f"-I{folder}" for folder in self.googletest_include), "-pthread"]


def checked(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
                          check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, command))}\n{done.stdout[:6000]}")


def build(files, work, tools):
    """Test files, relative to tests/, as programs: {file: program}."""
    flags = tools.flags(work)
    header, precompiled, listener = work / "precompiled.hpp", work / "precompiled.pch", work / "listener.o"
    header.write_text(PRECOMPILED, encoding="utf-8")
    checked([*flags, "-fpch-instantiate-templates", "-x", "c++-header", header, "-o", precompiled])
    checked([*flags, f"-I{HERE}", "-c", HERE / "listener.cpp", "-o", listener])

    # In place of those of the system, as tests/sweeps/CMakeLists.txt has it.
    calls = re.findall(r"__wrap_(\w+)\(", "".join((TESTS / file).read_text(encoding="utf-8") for file in FAILING_CALLS))
    wrapped = [f"-Wl,--wrap={call}" for call in sorted(set(calls))]

    def one(file):
        program = work / "programs" / file.replace("/", ".").removesuffix(".cpp")
        program.parent.mkdir(exist_ok=True)
        objects = []
        for source in [file, *BESIDE.get(file, [])]:
            objects.append(f"{program}.{pathlib.Path(source).stem}.o")
            checked([*flags, "-include-pch", precompiled, "-c", TESTS / source, "-o", objects[-1]])
        checked([tools.compiler, *objects, listener, *tools.googletest_libraries, "-pthread", "-o", program,
                 *(wrapped if BESIDE.get(file) == FAILING_CALLS else [])])
        for made in objects:
            pathlib.Path(made).unlink()
        return file, program

    with concurrent.futures.ThreadPoolExecutor(tools.jobs) as pool:
        return dict(pool.map(one, files))


def limits(cpu_seconds):
    def apply():
        resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MAX, MEMORY_MAX))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    return apply


def run(program, tests=None, mutant=None, met=None, cpu_seconds=SECONDS_MAX):
    """Whether these tests of a program pass. One that spins, sleeps for ever, or eats the memory does not."""
    environment = os.environ | {"BOWLINE_SEEDS": "1"}
    if mutant is not None:
        environment["BOWLINE_MUTANT"] = str(mutant)
    if met is not None:
        environment["BOWLINE_MUTANTS_MET"] = str(met)
    if tests is not None:
        environment["GTEST_FILTER"] = ":".join(tests)
    try:
        done = subprocess.run([program, "--gtest_fail_fast", "--gtest_brief=1"], env=environment, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=pathlib.Path(program).parent,
                              timeout=10 * cpu_seconds, preexec_fn=limits(cpu_seconds))
    except subprocess.TimeoutExpired:
        return False, "took too long"
    return done.returncode == 0, done.stdout.decode(errors="replace")


@dataclasses.dataclass
class Test:
    file: str
    name: str
    seconds: float
    met: frozenset


def probe(programs, work, jobs):
    """Runs every test without a mutant, and tells which mutants each came by, and which programs failed."""
    def one(item):
        file, program = item
        told = work / "met" / file.replace("/", ".")
        told.parent.mkdir(exist_ok=True)
        good, said = run(program, met=told, cpu_seconds=10 * SECONDS_MAX)
        if not good:
            print(f"{file} fails without a mutant:\n{said[-3000:]}", flush=True)
        tests = []
        for line in told.read_text(encoding="utf-8").splitlines():
            name, milliseconds, *met = line.split()
            tests.append(Test(file, name, int(milliseconds) / 1000, frozenset(map(int, met))))
        return tests, good

    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        results = list(pool.map(one, programs.items()))
    return [test for tests, _ in results for test in tests], all(good for _, good in results)
