#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Takes the whole programs out of a Markdown page, as they stand.

    readme_programs.py PAGE FOLDER

A program is a ```cpp block that begins with `// NAME.cpp`. Each is written to FOLDER/NAME.cpp, and a line
`KIND NAME` is printed for it: `program` has a main, `test` has a TEST, `library` has neither and only compiles.
"""

import re
import sys
from pathlib import Path

BLOCK = re.compile(r"^```cpp\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TITLE = re.compile(r"// (\w+)\.cpp\b")


def programs(page):
    """(kind, name, code) of each program of `page`, in its order."""
    for code in BLOCK.findall(page):
        title = TITLE.match(code)
        if title:
            is_test = re.search(r"^TEST\(", code, re.MULTILINE)
            is_program = re.search(r"^int main\(", code, re.MULTILINE)
            yield "test" if is_test else "program" if is_program else "library", title.group(1), code
        elif re.search(r"^(?:#include|int main\(|TEST\()", code, re.MULTILINE):
            raise SystemExit(f"a program has no name; begin its block with `// NAME.cpp`:\n{code}")


def main():
    page, folder = Path(sys.argv[1]), Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    for kind, name, code in programs(page.read_text(encoding="utf-8")):
        path = folder / f"{name}.cpp"
        # Left alone when it is the same, so that nothing is compiled again.
        if not path.exists() or path.read_text(encoding="utf-8") != code:
            path.write_text(code, encoding="utf-8")
        print(kind, name)


if __name__ == "__main__":
    main()
