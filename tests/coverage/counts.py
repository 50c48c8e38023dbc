# SPDX-License-Identifier: BSL-1.0
"""What llvm-cov counted of the headers.

A branch is a condition and one of its two outcomes, in any instantiation and any program. Not counted, because nothing
that is tested could take them:

- what BOWLINE_ASSERT evaluates: an assertion that fails ends the program;
- in `invariants_hold()` the outcome that a healthy object never has: each condition must have been evaluated;
- a condition that the compiler decides, such as `if constexpr`: it was reached and has no count;
- a `switch` of which no case matches, as warnings want a case for each enumerator;
- what the compiler writes itself, `= default`, and what the preprocessor leaves out.
"""
import collections
import pathlib

CODE, ENTRY_FILE = 0, 0


def spot(region):
    """The place in the source: first line and column, last line and column."""
    return tuple(region[:4])


def encloses(outer, inner):
    return outer[:2] <= inner[:2] and inner[2:] <= outer[2:]


def decided_by_the_compiler(branch, regions):
    """Whether neither outcome was counted although the code around the condition ran."""
    if branch[4] or branch[5]:
        return False
    around = [region for region in regions if encloses(spot(region), spot(branch))]
    # The innermost region starts last.
    innermost = max(around, key=lambda region: (spot(region)[:2], [-end for end in spot(region)[2:]]))
    return innermost[4] != 0


def line_counts(segments):
    """How often each line with code ran: the most of what starts or goes on there.

    Unlike llvm-cov's own count it does not take a line for never run because a gap of no count leads into it, which is
    what clang makes of the line after an assertion.
    """
    starting = collections.defaultdict(list)
    for segment in segments:
        starting[segment[0]].append(segment)
    counts, before = {}, None
    for line in range(segments[0][0], segments[-1][0] + 1) if segments else ():
        here = starting[line]
        after_gap = before is not None and before[5]
        going_on = [] if before is None or after_gap else [before]
        parts = going_on + [segment for segment in here if segment[4] or after_gap]
        ran = [count for _, _, count, counted, _, gap in parts if counted and not gap]
        if ran:
            counts[line] = max(ran)
        before = here[-1] if here else before
    return counts


class Header:
    """What is known of one header, all instantiations and programs together."""

    def __init__(self, name, text):
        self.name = name
        self.source = text.split("\n")
        self.branches = collections.Counter()
        self.lines = collections.Counter()
        self.healthy = set()  # Conditions of which one outcome is enough.
        self.excluded = set()  # Lines of `invariants_hold()`, of `= default`, and behind an #if that does not hold.

    def add_function(self, function):
        regions = [region for region in function["regions"] if region[5] == ENTRY_FILE and region[7] == CODE]
        if "= default" in self.text(regions[0][0]):
            self.excluded.add(regions[0][0])
            return
        healthy = "15invariants_hold" in function["name"]
        if healthy:
            self.excluded.update(range(regions[0][0], regions[0][2] + 1))
        for branch in function["branches"]:
            if branch[6] != ENTRY_FILE or decided_by_the_compiler(branch, regions) or self.switches_on(branch):
                continue
            self.branches[spot(branch), "true"] += branch[4]
            self.branches[spot(branch), "false"] += branch[5]
            if healthy:
                self.healthy.add(spot(branch))

    def add_lines(self, segments):
        for line, count in line_counts(segments).items():
            self.lines[line] += count
        # A function that a program does not use is one region there, with what the preprocessor leaves out of it.
        for (first, _, _, counted, entry, _), (last, *_) in zip(segments, segments[1:]):
            if entry and not counted:
                self.excluded.update(range(first, last + 1))

    def text(self, line):
        return self.source[line - 1].strip()

    def switches_on(self, branch):
        return self.source[branch[0] - 1][:branch[1] - 1].endswith("switch (")

    def condition(self, place):
        line, column, last_line, last_column = place
        if line == last_line:
            return self.source[line - 1][column - 1:last_column - 1]
        parts = [self.source[line - 1][column - 1:], *self.source[line:last_line - 1],
                 self.source[last_line - 1][:last_column - 1]]
        return " ".join(part.strip() for part in parts)

    def counted_lines(self):
        return {line: count for line, count in sorted(self.lines.items())
                if line not in self.excluded and self.text(line) and not self.text(line).startswith(("//", "#"))}

    def counted_branches(self):
        """Each branch and whether it was taken."""
        for (place, outcome), count in sorted(self.branches.items()):
            other = self.branches[place, "false" if outcome == "true" else "true"]
            if place not in self.healthy:
                yield place, outcome, count != 0
            elif count or not other:
                yield place, outcome, count != 0

    def uncovered(self):
        """Each line that never ran and each branch that was never taken: its line, and a key without line numbers."""
        for line, count in self.counted_lines().items():
            if count == 0:
                yield line, f"{self.name}: never run: {self.text(line)}"
        for place, outcome, taken in self.counted_branches():
            if not taken:
                yield place[0], f"{self.name}: never {outcome}: {self.condition(place)}: {self.text(place[0])}"


def add(headers, data, include):
    """Adds what one program counted below `include`, as `llvm-cov export` tells it, to `headers`, by path."""
    def header(filename):
        path = pathlib.Path(filename).resolve()
        if include not in path.parents:
            return None
        if path not in headers:
            headers[path] = Header(str(path.relative_to(include)), path.read_text(encoding="utf-8"))
        return headers[path]

    for function in data["functions"]:
        if found := header(function["filenames"][ENTRY_FILE]):
            found.add_function(function)
    for file in data["files"]:
        if found := header(file["filename"]):
            found.add_lines(file["segments"])
