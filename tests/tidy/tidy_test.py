#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Breaks each rule of tidy.py once, in a small tree that keeps all of them."""

import tempfile
import unittest
from pathlib import Path

import tidy

LICENCE = "// SPDX-License-Identifier: BSL-1.0\n"


def header(body, purpose="// What it is for."):
    return f"{LICENCE}{purpose}\n#pragma once\n\n{body}\n"


def inside(body):
    return header(f"namespace bowline::inline v0_1 {{\n{body}\n}}  // namespace bowline::inline v0_1")


VERSION = header('#define BOWLINE_VERSION_MAJOR 0\n#define BOWLINE_VERSION_MINOR 1\n'
                 '#define BOWLINE_VERSION_PATCH 0\n#define BOWLINE_VERSION "0.1.0"')

UMBRELLA = header('#include "bowline/base/bytes.hpp"\n#include "bowline/version.hpp"')

CLEAN = {
    "CHANGELOG.md": "# Changes\n\n## 0.1.0\n\n- The channel.\n\n## 0.0.9\n",
    "include/bowline/version.hpp": VERSION,
    "include/bowline/bowline.hpp": UMBRELLA,
    "include/bowline/base/bytes.hpp": inside("/// Would throw, says the comment of a virtual float.\nstruct Bytes {};"),
    "tests/base/bytes_test.cpp": LICENCE,
}


