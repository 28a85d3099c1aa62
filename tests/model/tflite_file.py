"""Writes a folded MobileNetV2 as TensorFlow Lite does: Keras's padding and pooling, weights of 16 or 8 bits.

Weights go through a DEQUANTIZE, so that the arithmetic is float32; int8 ones have a scale for each output channel.
"""

import flatbuffers
import numpy as np
from torchvision.models.mobilenetv2 import InvertedResidual
from torch import nn

CODES = {"ADD": 0, "CONV_2D": 3, "DEPTHWISE_CONV_2D": 4, "DEQUANTIZE": 6, "FULLY_CONNECTED": 9}
CODES |= {"SOFTMAX": 25, "PAD": 34, "MEAN": 40}
OPTIONS = {"CONV_2D": 1, "DEPTHWISE_CONV_2D": 2, "FULLY_CONNECTED": 8, "SOFTMAX": 9, "ADD": 11, "PAD": 22, "MEAN": 27}
OPTIONS["DEQUANTIZE"] = 38
TYPES = {"float32": 0, "float16": 1, "int32": 2, "int8": 9}
VALID, SAME, RELU6 = 1, 0, 3


class Writer:
    """Collects tensors and operators, then writes the flatbuffer from its leaves to its root."""

    def __init__(self, precision):
        self.precision, self.tensors, self.operators = precision, [], []

    def tensor(self, shape, data=None, scales=None, axis=0):
        self.tensors.append((shape, data, scales, axis))
        return len(self.tensors) - 1

    def constant(self, array):
        return self.tensor(array.shape, np.ascontiguousarray(array))

    def operator(self, kind, inputs, shape, options=()):
        self.operators.append((kind, inputs, self.tensor(shape), options))
        return self.operators[-1][2]

    def weight(self, array, axis):
        """`axis` is that of the output channels."""
        if self.precision == "float16":
            stored = self.constant(array.astype(np.float16))
        else:
            integers, scales = quantised(array, axis)
            stored = self.tensor(array.shape, integers, scales.ravel(), axis)
        return self.operator("DEQUANTIZE", [stored], array.shape)

    def write(self, path, picture, answer):
        self.builder = flatbuffers.Builder()
        kinds = sorted({kind for kind, *_ in self.operators}, key=CODES.get)
        codes = [self.table((0, "Int8", CODES[kind]), (3, "Int32", CODES[kind])) for kind in kinds]
        buffers = [self.table()] + [self.buffer(data) for _, data, _, _ in self.tensors if data is not None]
        tensors, filled = [], 0
        for index, (shape, data, scales, axis) in enumerate(self.tensors):
            filled += data is not None
            tensors.append(self.tensor_table(index, shape, data, scales, axis, filled if data is not None else 0))
        operators = [self.operator_table(kinds.index(kind), kind, *rest) for kind, *rest in self.operators]
        graph = self.table(
            (0, "UOffsetTRelative", self.vector(tensors)),
            (1, "UOffsetTRelative", self.ints([picture])),
            (2, "UOffsetTRelative", self.ints([answer])),
            (3, "UOffsetTRelative", self.vector(operators)),
        )
        parts = [self.vector(each) for each in (codes, [graph], buffers)]
        places = [
            (1, "UOffsetTRelative", parts[0]),
            (2, "UOffsetTRelative", parts[1]),
            (4, "UOffsetTRelative", parts[2]),
        ]
        self.builder.Finish(self.table((0, "Uint32", 3), *places), b"TFL3")
        path.write_bytes(self.builder.Output())

    def table(self, *fields):
        self.builder.StartObject(10)
        for slot, kind, value in fields:
            getattr(self.builder, f"Prepend{kind}Slot")(slot, value, 0)
        return self.builder.EndObject()

    def vector(self, offsets):
        self.builder.StartVector(4, len(offsets), 4)
        for offset in reversed(offsets):
            self.builder.PrependUOffsetTRelative(offset)
        return self.builder.EndVector()

    def ints(self, values):
        return self.builder.CreateNumpyVector(np.array(values, np.int32))

    def buffer(self, data):
        """Runtimes map weights where they lie, aligned to 16 bytes."""
        self.builder.StartVector(1, data.nbytes, 16)
        self.builder.head -= data.nbytes
        self.builder.Bytes[self.builder.head : self.builder.head + data.nbytes] = data.tobytes()
        return self.table((0, "UOffsetTRelative", self.builder.EndVector()))

    def tensor_table(self, index, shape, data, scales, axis, buffer):
        name, dimensions = self.builder.CreateString(f"tensor-{index}"), self.ints(shape)
        fields = [(0, "UOffsetTRelative", dimensions), (2, "Uint32", buffer), (3, "UOffsetTRelative", name)]
        if scales is not None:
            scale = self.builder.CreateNumpyVector(scales.astype(np.float32))
            zero_point = self.builder.CreateNumpyVector(np.zeros(len(scales), np.int64))
            places = (2, "UOffsetTRelative", scale), (3, "UOffsetTRelative", zero_point), (6, "Int32", axis)
            fields.append((4, "UOffsetTRelative", self.table(*places)))
        return self.table((1, "Int8", TYPES["float32" if data is None else data.dtype.name]), *fields)

    def operator_table(self, code, kind, inputs, output, options):
        ends, settings = (self.ints(inputs), self.ints([output])), self.table(*options)
        fields = [(1, "UOffsetTRelative", ends[0]), (2, "UOffsetTRelative", ends[1]), (4, "UOffsetTRelative", settings)]
        return self.table((0, "Uint32", code), (3, "Uint8", OPTIONS[kind]), *fields)


