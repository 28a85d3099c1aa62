"""A CSV that lists films: path, label and, where it has the column, patient. Paths start from the CSV's own folder."""

import csv
from collections import namedtuple
from pathlib import Path

Row = namedtuple("Row", "path label patient")  # patient is None where the CSV does not say


def read(path):
    path = Path(path)
    with open(path, newline="", encoding="utf-8-sig") as file:
        found = list(csv.DictReader(file, skipinitialspace=True))
    if not found or not {"path", "label"} <= found[0].keys():
        raise SystemExit(f"{path} must begin with the line path,label or path,label,patient, and go on with films.")
    rows = [Row(path.parent / row["path"], (row["label"] or "").lower(), row.get("patient") or None) for row in found]
    for line, row in enumerate(rows, 2):
        if not row.path.is_file():
            raise SystemExit(f"{path}, line {line}: there is no file {row.path}.")
    return rows