def faults_of(changes):
    """The rules broken by the clean tree with `changes`: path to content, or None to remove it."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in {**CLEAN, **changes}.items():
            if content is not None:
                path = Path(folder) / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(content, encoding="utf-8")
        return tidy.Tree(folder).check()


class TidyTest(unittest.TestCase):
    def rules(self, changes):
        return {fault.split("[")[1].split("]")[0] for fault in faults_of(changes)}

    def expect(self, rule, changes):
        self.assertEqual(self.rules(changes), {rule})

    def in_room(self, room, body, whole=False):
        """A well mirrored header of `room` with `body`, reached by the umbrella."""
        return {
            f"include/bowline/{room}/thing.hpp": header(body) if whole else inside(body),
            f"tests/{room}/thing_test.cpp": LICENCE,
            "include/bowline/bowline.hpp": UMBRELLA + f'#include "bowline/{room}/thing.hpp"\n',
        }

    def test_a_clean_tree_has_no_fault(self):
        self.assertEqual(faults_of({}), [])

    def test_an_include_that_points_up_is_found(self):
        up = '#include "bowline/dedup/thing.hpp"'
        changes = self.in_room("dedup", "")
        changes["include/bowline/base/bytes.hpp"] = header(up)
        self.expect("rooms", changes)

    def test_the_core_sees_concepts_of_policies_only(self):
        for see, allowed in [("dedup/concept", True), ("dedup/model", False), ("transport/concept", False)]:
            with self.subTest(see=see):
                changes = self.in_room("core", f'#include "bowline/{see}.hpp"', True)
                changes[f"include/bowline/{see}.hpp"] = inside("")
                changes[f"tests/{see}_test.cpp"] = LICENCE
                self.assertEqual(self.rules(changes), set() if allowed else {"rooms"})

    def test_an_include_of_nothing_and_an_unknown_room_are_found(self):
        self.expect("rooms", self.in_room("base", '#include "bowline/base/nothing.hpp"', True))
        self.expect("rooms", self.in_room("attic", ""))

    def test_banned_words_are_found_in_code(self):
        for rule, room, body in [
                ("no-exceptions", "sim", "inline void f() { throw 1; }"),
                ("no-virtual", "clock", "struct S { virtual void f(); };"),
                ("no-rtti", "core", "inline auto f(S* s) { return dynamic_cast<T*>(s); }"),
                ("no-own-clock", "core", "using Clock = std::chrono::steady_clock;"),
                ("no-own-entropy", "core", "inline std::random_device device;"),
                ("no-feature-aliases", "base", "#ifdef __cpp_lib_expected\n#endif"),
                ("hostile-macros", "wire", "inline int f(int a, int b) { return std::min(a, b); }"),
                ("hostile-macros", "wire", "inline auto f() { return TimePoint::max(); }"),
                ("no-type-erasure", "core", "inline std::function<void()> f;"),
                ("no-threads", "core", "#include <mutex>"),
                ("no-streams", "seal", "#include <iostream>"),
                ("no-unordered", "core", "inline std::unordered_map<int, int> m;"),
                ("no-unordered", "resend", "inline std::uniform_int_distribution<int> d;"),
                ("no-floating-point", "congestion", "inline double share = 0.5;"),
                ("no-floating-point", "sim", "inline float share = 0.5f;")]:
            with self.subTest(rule=rule, body=body):
                self.expect(rule, self.in_room(room, body))

    def test_words_in_comments_and_strings_are_no_fault(self):
        for body in ["// may throw a double", "/* virtual */", 'inline auto s = "throw";', "inline auto n = 1'000'000;",
                     'inline auto r = R"(virtual " double)";', "inline auto c = (std::min)(1, 2);",
                     '#include "steady_clock.hpp"']:
            with self.subTest(body=body):
                self.assertEqual(faults_of(self.in_room("core", body)), [])

    def test_a_layout_that_depends_on_a_macro_is_found(self):
        member = "template <class T>\nclass C {\n#if DEBUG\n  int i;\n#endif\n};"
        self.expect("one-layout", self.in_room("core", member))
        function = "class C {\n  void f() {\n#if DEBUG\n    g();\n#endif\n  }\n};"
        self.assertEqual(faults_of(self.in_room("core", function)), [])

    def test_a_missing_test_and_a_header_outside_the_umbrella_are_found(self):
        self.expect("mirrored-test", {"tests/base/bytes_test.cpp": None})
        self.expect("umbrella", {"include/bowline/bowline.hpp": header('#include "bowline/version.hpp"')})
        self.expect("umbrella", {"include/bowline/bowline.hpp": None})

    def test_a_header_of_the_top_is_mirrored_in_channel(self):
        umbrella = UMBRELLA + '#include "bowline/top.hpp"\n'
        changes = {"include/bowline/top.hpp": inside(""), "include/bowline/bowline.hpp": umbrella}
        self.expect("mirrored-test", changes)
        self.assertEqual(faults_of({**changes, "tests/channel/top_test.cpp": LICENCE}), [])

    def test_marks_of_a_header_are_asked_for(self):
        self.expect("licence", {"tests/base/bytes_test.cpp": "int i;\n"})
        self.expect("purpose", {"include/bowline/base/bytes.hpp": LICENCE + "#pragma once\n\n\n"})
        self.expect("pragma-once", {"include/bowline/base/bytes.hpp": LICENCE + "// What it is for.\n\n"})

    def test_length_width_and_promises_are_watched(self):
        self.expect("small-rooms", self.in_room("core", "\n" * tidy.HEADER_LINES_MAX))
        self.expect("columns", self.in_room("core", "// " + "ä" * (tidy.COLUMNS_MAX - 2)))
        self.assertEqual(faults_of(self.in_room("core", "// " + "ä" * (tidy.COLUMNS_MAX - 3))), [])
        self.expect("no-promises", {"tests/base/bytes_test.cpp": LICENCE + "// TO" "DO\n"})

    def test_versions_that_differ_are_found(self):
        self.expect("one-version", {"include/bowline/version.hpp": VERSION.replace('"0.1.0"', '"0.2.0"')})
        self.expect("one-version", {"include/bowline/base/bytes.hpp": inside("").replace("v0_1", "v0_2")})
        self.expect("one-version", {"include/bowline/base/bytes.hpp": header("namespace bowline {\n}")})
        self.expect("one-version", {"CHANGELOG.md": "# Changes\n\n## 0.0.9\n"})
        self.expect("one-version", {"CHANGELOG.md": None})


if __name__ == "__main__":
    unittest.main()
