"""What PyTorch says: the numbers that the engine must reproduce, one JSON object a line.

    reference.py MODEL FILE|DIR…                    logits; for two classes the calibrated probability, the score of the
                                                    scope check and the decision at each operating point
    reference.py MODEL FILE… --rgb                  colour, for the ImageNet network
    reference.py MODEL --raw FILE…                  f32[size][size][3] in 0..255
    reference.py MODEL DIR --summary                shares of every folder, at each operating point; figures of both classes
"""

import argparse
import json
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import torch

import decisions
import films as film_store
import metrics
import network as mobilenet
import quantised
import weights


def arguments():
    parser = argparse.ArgumentParser(description="Prints what PyTorch says of images.")
    parser.add_argument("inputs", nargs="+", metavar="PATH", help="model file, then images, folders or raw inputs")
    parser.add_argument("--rgb", action="store_true", help="keep colour")
    parser.add_argument("--raw", action="store_true", help="the files are f32[size][size][3], pixels in 0..255")
    parser.add_argument("--summary", action="store_true", help="one line a folder instead of one a file")
    return parser.parse_intermixed_args()


def files_of(paths):
    for path in map(Path, paths):
        below = (
            sorted(p for p in path.rglob("*") if p.suffix.lower() in film_store.SUFFIXES) if path.is_dir() else [path]
        )
        yield from below


def pixels_of(path, size, options):
    """-> f32[1][1 or 3][size][size] in 0..255"""
    if options.raw:
        return torch.from_numpy(np.fromfile(path, "<f4").reshape(1, size, size, 3)).permute(0, 3, 1, 2)
    return torch.from_numpy(film_store.read_pixels(path, size, options.rgb))[None]


def stretched(pixels, metadata):
    """f32[1][1 or 3][size][size], its levels stretched where the model file wants it"""
    wanted = metadata.get("levels") == film_store.LEVELS
    return torch.from_numpy(film_store.stretch_levels(pixels.numpy())) if wanted else pixels


def probability_of(logits, metadata):
    scale, bias = (float(metadata.get(f"calibration_{k}", d)) for k, d in (("scale", 1), ("bias", 0)))
    return float(metrics.sigmoid(scale * (logits[1] - logits[0]) + bias))


def open_model(path):
    """-> (function of pixels, f32[1][1 or 3][size][size] in 0..255, that gives features and logits; metadata), whether
    the file is of floats or of integers."""
    tensors, metadata = weights.read(path)
    if metadata.get("precision") == "int8":
        return quantised.IntegerNetwork(tensors, metadata), metadata
    network, _ = mobilenet.load(path)

    @torch.no_grad()
    def run(pixels):
        features = mobilenet.features(network, mobilenet.normalise(pixels, *mobilenet.normalisation(metadata)))
        return features, network.classifier(features)

    return run, metadata


def answers(path, films):
    """-> what the model file says of each film: z_pneumonia - z_normal, before calibration, the scope check's score, and
    whether the network rounds greys that resampling may have made a little different."""
    run, metadata = open_model(path)
    scope_score, size = decisions.scope_scorer(path), int(metadata["input_size"])
    found = []
    for film in films:
        pixels = torch.from_numpy(film_store.read_pixels(film, size))[None]
        features, logits = run(stretched(pixels, metadata))
        with film_store.Image.open(film) as image:
            rounded = metadata.get("precision") == "int8" and image.size != (size, size)
        logit, score = float(logits[0, 1] - logits[0, 0]), scope_score(features[0].numpy())
        found.append({"logit": logit, "scope score": score, "rounded": rounded})
    return found


def read(run, metadata, scope_score, path, options):
    pixels = pixels_of(path, int(metadata["input_size"]), options)
    features, logits = run(stretched(pixels, metadata))
    logits = logits[0].tolist()
    result = {"file": str(path), "logits": logits}
    if len(logits) != 2:
        return result
    probability, score = probability_of(logits, metadata), scope_score(features[0].numpy())
    blank = decisions.is_blank(pixels[0, 0].numpy() / 255, metadata)
    points = decisions.operating_points(metadata)
    decided = {point["name"]: decisions.decide(probability, score, blank, point) for point in points}
    return {**result, "probability": probability, "scope_score": score, "decisions": decided}


def summarise(results, metadata):
    threshold, classes = decisions.operating_points(metadata)[0]["threshold"], json.loads(metadata["classes"])
    folders = defaultdict(list)
    for result in results:
        folders[Path(result["file"]).parent].append(result)
    for folder, films in folders.items():
        called = sum(film["probability"] >= threshold for film in films) / len(films)
        shares = {name: shares_of([film["decisions"][name] for film in films]) for name in films[0]["decisions"]}
        print(json.dumps({"folder": str(folder), "n": len(films), f"called_{classes[1]}": called, "decided": shares}))
    if set(classes) == {folder.name.lower() for folder in folders}:
        labels = [classes.index(Path(result["file"]).parent.name.lower()) for result in results]
        probabilities = [result["probability"] for result in results]
        patients = [film_store.patient_of(Path(result["file"]).name) for result in results]
        print(json.dumps(metrics.figures(labels, probabilities, threshold)))
        print(json.dumps({"interval_95": metrics.intervals(labels, probabilities, threshold, patients)}))


def shares_of(decided):
    return {decision: count / len(decided) for decision, count in Counter(decided).items()}


def main():
    options = arguments()
    run, metadata = open_model(options.inputs[0])
    scope_score = decisions.scope_scorer(options.inputs[0])
    results = []
    for path in files_of(options.inputs[1:]):
        results.append(read(run, metadata, scope_score, path, options))
        if not options.summary:
            print(json.dumps(results[-1]))
    if options.summary:
        summarise(results, metadata)


if __name__ == "__main__":
    main()
