"""MobileNetV2 as a list: what a file must hold, layer by layer, whoever wrote it (Sandler et al., 2018, table 2)."""

from collections import namedtuple

import numpy as np

STAGES = (  # expansion, channels at width 1, blocks, stride of the first block
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
)
WIDTHS = (
    1.0,
    1.4,
    1.3,
    0.75,
    0.5,
    0.35,
    *(round(0.4 + i / 20, 2) for i in range(20)),
)  # first those that others publish

# `name` is torchvision's; `shape` is [out][in of a group][height][width]; `adds` where the block's input is added.
Layer = namedtuple("Layer", "name shape stride relu6 adds")

# What a file holds of one convolution, batch norm folded; `name` is the file's own, for messages.
Convolution = namedtuple("Convolution", "name weight bias")

# `convolutions` as layers() lists them; `classifier` is (weight [classes][features], bias); `facts` are the metadata
# that the file itself knows.
Source = namedtuple("Source", "convolutions classifier facts")


class Refusal(Exception):
    """A sentence: what is wrong with the file, and where it can be said, what would be right."""


def divisible(channels):
    """The nearest multiple of 8, but not more than a tenth below."""
    rounded = max(8, int(channels + 4) // 8 * 8)
    return rounded + 8 if rounded < 0.9 * channels else rounded


def layers(width):
    """Yields the 52 convolutions; the classifier has as many inputs as the last of them has outputs."""
    inputs = divisible(32 * width)
    yield Layer("features.0.0", (inputs, 3, 3, 3), 2, True, False)
    block = 0
    for expansion, base, repeats, first_stride in STAGES:
        for repeat in range(repeats):
            block += 1
            outputs, stride = divisible(base * width), first_stride if repeat == 0 else 1
            yield from inverted_residual(f"features.{block}.conv", inputs, expansion, outputs, stride)
            inputs = outputs
    yield Layer(f"features.{block + 1}.0", (divisible(1280 * max(1.0, width)), inputs, 1, 1), 1, True, False)


def inverted_residual(name, inputs, expansion, outputs, stride):
    hidden, index = inputs * expansion, 0
    if expansion > 1:
        yield Layer(f"{name}.0.0", (hidden, inputs, 1, 1), 1, True, False)
        index = 1
    yield Layer(f"{name}.{index}.0", (hidden, 1, 3, 3), stride, True, False)
    yield Layer(f"{name}.{index + 1}", (outputs, hidden, 1, 1), 1, False, stride == 1 and inputs == outputs)


def width_of(source):
    """-> the width multiplier whose shapes are the file's; a Refusal that names the first layer that fits none."""
    shapes = [convolution.weight.shape for convolution in source.convolutions]
    fitting = {width: agreeing(shapes, [layer.shape for layer in layers(width)]) for width in WIDTHS}
    width = max(fitting, key=fitting.get)
    expected = [layer.shape for layer in layers(width)]
    if shapes != expected:
        raise Refusal(mismatch(source.convolutions, expected, fitting[width], width))
    weight, bias = source.classifier
    if weight.ndim != 2 or weight.shape[1] != expected[-1][0] or bias.shape != weight.shape[:1]:
        raise Refusal(
            f"The classifier has the shapes {list(weight.shape)} and {list(bias.shape)}; "
            f"[classes, {expected[-1][0]}] and [classes] would be right."
        )
    return width


def agreeing(shapes, expected):
    """How many shapes agree before the first that does not."""
    pairs = list(zip(shapes, expected))
    return next((i for i, (shape, other) in enumerate(pairs) if shape != other), len(pairs))


def mismatch(convolutions, expected, first, width):
    if first == min(len(convolutions), len(expected)):
        return f"The file holds {len(convolutions)} convolutions; MobileNetV2 has {len(expected)}."
    name, weight, _ = convolutions[first]
    return (
        f'Convolution {first + 1}, "{name}", has the shape {list(weight.shape)}; MobileNetV2 of width {width} has '
        f"{list(expected[first])} there. This is another network, or another width than 0.35 to 1.4."
    )


def fold(weight, bias, norm):
    """Folds gamma * (x - mean) / sqrt(variance + epsilon) + beta into the convolution before it."""
    gamma, beta, mean, variance, epsilon = norm
    factor = gamma.astype(np.float64) / np.sqrt(variance.astype(np.float64) + epsilon)
    return weight * factor.reshape(-1, 1, 1, 1), beta + (bias - mean) * factor


def check_activation(activation, classes):
    """Two sigmoids answer two questions; a reader asks one."""
    fitting = "sigmoid" if classes == 1 else "softmax"
    if activation not in (None, fitting):
        raise Refusal(f"The network ends in {activation} over {classes} classes; {fitting} or nothing would be right.")
