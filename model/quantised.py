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
    """What the engine computes, in integers."""

    def __init__(self, tensors, metadata):
        shape = mobilenet.build(
            float(metadata["width_multiplier"]), len(tensors["classifier.1.bias"]), metadata["padding"]
        )
        self.tensors, self.plan, self.convolutions = tensors, plan(shape), convolutions(shape)

    def requantised(self, layer, sums, scale_in, scale_out):
        multiplier = (scale_in * self.tensors[f"{layer.name}.weight_scale"].astype(float) / scale_out).astype(
            np.float32
        )
        real = sums.astype(np.int32).astype(np.float32) * multiplier.reshape(1, -1, 1, 1)
        return np.clip(np.rint(real).astype(np.int64) + (0 if layer.relu6 else ZERO), 0, LEVELS)

    def features(self, grey):
        """grey: f32[batch][1][side][side] in 0..255 -> f32[batch][nfeatures]"""
        x, scale_in, zero = 2 * np.rint(np.asarray(grey)).astype(np.int64) - 255, 1 / 255, 0
        for block in self.plan:
            start = x
            for layer in block:
                weight, bias = (self.tensors[f"{layer.name}.{field}"] for field in ("weight", "bias"))
                # Sums below 2^24 are exact in float32; a filter that could reach more is summed in float64.
                most = np.abs(weight.astype(int)).reshape(len(weight), -1).sum(1).max() * max(255, LEVELS)
                dtype = np.float32 if most < 2**24 else np.float64
                inputs, kernel = (torch.from_numpy(a.astype(dtype)) for a in (x - zero, weight))
                sums = convolve(self.convolutions[layer.name], inputs, kernel).numpy().astype(np.int64) + bias.reshape(
                    1, -1, 1, 1
                )
                scale_out = float(self.tensors[f"{layer.name}.output_scale"][0])
                x = self.requantised(layer, sums, scale_in, scale_out)
                if layer.shortcut:
                    x = np.clip(x + start - ZERO, 0, LEVELS)
                scale_in, zero = scale_out, 0 if layer.relu6 else ZERO
        places = x.shape[2] * x.shape[3]
        return x.sum((2, 3)).astype(np.float32) * np.float32(scale_in / places)

    def __call__(self, grey):
        features = self.features(grey)
        weight, bias = (self.tensors[f"classifier.1.{field}"].astype(np.float32) for field in ("weight", "bias"))
        return features, features @ weight.T + bias
