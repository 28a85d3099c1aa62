"""Checkpoint of train.py -> the reader's model file: batch norm folded, float16, with everything the engine must know.

    python3 model/export.py reader.pt OUT.safetensors --data FILMS [--name NAME ...] [--groups child=SOURCE adult=SOURCE]
        [--mean FILE SHARE]

Calibration, operating points and their bands come from the validation films in several views. Every source weighs the same,
and so does each class of it. With --groups each group of patients has a rule of its own, from the films of its sources
alone. With --mean the weights are those of the checkpoint and, to a SHARE, those of an older model file that the training
started from (Wortsman et al., 2022): the mean forgets less. The scope check comes from training films and from outliers drawn by rule. Nothing else is read. The built engine
then reads the file, and it is removed again where the engine does not answer as PyTorch does. An argument @FILE stands for
the arguments in FILE, one a line.
"""

import argparse
import json
import math
from pathlib import Path

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

MEASURED_ON = "validation films: a tenth of the training patients, as they are, in a second form and disturbed"

GROUPS = ("child", "adult")  # whom src/findings/rules.h knows

# The share of the validation films' pneumonias that each operating point finds, the default first; None: where the mean of
# sensitivity and specificity is largest.
SENSITIVITIES = {"balanced": None, "high-sensitivity": 0.98, "high-specificity": 0.88}
# Outside the band at most so many pneumonias are called normal, and films without called pneumonia, in the disturbed view.
# To miss is worse than to alarm. Nobody picks the adults: their classes lie closer, and stricter shares would leave most open.
BAND_ERRORS = {"child": (0.02, 0.035), "adult": (0.05, 0.10)}
BAND_ERRORS_ELSEWHERE = (0.035, 0.035)
SCOPE_FILMS = 200  # of each class of each source, in each view, for the scope check


# ---- what the network makes of films ----


@torch.no_grad()
def features_of(run, films, view=None, seed=SPLIT_SEED, outliers=False):
    """-> f32[films][nfeatures] of one view of each film, or of an outlier drawn beside each.

    run: a Reading of the network"""
    images = [run.image(film) for film in films]
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
        self.images = {}

    def image(self, film):
        """-> u8[size][size]; a film is read once."""
        key = film.path, film.side
        if key not in self.images:
            self.images[key] = np.array(self.ready(film_store.read_grey(film.path, self.size, film.side)))
        return self.images[key]

    def __call__(self, grey):
        return self.features(grey)


def validation_views(run, found, also):
    """-> {view: (labels, sources, features)}: as the films are, disturbed, and in their second form."""
    second = list(film_store.second_forms(found, also).values()) if also else []
    ways = {"plain": (found, None), "disturbed": (found, film_views.disturb)}
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


def band(views, scale, bias, errors):
    """(low, high) probability between which an answer is uncertain: outside, at most the shares `errors` of the pneumonias
    and of the others are on the wrong side in the disturbed view. Empty where the classes are that far apart."""
    labels, sources, logits = views["disturbed"]
    p, weights = metrics.sigmoid(scale * logits + bias), by_source_and_class(labels, sources)
    low = metrics.quantile(p[labels == 1], errors[0], weights[labels == 1])
    high = metrics.quantile(p[labels == 0], 1 - errors[1], weights[labels == 0])
    return (low, high) if low < high else (None, None)


def contradicted(labels, logits):
    """-> {class: the share of its training films that the network, though trained on them, calls otherwise}: where it is
    large, labels are in doubt (confident learning: Northcutt, Jiang, Chuang, 2021)."""
    own = metrics.figures(labels, metrics.sigmoid(logits), 0.5)
    return dict(zip(film_store.CLASSES, (1 - own["specificity"], 1 - own["recall"])))


def operating_points(views, scale, bias, errors):
    """The thresholds: the first where sensitivity and specificity are best together, of the others each the highest that
    keeps its sensitivity, which leaves normals from elsewhere the most room; and the band, as far from each threshold in
    log-odds as from the first."""
    labels, sources, logits = pooled(views, ("plain", "disturbed", "second"))
    p, weights = metrics.sigmoid(scale * logits + bias), by_source_and_class(labels, sources)
    best = metrics.sigmoid(metrics.best_threshold(labels, scale * logits + bias, weights))
    low, high = band(views, scale, bias, errors)
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


