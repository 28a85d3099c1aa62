"""Writes networks of known weights the way other frameworks do, and says what PyTorch makes of them.

    foreign.py right FOLDER    random MobileNetV2 networks as .pth, .bin, .safetensors, .h5, .keras, .onnx and .tflite;
                               inputs as *.f32; a JSON line a file: {"file", "options" for convert.py, "logits"}
    foreign.py wrong FOLDER    afterwards: what convert.py must refuse, as {"file", "options", "sentence"}

The Keras and timm files are laid out by rules written down here, not by those packages, which Debian does not have.
"""

import argparse
import json
import os
import sys
from pathlib import Path

import numpy as np
import torch
from torchvision.models import resnet18

sys.path.insert(0, str(Path(__file__).parents[2] / "model"))
import keras_file  # noqa: E402
import network as mobilenet  # noqa: E402
import tflite_file  # noqa: E402
import weights  # noqa: E402

WIDTH, SIDE, INPUTS = 0.5, 96, 3
IMAGENET = torch.tensor([0.485, 0.456, 0.406]).view(3, 1, 1), torch.tensor([0.229, 0.224, 0.225]).view(3, 1, 1)
HALF = torch.tensor(0.5), torch.tensor(0.5)


@torch.no_grad()
def random_network(seed, padding="torch", epsilon=1e-5, classes=2):
    """Statistics are those of noise, so that activations keep their range through 52 layers. Some channels vary as
    little as epsilon: a wrong one shows."""
    torch.manual_seed(seed)
    network = mobilenet.build(WIDTH, classes, padding).train()
    for _, convolution, norm in mobilenet.layers(network):
        convolution.weight[::5] *= 0.01
        norm.eps, norm.momentum = epsilon, 1.0
        torch.nn.init.uniform_(norm.weight, 0.5, 1.5)
        torch.nn.init.uniform_(norm.bias, -0.3, 0.3)
    network(torch.randn(4, 3, SIDE, SIDE))
    torch.nn.init.normal_(network.classifier[1].weight, 0, 0.1)
    torch.nn.init.normal_(network.classifier[1].bias)
    return network.eval()


@torch.no_grad()
def logits_of(network, pixels, normalisation):
    mean, std = normalisation
    return network((pixels / 255 - mean) / std).tolist()


def make_inputs(folder):
    """Ripples that differ in every direction and channel, with noise."""
    rng, (y, x) = np.random.default_rng(251), np.mgrid[0:SIDE, 0:SIDE]
    pixels = []
    for i in range(INPUTS):
        waves = [128 + 80 * np.sin((x + (c + 1) * y) / (5 + 3 * i)) + rng.normal(0, 20, x.shape) for c in range(3)]
        pixels.append(np.stack(waves, -1).clip(0, 255).astype("<f4"))
        pixels[-1].tofile(folder / f"{i}.f32")
    return torch.from_numpy(np.stack(pixels)).permute(0, 3, 1, 2)


def timm_name(name):
    """torchvision's name of a tensor -> timm's. Stages have 1, 2, 3, 4, 3, 3 and 1 blocks."""
    place, field = name.rsplit(".", 1)
    heads = {"features.0.0": "conv_stem", "features.0.1": "bn1", "features.18.0": "conv_head", "features.18.1": "bn2"}
    if place in heads or place == "classifier.1":
        return f"{heads.get(place, 'classifier')}.{field}"
    block, part = place.split(".conv.")
    stage, first = [(s, f) for s, f in enumerate((1, 2, 4, 7, 11, 14, 17)) if f <= int(block[9:])][-1]
    parts = {"0.0": "conv_pw", "0.1": "bn1", "1.0": "conv_dw", "1.1": "bn2", "2": "conv_pwl", "3": "bn3"}
    first_block = {"0.0": "conv_dw", "0.1": "bn1", "1": "conv_pw", "2": "bn2"}
    return f"blocks.{stage}.{int(block[9:]) - first}.{(first_block if stage == 0 else parts)[part]}.{field}"


def write_onnx(path, network, keep_batch_norm):
    training = torch.onnx.TrainingMode.PRESERVE if keep_batch_norm else torch.onnx.TrainingMode.EVAL
    settings = {"training": training, "do_constant_folding": not keep_batch_norm, "opset_version": 13}
    torch.onnx.export(network, torch.zeros(1, 3, SIDE, SIDE), path, input_names=["film"], **settings)


