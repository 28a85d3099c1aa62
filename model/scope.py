"""The scope check's statistics: how far an image's features may lie from those of the training films.

A Gaussian by probabilistic PCA (Tipping and Bishop, 1999): full variance along the leading directions, one variance for
all others. The score is the squared Mahalanobis distance over a limit; the engine's scope.c computes the same. What lies
outside the directions is what is left when they are taken away, not a difference of two sums: those are a thousand times
as large where few films leave little variance, and rounding would decide.
"""

import numpy as np

NDIRECTIONS = 32
LEAST_VARIANCE = 1e-5  # of the largest one: fewer films than directions leave none, and float32 can tell no less


def fit(features):
    """features: f32[films][nfeatures] -> {"mean", "basis", "weight", "residual"} with the limit left to the caller.

    distance = residual |rest|^2 + sum over i of (weight[i] + residual) (basis[i] . x)^2, x = features - mean, rest = x
    without its parts along the basis."""
    mean = features.mean(0)
    _, singular, directions = np.linalg.svd((features - mean).astype(np.float64), full_matrices=False)
    variance = singular**2 / len(features)
    if not variance[0] > 0:
        raise SystemExit("export: all films have the same features; a scope check cannot be fitted to them.")
    rest = max(variance[NDIRECTIONS:].sum() / (features.shape[1] - NDIRECTIONS), LEAST_VARIANCE * variance[0])
    weight = 1 / np.maximum(variance[:NDIRECTIONS], rest) - 1 / rest
    return {"mean": mean, "basis": directions[:NDIRECTIONS], "weight": weight, "residual": 1 / rest}


def of_file(tensors, metadata):
    """-> what fit() found and the limit, from a model file; None where it has no scope check."""
    if "scope.basis" not in tensors:
        return None
    found = {name: tensors[f"scope.{name}"].astype(float) for name in ("mean", "basis", "weight")}
    return {**found, "residual": float(metadata.get("scope_residual", 0)), "limit": float(metadata["scope_limit"])}


def distance(statistics, features):
    x = features - statistics["mean"]
    along = x @ statistics["basis"].T
    rest = x - along @ statistics["basis"]
    return statistics["residual"] * (rest**2).sum(1) + along**2 @ (statistics["weight"] + statistics["residual"])
