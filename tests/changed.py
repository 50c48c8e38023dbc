# SPDX-License-Identifier: BSL-1.0
"""A copy of the library in which a rule is broken on purpose."""

import pathlib
import shutil

ROOT = pathlib.Path(__file__).resolve().parents[1]


def changed_copy(place, edits):
    """Makes place/include a copy with these edits: header, text that it has once, other text. Says what fits not."""
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(ROOT / "include", place / "include")
    for header, text, other in edits:
        path = place / "include" / "bowline" / header
        before = path.read_text(encoding="utf-8")
        if before.count(text) != 1:
            return f"{header} has `{text.strip()}` {before.count(text)} times instead of once"
        path.write_text(before.replace(text, other), encoding="utf-8")
    return None
