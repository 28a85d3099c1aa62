"""TensorFlow Lite: float32, float16, and uint8 or int8, whose weights become what their integers stand for.

An 8-bit file's answers move a little when its integers become floating point: the rounding between its layers is gone.
Numbers of fields, operators and types are those of TensorFlow Lite's schema, version 3. Needs the package flatbuffers.
"""

import numpy as np
from flatbuffers import number_types
from flatbuffers.table import Table

from sources.graph import NO_PADDING, Chain, same_padding
from sources.layout import Convolution, Refusal

ADD, AVERAGE_POOL, CONVOLUTION, DEPTHWISE, DEQUANTIZE, FULLY_CONNECTED = 0, 1, 3, 4, 6, 9
LOGISTIC, RELU6, RESHAPE, SOFTMAX, PAD, MEAN, SQUEEZE, QUANTIZE = 14, 21, 22, 25, 34, 40, 43, 114
SAME = 0
FUSED = {0: False, 3: True}  # no activation, ReLU6
TYPES = {
    0: np.dtype("<f4"),
    1: np.dtype("<f2"),
    2: np.dtype("<i4"),
    3: np.dtype("u1"),
    4: np.dtype("<i8"),
    9: np.dtype("i1"),
}
UINT8, INT8 = 3, 9


class Record:
    """A flatbuffer's table, its fields by their place in the schema."""

    def __init__(self, data, at):
        self.table = Table(data, at)

    def place(self, field):
        return self.table.Offset(4 + 2 * field)

    def number(self, field, flags, default=0):
        return self.table.GetSlot(4 + 2 * field, default, flags)

    def numbers(self, field, flags):
        return self.table.GetVectorAsNumpy(flags, self.place(field)) if self.place(field) else np.zeros(0, int)

    def text(self, field):
        return self.table.String(self.table.Pos + self.place(field)).decode()

    def record(self, field):
        return self.at(self.place(field) + self.table.Pos) if self.place(field) else None

    def records(self, field):
        start, count = self.table.Vector(self.place(field)), self.table.VectorLen(self.place(field))
        return [self.at(start + 4 * i) for i in range(count)]

    def at(self, position):
        return Record(self.table.Bytes, self.table.Indirect(position))


def read(path):
    with open(path, "rb") as file:
        model = Record(data := file.read(), int.from_bytes(data[:4], "little"))
    graphs = model.records(2)
    if len(graphs) != 1:
        raise Refusal(f"The file holds {len(graphs)} graphs; MobileNetV2 is one.")
    return Reader(model, graphs[0]).read()


