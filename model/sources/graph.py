"""Follows a graph of operators, ONNX's or TensorFlow Lite's, and accepts it where it is MobileNetV2 and nothing else.

A file of weights can only be checked for its shapes. A graph says what it does with them, so strides, padding, ReLU6,
shortcuts and the operators' order are checked too.
"""

from sources.layout import Convolution, Refusal, Source, check_activation, fold, layers

NO_PADDING = (0, 0, 0, 0)  # top, left, bottom, right
STRIDE_2_PADDING = {(1, 1, 1, 1): "torch", (0, 0, 1, 1): "tf_same"}


def same_padding(kernel, stride):
    """TensorFlow's "same", for pictures of an even side, as all of MobileNetV2's are."""
    before = (kernel - stride) // 2
    after = kernel - stride - before
    return before, before, after, after


class Step:
    """A convolution and what the operators behind it do with its output; `fed` names the tensor before it."""

    def __init__(self, convolution, fed, stride, padding):
        self.convolution, self.fed, self.stride, self.padding = convolution, fed, stride, padding
        self.relu6 = self.adds = False


class Chain:
    """The operators so far; `latest` names the tensor that the last of them made."""

    def __init__(self, start):
        self.latest, self.steps, self.padding = start, [], NO_PADDING
        self.pooled, self.classifier, self.activation = False, None, None

    def follow(self, inputs, output, operator):
        """Any operator, and all there is to say of one that only moves numbers about."""
        if self.latest not in inputs:
            raise Refusal(f'"{operator}" does not take up where the operator before it ended: this is another network.')
        self.latest = output

    def pad(self, inputs, output, padding):
        self.follow(inputs, output, "padding")
        self.padding = padding

    def convolve(self, inputs, output, convolution, stride, padding):
        """`padding` is the convolution's own; what a padding operator before it added counts as well."""
        if self.pooled:
            return self.classify(inputs, output, convolution.weight[:, :, 0, 0], convolution.bias)
        padding = tuple(a + b for a, b in zip(self.padding, padding))
        self.steps.append(Step(convolution, self.latest, stride, padding))
        self.padding = NO_PADDING
        self.follow(inputs, output, convolution.name)

    def normalise(self, inputs, output, norm):
        self.follow(inputs, output, "batch norm")
        name, weight, bias = self.last.convolution
        self.last.convolution = Convolution(name, *fold(weight, bias, norm))

    def relu6(self, inputs, output):
        self.follow(inputs, output, "ReLU6")
        self.last.relu6 = True

    def add(self, inputs, output):
        """A block's input is what its first convolution, the third last, was fed."""
        if len(self.steps) < 3 or self.steps[-3].fed not in inputs:
            raise Refusal("An addition takes no inverted residual's input: this is another network.")
        self.follow(inputs, output, "addition")
        self.last.adds = True

    def pool(self, inputs, output):
        self.follow(inputs, output, "average")
        self.pooled = True

    def classify(self, inputs, output, weight, bias):
        self.follow(inputs, output, "classifier")
        if self.classifier or not self.pooled:
            raise Refusal("The network has more than one linear layer behind its average; MobileNetV2 has one.")
        self.classifier = weight, bias

    def add_bias(self, inputs, output, bias):
        self.follow(inputs, output, "bias")
        if not self.classifier:
            raise Refusal("The network adds a constant before its classifier; MobileNetV2 does not.")
        weight, before = self.classifier
        self.classifier = weight, before + bias

    def activate(self, inputs, output, activation):
        self.follow(inputs, output, activation)
        self.activation = activation

    @property
    def last(self):
        if not self.steps:
            raise Refusal("The network does not begin with a convolution, as MobileNetV2 does.")
        return self.steps[-1]

    def source(self, facts):
        if not self.classifier:
            raise Refusal("The network ends without the linear layer that is MobileNetV2's classifier.")
        check_activation(self.activation, len(self.classifier[0]))
        facts = {"padding": padding_of(self.steps), **facts}
        return Source([step.convolution for step in self.steps], self.classifier, facts)


def padding_of(steps):
    """Compares every step with MobileNetV2's. -> how those of stride 2 pad, all in the same way."""
    expected = list(layers(1.0))
    if len(steps) != len(expected):
        raise Refusal(f"The network has {len(steps)} convolutions; MobileNetV2 has {len(expected)}.")
    for step, layer in zip(steps, expected):
        for key in ("stride", "relu6", "adds"):
            found, wanted = getattr(step, key), getattr(layer, key)
            if found != wanted:
                raise Refusal(f'"{step.convolution.name}" has {key} {found}; MobileNetV2 has {wanted} there.')
        padding = NO_PADDING if layer.shape[-1] == 1 else (1, 1, 1, 1)
        if layer.stride == 1 and step.padding != padding:
            raise Refusal(f'"{step.convolution.name}" is padded by {step.padding}; MobileNetV2 has {padding} there.')
    styles = {step.padding for step in steps if step.stride == 2}
    if len(styles) != 1 or not styles <= STRIDE_2_PADDING.keys():
        raise Refusal(
            f"The convolutions of stride 2 are padded by {sorted(styles)} (top, left, bottom, right); all of them by "
            "(1, 1, 1, 1), or all by (0, 0, 1, 1), is read."
        )
    return STRIDE_2_PADDING[styles.pop()]
