"""Figures of a two-class reader from its labels and logits; how operating point and calibration are found."""

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

LEAST_SCALE = 0.01


def sigmoid(logit):
    return 1 / (1 + np.exp(-np.asarray(logit, float)))


def platt(labels, logits, weights=None):
    """Returns (scale, bias) of probability = sigmoid(scale * logit + bias); without weights each class weighs the same.

    The scale is at least LEAST_SCALE: calibration may make a network unsure, but never turn its answers round."""
    weights = balanced(labels) if weights is None else weights
    fit = LogisticRegression(C=1e6).fit(np.reshape(logits, (-1, 1)), labels, sample_weight=weights)
    return max(float(fit.coef_[0, 0]), LEAST_SCALE), float(fit.intercept_[0])


def balanced(groups):
    """-> weights, 1 in the mean, with which every group weighs the same"""
    _, group, count = np.unique(np.asarray(groups), axis=0, return_inverse=True, return_counts=True)
    return len(group) / len(count) / count[group.ravel()]


def quantile(values, share, weights=None):
    """The smallest value at or below which lie more than `share` of the weight."""
    values = np.asarray(values)
    weights = np.ones(len(values)) if weights is None else np.asarray(weights)
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order])
    return float(values[order][min(np.searchsorted(reached, share * reached[-1] * (1 + 1e-12), "right"), len(values) - 1)])


def threshold_at(labels, probabilities, sensitivity, weights=None):
    """The highest threshold that still finds the given share of the pneumonias: it leaves normals the most room."""
    ill = np.asarray(labels) == 1
    return quantile(np.asarray(probabilities)[ill], 1 - sensitivity, None if weights is None else np.asarray(weights)[ill])


def best_threshold(labels, log_odds, weights, width=0.5):
    """The log-odds with the largest mean of sensitivity and specificity (Youden, 1950), both smoothed over `width`: the mean
    itself is flat near its top, and where the last few films put that is chance."""
    labels, log_odds, weights = np.asarray(labels) == 1, np.asarray(log_odds, float), np.asarray(weights, float)
    grid = np.linspace(*np.quantile(log_odds, (0.01, 0.99)), 400)
    share = lambda of, t: (weights[of] * sigmoid((log_odds[of] - t) / width)).sum() / weights[of].sum()
    return float(max(grid, key=lambda t: share(labels, t) - share(~labels, t)))


def figures(labels, probabilities, threshold):
    """The keys that `npm run evaluate --json` prints."""
    labels, called = np.asarray(labels) == 1, np.asarray(probabilities) >= threshold
    tp, fp = int((called & labels).sum()), int((called & ~labels).sum())
    tn, fn = int((~called & ~labels).sum()), int((~called & labels).sum())
    return {
        "n": len(labels),
        "accuracy": (tp + tn) / len(labels),
        "precision": tp / max(1, tp + fp),
        "recall": tp / max(1, tp + fn),
        "f1": 2 * tp / max(1, 2 * tp + fp + fn),
        "specificity": tn / max(1, tn + fp),
        "auc": float(roc_auc_score(labels, probabilities)),
        "threshold": threshold,
        "confusion": {"tp": tp, "fp": fp, "tn": tn, "fn": fn},
    }


def intervals(labels, probabilities, threshold, patients, rounds=1000, seed=0):
    """95 % bootstrap interval of every figure that is a share; patients are drawn, since films of one patient agree."""
    labels, probabilities = np.asarray(labels), np.asarray(probabilities)
    films_of = [np.flatnonzero(np.asarray(patients) == patient) for patient in sorted(set(patients))]
    rng, drawn = np.random.default_rng(seed), []
    for _ in range(rounds):
        films = np.concatenate([films_of[i] for i in rng.integers(0, len(films_of), len(films_of))])
        if len(set(labels[films])) == 2:
            drawn.append(figures(labels[films], probabilities[films], threshold))
    shares = ("accuracy", "precision", "recall", "f1", "specificity", "auc")
    return {key: np.percentile([one[key] for one in drawn], (2.5, 97.5)).round(4).tolist() for key in shares}