class Hostile:
    """Whoever unpickles it makes a folder."""

    def __init__(self, folder):
        self.folder = str(folder / "code-was-run")

    def __reduce__(self):
        return os.mkdir, (self.folder,)


def numpy_state(network):
    return {name: tensor.numpy() for name, tensor in network.state_dict().items()}


def from_pytorch(folder):
    """Yields (file, options for convert.py, network, normalisation)."""
    size, network = f"--size={SIDE}", random_network(1)
    state = {f"module.{k}": v for k, v in network.state_dict().items()}
    beside = {"epoch": 3, "lr": 1e-3, "args": argparse.Namespace(a=1), "best": np.float64(0.9), "hook": Hostile(folder)}
    torch.save({**beside, "state_dict": state, "optimizer": {}}, folder / "torchvision.pth")
    yield "torchvision.pth", [size], network, IMAGENET
    one = random_network(2, classes=1)
    torch.save(one.state_dict(), folder / "old.bin", _use_new_zipfile_serialization=False)
    yield "old.bin", [size, "--mean=0.5", "--std=0.25", "--classes=pneumonia"], one, (HALF[0], HALF[0] / 2)
    same = random_network(3, "tf_same")
    weights.write(folder / "torchvision.safetensors", numpy_state(same), {"format": "pt"})
    yield "torchvision.safetensors", [size, "--padding=tf_same"], same, HALF
    timm = random_network(4)
    torch.save({timm_name(k): v for k, v in timm.state_dict().items()}, folder / "timm.pth")
    yield "timm.pth", [size], timm, IMAGENET
    renamed = {timm_name(k): v for k, v in sorted(numpy_state(timm).items())}
    weights.write(folder / "timm.safetensors", renamed, {"format": "pt"})
    yield "timm.safetensors", [size, "--classes=pneumonia,normal"], timm, IMAGENET


def from_keras(folder):
    network = random_network(5, "tf_same", 1e-3)
    keras_file.write_named_h5(folder / "model.h5", network, keras_file.config(SIDE, "softmax"))
    yield "model.h5", ["--classes=normal,pneumonia"], network, HALF
    keras_file.write_named_h5(folder / "weights-only.h5", network)
    yield "weights-only.h5", [f"--size={SIDE}"], network, HALF
    keras_file.write_counted_h5(folder / "new.weights.h5", network)
    yield "new.weights.h5", [f"--size={SIDE}"], network, HALF
    one = random_network(6, "tf_same", 1e-3, classes=1)
    keras_file.write_archive(
        folder / "model.keras", one, keras_file.config(SIDE, "sigmoid", {"scale": 1 / 255, "offset": 0})
    )
    yield "model.keras", ["--classes=pneumonia"], one, (torch.tensor(0), torch.tensor(1))


def from_onnx(folder):
    for file, keep_batch_norm in (("folded.onnx", False), ("batch-norm.onnx", True)):
        network = random_network(7)
        write_onnx(folder / file, network, keep_batch_norm)
        yield file, [], network, IMAGENET


def rounded(network, precision):
    """The folded network with the weights that a file of less precision holds."""
    state = mobilenet.fold(network)
    folded = mobilenet.without_batch_norm(network)
    for name, weight in state.items():
        if name.endswith("weight") and precision == "int8":
            integers, scales = tflite_file.quantised(weight, 0)
            state[name] = integers * scales
        elif name.endswith("weight"):
            state[name] = weight.astype(np.float16)
    folded.load_state_dict({name: torch.from_numpy(np.float32(each)) for name, each in state.items()})
    return folded.eval()


def from_tflite(folder):
    for precision in ("float16", "int8"):
        network = rounded(random_network(10, "tf_same"), precision)
        tflite_file.write(folder / f"{precision}.tflite", network, precision, SIDE)
        yield f"{precision}.tflite", ["--classes=normal,pneumonia"], network, HALF


def right(folder):
    pixels = make_inputs(folder)
    for make in (from_pytorch, from_keras, from_onnx, from_tflite):
        for file, options, network, normalisation in make(folder):
            logits = logits_of(network.eval(), pixels, normalisation)
            print(json.dumps({"file": file, "options": options, "logits": logits}))


