"""The list of films to train the next model on: folders of the public collections -> a CSV for train.py.

    python3 model/recipe.py DATA films.csv

DATA holds kermany-224/, rsna-adult/ and nih-128/ (MODEL_CARD.md says where the films come from). Three sources, each with
both classes: children; adults whom radiologists picked; and adults whom nobody picked, at 128 pixels. The third has no
pneumonias of its own, so the second's stand there too, shrunk in the same way: "small" must not stand for "no pneumonia".
"""

import csv
import random
import sys
from pathlib import Path

import film_list
from film_list import Row

EXTRA = 300  # of the normals that another export delivered: enough to learn that its grey levels mean nothing
SMALL_NORMALS = 400  # of the picked normals, shrunk beside the pneumonias
SMALL = 128


def table(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def drawn(rows, count):
    return sorted(random.Random(0).sample(rows, min(count, len(rows))))


def picked_adults(data):
    """-> the rows of RSNA's films; the patient's number at the NIH where it is known."""
    root = data / "rsna-adult"
    known = {row["file"]: f"nih-{row['nih_patient_id']}" for row in table(root / "patients.csv")}
    extra = [Row(path, "normal", None, "rsna") for path in film_list.films_in(root / "extra-normal-224")]
    rows = film_list.in_folders(root, "rsna") + drawn(extra, EXTRA)
    name = lambda row: str(row.path.relative_to(root))
    return [row._replace(patient=known.get(name(row))) for row in rows]


def unpicked_adults(data, picked):
    """-> the rows of the NIH's films, which have no pneumonias, and of picked films made as small as they are."""
    root = data / "nih-128"
    apart = set((root / "validation-patients.txt").read_text().split())
    rows = [
        Row(
            root / "images" / row["file"],
            "normal" if row["tier"] == "no_finding" else "abnormal",
            f"nih-{row['patient_id']}",
            "nih-128",
            "validation" if row["patient_id"] in apart else "train",
        )
        for row in table(root / "labels.csv")
    ]
    own_export = [row for row in picked if row.path.parent.name == "NORMAL"]
    small = [row for row in picked if row.label == "pneumonia"] + drawn(own_export, SMALL_NORMALS)
    return rows + [row._replace(source="nih-128", part="train", side=SMALL) for row in small]


def main():
    data, out = Path(sys.argv[1]), sys.argv[2]
    picked = picked_adults(data)
    film_list.write(out, film_list.in_folders(data / "kermany-224", "kermany") + picked + unpicked_adults(data, picked))


if __name__ == "__main__":
    main()
