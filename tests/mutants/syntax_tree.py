# SPDX-License-Identifier: BSL-1.0
"""Reads the library's headers by clang: each piece of code with its place, its type and the function it is in."""

import dataclasses
import json
import os
import pathlib
import subprocess


@dataclasses.dataclass(frozen=True)
class Node:
    """A piece of the syntax tree that stands in a header as it was parsed, not made by a macro."""
    data: dict
    header: str  # Relative to include/bowline.
    begin: int
    end: int  # One past its last byte.
    children: list  # Nodes; None for what is left out in the source or stands elsewhere.

    @property
    def kind(self):
        return self.data["kind"]

    @property
    def type(self):
        told = self.data.get("type", {})
        return told.get("desugaredQualType", told.get("qualType", ""))


class Reader:
    """clang tells a file only where it differs from the one it told last, so places are read in its order."""

    def __init__(self, include):
        self.include = include / "bowline"
        self.file = None
        self.headers = {}  # What clang calls a file: the header that it is, or nothing.

    def place(self, told):
        """(file, first byte, end) of a token; nothing where a macro made it."""
        if "spellingLoc" in told or "expansionLoc" in told:
            for part in ("spellingLoc", "expansionLoc"):
                self.file = told.get(part, {}).get("file", self.file)
            return None
        self.file = told.get("file", self.file)
        if "offset" not in told:
            return None
        return self.file, told["offset"], told["offset"] + told["tokLen"]

    def header(self, file):
        if file not in self.headers:
            path = pathlib.Path(file).resolve()
            self.headers[file] = path.relative_to(self.include).as_posix() if self.include in path.parents else None
        return self.headers[file]

    def inner(self, data):
        """What has no place, as the initialiser of a member, stands for what it holds."""
        for child in data.get("inner", ()):
            if child and "range" not in child:
                yield from self.inner(child)
            else:
                yield child

    def read(self, data):
        if not data:
            return None
        if "loc" in data:
            self.place(data["loc"])
        begin, end = (self.place(data["range"][side]) for side in ("begin", "end"))
        if data.get("kind") == "BindingDecl":
            data = {key: value for key, value in data.items() if key != "inner"}
        for key in ("referencedDecl", "foundReferencedDecl", "decl", "ownedTagDecl", "conversionFunc"):
            told = data.get(key)
            if isinstance(told, dict) and "loc" in told:
                self.place(told["loc"])
        children = [self.read(child) for child in self.inner(data)]
        if begin is None or end is None or begin[0] != end[0]:
            return None
        header = self.header(begin[0])
        return Node(data, header, begin[1], end[2], children) if header else None


def read_headers(include, work, compiler):
    """The declarations of namespace bowline, in the order of the headers."""
    whole = work / "whole.cpp"
    whole.write_text('#include "bowline/bowline.hpp"\n', encoding="utf-8")
    command = [compiler, "-std=c++20", f"-I{include}", "-fsyntax-only", "-w", "-Xclang", "-ast-dump=json", "-Xclang",
               "-ast-dump-filter=bowline", str(whole)]
    # A compiler cache would tell the paths of the folder where it was asked first.
    told = subprocess.run(command, capture_output=True, text=True, check=True,
                          env=os.environ | {"CCACHE_DISABLE": "1"}).stdout
    reader, decoder, at, found = Reader(include), json.JSONDecoder(), 0, []
    while at < len(told):
        data, at = decoder.raw_decode(told, at)
        node = reader.read(data)
        if node is not None:
            found.append(node)
        while at < len(told) and told[at].isspace():
            at += 1
    return found
