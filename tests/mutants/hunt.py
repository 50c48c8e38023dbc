# SPDX-License-Identifier: BSL-1.0
"""Looks for a test that notices a mutant: nearest tests first, cheap ones first, until one fails."""

import collections
import concurrent.futures
import pathlib

import programs

SLOW_SECONDS = 0.5


def mirror(header):
    """The unit test file of a header."""
    path = pathlib.PurePosixPath(header)
    room = path.parent.as_posix() if path.parent.name else "channel"
    return f"{room}/{path.stem}_test.cpp"


def plan(mutant, tests):
    """Groups of tests of one program, in the order in which they are to run."""
    mirrored = mirror(mutant.header)
    room = mirrored.split("/")[0]
    groups = collections.defaultdict(list)
    for test in tests:
        near = 0 if test.file == mirrored else 1 if test.file.split("/")[0] == room else 2
        groups[test.seconds > SLOW_SECONDS, near, test.file].append(test)
    order = sorted(groups.items(), key=lambda item: (item[0][:2], sum(test.seconds for test in item[1]), item[0][2]))
    return [(file, group) for (_, _, file), group in order]


class Hunt:
    def __init__(self, executables, tests, jobs):
        self.executables = executables
        self.jobs = jobs
        self.tests_of = collections.defaultdict(list)
        for test in tests:
            for mutant in test.met:
                self.tests_of[mutant].append(test)

    def killed_by(self, number, mutant):
        """The test file that noticed, or nothing."""
        for file, group in plan(mutant, self.tests_of[number]):
            # A mutant that makes a test forty times slower is noticed by any reader of the test's time.
            seconds = 4 + int(40 * sum(test.seconds for test in group))
            good, _ = programs.run(self.executables[file], [test.name for test in group], number,
                                   cpu_seconds=min(seconds, programs.SECONDS_MAX))
            if not good:
                return file
        return None

    def all(self, mutants):
        """(mutant, the test file that killed it or nothing, whether any test came by it) of pairs of a number and a
        mutant, in their order."""
        def one(pair):
            number, mutant = pair
            return mutant, self.killed_by(number, mutant), number in self.tests_of
        with concurrent.futures.ThreadPoolExecutor(self.jobs) as pool:
            yield from pool.map(one, mutants)
