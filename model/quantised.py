"""The 8-bit integer network: its scheme, exact on every machine, and what it computes of a film.

    activations   u8 in 0..127; after ReLU6 real = q s, behind a linear bottleneck real = (q - 64) s; one scale a tensor,
                  one for all tensors of a stage that shortcuts join, so that a shortcut adds integers
    weights       s8 in -127..127, real = w t, one scale an output channel; bias s32 in units of s t
    input         2 round(255 grey) - 255, in -255..255, real = x / 255; the filters of the three equal channels are summed
    requantised   q = clamp(round_even(float32(sum) * float32(s t / s_out)) + zero, 0, 127)

The engine's src/ computes the same; model/quantise.py finds the integers.
"""

import itertools
from collections import namedtuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

import network as mobilenet

LEVELS, ZERO, WEIGHT_LEVELS = 127, 64, 127

# A convolution: its name, whether ReLU6 follows, which scale its output has, whether the block's input is added.
Layer = namedtuple("Layer", "name relu6 scale shortcut")


def plan(network):
    """-> [[Layer, ...] of the stem, of every inverted residual, of the last convolution]; scales counted from 0."""
    scales = itertools.count()
    blocks = [[Layer("features.0.0", True, next(scales), False)]]
    for i, block in enumerate(network.features[1:-1], 1):
        names = [f"features.{i}.conv.{n}" for n, m in block.conv.named_modules() if isinstance(m, nn.Conv2d)]
        rows = [Layer(name, True, next(scales), False) for name in names[:-1]]
        before = blocks[-1][-1].scale
        rows.append(Layer(names[-1], False, before if block.use_res_connect else next(scales), block.use_res_connect))
        blocks.append(rows)
    last = len(network.features) - 1
    return [*blocks, [Layer(f"features.{last}.0", True, next(scales), False)]]


def convolutions(network):
    return {name: module for name, module in network.named_modules() if isinstance(module, nn.Conv2d)}


def convolve(conv, inputs, weight, bias=None):
    """The convolution's own geometry with other weights."""
    if conv.stride == (2, 2) and conv.padding == (0, 0):
        inputs = mobilenet.pad_as_tensorflow(inputs)
    return F.conv2d(inputs, weight, bias, conv.stride, conv.padding, groups=conv.groups)


def grid(layer):
    return (0, LEVELS) if layer.relu6 else (-ZERO, LEVELS - ZERO)


class IntegerNetwork:
    """What the engine computes, in whole numbers that floats hold exactly: a layer's sums stay below 2^24, whatever order
    they are taken in, or are taken in float64."""

    def __init__(self, tensors, metadata):
        classes = len(tensors["classifier.1.bias"])
        shape = mobilenet.build(float(metadata["width_multiplier"]), classes, metadata["padding"])
        self.plan, self.convolutions = plan(shape), convolutions(shape)
        self.tensors = {name: torch.from_numpy(array.astype(np.float32)) for name, array in tensors.items()}
        for layer in itertools.chain(*self.plan):
            names = [f"{layer.name}.{field}" for field in ("weight", "bias")]
            weight, bias = (torch.from_numpy(tensors[name].astype(np.float64)) for name in names)
            most = (weight.flatten(1).abs().sum(1) * 255 + bias.abs()).max()
            exact = torch.float32 if most < 2**24 else torch.float64
            self.tensors.update(zip(names, (weight.to(exact), bias.to(exact))))

    def convolution(self, layer, x, scale_in):
        """x, whole numbers that stand for x scale_in -> (levels without their zero point, their scale)"""
        weight, bias, unit = (self.tensors[f"{layer.name}.{field}"] for field in ("weight", "bias", "weight_scale"))
        scale = float(self.tensors[f"{layer.name}.output_scale"])
        multiplier = (scale_in * unit.double() / scale).float().view(1, -1, 1, 1)
        sums = convolve(self.convolutions[layer.name], x.to(weight.dtype), weight) + bias.view(1, -1, 1, 1)
        return (sums.float() * multiplier).round().clamp(*grid(layer)), scale

    @torch.no_grad()
    def features(self, grey):
        """grey: [batch][1][side][side] in 0..255 -> f32[batch][nfeatures]"""
        x, scale = 2 * grey.float().round() - 255, 1 / 255
        for block in self.plan:
            start = x
            for layer in block:
                x, scale = self.convolution(layer, x, scale)
                if layer.shortcut:
                    x = (x + start).clamp(*grid(layer))
        return x.sum((2, 3)) * np.float32(scale / (x.shape[2] * x.shape[3]))

    def __call__(self, grey):
        features = self.features(grey)
        return features, features @ self.tensors["classifier.1.weight"].T + self.tensors["classifier.1.bias"]