def rule(views, errors=BAND_ERRORS_ELSEWHERE):
    """-> (scale, bias, operating points) from some films alone: Platt's numbers from the disturbed view."""
    labels, sources, disturbed = views["disturbed"]
    scale, bias = metrics.platt(labels, disturbed, by_source_and_class(labels, sources))
    return scale, bias, operating_points(views, scale, bias, errors)


def of_sources(views, wanted):
    """-> the same views of the films of some sources"""
    chosen = lambda sources: np.isin(sources, wanted)
    return {name: tuple(column[chosen(one[1])] for column in one) for name, one in views.items()}


def group_rule(name, views, sources):
    return rule(of_sources(views, sources), BAND_ERRORS.get(name, BAND_ERRORS_ELSEWHERE))


def cautious(views, groups):
    """-> the rule for patients of whom nothing is known: what it calls pneumonia or normal, every group's rule calls so.

    Each band covers those of all groups, and each threshold is the lowest, in log-odds before calibration."""
    scale, bias, points = rule(views)
    labels, sources, logits = pooled(views, ("plain", "disturbed", "second"))
    weights = by_source_and_class(labels, sources)
    share = lambda right, of: round(float(weights[right & of].sum() / weights[of].sum()), 4)
    for i, point in enumerate(points):
        edges = [edge for one in groups.values() for edge in edges_before_calibration(*one[:2], one[2][i])]
        low, threshold, high = min(e[0] for e in edges), min(e[1] for e in edges), max(e[2] for e in edges)
        p = [round(float(metrics.sigmoid(scale * z + bias)), 6) for z in (low, threshold, high)]
        called = logits >= threshold
        figures = {"sensitivity": share(called, labels == 1), "specificity": share(~called, labels == 0)}
        points[i] = {"name": point["name"], "threshold": p[1], "uncertain": [p[0], p[2]], **figures}
    return scale, bias, points


def edges_before_calibration(scale, bias, point):
    """-> [(low, threshold, high)], logits"""
    low, high = point.get("uncertain", [point["threshold"]] * 2)
    inside = lambda p: min(max(p, 1e-6), 1 - 1e-6)
    return [tuple((log_odds(inside(p)) - bias) / scale for p in (low, point["threshold"], high))]


def of_each_group(films, count):
    """-> `count` films of each class of each source, or all that it has, drawn by the seed of the split."""
    drawn = [films[i] for i in np.random.default_rng(SPLIT_SEED).permutation(len(films))]
    groups = sorted({(film.source, film.label) for film in films})
    return [film for key in groups for film in [f for f in drawn if (f.source, f.label) == key][:count]]


def scope_statistics(run, some, plain, also, views):
    """Fitted on training films in the natural views, as many of each group, or the rarer would lie farther out; the limit
    refuses one in a hundred of the disturbed validation films of the source that is farther out."""
    parts = [plain, features_of(run, some, film_views.disturb)]
    second = list(film_store.second_forms(some, also).values()) if also else []
    if second:
        parts.append(features_of(run, second))
    statistics = scope.fit(np.concatenate(parts))
    outliers = scope.distance(statistics, features_of(run, some[::5], seed=SPLIT_SEED + 1, outliers=True))
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
    if checkpoint["options"].get("folded"):
        mobilenet.without_batch_norm(network)
    network.load_state_dict(checkpoint["weights"])
    return network.eval()


@torch.no_grad()
def mix(network, file, share):
    """Moves the weights by `share` of the way to those of a model file."""
    older, own = mobilenet.load(file)[0].state_dict(), network.state_dict()
    if {name: each.shape for name, each in older.items()} != {name: each.shape for name, each in own.items()}:
        raise SystemExit(f"export: {file} and the checkpoint differ in shape; --mean wants a run with --folded that began there.")
    for name, weight in own.items():
        weight.lerp_(older[name], share)


def numbers(tensor):
    return json.dumps(np.broadcast_to(np.ravel(tensor), 3).tolist())


def group_of(name, scale, bias, points):
    calibration = {"calibration_scale": round(scale, 6), "calibration_bias": round(bias, 6)}
    return {"name": name, **calibration, "operating_points": points}