def quantised(array, axis):
    others = tuple(i for i in range(array.ndim) if i != axis)
    scales = (np.abs(array).max(others, keepdims=True) / 127).astype(np.float32)
    return np.round(array / scales).astype(np.int8), scales


def write(path, network, precision, side):
    """`network` is folded (network.without_batch_norm) and pads as TensorFlow."""
    writer = Writer(precision)
    picture = latest = writer.tensor([1, side, side, 3])
    for feature in network.features:
        block, convolutions = latest, [layer for layer in feature.modules() if isinstance(layer, nn.Conv2d)]
        residual = isinstance(feature, InvertedResidual)
        for layer in convolutions:
            latest, side = convolve(writer, latest, layer, side, not (residual and layer is convolutions[-1]))
        if residual and feature.use_res_connect:
            latest = writer.operator("ADD", [block, latest], [1, side, side, feature.out_channels])
    axes = writer.constant(np.array([1, 2], np.int32))
    latest = writer.operator("MEAN", [latest, axes], [1, network.last_channel])
    weight, bias = (each.detach().numpy() for each in network.classifier[1].parameters())
    inputs = [latest, writer.weight(weight, 0), writer.constant(bias)]
    latest = writer.operator("FULLY_CONNECTED", inputs, [1, len(weight)])
    writer.write(path, picture, writer.operator("SOFTMAX", [latest], [1, len(weight)], [(0, "Float32", 1.0)]))


def convolve(writer, latest, layer, side, relu6):
    """Keras pads before a convolution of stride 2, which then pads nothing. -> (tensor, its side)"""
    weight, bias = layer.weight.detach().numpy(), layer.bias.detach().numpy()
    stride, depthwise = layer.stride[0], layer.groups > 1
    if stride == 2:
        edges = writer.constant(np.array([[0, 0], [0, 1], [0, 1], [0, 0]], np.int32))
        latest = writer.operator("PAD", [latest, edges], [1, side + 1, side + 1, weight.shape[1] * layer.groups])
    arranged = weight.transpose((1, 2, 3, 0) if depthwise else (0, 2, 3, 1))
    inputs = [latest, writer.weight(arranged, 3 if depthwise else 0), writer.constant(bias)]
    activation = (4 if depthwise else 3, "Int8", RELU6 if relu6 else 0)
    options = [(0, "Int8", VALID if stride == 2 else SAME), (1, "Int32", stride), (2, "Int32", stride), activation]
    options += [(3, "Int32", 1)] if depthwise else []
    side //= stride
    kind = "DEPTHWISE_CONV_2D" if depthwise else "CONV_2D"
    return writer.operator(kind, inputs, [1, side, side, len(weight)], options), side