def say(file, sentence, *options):
    print(json.dumps({"file": file, "options": options, "sentence": sentence}))


def wrong(folder):
    """Files that are no MobileNetV2, or damaged, and options that do not fit; beside those that `right` wrote."""
    wrong_files(folder)
    wrong_networks(folder)
    wrong_graphs(folder)
    say("timm.safetensors", "--classes names 3 classes; the network has 2 outputs", "--classes=a,b,pneumonia")
    say("timm.safetensors", "one of them pneumonia", "--classes=cat,dog")
    say("timm.safetensors", "a multiple of 32 from 96 to 320", "--size=100")
    say("timm.safetensors", "--mean and --std together", "--mean=0.5")
    say("timm.safetensors", "neither one number nor three", "--mean=0.5,0.5", "--std=1")
    say("folded.onnx", "the file's network pads as torch", "--padding=tf_same")


def wrong_files(folder):
    (folder / "notes.txt").write_text("A MobileNetV2 is described elsewhere.")
    say("notes.txt", "is no state_dict, safetensors, .h5, .keras, .tflite or .onnx file")
    say("absent.pth", "No such file or directory")
    say(".", "Is a directory")
    for file in (
        "torchvision.pth",
        "old.bin",
        "timm.safetensors",
        "model.h5",
        "model.keras",
        "folded.onnx",
        "int8.tflite",
    ):
        whole = (folder / file).read_bytes()
        (folder / f"cut-{file}").write_bytes(whole[: len(whole) // 2])
        say(f"cut-{file}", "damaged")


def wrong_networks(folder):
    torch.save(resnet18().state_dict(), folder / "resnet.pth")
    say("resnet.pth", "neither torchvision's mobilenet_v2 (features.0.0.weight) nor timm's")
    torch.save(random_network(8), folder / "pickled.pth")
    say("pickled.pth", "Save the network's state_dict(), not the network")
    torch.jit.save(torch.jit.script(torch.nn.ReLU()), folder / "script.pt")
    say("script.pt", "TorchScript")
    state = numpy_state(random_network(8))
    for name, change, sentence in (
        ("lacks", {"features.7.conv.2.weight": None}, 'lacks the tensor "features.7.conv.2.weight"'),
        ("more", {"features.19.weight": np.zeros(3)}, '"features.19.weight", which has no place in MobileNetV2'),
        ("deep", {"classifier.3.weight": np.zeros((2, 2))}, "2 linear layers"),
        ("nan", {"features.18.1.weight": np.full(1280, np.nan)}, "not finite"),
        (
            "shape",
            {"features.4.conv.0.0.weight": np.zeros((96, 16, 3, 3))},
            'Convolution 10, "features.4.conv.0.0", has',
        ),
    ):
        changed = {key: values for key, values in {**state, **change}.items() if values is not None}
        weights.write(folder / f"{name}.safetensors", changed, {})
        say(f"{name}.safetensors", sentence)
    keras_file.write_named_h5(folder / "sigmoids.h5", random_network(8, "tf_same"), keras_file.config(SIDE, "sigmoid"))
    say("sigmoids.h5", "ends in sigmoid over 2 classes; softmax or nothing would be right")


def wrong_graphs(folder):
    """Each is MobileNetV2 by its weights' shapes, and another network by what it does with them."""
    strided, unlimited, single = random_network(9), random_network(9), random_network(9)
    strided.features[2].conv[1][0].stride = (1, 1)
    write_onnx(folder / "stride.onnx", strided, False)
    say("stride.onnx", "has stride 1; MobileNetV2 has 2 there")
    unlimited.features[5].conv[0][2] = torch.nn.ReLU()
    write_onnx(folder / "relu.onnx", unlimited, False)
    say("relu.onnx", "The operator Relu has no place in MobileNetV2")
    single.features[3].use_res_connect = False
    write_onnx(folder / "shortcut.onnx", single, False)
    say("shortcut.onnx", "has adds False; MobileNetV2 has True there")


if __name__ == "__main__":
    {"right": right, "wrong": wrong}[sys.argv[1]](Path(sys.argv[2]))