def metadata_of(checkpoint, about, own, groups):
    options, (scale, bias, points) = checkpoint["options"], own
    by_group = [group_of(name, *one) for name, one in groups.items()]
    levels = {"levels": options["levels"]} if options.get("levels") else {}
    return {
        **levels,
        "format": "pt",
        **about,
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
        **({"groups": json.dumps(by_group)} if by_group else {}),
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


def group_argument(text):
    """GROUP=SOURCE[,SOURCE] -> (group, sources)"""
    name, _, sources = text.partition("=")
    if name not in GROUPS or not sources:
        raise argparse.ArgumentTypeError(f"{text}: GROUP=SOURCE[,SOURCE] is wanted, GROUP one of {', '.join(GROUPS)}")
    return name, sources.split(",")


def arguments():
    parser = argparse.ArgumentParser(description="Turns a checkpoint into a model file.", fromfile_prefix_chars="@")
    parser.add_argument("checkpoint")
    parser.add_argument("out")
    parser.add_argument(
        "--data", required=True, help="the films it was trained on: validation and scope come from them"
    )
    parser.add_argument("--also", help="folder with a second form of the same films, by class and name")
    parser.add_argument("--groups", nargs="*", default=[], type=group_argument, metavar="GROUP=SOURCE",
                        help="a rule of its own for children or adults, from the films of these sources")  # fmt: skip
    parser.add_argument("--mean", nargs=2, metavar=("FILE", "SHARE"), help="an older model file, and its share of the weights")
    parser.add_argument("--name", help="of the model (default: that of the file)")
    parser.add_argument("--version", default="0.1.0", help="of the model (0.1.0)")
    parser.add_argument("--license", help="of the model: stands in the file; nothing when left out")
    parser.add_argument("--training-data", help="what it was trained on, in a sentence: as --license")
    engine.add_argument(parser)
    return parser.parse_args()


def about_of(options):
    """What the file says of itself."""
    name = options.name or Path(options.out).stem
    said = {"license": options.license, "training_data": options.training_data}
    return {"name": name, "version": options.version, **{key: value for key, value in said.items() if value}}


def main():
    options = arguments()
    tune_cpu()
    checkpoint = torch.load(options.checkpoint, map_location="cpu")
    network, trained = trained_network(checkpoint), checkpoint["options"]
    if options.mean:
        mix(network, options.mean[0], float(options.mean[1]))
    features = lambda grey: mobilenet.features(network, mobilenet.normalise(grey, checkpoint["mean"], checkpoint["std"]))
    run = Reading(features, trained["size"], trained.get("levels"))
    train, validation = film_store.split(film_store.find(options.data)[0], 0.1, SPLIT_SEED)
    views = validation_views(run, validation, options.also)
    apart = lambda x: np.diff(network.classifier(torch.from_numpy(x)).detach().numpy())[:, 0]
    logits = {name: (labels, sources, apart(x)) for name, (labels, sources, x) in views.items()}
    groups = {
        name: group_rule(name, logits, sources) for name, sources in options.groups
    }
    own = cautious(logits, groups) if groups else rule(logits)
    some = of_each_group(train, SCOPE_FILMS)
    plain = features_of(run, some)
    statistics, refused = scope_statistics(run, some, plain, options.also, views)
    against = contradicted(np.array([film.label for film in some]), apart(plain))
    tensors = {name: half(name, array) for name, array in mobilenet.fold(network).items()}
    metadata = metadata_of(checkpoint, about_of(options), own, groups)
    weights.write(options.out, *with_scope(tensors, metadata, statistics))
    engine.refuse_unlike(options, validation)
    told = {
        "out": options.out,
        "validation": figures_of(logits, own),
        "operating_points": own[2],
        "groups": {name: points for name, (_, _, points) in groups.items()},
        "out_of_scope": refused,
        "contradicted_training_labels": against,
    }
    print(json.dumps(told, indent=1))


def figures_of(logits, own):
    """-> {view and source: figures} at the first operating point"""
    scale, bias, points = own
    return {
        " ".join(filter(None, (name, source))): metrics.figures(
            y[at == source], metrics.sigmoid(scale * z[at == source] + bias), points[0]["threshold"]
        )
        for name, (y, at, z) in logits.items()
        for source in sorted(set(at))
    }


if __name__ == "__main__":
    main()
