"""A film as a telephone photographs it on a light box or a screen, drawn by rule: askew, unevenly lit, with glare, moire and
surroundings. It is all done in grey, since that is what the reader sees."""

import numpy as np
from PIL import Image, ImageFilter


def of(film, rng):
    """film: a square image in grey -> the same size"""
    size = film.width
    corners = np.array([(0, 0), (0, 1), (1, 1), (1, 0)], float)
    at = (corners * (1 - 2 * rng.uniform(-0.02, 0.1)) + rng.uniform(0, 0.08) + rng.normal(0, 0.025, (4, 2))) * size
    picture = _surroundings(size, rng)
    mask = Image.new("L", film.size, 255)
    warp = lambda image: image.transform(film.size, Image.PERSPECTIVE, _perspective(at, corners * size), Image.BILINEAR)
    picture.paste(warp(film), mask=warp(mask))
    light = _light(size, rng) * (1 + _moire(size, rng))
    out = np.asarray(picture, np.float32) * light + _glare(size, rng) + rng.uniform(0, 40)
    return Image.fromarray(out.clip(0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(rng.uniform(0, 0.7)))


def _perspective(source, target):
    """-> the eight numbers of PIL's PERSPECTIVE that take `source` to `target`, both f64[4][2]."""
    rows = []
    for (x, y), (u, v) in zip(source, target):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
    return np.linalg.solve(np.array(rows), target.ravel()).tolist()


def _surroundings(size, rng):
    """The room behind the light box, dark, or the rest of it, bright; at times an edge of something."""
    wall = Image.new("L", (size, size), int(rng.choice([rng.integers(0, 60), rng.integers(0, 256)])))
    if rng.random() < 0.5:
        box = sorted(rng.integers(0, size, 2)) + sorted(rng.integers(0, size, 2))
        wall.paste(int(rng.integers(0, 256)), (box[0], box[2], box[1], box[3]))
    return wall


def _grid(size):
    y, x = np.mgrid[0:size, 0:size].astype(np.float32) / size
    return x, y


def _light(size, rng):
    """Lamps do not light a box evenly, and lenses darken the corners."""
    x, y = _grid(size)
    slope = 1 + rng.uniform(-0.35, 0.35) * (x - 0.5) + rng.uniform(-0.35, 0.35) * (y - 0.5)
    return slope * (1 - rng.uniform(0, 0.4) * ((x - 0.5) ** 2 + (y - 0.5) ** 2)) * rng.uniform(0.75, 1.1)


def _glare(size, rng):
    """The reflection of a lamp or a window, on one photograph in three."""
    if rng.random() > 0.35:
        return 0
    x, y = _grid(size)
    (u, v), reach = rng.uniform(0, 1, 2), rng.uniform(0.05, 0.25, 2)
    return rng.uniform(20, 120) * np.exp(-(((x - u) / reach[0]) ** 2) - ((y - v) / reach[1]) ** 2)


def _moire(size, rng):
    """What the grids of screen and camera make together."""
    if rng.random() > 0.5:
        return 0
    x, y = _grid(size)
    angle, waves = rng.uniform(0, np.pi), rng.uniform(4, size / 3)
    return rng.uniform(0, 0.06) * np.sin(2 * np.pi * waves * (x * np.cos(angle) + y * np.sin(angle)))
