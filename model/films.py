"""Films on disk -> greyscale images: listing, patients, splits, and the augmentation that training uses."""

import hashlib
import io
import re
from collections import namedtuple
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageFilter, ImageOps

import film_list
import outliers

CLASSES = ["normal", "pneumonia"]  # in this order they are the network's outputs
OUTLIER = -1  # the label of an image that is no chest film

Film = namedtuple("Film", "path label patient sha256")
SUFFIXES = {".jpg", ".jpeg", ".png", ".bmp"}


def find(source):
    """Returns (films, class names) of folders named by class, or of a CSV (film_list.py); of identical files the first
    only."""
    rows = film_list.read(source) if Path(source).is_file() else in_folders(Path(source))
    classes = sorted({row.label for row in rows})
    if classes != CLASSES:
        raise SystemExit(f"{source} has the classes {classes}; {CLASSES} are wanted.")
    films = {}
    for path, label, patient in rows:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        film = Film(path, classes.index(label), patient or patient_of(path.name), digest)
        if films.setdefault(digest, film).label != film.label:
            raise SystemExit(f"{path} is the same film as {films[digest].path}, which has another label.")
    return list(films.values()), classes


def in_folders(folder):
    """One folder a class, in `folder` or in its train/, in alphabetical order."""
    root = folder / "train" if (folder / "train").is_dir() else folder
    return [
        film_list.Row(path, child.name.lower(), None)
        for child in sorted(each for each in root.iterdir() if each.is_dir())
        for path in sorted(p for p in child.iterdir() if p.suffix.lower() in SUFFIXES)
    ]


def patient_of(name):
    """`person123_…` and the number in `IM-0115-…` or `NORMAL2-IM-0115-…` name the patient; else the film is its own."""
    found = re.match(r"(person\d+)_|(?:NORMAL2-)?(IM-\d+)", name)
    return (found[1] or found[2]) if found else name


def split(films, share, seed):
    """Returns (training films, validation films): no patient in both, the same share of each class's patients."""
    chosen = set()
    for label in sorted({film.label for film in films}):
        patients = sorted({film.patient for film in films if film.label == label})
        order = np.random.default_rng([seed, label]).permutation(len(patients))
        chosen |= {patients[i] for i in order[: max(1, round(share * len(patients)))]}
    return [f for f in films if f.patient not in chosen], [f for f in films if f.patient in chosen]


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


def read_grey(path, size):
    """The whole film stretched to the square, in 256 levels: what augmentation works on."""
    film = read_upright(path)
    return film if film.size == (size, size) else film.resize((size, size), Image.BILINEAR)


def read_pixels(path, size, rgb=False):
    """-> f32[1 or 3][size][size] in 0..255: what the engine makes of a file, with the levels between whole numbers."""
    channels = read_upright(path, "RGB" if rgb else "L").split()
    return np.stack([np.array(one.convert("F").resize((size, size), Image.BILINEAR)) for one in channels])


def _refilter(film, rng):
    """Every octave of the spectrum made stronger or weaker at random, as detectors, grids and post-processing do."""
    pixels = np.asarray(film, np.float32)
    across, down = np.fft.rfftfreq(film.width), np.fft.fftfreq(film.height)
    octave = np.log2(np.maximum(np.hypot(down[:, None], across), 1 / 64))
    gain = np.exp(np.interp(octave, np.arange(-6, 0), np.append(0, rng.normal(0, 0.4, 5))))
    filtered = np.fft.irfft2(np.fft.rfft2(pixels) * gain, pixels.shape)
    return Image.fromarray(filtered.clip(0, 255).astype(np.uint8))


def _degrade(film, rng):
    """The set's shortcuts are JPEG quality, grain and sharpness: both classes get every one of each."""
    if rng.random() < 0.25:
        side = int(film.width * rng.uniform(0.35, 0.9))
        film = film.resize((side, side), Image.BILINEAR).resize(film.size, Image.BILINEAR)
    elif rng.random() < 0.3:
        film = film.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 1.5)))
    elif rng.random() < 0.4:
        film = film.filter(ImageFilter.UnsharpMask(rng.uniform(0.5, 3), int(rng.integers(30, 160)), 0))
    elif rng.random() < 0.5:
        film = _refilter(film, rng)
    if rng.random() < 0.2:
        pixels = np.asarray(film) + rng.normal(0, rng.uniform(1, 6), (film.height, film.width))
        film = Image.fromarray(pixels.clip(0, 255).astype(np.uint8))
    if rng.random() < 0.5:
        buffer = io.BytesIO()
        film.save(buffer, "JPEG", quality=int(rng.integers(30, 96)))
        film = Image.open(buffer)
    return film


