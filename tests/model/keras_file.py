"""Writes a MobileNetV2 with a classifier behind it as Keras does, in the layouts of its .h5 and .keras files."""

import io
import json
import zipfile

import h5py
import numpy as np

import network as mobilenet


def layers(network):
    """Yields (layer, its class, {variable: values}) in the order in which Keras builds the model."""
    for name, convolution, norm in mobilenet.layers(network):
        block, _, part = name.removeprefix("features.").partition(".conv.")
        number, last = int(block.split(".")[0]) - 1, part in ("1", "2")
        depthwise = convolution.groups > 1
        prefix = "expanded_conv" if number == 0 else f"block_{number}"
        label = f"{prefix}_{'depthwise' if depthwise else 'project' if last else 'expand'}"
        norm_label = f"{label}_BN"
        if not part:
            label, norm_label = ("Conv1", "bn_Conv1") if number < 0 else ("Conv_1", "Conv_1_bn")
        kernel = convolution.weight.detach().numpy().transpose((2, 3, 0, 1) if depthwise else (2, 3, 1, 0))
        yield label, "depthwise_conv2d" if depthwise else "conv2d", {"kernel": kernel}
        fields = {"gamma": "weight", "beta": "bias", "moving_mean": "running_mean", "moving_variance": "running_var"}
        values = {theirs: getattr(norm, ours).detach().numpy() for theirs, ours in fields.items()}
        yield norm_label, "batch_normalization", values
    linear = network.classifier[1]
    yield "dense", "dense", {"kernel": linear.weight.detach().numpy().T, "bias": linear.bias.detach().numpy()}


def config(side, activation, rescaling=None):
    inner = [{"class_name": "InputLayer", "config": {"batch_shape": [None, side, side, 3]}}]
    inner += [{"class_name": "Rescaling", "config": rescaling}] if rescaling else []
    base = {"class_name": "Functional", "config": {"layers": inner}}
    dense = {"class_name": "Dense", "config": {"activation": activation}}
    return {"class_name": "Sequential", "config": {"layers": [base, dense]}}


def write_named_h5(path, network, description=None):
    """As model.save("x.h5") and model.save_weights("x.h5") have it; an optimiser's variables lie beside."""
    with h5py.File(path, "w") as file:
        root = file.create_group("model_weights") if description else file
        if description:
            file.attrs["model_config"] = json.dumps(description)
            file["optimizer_weights/Adam/Conv1/kernel/m:0"] = np.zeros(3)
        for layer, kind, variables in layers(network):
            group = layer if kind == "dense" else f"mobilenetv2_0.50_96/{layer}"
            for variable, values in variables.items():
                depthwise = "depthwise_" if kind == "depthwise_conv2d" else ""
                root[f"{group}/{layer if kind == 'dense' else ''}/{depthwise}{variable}:0"] = values


def write_counted_h5(file, network):
    """As Keras 3 and the .keras archive have it: layers counted by class, variables by number."""
    counts = {}
    with h5py.File(file, "w") as file:
        file["optimizer/vars/0"] = np.zeros(1)
        file["layers/dropout/seed_generator/vars/0"] = np.zeros(2)
        for _, kind, variables in layers(network):
            count = counts[kind] = counts.get(kind, -1) + 1
            group = "layers" if kind == "dense" else "layers/functional/layers"
            for i, values in enumerate(variables.values()):
                file[f"{group}/{kind}{f'_{count}' if count else ''}/vars/{i}"] = values


def write_archive(path, network, description):
    weights_file = io.BytesIO()
    write_counted_h5(weights_file, network)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", json.dumps(description))
        archive.writestr("model.weights.h5", weights_file.getvalue())
