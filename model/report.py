"""What a training run came to: plots and metrics.json from a checkpoint's history and its validation films' logits.

    python3 model/report.py reader.pt        writes reader-report/ beside it, as train.py does at its end

All of it is of validation films, on which calibration and threshold are fitted here: good for comparing runs, no promise
of how a model does elsewhere. export.py fits its own, in more views. A test set is read with `npm run evaluate`.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from matplotlib.figure import Figure
from sklearn.metrics import precision_recall_curve, roc_curve

import metrics

COLOURS = ("#0072b2", "#d55e00", "#009e73")  # told apart by the colour-blind too (Okabe and Ito, 2008)
BINS = 10
SENSITIVITY = 0.95  # at the threshold, as at export.py's first operating point


def write(checkpoint, folder):
    views, threshold = calibrated(checkpoint["validation"])
    folder.mkdir(parents=True, exist_ok=True)
    figures = {name: with_intervals(view, threshold) for name, view in views.items()}
    found = {"epochs": checkpoint["epoch"], "seed": checkpoint["options"]["seed"], "validation": figures}
    (folder / "metrics.json").write_text(json.dumps(found, indent=1) + "\n")
    plots = {
        "curves": curves(checkpoint["history"]),
        "roc": roc(views, threshold),
        "precision-recall": precision_recall(views, threshold),
        "reliability": reliability(views),
        "confusion": confusion(figures, checkpoint["classes"]),
    }
    for name, figure in plots.items():
        figure.savefig(folder / f"{name}.png", dpi=150)


def calibrated(validation):
    """-> ({view: its labels, calibrated probabilities and patients}, threshold), fitted on all views together."""
    pooled = {key: np.concatenate([view[key] for view in validation.values()]) for key in ("labels", "logits")}
    scale, bias = metrics.platt(pooled["labels"], pooled["logits"])
    probabilities = lambda logits: metrics.sigmoid(scale * np.array(logits) + bias)
    threshold = metrics.threshold_at(pooled["labels"], probabilities(pooled["logits"]), SENSITIVITY)
    views = {
        name: {**view, "labels": np.array(view["labels"]), "probabilities": probabilities(view["logits"])}
        for name, view in validation.items()
    }
    return views, threshold


def with_intervals(view, threshold):
    """Every share as {"value", "low", "high"}: 95 %, by drawing patients."""
    labels, probabilities, patients = view["labels"], view["probabilities"], view["patients"]
    found = metrics.figures(labels, probabilities, threshold)
    limits = metrics.intervals(labels, probabilities, threshold, patients)
    shares = {key: {"value": round(found[key], 4), "low": low, "high": high} for key, (low, high) in limits.items()}
    return {**found, "patients": len(set(patients)), **shares}


def square(title, x, y):
    area = Figure(figsize=(5, 5), layout="constrained").subplots()
    area.set(title=title, xlabel=x, ylabel=y, xlim=(0, 1), ylim=(0, 1), aspect="equal")
    area.grid(alpha=0.3)
    return area


def curves(history):
    area = Figure(figsize=(8, 4), layout="constrained").subplots()
    area.set(title="Training", xlabel="epoch", ylabel="loss of training films")
    area.grid(alpha=0.3)
    epochs = [one["epoch"] for one in history]
    area.plot(epochs, [one["loss"] for one in history], "k.-", label="loss")
    area.xaxis.get_major_locator().set_params(integer=True)
    right = area.twinx()
    right.set_ylabel("AUC of validation films")
    for name, colour in zip(history[0]["auc"], COLOURS):
        right.plot(epochs, [one["auc"][name] for one in history], ".-", color=colour, label=f"AUC, {name}")
    handles = area.get_lines() + right.get_lines()
    names = [line.get_label() for line in handles]
    area.legend(handles, names, loc="upper center", bbox_to_anchor=(0.5, -0.15), ncols=len(names))
    return area.figure


def roc(views, threshold):
    lines = {}
    for name, view in views.items():
        found = metrics.figures(view["labels"], view["probabilities"], threshold)
        false_alarms, sensitivity, _ = roc_curve(view["labels"], view["probabilities"])
        dot = (1 - found["specificity"], found["recall"])
        lines[f"{name}: AUC {found['auc']:.4f}"] = (false_alarms, sensitivity, dot)
    area = square("Receiver operating characteristic", "1 - specificity", "sensitivity")
    return with_corner(area, lines, corner=0)


def precision_recall(views, threshold):
    lines = {}
    for name, view in views.items():
        found = metrics.figures(view["labels"], view["probabilities"], threshold)
        precision, recall, _ = precision_recall_curve(view["labels"], view["probabilities"])
        lines[f"{name}: F1 {found['f1']:.4f}"] = (recall, precision, (found["recall"], found["precision"]))
    return with_corner(square("Precision and recall", "recall", "precision"), lines, corner=1)


def with_corner(area, lines, corner):
    """Good readers differ in an upper corner, at x = 0 or 1, which the inset enlarges. Dots mark the threshold."""
    inset = area.inset_axes((0.3, 0.32, 0.6, 0.6))
    inset.set(xlim=sorted((corner, abs(corner - 0.1))), ylim=(0.9, 1))
    inset.grid(alpha=0.3)
    for (label, (x, y, dot)), colour in zip(lines.items(), COLOURS):
        for panel in (area, inset):
            panel.plot(x, y, color=colour, label=label)
            panel.plot(*dot, "o", color=colour, clip_on=panel is inset)
    area.indicate_inset_zoom(inset)
    area.legend(loc="lower center")
    return area.figure


def reliability(views):
    """Bins hold equally many films, so that none rests on a few."""
    area = square("Reliability", "calibrated probability", "share with pneumonia")
    area.plot((0, 1), (0, 1), "k:", linewidth=1)
    for (name, view), colour in zip(views.items(), COLOURS):
        order = np.array_split(np.argsort(view["probabilities"]), min(BINS, len(view["labels"])))
        said = [view["probabilities"][films].mean() for films in order]
        happened = [view["labels"][films].mean() for films in order]
        area.plot(said, happened, "o-", color=colour, label=name, clip_on=False)
    area.legend(loc="upper left")
    return area.figure


def confusion(figures, classes):
    figure = Figure(figsize=(4 * len(figures), 4), layout="constrained")
    for area, (name, found) in zip(figure.subplots(1, len(figures), squeeze=False)[0], figures.items()):
        counts = found["confusion"]
        table = np.array([[counts["tn"], counts["fp"]], [counts["fn"], counts["tp"]]])
        shares = table / table.sum(1, keepdims=True)
        area.imshow(shares, cmap="Blues", vmin=0, vmax=1)
        for (row, column), count in np.ndenumerate(table):
            share = shares[row, column]
            colour = "white" if share > 0.5 else "black"
            area.text(column, row, f"{count}\n{share:.1%}", ha="center", va="center", color=colour)
        area.set(title=f"Validation, {name}", xlabel="answer", ylabel="label")
        area.set_xticks((0, 1), classes)
        area.set_yticks((0, 1), classes, rotation=90, va="center")
    return figure


def write_beside(checkpoint_path):
    """-> the folder that now holds the report"""
    path = Path(checkpoint_path)
    folder = path.with_name(f"{path.stem}-report")
    write(torch.load(path, map_location="cpu"), folder)
    return folder


def main():
    parser = argparse.ArgumentParser(description="Plots and figures of a checkpoint's validation films.")
    parser.add_argument("checkpoint")
    print(write_beside(parser.parse_args().checkpoint))


if __name__ == "__main__":
    main()
