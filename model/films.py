"""Films on disk -> greyscale images: listing, patients, splits, reading, levels."""

import hashlib
import io
import re
from collections import namedtuple
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

import film_list

CLASSES = ["normal", "pneumonia"]  # in this order they are the network's outputs
ABNORMAL = "abnormal"  # a film without pneumonia that shows something else: normal to the decision, a group of its own
LEVELS = "percentile-1-99"  # what a model file says under "levels" where it wants stretch_levels

Film = namedtuple("Film", "path label patient sha256 source part side abnormal", defaults=("", 0, False))
SUFFIXES = film_list.SUFFIXES


def find(data):
    """Returns (films, class names) of a folder with a folder a class, or of a CSV (film_list.py); of identical files the
    first only."""
    rows = film_list.read(data) if Path(data).is_file() else film_list.in_folders(data)
    classes = sorted({row.label for row in rows} - {ABNORMAL})
    if classes != CLASSES:
        raise SystemExit(f"{data} has the classes {classes}; {CLASSES} are wanted, and {ABNORMAL} beside them at will.")
    films = {}
    for row in rows:
        film = film_of(row)
        if films.setdefault((film.sha256, film.side), film).label != film.label:
            other = films[film.sha256, film.side].path
            raise SystemExit(f"{film.path} is the same film as {other}, which has another label.")
    return list(films.values()), classes


def film_of(row):
    digest = hashlib.sha256(row.path.read_bytes()).hexdigest()
    label, patient = CLASSES.index("pneumonia" if row.label == "pneumonia" else "normal"), row.patient
    patient = patient or patient_of(row.path.stem)
    return Film(row.path, label, patient, digest, row.source, row.part, row.side, row.label == ABNORMAL)


def patient_of(name):
    """`person123_…` and the number in `IM-0115-…` or `NORMAL2-IM-0115-…` name the patient; else the film is its own."""
    found = re.match(r"(person\d+)_|(?:NORMAL2-)?(IM-\d+)", name)
    return (found[1] or found[2]) if found else name


def split(films, share, seed):
    """Returns (training films, validation films): no patient in both. Of the patients whose place is not given, the same
    share of each class of each source is drawn; every film of a validation patient is a validation film."""
    chosen = {film.patient for film in films if film.part == "validation"}
    free = [film for film in films if not film.part]
    for source, label in sorted({(film.source, film.label) for film in free}):
        patients = sorted({film.patient for film in free if (film.source, film.label) == (source, label)})
        order = np.random.default_rng([seed, label]).permutation(len(patients))
        chosen |= {patients[i] for i in order[: max(1, round(share * len(patients)))]}
    kept = lambda film: film.patient in chosen
    return [film for film in films if not kept(film)], [film for film in films if kept(film)]


def second_forms(films, folder):
    """-> {index of a film: the film of that class and name in another folder}, of the films that exist there."""
    found = {(film.label, film.path.stem): film for film in find(folder)[0]}
    keys = [(film.label, film.path.stem) for film in films]
    return {i: found[key] for i, key in enumerate(keys) if key in found}


def fingerprint(films):
    return hashlib.sha256("\n".join(sorted(film.sha256 for film in films)).encode()).hexdigest()


def read_upright(path, mode="L"):
    with Image.open(path) as image:
        return ImageOps.exif_transpose(image).convert(mode)


def read_grey(path, size, side=0):
    """The whole film stretched to the square, in 256 levels: what augmentation works on. side: shrink it to that first."""
    film = read_upright(path)
    film = as_jpeg(shrink(film, side), 90) if side else film
    return film if film.size == (size, size) else film.resize((size, size), Image.BILINEAR)


def shrink(film, side):
    """To side x side by bilinear interpolation without a filter before it: what many collections of small films went
    through, among them the one that `side` 128 imitates."""
    pixels = np.asarray(film, np.float32)
    for axis in (0, 1):
        count = pixels.shape[axis]
        at = ((np.arange(side) + 0.5) * count / side - 0.5).clip(0, count - 1)
        below = at.astype(int)
        share = (at - below).astype(np.float32).reshape((-1, 1) if axis == 0 else (1, -1))
        pixels = np.take(pixels, below, axis) * (1 - share) + np.take(pixels, np.minimum(below + 1, count - 1), axis) * share
    return Image.fromarray(pixels.round().astype(np.uint8))


def as_jpeg(film, quality):
    buffer = io.BytesIO()
    film.save(buffer, "JPEG", quality=quality)
    return Image.open(buffer)


def read_pixels(path, size, rgb=False, levels=None):
    """-> f32[1 or 3][size][size] in 0..255: what the engine makes of a file, with the levels between whole numbers.

    levels: None, or LEVELS where the model file says so."""
    channels = read_upright(path, "RGB" if rgb else "L").split()
    pixels = np.stack([np.array(one.convert("F").resize((size, size), Image.BILINEAR)) for one in channels])
    return stretch_levels(pixels) if levels == LEVELS else pixels


def stretch_levels(pixels):
    """The 1st and 99th percentile of an image at network size become 0 and 255, what lies outside is cut off; an image of
    one grey stays as it is. f32 of 0..255 in and out, any shape.

    In single precision and in the order of src/image/levels.c: the integer network rounds what comes of it, and a grey that
    a thousand pixels share must not be rounded otherwise there."""
    grey = np.asarray(pixels, np.float32)
    grey = grey - np.floor(grey.min())
    ordered = np.sort(grey, axis=None).astype(float)
    low, high = (np.float32(_percentile(ordered, share)) for share in (0.01, 1 - 0.01))
    if not high > low:
        return np.asarray(pixels, np.float32)
    return ((grey - low) / (high - low)).clip(0, 1) * np.float32(255)


def _percentile(ordered, share):
    """Between two of the sorted values on the straight line, as numpy.percentile does unasked."""
    rank = share * (len(ordered) - 1)
    below = int(rank)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (rank - below) * (ordered[above] - ordered[below])


def with_levels(film):
    """stretch_levels of an image of 256 levels."""
    return Image.fromarray(stretch_levels(np.asarray(film, np.float32)).round().astype(np.uint8))
