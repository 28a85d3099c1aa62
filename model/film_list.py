"""What there is to train on: folders named by class (films.find), or a CSV that names files, labels and patients.

The CSV's first line says which column is which: path, label and, if it has one, patient. Paths start from the CSV's
folder.
"""

import csv
import hashlib
from pathlib import Path

import films as film_store

CLASSES = ["normal", "pneumonia"]  # in this order they are the network's outputs


def find(source):
    """-> (films, class names), as films.find; of identical files the first only."""
    found, classes = film_store.find(source) if Path(source).is_dir() else read_csv(Path(source))
    if classes != CLASSES:
        raise SystemExit(f"{source} has the classes {classes}; {CLASSES} are wanted, in any case.")
    return found, classes


def read_csv(path):
    with open(path, newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file, skipinitialspace=True))
    if not rows or not {"path", "label"} <= rows[0].keys():
        raise SystemExit(f"{path} must begin with the line path,label or path,label,patient, and go on with films.")
    classes = sorted({(row["label"] or "").lower() for row in rows})
    films = {}
    for line, row in enumerate(rows, 2):
        film = film_of(path, line, row, classes)
        if films.setdefault(film.sha256, film).label != film.label:
            raise SystemExit(f"{path}, line {line}: {row['path']} is the same film as one with another label.")
    return list(films.values()), classes


def film_of(path, line, row, classes):
    file = path.parent / row["path"]
    if not file.is_file():
        raise SystemExit(f"{path}, line {line}: there is no file {file}.")
    patient = row.get("patient") or film_store.patient_of(file.name)
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    return film_store.Film(file, classes.index((row["label"] or "").lower()), patient, digest)
