#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Compares a page of calls, events and results with the headers.

    api.py PAGE INCLUDE

A section of PAGE is a heading `## `Type`` and a table, each row of which begins with a name in backquotes. The names
must be all that the type has in the headers below INCLUDE: the public functions of a class, the members of a struct,
the values of an enum, or the kinds of Event.
"""

import re
import sys
from pathlib import Path

SECTION = re.compile(r"^## `(\w+)`\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
ROW = re.compile(r"^\| `(\w+)", re.MULTILINE)
COMMENT = re.compile(r"//[^\n]*")
ENUM = re.compile(r"^enum class (\w+)[^{]*\{(.*?)\};", re.MULTILINE | re.DOTALL)
KINDS = re.compile(r"using Kinds = std::variant<([^>]*)>")
CALL = re.compile(r"^  (?:\[\[nodiscard\]\] )?\w[\w:<>& ]* ([a-z]\w*)\(", re.MULTILINE)
MEMBER = re.compile(r"^  [\w:]+ (\w+)(?: = [^;\n]*|\{\});", re.MULTILINE)

# Where each type is; what a header has besides is no part of the interface that the page is about.
HEADERS = ("reliable_channel.hpp", "ordered_stream.hpp", "base/options.hpp", "base/results.hpp", "base/events.hpp",
           "base/status.hpp", "transport/udp_options.hpp", "transport/udp_transport.hpp")
CLASSES = ("ReliableChannel", "OrderedStream", "UdpTransport")
STRUCTS = ("SendOptions", "UdpOptions")


def body_of(kind, name, text):
    """What stands between the braces of a class or struct whose last line is `};`."""
    return re.search(rf"^{kind} {name} \{{\n(.*?)^\}};", text, re.MULTILINE | re.DOTALL).group(1)


def declared(text):
    """The names that each type of the headers' `text` has."""
    text = COMMENT.sub("", text)
    names = {enum: set(re.findall(r"\b(\w+)\s*(?:,|$)", values.strip())) for enum, values in ENUM.findall(text)}
    names["Event"] = {kind.strip() for kind in KINDS.search(text).group(1).split(",")}
    for name in CLASSES:
        public = body_of("class", name, text).partition(" private:")[0]
        names[name] = set(CALL.findall(public))
    for name in STRUCTS:
        names[name] = set(MEMBER.findall(body_of("struct", name, text)))
    return names


def faults(page, names):
    """One sentence for each name that the page or the headers have alone."""
    told = {section: set(ROW.findall(body)) for section, body in SECTION.findall(page)}
    for section in sorted(names.keys() - told.keys()):
        yield f"{section} has no section"
    for section, rows in sorted(told.items()):
        if section not in names:
            yield f"{section} is no type that is compared"
            continue
        for name in sorted(names[section] - rows):
            yield f"{section}: {name} has no row"
        for name in sorted(rows - names[section]):
            yield f"{section}: {name} is not in the headers"


def main():
    page, include = Path(sys.argv[1]), Path(sys.argv[2])
    text = "".join((include / "bowline" / header).read_text(encoding="utf-8") for header in HEADERS)
    found = list(faults(page.read_text(encoding="utf-8"), declared(text)))
    print("\n".join(f"{page.name}: {fault}" for fault in found) or "the page has every call, event and result")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
