# SPDX-License-Identifier: BSL-1.0
"""Chooses mutants, and writes headers that hold them all, each behind its switch."""

import collections
import hashlib
import itertools
import math
import shutil

from operators import RANGE, SWITCH

HERE_TO_INCLUDE = b'#include "bowline/mutants_switch.hpp"\n'


def rank(mutant):
    return hashlib.sha256(mutant.key.encode()).digest()


def sample(mutants, wanted, fixed):
    """About `wanted`: the same share of every header, but one at least, and within it of every operator in turn. None
    crosses the range of a fixed one."""
    headers = collections.defaultdict(lambda: collections.defaultdict(list))
    for mutant in sorted(mutants, key=rank):
        headers[mutant.header][mutant.operator].append(mutant)
    share = min(1, wanted / max(1, len(mutants)))
    chosen = []
    for header in sorted(headers):
        by_operator = sorted(headers[header].values(), key=lambda group: rank(group[0]))
        in_turn = [mutant for row in itertools.zip_longest(*by_operator) for mutant in row if mutant]
        chosen += in_turn[:math.ceil(share * len(in_turn))]
    return [mutant for mutant in chosen if not any(crosses(mutant, other) for other in fixed)]


def draw(mutants, wanted, seed):
    """So many of them; another seed draws others."""
    order = sorted(mutants, key=lambda mutant: hashlib.sha256(f"{seed} {mutant.key}".encode()).digest())
    drawn = {mutant.key for mutant in order[:wanted]}
    return [mutant for mutant in mutants if mutant.key in drawn]


def crosses(one, other):
    """Whether two ranges overlap, and neither holds the other."""
    return one.header == other.header and (one.begin < other.begin < one.end < other.end or
                                           other.begin < one.begin < other.end < one.end)


def render(source, begin, end, mutants):
    """The text of a range with its mutants, outer ones first: pairs of a number and a mutant."""
    out, at = [], begin
    while mutants:
        number, outer = mutants[0]
        inner = [pair for pair in mutants[1:] if pair[1].begin >= outer.begin and pair[1].end <= outer.end]
        mutants = [pair for pair in mutants[1:] if pair[1].begin >= outer.end]
        out.append(source[at:outer.begin])
        switch = f"bowline_mutants::on({number})".encode()
        out.append(outer.text.replace(SWITCH, switch).replace(RANGE, render(source, outer.begin, outer.end, inner)))
        at = outer.end
    return b"".join([*out, source[at:end]])


def write_headers(sources, mutants, target, switch):
    """Of pairs of a number and a mutant; `target` is the folder that stands for include/."""
    shutil.rmtree(target, ignore_errors=True)
    by_header = collections.defaultdict(list)
    for number, mutant in mutants:
        by_header[mutant.header].append((number, mutant))
    for header, source in sources.items():
        pairs = sorted(by_header[header], key=lambda pair: (pair[1].begin, -pair[1].end, pair[0]))
        text = render(source, 0, len(source), pairs)
        if pairs:
            text = text.replace(b"#pragma once\n", b"#pragma once\n" + HERE_TO_INCLUDE, 1)
        path = target / "bowline" / header
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text)
    shutil.copyfile(switch, target / "bowline" / "mutants_switch.hpp")
