"""Makes the sample films: random points in the space of a class's principal components, so that no patient is in them.

    python3 model/samples.py --data DIR --model model/pneumonia.safetensors --out web/samples

For each class the mean and the principal components of 1,000 films are taken, and a film is drawn with random
coefficients of a little less than the films' own variances. The seeds are the first whose film the model clearly reads
as its class.
"""

import argparse
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image
from sklearn.decomposition import PCA

import decisions
import films as film_store
import reference

COMPONENTS = 120
FILMS = 1000  # a class: enough for the components, and a minute's work
SPREAD = 0.8
SIDE = 224
SHAPE = (480, 376)  # width and height in pixels: the set's usual aspect
SAMPLES = [("normal", "png"), ("normal", "jpg"), ("pneumonia", "png")]
LEAST_FILMS = 200


def components_of(films):
    assert len(films) >= LEAST_FILMS, f"{len(films)} films: too few to hide a patient"
    films = [films[i] for i in np.random.default_rng(0).permutation(len(films))[:FILMS]]
    pixels = np.stack([np.array(film_store.read_grey(film.path, SIDE)).ravel() for film in films]).astype(np.float32)
    return PCA(COMPONENTS, svd_solver="randomized", iterated_power=3, random_state=0).fit(pixels)


def draw(components, seed):
    """Mean + sum of coefficient * component; the coefficients are normal, a little narrower than the films' own."""
    coefficients = np.random.default_rng(seed).normal(0, SPREAD, COMPONENTS) * np.sqrt(components.explained_variance_)
    side = int(len(components.mean_) ** 0.5)
    film = components.inverse_transform(coefficients[None]).reshape(side, side)
    return Image.fromarray(film.clip(0, 255).astype(np.uint8)).resize(SHAPE, Image.BICUBIC)


def save(film, path):
    film.save(path, quality=85, optimize=True)


def clear(label, found, point):
    """In scope, and half of the way from the uncertain band to certainty beyond it."""
    (low, high), p = point["uncertain"], found["probability"]
    return found["scope_score"] < 0.8 and (p < low / 2 if label == "normal" else p > (1 + high) / 2)


def make(label, suffix, first_seed, components, reader, out):
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(first_seed, first_seed + 500):
            trial = Path(folder) / f"film.{suffix}"
            save(draw(components, seed), trial)
            found = reference.read(*reader, trial, argparse.Namespace(raw=False, rgb=False))
            if clear(label, found, decisions.operating_points(reader[1])[0]):
                path = out / f"synthetic-{label}-{seed}.{suffix}"
                path.write_bytes(trial.read_bytes())
                print(f"{path} {path.stat().st_size} bytes, seed {seed}")
                return seed + 1
    raise SystemExit(f"no seed from {first_seed} to {first_seed + 499} is read as {label}")


def main():
    parser = argparse.ArgumentParser(description="Makes the synthetic sample films.")
    parser.add_argument("--data", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--out", required=True)
    options = parser.parse_args()
    found, classes = film_store.find(options.data)
    reader = (*reference.open_model(options.model), decisions.scope_scorer(options.model))
    out, next_seed = Path(options.out), {}
    out.mkdir(parents=True, exist_ok=True)
    components = {label: components_of([f for f in found if classes[f.label] == label]) for label in classes}
    for label, suffix in SAMPLES:
        next_seed[label] = make(label, suffix, next_seed.get(label, 1), components[label], reader, out)


if __name__ == "__main__":
    main()
