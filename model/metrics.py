"""Figures of a two-class reader from its labels and logits; how operating point and calibration are found."""

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

LEAST_SCALE = 0.01


def sigmoid(logit):
    return 1 / (1 + np.exp(-np.asarray(logit, float)))


def platt(labels, logits):
    """Returns (scale, bias) of probability = sigmoid(scale * logit + bias), each class weighing the same.

    The scale is at least LEAST_SCALE: calibration may make a network unsure, but never turn its answers round."""
    fit = LogisticRegression(C=1e6, class_weight="balanced").fit(np.reshape(logits, (-1, 1)), labels)
    return max(float(fit.coef_[0, 0]), LEAST_SCALE), float(fit.intercept_[0])


def threshold_at(labels, probabilities, sensitivity):
    """The highest threshold that still finds the given share of the pneumonias: it leaves normals the most room."""
    found = np.sort(np.asarray(probabilities)[np.asarray(labels) == 1])
    return float(found[int(np.floor((1 - sensitivity) * len(found)))])


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
