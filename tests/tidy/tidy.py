#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Checks bowline's tree against the rules of the house.

    tidy.py [FOLDER]

Each fault is one line, `file:line: [rule] what is wrong; what to do`. Ends with 1 where there is one.
"""

import re
import sys
from pathlib import Path

HEADER_LINES_MAX = 300
COLUMNS_MAX = 120

POLICIES = ("dedup", "resend", "seal", "congestion")

# What each room may include: a room as a whole, or one header of it. An include only points down.
MAY_INCLUDE = {
    "base": {"base"},
    "wire": {"base", "wire"},
    **{room: {"base", room} for room in (*POLICIES, "clock", "transport")},
    # The formula of RFC 6298 is no model: what the core measures goes into it whatever the schedule.
    "core": {"base", "wire", "core", "resend/rtt_timeout.hpp", *(f"{room}/concept.hpp" for room in POLICIES)},
    "sim": {"base", "wire", "clock", "transport", "sim"},
}

# The rooms that hold the rules of the protocol: the same bytes on every platform, no world, no thread.
PURE = ("base", "wire", *POLICIES, "core")

# rule, pattern in the code without comments and strings, rooms (None: all), headers that may, remedy
BANNED = [
    ("no-exceptions", r"\b(?:throw|try|catch)\b", None, (), "errors are values: return a result or count a drop"),
    ("no-virtual", r"\bvirtual\b", None, (), "take a type that models a concept"),
    ("no-rtti", r"\b(?:dynamic_cast|typeid)\b", None, (), "headers compile with -fno-rtti"),
    ("no-own-clock", r"\b(?:steady_clock|system_clock|high_resolution_clock)\b", None,
     ("clock/steady_clock.hpp",), "time is an argument; only clock/steady_clock.hpp asks for it"),
    ("no-own-entropy", r"\brandom_device\b", None, ("base/system_entropy.hpp",),
     "only base/system_entropy.hpp asks the system for random bits"),
    ("no-feature-aliases", r"\b__cpp_lib_\w+", None, (), "a type must be the same in every language mode"),
    ("hostile-macros", r"\b(?:min|max)\s*\(", None, (),
     "some system headers define min and max: write (std::min)(a, b), (T::max)()"),
    ("no-type-erasure", r"\bstd\s*::\s*(?:move_only_)?function\b", PURE, (),
     "take the callable as a template argument"),
    ("no-threads", r"#\s*include\s*<(?:thread|mutex|atomic|condition_variable|future)>", PURE, (),
     "a channel belongs to one thread"),
    ("no-streams", r"#\s*include\s*<(?:iostream|fstream|sstream|ostream|istream)>", PURE, (), "the core has no I/O"),
    ("no-unordered", r"\bstd\s*::\s*unordered_\w+|\b\w+_distribution\b", PURE, (),
     "iteration order and std distributions differ between platforms"),
    ("no-floating-point", r"\b(?:float|double)\b", (*PURE, "sim"), ("sim/share.hpp",),
     "use integers; rates are parts per million (sim/share.hpp takes a fraction from the user)"),
]

# Headers that need no test file of their own name, and why.
UNMIRRORED = {
    "bowline.hpp": "only includes; tests/headers and tests/consumer include it",
    "version.hpp": "three numbers; tests/consumer and this script compare them",
    "base/assert.hpp": "ends the process; what calls it is tested where it is called",
    "base/ids.hpp": "plain data",
    "base/stats.hpp": "plain data; each counter is tested where it is counted",
    "base/status.hpp": "plain data; each value is tested where it is answered",
    "core/assembly.hpp": "plain data; tests/core/reassembler_test.cpp moves it",
    "core/channel_extras.hpp": "a concept; default_extras.hpp asserts it",
    "core/connection.hpp": "one file for each of its subjects: tests/core/connection_*_test.cpp",
    "default_extras.hpp": "plain data",
    "core/message.hpp": "plain data; tests/core/message_table_test.cpp and message_flow_test.cpp move it",
    "transport/faults.hpp": "plain data; tests/transport/faulty_transport_test.cpp tries each",
    "transport/posix_control.hpp": "plain data; tests/transport/udp_socket_test.cpp sends and receives it",
    "transport/posix_receive.hpp": "system calls; tests/transport/udp_socket_test.cpp tries each",
    "transport/posix_send.hpp": "system calls; tests/transport/udp_socket_test.cpp tries each",
    "transport/udp_message.hpp": "plain data; tests/transport/udp_socket_test.cpp sends and receives it",
    "transport/udp_options.hpp": "plain data; tests/transport/udp_transport_test.cpp tries each",
    "transport/winsock_messages.hpp": "system calls; tests/transport/udp_socket_test.cpp tries each",
}

# Headers that the umbrella leaves to those who ask for them, and why.
NOT_IN_UMBRELLA: dict[str, str] = {}

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]+["<]bowline/([^">]+)[">]', re.MULTILINE)
TEMPLATE_HEAD = re.compile(r"template\s*<[^{};]*?>\s*(?=\b(?:class|struct|union|requires)\b)")
TYPE_HEAD = re.compile(r"\s*(?:public:|private:|protected:)?\s*(?:class|struct|union)\b")
LITERALS = re.compile(
    r'//[^\n]*|/\*.*?\*/|(?:u8|[uUL])?R"(?P<mark>[^()\\\s]{0,16})\(.*?\)(?P=mark)"|'
    r'"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])+\'', re.DOTALL)


def code_of(text):
    """`text` without comments, strings and characters, each line where it was."""
    return LITERALS.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)


def line_of(text, at):
    return text.count("\n", 0, at) + 1


def conditionals_inside_types(code):
    """Offsets of #if lines within the braces of a class, struct or union."""
    braces = []
    head = 0
    for token in re.finditer(r"^[ \t]*#[^\n]*|[{};]", code, re.MULTILINE):
        sign = token.group().lstrip()
        if sign.startswith("#"):
            if braces and braces[-1] and re.match(r"#\s*if", sign):
                yield token.start()
            continue
        if sign == "{":
            opener = TEMPLATE_HEAD.sub("", code[head:token.start()])
            braces.append(TYPE_HEAD.match(opener) is not None)
        elif sign == "}" and braces:
            braces.pop()
        head = token.end()


