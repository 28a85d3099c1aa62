"""Keras: MobileNetV2 of keras.applications in a .h5 or .keras file, alone or with a classifier put behind it.

Older files (.h5) name every layer. Newer ones (.keras and .weights.h5) count a model's layers by class, in order of the
model: conv2d, conv2d_1, ... Needs the package h5py.
"""

import io
import json
import re
import zipfile

import h5py
import numpy as np

from sources.layout import STAGES, Convolution, Refusal, Source, check_activation, fold

EPSILON = 1e-3  # keras.applications'
NORM = ("gamma", "beta", "moving_mean", "moving_variance")


def read_h5(path):
    with h5py.File(path) as file:
        config = file.attrs.get("model_config")
        facts = facts_of(json.loads(config)) if config else {}
        counted = any("/vars/" in name for name in datasets(file))
        return source_of(counted_layers(file) if counted else named_layers(file), facts)


def read_archive(path):
    with zipfile.ZipFile(path) as archive:
        facts = facts_of(json.loads(archive.read("config.json")))
        with h5py.File(io.BytesIO(archive.read("model.weights.h5"))) as file:
            return source_of(counted_layers(file), facts)


def datasets(file):
    """-> {path: values} of all that is neither an optimiser's nor a random generator's."""
    found = {}
    file.visititems(lambda name, each: found.update({name: each}) if isinstance(each, h5py.Dataset) else None)
    return {name: each[()] for name, each in found.items() if not re.match("optimizer|.*seed_generator", name)}


def mobilenet_names():
    blocks = ["expanded_conv"] + [f"block_{i}" for i in range(1, sum(repeats for _, _, repeats, _ in STAGES))]
    convolutions = [f"{block}_{part}" for block in blocks for part in ("expand", "depthwise", "project")]
    convolutions.remove("expanded_conv_expand")
    return [("Conv1", "bn_Conv1"), *((name, f"{name}_BN") for name in convolutions), ("Conv_1", "Conv_1_bn")]


def named_layers(file):
    """-> {layer: {variable: values}} from paths such as model_weights/Conv1/Conv1/kernel:0."""
    layers = {}
    for name, values in datasets(file).items():
        *_, layer, variable = name.split("/")
        variable = variable.split(":")[0]
        layers.setdefault(layer, {})["kernel" if variable.endswith("kernel") else variable] = values
    return layers


def counted_layers(file):
    """The same from paths such as layers/functional/layers/conv2d_7/vars/0. MobileNetV2's own lie in the group that has
    depthwise convolutions. Other layers keep their paths for names."""
    groups = {}
    for name, values in datasets(file).items():
        layer, _, variable = name.partition("/vars/")
        groups.setdefault(layer, {})[int(variable)] = values
    home = next((name.rpartition("/")[0] for name in groups if name.endswith("/depthwise_conv2d")), None)
    names, layers = mobilenet_names(), {}
    kinds = {
        "conv2d": [name for name, _ in names if "depthwise" not in name],
        "depthwise_conv2d": [name for name, _ in names if "depthwise" in name],
        "batch_normalization": [norm for _, norm in names],
    }
    for path, values in groups.items():
        group, _, last = path.rpartition("/")
        kind, number = re.fullmatch(r"(.*?)(?:_(\d+))?", last).groups()
        fields = NORM if kind == "batch_normalization" else ("kernel", "bias")
        known = kinds.get(kind, []) if group == home else []
        name = known[int(number or 0)] if int(number or 0) < len(known) else path
        layers[name] = {field: values[i] for i, field in enumerate(fields) if i in values}
    return layers


def source_of(layers, facts):
    if "Conv1" not in layers:
        raise Refusal(f"The file has no layer Conv1, as Keras's MobileNetV2 does, but {len(layers)} others.")
    convolutions = [convolution(layers, *pair) for pair in mobilenet_names()]
    dense = [name for name, values in layers.items() if np.ndim(values.get("kernel")) == 2]
    if len(dense) != 1:
        raise Refusal(f"The file has {len(dense)} dense layers; MobileNetV2's classifier is one.")
    classifier = layers.pop(dense[0])
    if layers:
        raise Refusal(f'The file holds the layer "{next(iter(layers))}", which has no place in MobileNetV2.')
    weight = classifier["kernel"].T
    check_activation(facts.pop("activation", None), len(weight))
    return Source(
        convolutions, (weight, classifier.get("bias", np.zeros(len(weight)))), {"padding": "tf_same", **facts}
    )


def convolution(layers, name, norm):
    kernel = take(layers, name, ["kernel"])[0]
    axes = (2, 3, 0, 1) if "depthwise" in name else (3, 2, 0, 1)
    if kernel.ndim != 4:
        raise Refusal(f'The layer "{name}" has a kernel of {kernel.ndim} dimensions; a convolution has 4.')
    return Convolution(name, *fold(kernel.transpose(axes), 0.0, (*take(layers, norm, NORM), EPSILON)))


def take(layers, name, fields):
    values = layers.pop(name, {})
    missing = [field for field in fields if field not in values]
    if missing:
        raise Refusal(f'The file lacks {missing[0]} of the layer "{name}".')
    return [values[field] for field in fields]


def facts_of(config):
    """What the model's own description says: the input's side, a Rescaling layer, the classifier's activation."""
    facts = {}
    for layer, settings in described_layers(config):
        shape = settings.get("batch_shape") or settings.get("batch_input_shape")
        if layer == "InputLayer" and shape and shape[1]:
            facts.setdefault("input_size", str(shape[1]))
        elif layer == "Rescaling":  # pixel * scale + offset, of pixels in 0..255
            scale, offset = 255 * np.ravel(settings["scale"]), np.ravel(settings["offset"])
            facts |= {"mean": json.dumps((-offset / scale).tolist()), "std": json.dumps((1 / scale).tolist())}
        elif layer == "Dense" and settings.get("activation") not in (None, "linear"):
            facts["activation"] = settings["activation"]
    return facts


def described_layers(config):
    """Yields (class, settings) of every layer, also of models within models."""
    if isinstance(config, dict):
        if "class_name" in config and isinstance(config.get("config"), dict):
            yield config["class_name"], config["config"]
        config = list(config.values())
    if isinstance(config, list):
        for each in config:
            yield from described_layers(each)
