"""ONNX, as PyTorch and tf2onnx export it: batch norm folded or not, numbers in floating point.

Needs the package onnx.
"""

import numpy as np
import onnx
from google.protobuf.message import DecodeError
from onnx import numpy_helper

from sources.graph import NO_PADDING, Chain, same_padding
from sources.layout import Convolution, Refusal

MOVING = {"Flatten", "Reshape", "Squeeze", "Identity", "Dropout", "Transpose"}
SHAPES = {"Shape", "Gather", "Unsqueeze", "Concat", "Cast", "Slice"}  # what an exporter computes for a Reshape
ACTIVATIONS = {"Softmax": "softmax", "Sigmoid": "sigmoid"}


def read(path):
    try:
        graph = onnx.load(path).graph
    except DecodeError:
        raise Refusal(f"{path} is damaged, or no ONNX file.")
    constants = {each.name: numpy_helper.to_array(each) for each in graph.initializer}
    inputs = [each for each in graph.input if each.name not in constants]
    if len(inputs) != 1:
        raise Refusal(f"The network has {len(inputs)} inputs; MobileNetV2 has one, a picture.")
    chain = Chain(inputs[0].name)
    for node in graph.node:
        attributes = {each.name: onnx.helper.get_attribute_value(each) for each in node.attribute}
        if node.op_type == "Constant":
            constants[node.output[0]] = numpy_helper.to_array(attributes["value"])
        elif node.op_type not in SHAPES:
            given = [constants[name].astype(np.float64) if name in constants else None for name in node.input]
            follow(chain, node, attributes, given)
    return chain.source(input_size_of(inputs[0]))


def input_size_of(picture):
    """[batch][3][side][side], or tf2onnx's [batch][side][side][3]; an exporter may leave the sides open."""
    sides = {each.dim_value for each in picture.type.tensor_type.shape.dim[1:]} - {0, 3}
    return {"input_size": str(sides.pop())} if len(sides) == 1 else {}


def follow(chain, node, attributes, given):
    """`given` holds the inputs that are constants, None in the place of the others."""
    ends, kind = (list(node.input), node.output[0]), node.op_type
    constant = next((each for each in given if each is not None), None)
    if kind == "Conv":
        weight, bias = given[1], given[2] if len(given) > 2 else np.zeros(len(given[1]))
        convolution = Convolution(node.name or node.output[0], weight, bias)
        chain.convolve(*ends, convolution, *stride_and_padding(attributes))
    elif kind == "BatchNormalization":
        chain.normalise(*ends, (*given[1:5], attributes.get("epsilon", 1e-5)))
    elif kind == "Clip":
        check_limits(attributes, given)
        chain.relu6(*ends)
    elif kind == "Pad":
        chain.pad(*ends, edges(attributes["pads"] if "pads" in attributes else given[1].astype(int).tolist()))
    elif kind in ("GlobalAveragePool", "ReduceMean"):
        chain.pool(*ends)
    elif kind in ("Gemm", "MatMul"):
        weight = given[1] if attributes.get("transB") else given[1].T
        chain.classify(*ends, weight, given[2] if len(given) > 2 else np.zeros(len(weight)))
    elif kind == "Add":
        chain.add(*ends) if constant is None else chain.add_bias(*ends, constant)
    elif kind in ACTIVATIONS:
        chain.activate(*ends, ACTIVATIONS[kind])
    elif kind in MOVING:
        chain.follow(*ends, kind)
    else:
        raise Refusal(f"The operator {kind} has no place in MobileNetV2.")


def stride_and_padding(attributes):
    strides = set(attributes.get("strides", [1, 1]))
    if len(strides) != 1 or set(attributes.get("dilations", [1])) != {1}:
        raise Refusal("A convolution is dilated, or its strides differ; MobileNetV2 has none such.")
    stride, kernel = strides.pop(), attributes["kernel_shape"][0]
    same = attributes.get("auto_pad") == b"SAME_UPPER"
    return stride, same_padding(kernel, stride) if same else tuple(attributes.get("pads", NO_PADDING))


def edges(pads):
    """The begin of every axis, then the end of every axis; of the two axes of the picture, whichever they are."""
    begins, ends = pads[: len(pads) // 2], pads[len(pads) // 2 :]
    padded = [(begin, end) for begin, end in zip(begins, ends) if begin or end]
    if len(padded) != 2:
        raise Refusal(f"Padding by {pads} pads other axes than the height and width of a picture.")
    (top, bottom), (left, right) = padded
    return top, left, bottom, right


def check_limits(attributes, given):
    limits = [attributes.get("min"), attributes.get("max")] if "max" in attributes else given[1:3]
    if [float(each) for each in limits if each is not None] != [0.0, 6.0]:
        raise Refusal(f"An activation is limited to {limits}; ReLU6 has 0 and 6.")
