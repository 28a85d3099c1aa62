"""From a probability and the network's features to a decision: the rule of src/findings/findings.c and src/findings/scope.c, in Python."""

import json

import numpy as np

import scope
import weights

BLANK = 1 / 16  # of the grey range: a film that spans less shows nothing, where levels are not stretched
LEAST_STEPS, MOST_NOISE = 8, 0.6  # as in src/image/levels.c


def is_blank(grey, metadata, bits=8):
    """grey: f32[size][size] in 0..1, levels as the file has them -> whether there is nothing to see: levels_blank of
    src/image/levels.c."""
    if "levels" not in metadata:
        return float(np.ptp(grey)) < BLANK
    low, high = np.percentile(grey, (1, 99))
    if not (high - low) * (2**bits - 1) >= LEAST_STEPS:
        return True
    seen = grey.clip(low, high).astype(float)
    apart = (np.diff(seen, axis=0) ** 2).sum() + (np.diff(seen, axis=1) ** 2).sum()
    return apart / 4 / seen.size / seen.var() > MOST_NOISE


def operating_points(metadata):
    """The points of a model file, the default first, each with a band [low, high] that is empty where low == high."""
    if "operating_points" not in metadata:
        return [
            {
                "name": "default",
                "threshold": float(metadata["threshold"]),
                "uncertain": [float(metadata["threshold"])] * 2,
            }
        ]
    points = json.loads(metadata["operating_points"])
    return [{"uncertain": [point["threshold"]] * 2, **point} for point in points]


def scope_scorer(path):
    """-> features, f32[nfeatures] -> score (1 is the limit), from the model file at `path`; None where it has no check."""
    statistics = scope.of_file(*weights.read(path))
    if not statistics:
        return lambda _features: None
    limit = statistics["limit"]
    return lambda features: float(scope.distance(statistics, np.asarray(features, float)[None])[0] / limit)


def decide(probability, scope_score, blank, point):
    low, high = point["uncertain"]
    if blank or (scope_score is not None and scope_score > 1):
        return "out-of-scope"
    if low <= probability < high:
        return "uncertain"
    return "pneumonia" if probability >= point["threshold"] else "normal"
