"""Checkpoint of train.py -> the reader's model file: batch norm folded, float16, with everything the engine must know.

    python3 model/export.py reader.pt model/pneumonia.safetensors --data DIR [--also DIR]

Calibration, operating points and their bands come from the validation films of DIR in several views, in which every source
and either class of it weigh the same; the scope check from its training films and from outliers drawn by rule. Nothing else
is read. What was written is then read by the built
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
import views as film_views
import weights
from train import SPLIT_SEED, tune_cpu

NAME, VERSION = "pneumoscope-pneumonia", "0.6.0"
LICENSE = "Apache-2.0; trained on CC-BY-4.0 data and on films of the NIH Clinical Center"
TRAINING_DATA = (
    "Children: Kermany, Zhang, Goldbaum: Labeled Optical Coherence Tomography and Chest X-Ray Images for Classification, v2 "
    "(2018), CC BY 4.0, chest_xray/train. Adults: films of the NIH Clinical Center (Wang et al., CVPR 2017), labels of the "
    "RSNA Pneumonia Detection Challenge 2018 by RSNA and the Society of Thoracic Radiology (Shih et al., Radiology: AI 2019). "
    "Nine tenths of the patients of each"
)
MEASURED_ON = "validation films: a tenth of the training patients, as they are, in a second form and disturbed"

# The share of the validation films' pneumonias that each operating point finds, the default first; None: where the mean of
# sensitivity and specificity is largest.
SENSITIVITIES = {"balanced": None, "high-sensitivity": 0.98, "high-specificity": 0.88}
BAND_ERROR = 0.035  # of either class, in the disturbed view, is answered wrongly outside the band
SCOPE_FILMS = 350  # of either class, in each view, and outliers beside them, for the scope check


# ---- what the network makes of films ----


@torch.no_grad()
def features_of(run, films, view=None, seed=SPLIT_SEED, outliers=False):
    """-> f32[films][nfeatures] of one view of each film, or of an outlier drawn beside each.

    run: a Reading of the network"""
    images = [np.array(run.ready(film_store.read_grey(film.path, run.size))) for film in films]
    pool = film_views.draw_outliers(images, len(films), seed, 0) if outliers else ()
    views = film_views.Views(images, [film.label for film in films], run.size, view, seed, 1, run.stretched, pool)
    keys = [(i, 0, film_views.OUTLIER) if outliers else i for i in range(len(films))]
    loader = torch.utils.data.DataLoader(views, 32, sampler=keys)
    return torch.cat([run(grey) for grey, _ in tqdm(loader, leave=False)]).numpy()


class Reading:
    """u8[batch][1][size][size] -> f32[batch][nfeatures], and how a film becomes such an input."""

    def __init__(self, features, size, levels):
        self.features, self.size, self.stretched = features, size, 1.0 if levels else 0.0
        self.ready = film_store.with_levels if levels else lambda film: film

    def __call__(self, grey):
        return self.features(grey)


def validation_views(run, found, also):
    """-> {view: (labels, sources, features)}: as the films are, disturbed, in their second form, and as training augments
    them, the hardest, which stands for films from elsewhere."""
    second = list(film_store.second_forms(found, also).values()) if also else []
    ways = {"plain": (found, None), "disturbed": (found, film_views.disturb), "augmented": (found, film_views.augment)}
    if second:
        ways["second"] = (second, None)
    column = lambda films, name: np.array([getattr(film, name) for film in films])
    return {
        name: (column(films, "label"), column(films, "source"), features_of(run, films, view))
        for name, (films, view) in ways.items()
    }


# ---- calibration, operating points, scope ----


def pooled(views, names):
    """-> labels, sources and logits of some views together"""
    parts = [views[name] for name in names if name in views]
    return tuple(np.concatenate(column) for column in zip(*parts))


def by_source_and_class(labels, sources):
    """-> weights with which every source weighs the same, and either class of it"""
    _, source = np.unique(sources, return_inverse=True)
    return metrics.balanced(np.stack([source, labels], 1))


def log_odds(probability):
    return math.log(probability / (1 - probability))


def band(views, scale, bias):
    """(low, high) probability between which an answer is uncertain: outside, at most BAND_ERROR of either class is on
    the wrong side in the disturbed view. Empty where the classes are that far apart."""
    labels, sources, logits = views["disturbed"]
    p, weights = metrics.sigmoid(scale * logits + bias), by_source_and_class(labels, sources)
    low = metrics.quantile(p[labels == 1], BAND_ERROR, weights[labels == 1])
    high = metrics.quantile(p[labels == 0], 1 - BAND_ERROR, weights[labels == 0])
    return (low, high) if low < high else (None, None)


def contradicted(labels, logits):
    """-> {class: the share of its training films that the network, though trained on them, calls otherwise}: where it is
    large, labels are in doubt (confident learning: Northcutt, Jiang, Chuang, 2021)."""
    own = metrics.figures(labels, metrics.sigmoid(logits), 0.5)
    return dict(zip(film_store.CLASSES, (1 - own["specificity"], 1 - own["recall"])))


def operating_points(views, scale, bias):
    """The thresholds: the first where sensitivity and specificity are best together, of the others each the highest that
    keeps its sensitivity, which leaves normals from elsewhere the most room; and the band, as far from each threshold in
    log-odds as from the first."""
    labels, sources, logits = pooled(views, ("plain", "disturbed", "second"))
    p, weights = metrics.sigmoid(scale * logits + bias), by_source_and_class(labels, sources)
    best = metrics.sigmoid(metrics.best_threshold(labels, scale * logits + bias, weights))
    low, high = band(views, scale, bias)
    points, first = [], None
    for name, sensitivity in SENSITIVITIES.items():
        threshold = metrics.threshold_at(labels, p, sensitivity, weights) if sensitivity else float(best)
        threshold = np.clip(threshold, 1e-4, 1 - 1e-4)
        threshold = math.floor(threshold * 1e6) / 1e6  # downwards, or the film that it was taken from would be missed
        first = first or threshold
        point = {"name": name, "threshold": threshold}
        if low is not None:
            edges = [log_odds(threshold) + log_odds(edge) - log_odds(first) for edge in (low, high)]
            low_edge, high_edge = (round(float(metrics.sigmoid(edge)), 6) for edge in edges)
            point["uncertain"] = [min(low_edge, threshold), max(high_edge, threshold)]
        called, share = p >= threshold, lambda right, of: round(float(weights[right & of].sum() / weights[of].sum()), 4)
        sensitivity, specificity = share(called, labels == 1), share(~called, labels == 0)
        points.append({**point, "sensitivity": sensitivity, "specificity": specificity})
    return points


def of_each_group(films, count):
    """-> `count` films of each class of each source, or all that it has, drawn by the seed of the split."""
    drawn = [films[i] for i in np.random.default_rng(SPLIT_SEED).permutation(len(films))]
    groups = sorted({(film.source, film.label) for film in films})
    return [film for key in groups for film in [f for f in drawn if (f.source, f.label) == key][:count]]


def scope_statistics(run, train, also, views):
    """Fitted on training films in the natural views, as many of each group, or the rarer would lie farther out; the limit
    refuses one in a hundred of the disturbed validation films of the source that is farther out."""
    some = of_each_group(train, SCOPE_FILMS)
    parts = [features_of(run, some, view) for view in (None, film_views.disturb)]
    second = list(film_store.second_forms(some, also).values()) if also else []
    if second:
        parts.append(features_of(run, second))
    statistics = scope.fit(np.concatenate(parts))
    outliers = scope.distance(statistics, features_of(run, some, seed=SPLIT_SEED + 1, outliers=True))
    distances = {name: (sources, scope.distance(statistics, x)) for name, (_, sources, x) in views.items()}
    sources, disturbed = distances["disturbed"]
    statistics["limit"] = max(float(np.quantile(disturbed[sources == source], 0.99)) for source in set(sources))
    refused = {
        " ".join(filter(None, (name, source))): float((d[sources == source] > statistics["limit"]).mean())
        for name, (sources, d) in distances.items()
        for source in sorted(set(sources))
    }
    return statistics, {**refused, "outliers": float((outliers > statistics["limit"]).mean())}


# ---- the file ----


def half(name, array):
    """float64 -> float16; refuses a weight that becomes infinite."""
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
    levels = {"levels": options["levels"]} if options.get("levels") else {}
    return {
        **levels,
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
    network, trained = trained_network(checkpoint), checkpoint["options"]
    features = lambda grey: mobilenet.features(network, mobilenet.normalise(grey, checkpoint["mean"], checkpoint["std"]))
    run = Reading(features, trained["size"], trained.get("levels"))
    train, validation = film_store.split(film_store.find(options.data)[0], 0.1, SPLIT_SEED)
    views = validation_views(run, validation, options.also)
    apart = lambda x: np.diff(network.classifier(torch.from_numpy(x)).detach().numpy())[:, 0]
    logits = {name: (labels, sources, apart(x)) for name, (labels, sources, x) in views.items()}
    labels, sources, disturbed = logits["disturbed"]
    scale, bias = metrics.platt(labels, disturbed, by_source_and_class(labels, sources))
    points = operating_points(logits, scale, bias)
    statistics, refused = scope_statistics(run, train, options.also, views)
    against = contradicted(np.array([film.label for film in train]), apart(features_of(run, train)))
    tensors = {name: half(name, array) for name, array in mobilenet.fold(network).items()}
    metadata = metadata_of(checkpoint, scale, bias, points)
    weights.write(options.out, *with_scope(tensors, metadata, statistics))
    engine.refuse_unlike(options, validation)
    figures = {
        " ".join(filter(None, (name, source))): metrics.figures(
            y[at == source], metrics.sigmoid(scale * z[at == source] + bias), points[0]["threshold"]
        )
        for name, (y, at, z) in logits.items()
        for source in sorted(set(at))
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
