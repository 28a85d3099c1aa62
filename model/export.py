"""Checkpoint of train.py -> the reader's model file: batch norm folded, float16, with everything the engine must know.

    python3 model/export.py reader.pt model/pneumonia.safetensors --data DIR [--also DIR]

Calibration, operating points and their bands come from the validation films of DIR in several views, the scope check from
its training films and from outliers drawn by rule; nothing else is read. What was written is then read by the built
engine, and removed again where the engine does not answer as PyTorch does.
"""

import argparse
import json
import math

import numpy as np
import torch
from tqdm import tqdm

import engine
import films as film_store
import metrics
import network as mobilenet
import scope
import weights
from train import SPLIT_SEED, tune_cpu

NAME, VERSION = "pneumoscope-pneumonia", "0.5.1"
LICENSE = "Apache-2.0; trained on CC-BY-4.0 data"
TRAINING_DATA = (
    "Kermany, Zhang, Goldbaum: Labeled Optical Coherence Tomography and Chest X-Ray Images for Classification, v2 "
    "(2018), CC BY 4.0; chest_xray/train, 224x224, nine tenths of its patients"
)
MEASURED_ON = "validation films: a tenth of the training patients, as they are, in a second form and disturbed"

# The share of the validation films' pneumonias that each operating point finds, the default first.
SENSITIVITIES = {"balanced": 0.95, "high-sensitivity": 0.99, "high-specificity": 0.90}
BAND_ERROR = 0.02  # of either class, in the hardest view, is answered wrongly outside the band
SCOPE_FILMS = 350  # of either class, in each view, and outliers beside them, for the scope check


# ---- what the network makes of films ----


@torch.no_grad()
def features_of(run, films, size, view=None, seed=SPLIT_SEED, outlier=False):
    """-> f32[films][nfeatures] of one view of each film, or of an outlier drawn beside each.

    run: u8[batch][1][size][size] -> f32[batch][nfeatures]"""
    images = [np.array(film_store.read_grey(film.path, size)) for film in films]
    views = film_store.Views(images, [film.label for film in films], size, view, seed)
    keys = [(i, 0, film_store.OUTLIER) if outlier else i for i in range(len(films))]
    loader = torch.utils.data.DataLoader(views, 32, sampler=keys)
    return torch.cat([run(grey) for grey, _ in tqdm(loader, leave=False)]).numpy()


def validation_views(run, found, also, size, but=()):
    """-> {view: (labels, features)}: as the films are, disturbed, in their second form, and as training augments them,
    the hardest, which stands for films from elsewhere."""
    second = list(film_store.second_forms(found, also).values()) if also else []
    ways = {"plain": (found, None), "disturbed": (found, film_store.disturb), "augmented": (found, film_store.augment)}
    if second:
        ways["second"] = (second, None)
    ways = {name: way for name, way in ways.items() if name not in but}
    labels = lambda films: np.array([film.label for film in films])
    return {k: (labels(films), features_of(run, films, size, view)) for k, (films, view) in ways.items()}


# ---- calibration, operating points, scope ----


def pooled(views, but):
    parts = [view for name, view in views.items() if name not in but]
    return tuple(np.concatenate(column) for column in zip(*parts))


def log_odds(probability):
    return math.log(probability / (1 - probability))


def band(views, scale, bias):
    """(low, high) probability between which an answer is uncertain: outside, at most BAND_ERROR of either class is on
    the wrong side in the hardest view. Empty where the classes are that far apart."""
    labels, logits = views["augmented"]
    p = metrics.sigmoid(scale * logits + bias)
    low, high = np.quantile(p[labels == 1], BAND_ERROR), np.quantile(p[labels == 0], 1 - BAND_ERROR)
    return (low, high) if low < high else (None, None)


def contradicted(labels, logits):
    """-> {class: the share of its training films that the network, though trained on them, calls otherwise}: where it is
    large, labels are in doubt (confident learning: Northcutt, Jiang, Chuang, 2021)."""
    own = metrics.figures(labels, metrics.sigmoid(logits), 0.5)
    return dict(zip(film_store.CLASSES, (1 - own["specificity"], 1 - own["recall"])))


def operating_points(views, scale, bias):
    """The thresholds, each the highest that keeps its sensitivity, which leaves normals from elsewhere the most room;
    and the band, as far from each threshold in log-odds as from the first."""
    labels, logits = pooled(views, but=("augmented",))
    p = metrics.sigmoid(scale * logits + bias)
    low, high = band(views, scale, bias)
    points, first = [], None
    for name, sensitivity in SENSITIVITIES.items():
        threshold = np.clip(metrics.threshold_at(labels, p, sensitivity), 1e-4, 1 - 1e-4)
        threshold = math.floor(threshold * 1e6) / 1e6  # downwards, or the film that it was taken from would be missed
        first = first or threshold
        point = {"name": name, "threshold": threshold}
        if low is not None:
            edges = [log_odds(threshold) + log_odds(edge) - log_odds(first) for edge in (low, high)]
            low_edge, high_edge = (round(float(metrics.sigmoid(edge)), 6) for edge in edges)
            point["uncertain"] = [min(low_edge, threshold), max(high_edge, threshold)]
        found = metrics.figures(labels, p, threshold)
        points.append(
            {**point, "sensitivity": round(found["recall"], 4), "specificity": round(found["specificity"], 4)}
        )
    return points


def of_either_class(films, count):
    """-> `count` films of each class, or all that it has, drawn by the seed of the split."""
    drawn = [films[i] for i in np.random.default_rng(SPLIT_SEED).permutation(len(films))]
    return [film for c in range(len(film_store.CLASSES)) for film in [f for f in drawn if f.label == c][:count]]


