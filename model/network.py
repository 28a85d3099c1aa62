"""MobileNetV2 in PyTorch with torchvision's tensor names, with batch norm (to train) or folded (to ship)."""

import json

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torchvision.models import mobilenet_v2

import weights


def build(width=1.0, classes=2, padding="tf_same"):
    network = mobilenet_v2(width_mult=width, num_classes=classes)
    if padding == "tf_same":
        for layer in network.modules():
            if isinstance(layer, nn.Conv2d) and layer.stride == (2, 2):
                layer.padding = (0, 0)
                layer.register_forward_pre_hook(lambda _layer, inputs: pad_as_tensorflow(*inputs))
    elif padding != "torch":
        raise ValueError(f'padding is "{padding}", expected "tf_same" or "torch"')
    return network.to(memory_format=torch.channels_last)


def pad_as_tensorflow(inputs):
    """A 3x3 filter with stride 2 needs one row and one column more at even sizes (below and right), two at odd ones."""
    odd_height, odd_width = (side % 2 for side in inputs.shape[2:])
    return F.pad(inputs, (odd_width, 1, odd_height, 1))


def features(network, inputs):
    """-> f32[batch][last_channel]: the averages of the last feature map, what the classifier and the scope check see."""
    return network.features(inputs).mean((2, 3))


def layers(network):
    """Yields (name, convolution, the batch norm or identity after it) in the order in which data flows."""
    named = [(n, m) for n, m in network.named_modules() if isinstance(m, (nn.Conv2d, nn.BatchNorm2d, nn.Identity))]
    for (name, convolution), (_, norm) in zip(named[::2], named[1::2]):
        yield name, convolution, norm


def without_batch_norm(network):
    """Replaces every batch norm with an identity and gives the convolutions a bias: the shape of a folded file."""
    for module in list(network.modules()):
        children = dict(module.named_children())
        for name, child in children.items():
            if isinstance(child, nn.BatchNorm2d):
                setattr(module, name, nn.Identity())
            elif isinstance(child, nn.Conv2d):
                child.bias = nn.Parameter(torch.zeros(child.out_channels))
    return network


def load(path):
    """Returns (network in evaluation mode, float32; metadata) from a safetensors file, folded or with batch norm."""
    tensors, metadata = weights.read(path)
    tensors = {name: array for name, array in tensors.items() if not name.startswith("scope.")}
    classes = tensors["classifier.1.weight"].shape[0]
    network = build(float(metadata["width_multiplier"]), classes, metadata["padding"])
    if not any(name.endswith("running_mean") for name in tensors):
        without_batch_norm(network)
    state = {name: torch.from_numpy(array.astype(np.float32)) for name, array in tensors.items()}
    missing, unexpected = network.load_state_dict(state, strict=False)
    missing = [name for name in missing if not name.endswith("num_batches_tracked")]
    if missing or unexpected:
        raise ValueError(f"{path}: tensors missing: {missing}; not of this network: {unexpected}")
    return network.eval(), metadata


def normalisation(metadata):
    """Returns (mean, std), each f32[1 or 3][1][1], for pixels in 0..1, whichever way the metadata says it."""
    if metadata.get("scale") == "x/127.5-1":
        metadata = {"mean": "[0.5]", "std": "[0.5]"}
    return torch.tensor(json.loads(metadata["mean"])).view(-1, 1, 1), torch.tensor(json.loads(metadata["std"])).view(
        -1, 1, 1
    )


def normalise(grey, mean, std):
    """u8[batch][1 or 3][height][width] -> f32[batch][3][height][width], grey copied to the three channels."""
    pixels = (grey.float() / 255 - mean.to(grey.device)) / std.to(grey.device)
    return pixels.expand(-1, 3, -1, -1).contiguous(memory_format=torch.channels_last)


@torch.no_grad()
def insert_batch_norm(network, folded, inputs):
    """Makes `network` (with batch norm) the identical function of `folded`, its statistics those of `inputs`."""
    seen = {}
    for name, convolution, _ in layers(folded):
        convolution.register_forward_hook(lambda _layer, _in, out, name=name: seen.update({name: _moments(out)}))
    folded(inputs)
    sources = dict(folded.named_modules())
    for name, convolution, norm in layers(network):
        (mean, variance), source = seen[name], sources[name]
        convolution.weight.copy_(source.weight)
        norm.running_mean.copy_(mean - source.bias)
        norm.running_var.copy_(variance)
        norm.weight.copy_((variance + norm.eps).sqrt())
        norm.bias.copy_(mean)


def _moments(activations):
    return activations.mean((0, 2, 3)), activations.var((0, 2, 3), unbiased=False)


@torch.no_grad()
def fold(network):
    """Returns {name: float64 array}: weight * factor, beta - mean * factor, with factor = gamma / sqrt(var + eps);
    where there is no batch norm, what there is."""
    folded = {}
    for name, convolution, norm in layers(network):
        if isinstance(norm, nn.Identity):
            folded[f"{name}.weight"], folded[f"{name}.bias"] = convolution.weight.double(), convolution.bias.double()
            continue
        factor = norm.weight.double() / (norm.running_var.double() + norm.eps).sqrt()
        folded[f"{name}.weight"] = convolution.weight.double() * factor.view(-1, 1, 1, 1)
        folded[f"{name}.bias"] = norm.bias.double() - norm.running_mean.double() * factor
    folded["classifier.1.weight"] = network.classifier[1].weight.double()
    folded["classifier.1.bias"] = network.classifier[1].bias.double()
    return {name: tensor.contiguous().cpu().numpy() for name, tensor in folded.items()}
