#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Says which test files can be compiled as one.

    group.py FILES_MAX FILE ...

Most of a test is the headers that it includes, which a group has to compile once. A name that a file declares outside
of a test is its own: no file that has the word is in the same group, since it may mean something else, or hide it.
Prints the number of its group for each file, in order, a semicolon between.
"""

import pathlib
import re
import sys

SILENT = re.compile(r'//[^\n]*|"(?:[^"\\\n]|\\.)*"')
WORD = re.compile(r"(?<!->)(?<!::)(?<![.\w])[A-Za-z_]\w*")

# What a line that is not indented declares: a type, or the last name before its value, arguments or body.
DECLARED = re.compile(r"^(?!TEST|#|namespace|using namespace|template|static_assert|})"
                      r"(?:(?:struct|class|enum class|enum|using|concept)\s+(\w+)\b(?!::)|"
                      r"(?!using)[^\s=({;][^=({;\n]*?(?<!\w)(\w+)(?:\[[^\]]*\])?\s*[=({;])", re.MULTILINE)


def names(text):
    """What a file declares for all of itself, and all words that it has."""
    text = SILENT.sub("", text)
    return {name for found in DECLARED.findall(text) for name in found if name}, set(WORD.findall(text))


def groups(texts, files_max):
    """Each file joins the first group that has room and whose names it leaves alone."""
    made = []
    for text in texts:
        declared, words = names(text)
        for number, (count, others, their_words) in enumerate(made):
            if count < files_max and not declared & their_words and not others & words:
                break
        else:
            number = len(made)
            made.append((0, set(), set()))
        count, others, their_words = made[number]
        made[number] = (count + 1, others | declared, their_words | words)
        yield number


if __name__ == "__main__":
    print(*groups([pathlib.Path(file).read_text(encoding="utf-8") for file in sys.argv[2:]], int(sys.argv[1])), sep=";")
