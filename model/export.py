"""Checkpoint of train.py -> the reader's model file: batch norm folded, float16, with everything the engine must know.

    python3 model/export.py reader.pt model/pneumonia.safetensors

Calibration and threshold come from the validation films in the checkpoint, as taken, as another hospital might deliver
them (films.disturb) and in their second form (train.py --also), and from nothing else.
"""

import argparse
import json

import numpy as np
import torch

import metrics
import network as mobilenet
import weights

NAME, VERSION = "pneumoscope-pneumonia", "0.1.0"
SENSITIVITY = 0.975
LICENSE = "Apache-2.0; trained on CC-BY-4.0 data"
TRAINING_DATA = (
    "Kermany, Zhang, Goldbaum: Labeled Optical Coherence Tomography and Chest X-Ray Images for Classification, v2 "
    "(2018), CC BY 4.0; chest_xray/train, 224x224, nine tenths of its patients"
)


def operating_point(validation):
    """Returns (calibration scale, bias, threshold, figures on validation).

    Normals from elsewhere look stranger to a network than pneumonias do, so the threshold is the highest that keeps
    the sensitivity: it leaves them the most room.
    """
    views = {name: (np.array(one["labels"]), np.array(one["logits"])) for name, one in validation.items()}
    labels, logits = (np.concatenate(part) for part in zip(*views.values()))
    scale, bias = metrics.platt(labels, logits)
    threshold = metrics.threshold_at(labels, metrics.sigmoid(scale * logits + bias), SENSITIVITY)
    threshold = float(f"{threshold:.4f}")
    found = {name: metrics.figures(y, metrics.sigmoid(scale * z + bias), threshold) for name, (y, z) in views.items()}
    return scale, bias, threshold, found


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


def metadata_of(checkpoint, scale, bias, threshold):
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
        "threshold": str(threshold),
        "calibration_scale": f"{scale:.6f}",
        "calibration_bias": f"{bias:.6f}",
        "training_data": TRAINING_DATA,
        "training_data_sha256": checkpoint["fingerprint"],
        "training_films": str(checkpoint["films"]),
        "epochs": str(checkpoint["epoch"]),
        "seed": str(options["seed"]),
    }


def main():
    parser = argparse.ArgumentParser(description="Turns a checkpoint into a model file.")
    parser.add_argument("checkpoint")
    parser.add_argument("out")
    options = parser.parse_args()
    checkpoint = torch.load(options.checkpoint, map_location="cpu")
    scale, bias, threshold, found = operating_point(checkpoint["validation"])
    folded = mobilenet.fold(trained_network(checkpoint))
    tensors = {name: half(name, array) for name, array in folded.items()}
    weights.write(options.out, tensors, metadata_of(checkpoint, scale, bias, threshold))
    print(json.dumps({"out": options.out, "validation": found}, indent=1))


if __name__ == "__main__":
    main()
