# SPDX-License-Identifier: BSL-1.0
"""What rules are about: each subject must have one. `check` says which has none."""

import pathlib
import re

TESTS = pathlib.Path(__file__).resolve().parents[1]

# Sections of docs/WIRE.md, and after a colon what they tell under a name.
SECTIONS = ["1", "2", "3", "4: body", "4: confirmed", "4: timer", "4: asking", "4: closing",
            "4: signalling", "4: unbind", "4: addresses", "4: rate limit", "5: flags", "5: parts", "5: numbers",
            "5: tombstones", "6", "7", "8: filters", "8: checks", "8: effects", "8: loss", "8: path", "8: silence", "9"]

# Its numbered lists, in their order, and how many rules each has.
LISTS = {"4: HELLO": 4, "4: bind": 4, "5: field": 5, "8: sender": 8}

# What befell others, and what an attacker would try. Not here is what no rule of the protocol prevents: memory that
# runs out and calls of the system that fail at each place (tests/sweeps/), and what an application does in between.
PATTERNS = [
    # From others.
    "forged packets", "forged good-byes", "foreseeable secrets", "acknowledgements of what was never sent",
    "amplification", "answers to answers", "replays", "reflection", "addresses that change", "unauthenticated floods",
    # Memory and time.
    "parts that claim much", "acknowledgements of many ranges", "queues that a peer fills", "messages held for ever",
    "empty and truncated datagrams",
    # Numbers, time, resends.
    "late duplicates", "filters that refuse what is new", "numbers that wrap", "restarts", "peers that vanish",
    "clocks that jump", "ambiguous samples", "resends without end", "acknowledgements behind a window",
    "windows that wait for themselves", "dependencies on nothing", "failures that stop halfway", "black holes",
    "an end that talks to itself",
    # The system.
    "a full device", "a full socket", "ICMP errors", "datagrams too large for the path",
]


def subjects():
    numbered = [f"{name} {number + 1}" for name, count in LISTS.items() for number in range(count)]
    return [f"WIRE {name}" for name in SECTIONS + numbered] + PATTERNS


def wire_page():
    return (TESTS.parent / "docs" / "WIRE.md").read_text(encoding="utf-8")


def trace_suites():
    """The suites of tests/core/ whose tests are traces."""
    return {suite for path in (TESTS / "core").glob("*_test.cpp")
            for suite in re.findall(r"^TEST(?:_F)?\((\w*Trace),", path.read_text(encoding="utf-8"), re.MULTILINE)}


def numbered_lists(page):
    """How many items each numbered list of a page has."""
    counts = []
    for number in re.findall(r"^(\d+)\. ", page, re.MULTILINE):
        if number == "1":
            counts.append(0)
        counts[-1] += 1
    return counts


def check(rules, page, traces):
    """A sentence for each subject without a rule, each rule about something else, and each trace that none names."""
    known, named = subjects(), set()
    for rule in rules:
        about = rule.about.split(", ")
        named.update(about)
        yield from (f"{rule.name} is about `{one}`, which is no subject" for one in about if one not in known)
    yield from (f"no rule is about `{one}`" for one in known if one not in named)
    if numbered_lists(page) != list(LISTS.values()):
        yield f"docs/WIRE.md has numbered lists of {numbered_lists(page)} rules instead of {list(LISTS.values())}"
    tests = {rule.test.split()[1].partition(".")[0] for rule in rules}
    yield from (f"no rule is killed by a test of {suite}" for suite in sorted(traces) if suite not in tests)