class Tree:
    """Collects the faults of one tree."""

    def __init__(self, root):
        self.root = Path(root)
        self.include = self.root / "include" / "bowline"
        self.headers = {str(path.relative_to(self.include)): path.read_text(encoding="utf-8")
                        for path in sorted(self.include.rglob("*.hpp"))}
        self.faults = []

    def fault(self, path, line, rule, sentence):
        self.faults.append(f"{path}:{line}: [{rule}] {sentence}")

    def check(self):
        version = self.version()
        for header, text in self.headers.items():
            self.check_header(header, text, version)
        self.check_umbrella()
        self.check_changelog(version)
        for folder in ("include", "tests", "bench", "examples"):
            for path in sorted((self.root / folder).rglob("*")):
                if path.suffix in (".hpp", ".cpp", ".cmake", ".py") or path.name == "CMakeLists.txt":
                    self.check_text(path)
        return self.faults

    def version(self):
        text = self.headers.get("version.hpp", "")
        parts = [re.search(rf"^#define BOWLINE_VERSION_{part} (\d+)$", text, re.MULTILINE)
                 for part in ("MAJOR", "MINOR", "PATCH")]
        whole = re.search(r'^#define BOWLINE_VERSION "([^"]+)"$', text, re.MULTILINE)
        numbers = [part.group(1) for part in parts if part]
        if len(numbers) < 3 or not whole or whole.group(1) != ".".join(numbers):
            self.fault("include/bowline/version.hpp", 1, "one-version",
                       "the parts and the string of the version differ; make them say the same")
            return None
        return numbers

    def check_header(self, header, text, version):
        path = f"include/bowline/{header}"
        room = header.split("/")[0] if "/" in header else None
        code = code_of(text)
        lines = text.split("\n")

        if len(lines) < 3 or not re.match(r"// \S", lines[1]):
            self.fault(path, 2, "purpose", "the second line does not say what the file is for; add a `// …` line")
        if not re.search(r"^#pragma once$", text, re.MULTILINE):
            self.fault(path, 1, "pragma-once", "the header may be included twice; add `#pragma once`")
        if text.count("\n") > HEADER_LINES_MAX:
            self.fault(path, HEADER_LINES_MAX + 1, "small-rooms",
                       f"{text.count(chr(10))} lines are more than {HEADER_LINES_MAX}; split it by concept")

        if room is not None and room not in MAY_INCLUDE:
            self.fault(path, 1, "rooms", f"{room}/ is not a known room; give it a place in tidy.py's MAY_INCLUDE")
        for include in INCLUDE.finditer(text):
            to = include.group(1)
            line = line_of(text, include.start())
            if to not in self.headers:
                self.fault(path, line, "rooms", f"bowline/{to} does not exist; correct the include")
            elif room in MAY_INCLUDE and to not in MAY_INCLUDE[room] and to.split("/")[0] not in MAY_INCLUDE[room]:
                allowed = ", ".join(sorted(MAY_INCLUDE[room]))
                self.fault(path, line, "rooms", f"{room}/ may not include bowline/{to}, only {allowed}; "
                           "move what it needs down, or take it as an argument")

        for rule, pattern, rooms, exempt, remedy in BANNED:
            if header in exempt or (rooms is not None and room not in rooms):
                continue
            for found in re.finditer(pattern, code):
                self.fault(path, line_of(code, found.start()), rule, f"`{found.group().strip()}`: {remedy}")
        for at in conditionals_inside_types(code):
            self.fault(path, line_of(code, at), "one-layout",
                       "#if inside a type: translation units would disagree; use a template parameter or an option")

        if version:
            wanted = f"v{version[0]}_{version[1]}"
            for opened in re.finditer(r"\bnamespace\s+bowline\b([^{;]*)[{;]", code):
                if f"inline {wanted}" not in opened.group(1):
                    self.fault(path, line_of(code, opened.start()), "one-version",
                               f"write `namespace bowline::inline {wanted} {{`, as version.hpp says")

        self.check_mirror(header, path, room)

    def check_mirror(self, header, path, room):
        if header in UNMIRRORED or header.endswith("concept.hpp"):
            return
        test = Path("tests") / (room or "channel") / (Path(header).stem + "_test.cpp")
        if not (self.root / test).exists():
            self.fault(path, 1, "mirrored-test",
                       f"{test} does not exist; write it, or give a reason in tidy.py's UNMIRRORED")

    def check_umbrella(self):
        if "bowline.hpp" not in self.headers:
            self.fault("include/bowline/bowline.hpp", 1, "umbrella", "it does not exist; include every header in it")
            return
        reached, waiting = set(), ["bowline.hpp"]
        while waiting:
            header = waiting.pop()
            if header in reached or header not in self.headers:
                continue
            reached.add(header)
            waiting += INCLUDE.findall(self.headers[header])
        for header in self.headers:
            if header not in reached and header not in NOT_IN_UMBRELLA:
                self.fault(f"include/bowline/{header}", 1, "umbrella",
                           "bowline.hpp does not reach it; include it there, or give a reason in NOT_IN_UMBRELLA")

    def check_changelog(self, version):
        changelog = self.root / "CHANGELOG.md"
        if not version:
            return
        if not changelog.exists():
            self.fault("CHANGELOG.md", 1, "one-version", f"it does not exist; begin it with `## {'.'.join(version)}`")
            return
        text = changelog.read_text(encoding="utf-8")
        newest = re.search(r"^## \[?(\d+\.\d+\.\d+)\b", text, re.MULTILINE)
        if not newest or newest.group(1) != ".".join(version):
            self.fault("CHANGELOG.md", line_of(text, newest.start()) if newest else 1, "one-version",
                       f"its newest heading says {newest.group(1) if newest else 'nothing'}, "
                       f"version.hpp says {'.'.join(version)}")

    def check_text(self, path):
        name = path.relative_to(self.root).as_posix()
        text = path.read_text(encoding="utf-8")
        lines = text.split("\n")
        if not any("SPDX-License-Identifier: BSL-1.0" in line for line in lines[:2]):
            self.fault(name, 1, "licence", "the first line names no licence; add `SPDX-License-Identifier: BSL-1.0`")
        for number, line in enumerate(lines, 1):
            if len(line) > COLUMNS_MAX:
                self.fault(name, number, "columns", f"{len(line)} columns are more than {COLUMNS_MAX}; break the line")
            if re.search(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X)\b", line):
                self.fault(name, number, "no-promises", "finish it now, or leave it to the issue list")


def main():
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[2]
    tree = Tree(root)
    if not tree.headers:
        print(f"{root}: there is no header in include/bowline")
        return 1
    faults = tree.check()
    print("\n".join(faults) if faults else f"{len(tree.headers)} headers keep the rules")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
