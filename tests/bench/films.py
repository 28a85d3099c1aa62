"""Makes the JPEG films that the benchmark reads: smooth shapes with noise, so that they compress as films do. Grey, one
of them also as viewers that know no grey export it.

    python3 tests/bench/films.py FOLDER
"""

import sys
from pathlib import Path

import numpy as np
from PIL import Image

SIZES = {"film_224": (224, 224), "film_2.5mp": (1826, 1370), "film_12mp": (4000, 3000)}


def film(width, height):
    y, x = np.mgrid[0:height, 0:width] / height
    shapes = 128 + 70 * np.sin(9 * x) * np.cos(7 * y) + 30 * np.sin(31 * x + 17 * y)
    noise = np.random.default_rng(251).normal(0, 4, (height, width))
    return Image.fromarray(np.clip(shapes + noise, 0, 255).astype(np.uint8))


def main(folder):
    for name, (width, height) in SIZES.items():
        film(width, height).save(Path(folder) / f"{name}.jpg", quality=90)
    film(*SIZES["film_2.5mp"]).convert("RGB").save(Path(folder) / "film_2.5mp_rgb.jpg", quality=90)


if __name__ == "__main__":
    main(*sys.argv[1:])