class Reader:
    """One graph: its tensors, the operators that use them, and the chain that they form."""

    def __init__(self, model, graph):
        self.buffers, self.tensors, self.graph = model.records(4), graph.records(0), graph
        codes = model.records(1)  # the byte is the older place of the number
        self.codes = [
            max(code.number(0, number_types.Int8Flags), code.number(3, number_types.Int32Flags)) for code in codes
        ]
        self.same_as = {}  # a tensor that a DEQUANTIZE makes of a constant -> the constant

    def read(self):
        (start,) = self.graph.numbers(1, number_types.Int32Flags)
        chain = Chain(start)
        for operator in self.graph.records(3):
            code = self.codes[operator.number(0, number_types.Uint32Flags)]
            inputs, outputs = (operator.numbers(i, number_types.Int32Flags).tolist() for i in (1, 2))
            if code == DEQUANTIZE and self.is_constant(inputs[0]):
                self.same_as[outputs[0]] = inputs[0]
            else:
                self.follow(chain, code, inputs, outputs[0], operator.record(4))
        return chain.source(self.facts_of(self.tensors[start]))

    def is_constant(self, index):
        return len(self.bytes_of(index)) > 0

    def bytes_of(self, index):
        buffer = self.tensors[index].number(2, number_types.Uint32Flags)
        return self.buffers[buffer].numbers(0, number_types.Uint8Flags).astype(np.uint8)

    def floats(self, index):
        """What the integers stand for: scale * (integer - zero point), one scale for all or for each channel."""
        index = self.same_as.get(index, index)
        tensor, flags = self.tensors[index], number_types.Int8Flags
        kind = tensor.number(1, flags)
        values = np.frombuffer(self.bytes_of(index).tobytes(), TYPES[kind]).astype(np.float64)
        values = values.reshape(tensor.numbers(0, number_types.Int32Flags))
        scale, zero_point, axis = quantisation(tensor)
        if not len(scale):
            return values
        shape = [-1 if i == axis and len(scale) > 1 else 1 for i in range(values.ndim)]
        return scale.reshape(shape) * (values - zero_point.reshape(shape))

    def follow(self, chain, code, inputs, output, options):
        ends = inputs, output
        if code in (CONVOLUTION, DEPTHWISE):
            self.convolve(chain, *ends, options, depthwise=code == DEPTHWISE)
        elif code == ADD:
            check_unfused(options, 0)
            chain.add(*ends)
        elif code == RELU6:
            chain.relu6(*ends)
        elif code == PAD:
            _, (top, bottom), (left, right), _ = self.floats(inputs[1]).astype(int)
            chain.pad(*ends, (top, left, bottom, right))
        elif code in (AVERAGE_POOL, MEAN):
            chain.pool(*ends)
        elif code == FULLY_CONNECTED:
            check_unfused(options, 0)
            chain.classify(*ends, self.floats(inputs[1]), self.bias(inputs))
        elif code in (SOFTMAX, LOGISTIC):
            chain.activate(*ends, "softmax" if code == SOFTMAX else "sigmoid")
        elif code in (RESHAPE, SQUEEZE, QUANTIZE, DEQUANTIZE):
            chain.follow(*ends, "reshaping")
        else:
            raise Refusal(f"The operator with TensorFlow Lite's number {code} has no place in MobileNetV2.")

    def convolve(self, chain, inputs, output, options, depthwise):
        flags = number_types.Int32Flags
        stride, other = options.number(1, flags), options.number(2, flags)
        dilation = {options.number(field, flags, 1) for field in ((5, 6) if depthwise else (4, 5))}
        if stride != other or dilation != {1}:
            raise Refusal("A convolution is dilated, or its strides differ; MobileNetV2 has none such.")
        weight = self.floats(inputs[1]).transpose((3, 0, 1, 2) if depthwise else (0, 3, 1, 2))
        same = options.number(0, number_types.Int8Flags) == SAME
        padding = same_padding(weight.shape[-1], stride) if same else NO_PADDING
        name = self.tensors[inputs[1]].text(3)
        chain.convolve(inputs, output, Convolution(name, weight, self.bias(inputs)), stride, padding)
        if fused_relu6(options, 4 if depthwise else 3):
            chain.relu6([output], output)

    def bias(self, inputs):
        has_one = len(inputs) > 2 and inputs[2] >= 0
        return self.floats(inputs[2]) if has_one else np.zeros(1)

    def facts_of(self, picture):
        """Integers that come in say themselves what they stand for, as mean and std of pixels in 0..1 do."""
        shape, kind = picture.numbers(0, number_types.Int32Flags), picture.number(1, number_types.Int8Flags)
        if len(shape) != 4 or shape[1] != shape[2] or shape[3] != 3:
            raise Refusal(
                f"The input has the shape {list(shape)}; [1, side, side, 3], a picture in colour, would be right."
            )
        facts, (scale, zero_point, _) = {"input_size": str(shape[1])}, quantisation(picture)
        if kind in (UINT8, INT8) and len(scale):
            black = zero_point[0] + (128 if kind == INT8 else 0)
            facts |= {"mean": f"[{black / 255:.9g}]", "std": f"[{1 / (255 * scale[0]):.9g}]"}
        return facts


def quantisation(tensor):
    """-> scales, zero points, and the axis that they belong to where they are many."""
    record = tensor.record(4)
    if not record:
        return np.zeros(0), np.zeros(0), 0
    scale, zero_point = record.numbers(2, number_types.Float32Flags), record.numbers(3, number_types.Int64Flags)
    return scale.astype(np.float64), zero_point.astype(np.float64), record.number(6, number_types.Int32Flags)


def fused_relu6(options, field):
    activation = options.number(field, number_types.Int8Flags) if options else 0
    if activation not in FUSED:
        raise Refusal(f"An operator ends in TensorFlow Lite's activation {activation}; MobileNetV2 has ReLU6 or none.")
    return FUSED[activation]


def check_unfused(options, field):
    if fused_relu6(options, field):
        raise Refusal("A ReLU6 follows an addition or the classifier; MobileNetV2 has none there.")
