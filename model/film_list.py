"""A CSV that lists films: path, label and, where it has the columns, patient, source, part and side. Paths start from its
folder. `part` is "validation" or "train" for a film whose place is given, empty where the split decides. `side` shrinks
the film to so many pixels before anything else sees it.

    python3 model/film_list.py OUT.csv SOURCE=FOLDER... [SOURCE:LABEL=FOLDER[:COUNT]]...

writes one. FOLDER, or its train/, holds one folder a class; with a LABEL it holds films of that class alone, of which COUNT
are drawn. A source is a hospital and what its films went through: training draws its classes equally often.
"""

import csv
import os
import random
import sys
from collections import namedtuple
from pathlib import Path

Row = namedtuple("Row", "path label patient source part side", defaults=("", 0))  # patient is None where nobody says
COLUMNS = Row._fields
SUFFIXES = {".jpg", ".jpeg", ".png", ".bmp", ".webp"}


def read(path):
    path = Path(path)
    with open(path, newline="", encoding="utf-8-sig") as file:
        found = list(csv.DictReader(file, skipinitialspace=True))
    if not found or not {"path", "label"} <= found[0].keys():
        raise SystemExit(f"{path} must begin with a line of columns, path and label among them, and go on with films.")
    rows = [row_of(path.parent, row) for row in found]
    for line, row in enumerate(rows, 2):
        if not row.path.is_file():
            raise SystemExit(f"{path}, line {line}: there is no file {row.path}.")
    return rows


def row_of(folder, row):
    text = lambda column: row.get(column) or ""
    side = int(text("side") or 0)
    return Row(folder / row["path"], text("label").lower(), text("patient") or None, text("source"), text("part"), side)


def write(path, rows):
    folder = Path(path).parent
    with open(path, "w", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(COLUMNS)
        for row in rows:
            table.writerow([os.path.relpath(row.path, folder), *(value or "" for value in row[1:])])


def in_folders(folder, source=""):
    """One folder a class, in `folder` or in its train/, in alphabetical order."""
    folder = Path(folder)
    root = folder / "train" if (folder / "train").is_dir() else folder
    children = sorted(each for each in root.iterdir() if each.is_dir())
    return [Row(path, child.name.lower(), None, source) for child in children for path in films_in(child)]


def films_in(folder):
    return sorted(p for p in Path(folder).iterdir() if p.suffix.lower() in SUFFIXES)


def of_argument(argument):
    """SOURCE=FOLDER or SOURCE:LABEL=FOLDER[:COUNT] -> rows"""
    names, _, folder = argument.partition("=")
    source, _, label = names.partition(":")
    if not label:
        return in_folders(folder, source)
    folder, _, count = folder.partition(":")
    found = films_in(folder)
    drawn = sorted(random.Random(0).sample(found, min(int(count), len(found)))) if count else found
    return [Row(path, label, None, source) for path in drawn]


def main():
    out, *arguments = sys.argv[1:]
    write(out, [row for argument in arguments for row in of_argument(argument)])


if __name__ == "__main__":
    main()
