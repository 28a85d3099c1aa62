"""Whether a film of one set stands in another under another name: training and test films must be different ones.

    python3 model/overlap.py FILMS DIR...       FILMS: a folder with a folder a class, or a CSV; DIR: images, however deep

Films are compared by what they show. In 24 x 24 pixels, brightness and contrast taken away, the same film correlates by more
than 0.97 whatever its size, quality or levels; so do a few different films, whose fine detail tells them apart: the same
film's correlates by 0.97 and more, others' by 0.65 at most (measured on the sets of the model card). Ends with 1 where a film
stands in both.
"""

import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

import films as film_store

SIDE, ALIKE = 24, 0.97  # of the sketch
DETAIL_SIDE, SAME = 96, 0.8


def sketch(path):
    """-> f32[SIDE * SIDE] of length 1 and mean 0"""
    return _unit(np.asarray(film_store.read_upright(path).resize((SIDE, SIDE), Image.BOX), np.float32))


def detail(path):
    """-> the same of what is finer than the sketch, without the film's edge"""
    film = film_store.read_upright(path).resize((DETAIL_SIDE, DETAIL_SIDE), Image.BOX)
    fine = np.asarray(film, np.float32) - np.asarray(film.filter(ImageFilter.GaussianBlur(3)), np.float32)
    return _unit(fine[4:-4, 4:-4])


def _unit(pixels):
    pixels = pixels.ravel() - pixels.mean()
    return pixels / (np.linalg.norm(pixels) + 1e-9)


def images_in(folder):
    return sorted(p for p in Path(folder).rglob("*") if p.suffix.lower() in film_store.SUFFIXES)


def pairs(films, others):
    """-> [(correlation, path of a film, path of the other)] of those that show the same, the most alike first"""
    if not films or not others:
        return []
    alike = np.stack([sketch(path) for path in films]) @ np.stack([sketch(path) for path in others]).T
    near = [(films[i], others[j]) for i, j in zip(*np.nonzero(alike > ALIKE))]
    found = [(float(detail(film) @ detail(other)), film, other) for film, other in near]
    return sorted((pair for pair in found if pair[0] > SAME), key=lambda pair: -pair[0])


def refuse(films, folders):
    """Ends the program where one of the films stands in one of the folders."""
    same = pairs([film.path for film in films], [path for folder in folders for path in images_in(folder)])
    if same:
        shown = "\n".join(f"  {film} is {other} ({alike:.3f})" for alike, film, other in same[:20])
        raise SystemExit(f"{len(same)} films to train on are test films, and must be left out of one set:\n{shown}")


def main():
    data, *folders = sys.argv[1:]
    films, _ = film_store.find(data)
    refuse(films, folders)
    print(f"none of {len(films)} films stands in {', '.join(folders)}")


if __name__ == "__main__":
    main()