def _retone(film, rng):
    """Exposure and display differ from hospital to hospital: gamma, contrast, brightness, at times equalisation."""
    if rng.random() < 0.1:
        film = ImageOps.equalize(film)
    gamma, contrast, brightness = np.exp(rng.uniform(-0.35, 0.35)), rng.uniform(0.7, 1.3), rng.uniform(0.7, 1.3)
    level = np.asarray(film).mean()
    curve = 255 * (np.arange(256) / 255) ** gamma
    return film.point(((curve - level) * contrast + level * brightness).clip(0, 255).astype(np.uint8).tolist())


def _random_box(film, rng, area, aspect):
    """-> (left, upper, right, lower): a rectangle of a random share of the film's area and a random aspect."""
    width, height = film.size
    for _ in range(10):
        target = width * height * rng.uniform(*area)
        ratio = np.exp(rng.uniform(np.log(aspect[0]), np.log(aspect[1])))
        w, h = (target * ratio) ** 0.5, (target / ratio) ** 0.5
        if w <= width and h <= height:
            break
    else:
        w, h = width, height
    x, y = rng.uniform(0, width - w), rng.uniform(0, height - h)
    return x, y, x + w, y + h


def _frame(film, rng):
    """The same margin all round, or one of its own on every side; black more often than white."""
    widest = rng.uniform(0.02, 0.15) * film.width
    margins = [widest] * 4 if rng.random() < 0.5 else rng.uniform(0, widest, 4)
    return ImageOps.expand(film, tuple(int(margin) for margin in margins), 0 if rng.random() < 0.8 else 255)


def _deliver(film, rng, size, degrees, box):
    film = _degrade(film, rng).resize((size, size), Image.BILINEAR, box=box)
    if rng.random() < 0.5:
        film = ImageOps.mirror(film)
    if rng.random() < 0.6:
        film = film.rotate(rng.uniform(-degrees, degrees), Image.BILINEAR)
    if rng.random() < 0.3:
        film = _frame(film, rng).resize((size, size), Image.BILINEAR)
    return _retone(film, rng)


def augment(film, rng, size, count=1):
    """One part of a film as `count` hospitals might deliver it: it has one answer."""
    box = _random_box(film, rng, (0.08, 1.0), (2 / 3, 3 / 2))
    return [_deliver(film, rng, size, 10, box) for _ in range(count)]


def disturb(film, rng, size, count=1):
    """A film as other hospitals might deliver it: milder than training's augmentation, for validation."""
    return [_deliver(film, rng, size, 5, _random_box(film, rng, (0.75, 1.0), (0.8, 1.25))) for _ in range(count)]


def augment_outlier(film, rng, size, count=1):
    """No films: outliers, degraded and changed in tone as films are, so that neither tells them apart."""
    drawn = [_degrade(outliers.draw(film, rng), rng) for _ in range(count)]
    return [_retone(each, rng).resize((size, size), Image.BILINEAR) for each in drawn]


class Views(torch.utils.data.Dataset):
    """-> (u8[count][size][size], label): `view(film, rng, size, count)` of films held in memory; the same seed, turn and
    index give the same pixels.

    A key is an index, (index, turn), or (index, turn, OUTLIER) for outliers made beside that film."""

    def __init__(self, images, labels, size, view=None, seed=0, count=1):
        self.images, self.labels, self.size, self.view, self.seed = images, labels, size, view, seed
        self.count = count

    def __len__(self):
        return len(self.images)

    def __getitem__(self, key):
        index, turn, label = (*key, self.labels[key[0]])[:3] if isinstance(key, tuple) else (key, 0, self.labels[key])
        film, rng = Image.fromarray(self.images[index]), np.random.default_rng([self.seed, turn, index])
        view = augment_outlier if label == OUTLIER else self.view
        views = view(film, rng, self.size, self.count) if view else [film]
        return torch.from_numpy(np.stack(views)), label