def scope_statistics(run, train, also, size, views):
    """Fitted on training films in the natural views, as many of either class, or the rarer would lie farther out; the
    limit refuses one in a hundred of the disturbed validation films, which leaves films from elsewhere another of the
    two in a hundred that we allow ourselves."""
    some = of_either_class(train, SCOPE_FILMS)
    parts = [features_of(run, some, size, view) for view in (None, film_store.disturb)]
    second = list(film_store.second_forms(some, also).values()) if also else []
    if second:
        parts.append(features_of(run, second, size))
    statistics = scope.fit(np.concatenate(parts))
    outliers = scope.distance(statistics, features_of(run, some, size, seed=SPLIT_SEED + 1, outlier=True))
    distances = {name: scope.distance(statistics, features) for name, (_, features) in views.items()}
    statistics["limit"] = float(np.quantile(distances["disturbed"], 0.99))
    refused = {k: float((d > statistics["limit"]).mean()) for k, d in {**distances, "outliers": outliers}.items()}
    return statistics, refused


# ---- the file ----


def half(name, array):
    """float64 -> float16; a file with an infinite weight must not leave this house."""
    result = array.astype(np.float16)
    if not np.isfinite(result).all():
        raise ValueError(f"{name} does not fit in float16")
    return result


def trained_network(checkpoint):
    shape = checkpoint["shape"]
    network = mobilenet.build(float(shape["width_multiplier"]), len(checkpoint["classes"]), shape["padding"])
    network.load_state_dict(checkpoint["weights"])
    return network.eval()


def numbers(tensor):
    return json.dumps(np.broadcast_to(np.ravel(tensor), 3).tolist())


def metadata_of(checkpoint, scale, bias, points):
    options = checkpoint["options"]
    return {
        "format": "pt",
        "name": NAME,
        "version": VERSION,
        "license": LICENSE,
        "architecture": "mobilenet_v2",
        "width_multiplier": checkpoint["shape"]["width_multiplier"],
        "input_size": str(options["size"]),
        "padding": checkpoint["shape"]["padding"],
        "geometry": "stretch",
        "mean": numbers(checkpoint["mean"]),
        "std": numbers(checkpoint["std"]),
        "batch_norm": "folded",
        "classes": json.dumps(checkpoint["classes"]),
        "operating_points": json.dumps(points),
        "operating_points_measured": MEASURED_ON,
        "threshold": str(points[0]["threshold"]),
        "calibration_scale": f"{scale:.6f}",
        "calibration_bias": f"{bias:.6f}",
        "training_data": TRAINING_DATA,
        "training_data_sha256": checkpoint["fingerprint"],
        "training_films": str(checkpoint["films"]),
        "epochs": str(checkpoint["epoch"]),
        "seed": str(options["seed"]),
    }


def with_scope(tensors, metadata, statistics):
    """-> (tensors, metadata) of a file with a scope check, instead of the one that it may have had."""
    single = {name: statistics[name].astype(np.float32) for name in ("mean", "weight")}
    parts = {f"scope.{k}": v for k, v in {**single, "basis": half("scope.basis", statistics["basis"])}.items()}
    numbers = {f"scope_{name}": f"{statistics[name]:.8g}" for name in ("residual", "limit")}
    return {**tensors, **parts}, {**metadata, **numbers}


def arguments():
    parser = argparse.ArgumentParser(description="Turns a checkpoint into a model file.")
    parser.add_argument("checkpoint")
    parser.add_argument("out")
    parser.add_argument(
        "--data", required=True, help="the films it was trained on: validation and scope come from them"
    )
    parser.add_argument("--also", help="folder with a second form of the same films, by class and name")
    engine.add_argument(parser)
    return parser.parse_args()


def main():
    options = arguments()
    tune_cpu()
    checkpoint = torch.load(options.checkpoint, map_location="cpu")
    network, size = trained_network(checkpoint), checkpoint["options"]["size"]
    run = lambda grey: mobilenet.features(network, mobilenet.normalise(grey, checkpoint["mean"], checkpoint["std"]))
    train, validation = film_store.split(film_store.find(options.data)[0], 0.1, SPLIT_SEED)
    views = validation_views(run, validation, options.also, size)
    apart = lambda x: np.diff(network.classifier(torch.from_numpy(x)).detach().numpy())[:, 0]
    logits = {name: (labels, apart(features)) for name, (labels, features) in views.items()}
    scale, bias = metrics.platt(*logits["augmented"])  # the hardest: films from elsewhere are harder than validation's
    points = operating_points(logits, scale, bias)
    statistics, refused = scope_statistics(run, train, options.also, size, views)
    against = contradicted(np.array([film.label for film in train]), apart(features_of(run, train, size)))
    tensors = {name: half(name, array) for name, array in mobilenet.fold(network).items()}
    metadata = metadata_of(checkpoint, scale, bias, points)
    weights.write(options.out, *with_scope(tensors, metadata, statistics))
    engine.refuse_unlike(options, validation)
    figures = {
        k: metrics.figures(y, metrics.sigmoid(scale * z + bias), points[0]["threshold"]) for k, (y, z) in logits.items()
    }
    print(
        json.dumps(
            {
                "out": options.out,
                "validation": figures,
                "operating_points": points,
                "out_of_scope": refused,
                "contradicted_training_labels": against,
            },
            indent=1,
        )
    )


if __name__ == "__main__":
    main()
