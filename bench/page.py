#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Makes docs/PERFORMANCE.md from the results of run.py.

    page.py --results FILE --docs FOLDER

The prose is in PERFORMANCE.md.in beside this script; `{{…}}` in it names what comes from the results. Pictures are
drawn with gnuplot, and left out where there is none. The page is of a whole run: it is not made when a place in it
would be empty, nor when it would leave out a row or a picture of the results.
"""
import argparse
import pathlib
import re
import shutil
import subprocess
import sys

# Of each picture: the title, the axes, and what gnuplot is told besides.
PICTURES = {
    "cost": ("Processor time of a message in memory, both ends", "payload bytes", "ns a message",
             ["set logscale x 2", "set yrange [0:*]"]),
    "latency": ("Share of echoes that take longer", "ms", "share",
                ["set logscale y", "set format y '%g'"]),
    "goodput": ("Goodput as a share of what the path can carry", "loss, %", "share of capacity",
                ["set yrange [0:1]"]),
}


class Hole(Exception):
    """A place of the page for which nothing was measured, or a measurement for which it has no place."""


class Results:
    """The lines of a run, by their first word."""

    def __init__(self, text):
        self.lines = [line.split(" ") for line in text.split("\n") if line]

    def of(self, kind):
        return [words[1:] for words in self.lines if words[0] == kind]

    def names(self, kind):
        """The second words of the lines that begin with `kind`."""
        return {words[0] for words in self.of(kind)}


def markdown_table(head, rows, left=1):
    if not rows:
        raise Hole("it is empty")
    rule = ["---"] * left + ["---:"] * (len(head) - left)
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, rule, *rows])


def plain(name):
    return name.replace("_", " ")


def three_digits(value):
    number = float(value)
    digits = 0 if number >= 100 else 1 if number >= 10 else 2 if number >= 1 else 3
    return f"{number:.{digits}f}"


def machine(results):
    if not results.of("MACHINE"):
        raise Hole("it is empty")
    return "\n".join(f"- {words[0]}: {' '.join(words[1:])}" for words in results.of("MACHINE"))


def figures(results):
    rows = [[f"`{name}`", value, limit, verdict] for name, value, limit, verdict in results.of("FIGURE")]
    return markdown_table(["figure", "measured", "limit", ""], rows)


def medians(results, prefix, reference="enet"):
    """A table of the rows that begin with `prefix`."""
    tables = []
    lines = results.of("MEDIAN")
    gone = {(row, peer): " ".join(why) for row, peer, *why in results.of("ABSENT")}
    for row in dict.fromkeys(words[0] for words in [*lines, *results.of("ABSENT")] if words[0].startswith(prefix)):
        cells = [words for words in lines if words[0] == row]
        other = next((float(words[2]) for words in cells if words[1] == reference), None)
        for _, peer, median, least, most, unit, *more in cells:
            share = f"{float(median) / other:.3f}" if other else ""
            facts = dict(each.split("=") for each in more)
            wire = three_digits(facts["bytes_forth"]) if "bytes_forth" in facts else ""
            tables.append([plain(row), plain(peer), f"{three_digits(median)} {unit}",
                           f"{three_digits(least)} to {three_digits(most)}", share, wire])
        tables += [[plain(row), plain(peer), why, "", "", ""] for (each, peer), why in gone.items() if each == row]
    head = ["", "peer", "median", "range", "of ENet", "bytes forth"]
    if not any(row[-1] for row in tables):
        head, tables = head[:-1], [row[:-1] for row in tables]
    return markdown_table(head, tables, left=2)


def rows(results, kind):
    """The `ROW <kind> <name> key=value …` lines as a table."""
    found = [words[1:] for words in results.of("ROW") if words[0] == kind]
    keys = [cell.split("=")[0] for cell in found[0][1:]] if found else []
    return markdown_table(["", *map(plain, keys)], [[plain(words[0]), *[cell.split("=")[1] for cell in words[1:]]]
                                                   for words in found])


def parts(results):
    return markdown_table(["part", "ns"], [[f"`{name}`", three_digits(value)] for name, value, _ in results.of("PART")])


def picture(results, name, docs):
    """Draws a picture and answers the Markdown that shows it; nothing without gnuplot."""
    points = [words for words in results.of("POINT") if words[0] == name]
    if not points:
        raise Hole("it has no points")
    if shutil.which("gnuplot") is None:
        return ""
    title, x_axis, y_axis, settings = PICTURES[name]
    folder = docs / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    lines = list(dict.fromkeys(words[1] for words in points))
    script = ["set terminal svg size 640,400 font 'sans,12' background 'white'", f"set output '{folder / name}.svg'",
              f"set title '{title}'", f"set xlabel '{x_axis}'", f"set ylabel '{y_axis}'", "set grid", "set key outside",
              *settings, "plot " + ", ".join(f"'-' with linespoints pointtype 7 pointsize 0.4 title '{plain(line)}'"
                                             for line in lines)]
    for line in lines:
        script += [f"{x} {y}" for _, other, x, y in points if other == line] + ["e"]
    subprocess.run(["gnuplot"], input="\n".join(script), text=True, check=True)
    return f"![{title}](pictures/{name}.svg)"


def places(template):
    """What the template asks for: each a list of words, the first of which says how it is shown."""
    return [place.split(" ") for place in re.findall(r"\{\{([\w ]+)\}\}", template)]


def filled(template, results, docs):
    """The page. Throws Hole."""
    for kind, shown in (("ROW", "rows"), ("POINT", "picture")):
        left_out = results.names(kind) - {of[0] for how, *of in places(template) if how == shown}
        if left_out:
            raise Hole(f"no place shows {kind} {', '.join(sorted(left_out))}")
    made = {
        "machine": lambda: machine(results),
        "figures": lambda: figures(results),
        "parts": lambda: parts(results),
        "medians": lambda prefix: medians(results, prefix),
        "rows": lambda kind: rows(results, kind),
        "picture": lambda name: picture(results, name, docs),
    }
    page = template
    for what, *of in places(template):
        place = " ".join([what, *of])
        try:
            page = page.replace("{{" + place + "}}", made[what](*of))
        except Hole as hole:
            raise Hole(f"{place}: {hole}") from hole
    return re.sub(r"\n{3,}", "\n\n", page)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--results", type=pathlib.Path, required=True)
    parser.add_argument("--docs", type=pathlib.Path, required=True)
    arguments = parser.parse_args()
    results = Results(arguments.results.read_text(encoding="utf-8"))
    template = pathlib.Path(__file__).with_name("PERFORMANCE.md.in").read_text(encoding="utf-8")
    try:
        page = filled(template, results, arguments.docs)
    except Hole as hole:
        print(f"{arguments.results}: {hole}", file=sys.stderr)
        return 1
    (arguments.docs / "PERFORMANCE.md").write_text(page, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
