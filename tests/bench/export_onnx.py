"""Exports the project's own model for the peers of the benchmark that do not read safetensors.

    python3 tests/bench/export_onnx.py MODEL.safetensors FOLDER

FOLDER/mobilenet_v2.onnx   float32, NCHW, batch 1
FOLDER/mobilenet_v2.json   the convolutions in order, for tfjs, whose converter this machine does not have
FOLDER/mobilenet_v2.bin    their weights, f32, as that list says
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnx
import torch
from torchvision.models.mobilenetv2 import InvertedResidual

sys.path.insert(0, str(Path(__file__).parents[2] / "model"))
import network as networks  # noqa: E402


def export_onnx(network, metadata, path):
    """TensorFlow's padding becomes an attribute of the convolution: a padding step before it would cost the peer time."""
    for layer in network.modules():
        layer._forward_pre_hooks.clear()
    side = int(metadata["input_size"])
    torch.onnx.export(
        network, torch.zeros(1, 3, side, side), path, input_names=["film"], output_names=["logits"], opset_version=13
    )
    graph = onnx.load(path)
    if metadata["padding"] == "tf_same":
        for node in graph.graph.node:
            attributes = {attribute.name: attribute for attribute in node.attribute}
            if node.op_type == "Conv" and list(attributes["strides"].ints) == [2, 2]:
                attributes["pads"].ints[:] = [0, 0, 1, 1]
    onnx.save(graph, path)


def convolutions(network):
    """Yields (convolution, has ReLU6, adds the block's input, ends a block) in the order in which data flows."""
    for feature in network.features:
        found = [layer for layer in feature.modules() if isinstance(layer, torch.nn.Conv2d)]
        residual = isinstance(feature, InvertedResidual)
        for layer in found:
            last = layer is found[-1]
            yield layer, not (residual and last), residual and last and feature.use_res_connect, last


def export_for_tfjs(network, folder):
    """tfjs keeps filters as [height][width][input][output], or [height][width][channel][1] where depthwise."""
    listed, arrays = [], []
    for layer, relu6, shortcut, ends_block in convolutions(network):
        depthwise = layer.groups > 1
        arrays += [layer.weight.detach().numpy().transpose((2, 3, 0, 1) if depthwise else (2, 3, 1, 0)), layer.bias]
        listed.append({"filter": list(arrays[-2].shape), "stride": layer.stride[0], "depthwise": depthwise})
        listed[-1] |= {"relu6": relu6, "shortcut": shortcut, "endsBlock": ends_block}
    classifier = network.classifier[1]
    arrays += [classifier.weight.detach().numpy().T, classifier.bias]
    with open(folder / "mobilenet_v2.bin", "wb") as file:
        for array in arrays:
            array = array if isinstance(array, np.ndarray) else array.detach().numpy()
            file.write(np.ascontiguousarray(array, "<f4").tobytes())
    described = {"convolutions": listed, "classifier": [classifier.in_features, classifier.out_features]}
    (folder / "mobilenet_v2.json").write_text(json.dumps(described))


def main(model, folder):
    network, metadata = networks.load(model)
    if metadata["padding"] != "tf_same":
        raise SystemExit("The tfjs export says 'same' to every convolution; this model pads as PyTorch does.")
    export_for_tfjs(network, Path(folder))
    export_onnx(network, metadata, str(Path(folder) / "mobilenet_v2.onnx"))


if __name__ == "__main__":
    main(*sys.argv[1:])
