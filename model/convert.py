"""Turns a MobileNetV2 that somebody already has into a model file for the reader, or a start for train.py.

    python3 model/convert.py best.pth reader.safetensors --classes normal,pneumonia

Reads state_dicts of torchvision's and timm's (.pt, .pth, .bin, .safetensors), Keras's .h5 and .keras, TensorFlow Lite
and ONNX. What the file does not say comes from the options, and every default that was taken is printed. Without
--classes the result tells no pneumonia: it is for `train.py --init`.
"""

import argparse
import importlib
import json
import pickle
import struct
import sys
import zipfile
from pathlib import Path

import numpy as np

import weights
from sources.layout import Refusal, layers, width_of

IMAGENET = {"mean": "[0.485, 0.456, 0.406]", "std": "[0.229, 0.224, 0.225]"}
NORMALISATIONS = {"tf_same": {"scale": "x/127.5-1"}, "torch": IMAGENET}  # what those who pad so scale by, as a rule
DAMAGE = (OSError, ValueError, LookupError, TypeError, StopIteration, RuntimeError, EOFError, struct.error)
DAMAGE += (zipfile.BadZipFile, pickle.UnpicklingError)
PACKAGES = {
    "h5py": "python3-h5py",
    "onnx": "python3-onnx",
    "flatbuffers": "python3-flatbuffers",
    "torch": "python3-torch",
}


def arguments():
    parser = argparse.ArgumentParser(description="Turns another framework's MobileNetV2 into a model file.")
    parser.add_argument("source", help="state_dict, .safetensors, .h5, .keras, .tflite or .onnx")
    parser.add_argument("out", help="safetensors file to write")
    parser.add_argument("--classes", help="names in the order of the outputs, such as normal,pneumonia")
    parser.add_argument("--size", help="side of the input in pixels (default: what the file says, or 224)")
    parser.add_argument("--padding", choices=NORMALISATIONS, help="of stride 2 (default: the framework's)")
    parser.add_argument("--scale", choices=["x/127.5-1"], help="of pixels in 0..255, instead of --mean and --std")
    parser.add_argument("--mean", help="of pixels in 0..1: one number, or three with commas")
    parser.add_argument("--std", help="likewise")
    parser.add_argument("--threshold", type=float, default=0.5, help="probability from which it is pneumonia")
    parser.add_argument("--name", help="what a reader shows (default: the source's name)")
    return parser.parse_args()


def reader_of(path):
    """-> (module, function) by what the file begins with; names of files say too little."""
    with open(path, "rb") as file:
        start = file.read(16)
    if start.startswith(b"\x89HDF"):
        return "keras", "read_h5"
    if start[4:8] == b"TFL3":
        return "tflite", "read"
    if start.startswith(b"PK"):
        return reader_of_archive(path)
    if start.startswith(b"\x80"):  # a pickle, as torch.save wrote before version 1.6
        return "pytorch", "read_pickle"
    if start[8:9] == b"{":
        return "pytorch", "read_safetensors"
    if path.endswith(".onnx"):
        return "onnx_file", "read"
    raise Refusal(f"{path} is no state_dict, safetensors, .h5, .keras, .tflite or .onnx file.")


def reader_of_archive(path):
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
    if "config.json" in names:
        return "keras", "read_archive"
    if any(name.endswith("/constants.pkl") for name in names):
        raise Refusal(f"{path} is a TorchScript archive. Save the network's state_dict() instead.")
    return "pytorch", "read_archive"


def read(path):
    try:
        module, function = reader_of(path)
        return getattr(importlib.import_module(f"sources.{module}"), function)(path)
    except ImportError as error:
        package = PACKAGES.get(error.name, error.name)
        raise Refusal(f"{path} needs the Python package {error.name} to be read (Debian's {package}).")
    except (IsADirectoryError, FileNotFoundError) as error:
        raise Refusal(f"{path}: {error.strerror}; one file is wanted.")
    except DAMAGE as error:
        raise Refusal(f"{path} is damaged, or of a kind that is not read here ({type(error).__name__}: {error}).")


def metadata_of(source, options):
    """-> {key: (value, where it comes from)}, as src/model/model.h and findings.h list the keys."""
    outputs = len(source.classifier[0])
    found = {key: (value, "the file") for key, value in source.facts.items()}
    padding = options.padding or source.facts.get("padding", "torch")
    if source.facts.get("padding", padding) != padding:
        raise Refusal(f"--padding is {padding}, but the file's network pads as {source.facts['padding']}.")
    found.setdefault("padding", (padding, "--padding" if options.padding else "assumed"))
    if options.size or "input_size" not in found:
        found["input_size"] = (options.size or "224", "--size" if options.size else "assumed")
    check_size(found["input_size"][0])
    asked = normalisation(options)
    if asked or not {"scale", "mean"} & found.keys():
        found = {key: each for key, each in found.items() if key not in ("scale", "mean", "std")}
        origin = "the options" if asked else "assumed"
        found |= {key: (value, origin) for key, value in (asked or NORMALISATIONS[padding]).items()}
    if options.classes:
        found["classes"] = (json.dumps(checked_classes(options.classes.split(","), outputs)), "--classes")
        found["threshold"] = (str(options.threshold), "--threshold")
    return found


def check_size(text):
    if not text.isdecimal() or int(text) % 32 or not 96 <= int(text) <= 320:
        raise Refusal(f"The input's side is {text}; a multiple of 32 from 96 to 320 would be right.")


def normalisation(options):
    if options.scale and not options.mean and not options.std:
        return {"scale": options.scale}
    if options.scale or bool(options.mean) != bool(options.std):
        raise Refusal("Either --scale, or --mean and --std together.")
    return {"mean": numbers(options.mean), "std": numbers(options.std)} if options.mean else {}


def numbers(text):
    try:
        values = [float(each) for each in text.split(",")]
    except ValueError:
        values = []
    if len(values) not in (1, 3):
        raise Refusal(f'"{text}" is neither one number nor three with commas between them.')
    return json.dumps(values)


def checked_classes(names, outputs):
    if len(names) != outputs:
        raise Refusal(f"--classes names {len(names)} classes; the network has {outputs} outputs.")
    if "pneumonia" not in names or outputs > 2:
        raise Refusal("A reader has one output, pneumonia, or two, one of them pneumonia.")
    return names


def convert(options):
    source = read(options.source)
    width = width_of(source)
    found = metadata_of(source, options)
    for key, (value, origin) in found.items():
        print(f"{key}: {value} ({origin})")
    fixed = {"format": "pt", "architecture": "mobilenet_v2", "width_multiplier": str(width), "batch_norm": "folded"}
    fixed["name"] = options.name or Path(options.source).stem
    weights.write(
        options.out, tensors_of(source, width), {**fixed, **{key: value for key, (value, _) in found.items()}}
    )
    print(f"{options.out}: MobileNetV2 of width {width}, {len(source.classifier[0])} outputs")


def tensors_of(source, width):
    tensors = {}
    for layer, (_, weight, bias) in zip(layers(width), source.convolutions):
        tensors[f"{layer.name}.weight"], tensors[f"{layer.name}.bias"] = weight, np.broadcast_to(bias, len(weight))
    tensors["classifier.1.weight"], tensors["classifier.1.bias"] = source.classifier
    if not all(np.isfinite(tensor).all() for tensor in tensors.values()):
        raise Refusal("The file holds weights that are not finite.")
    return {name: tensor.astype(np.float32) for name, tensor in tensors.items()}


def main():
    try:
        convert(arguments())
    except Refusal as sentence:
        sys.exit(f"convert: {sentence}")


if __name__ == "__main__":
    main()
