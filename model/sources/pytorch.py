"""PyTorch's state_dicts, as torch.save or safetensors write them, with torchvision's names or timm's.

A state_dict says neither input size nor padding nor normalisation: convert.py's options do.
"""

import pickle

import numpy as np

import weights
from sources import torch_archive
from sources.layout import Convolution, Refusal, STAGES, Source, fold, layers

EPSILON = 1e-5  # torch.nn.BatchNorm2d's
KNOWN = ("input_size", "padding", "mean", "std", "scale", "classes", "threshold", "batch_norm_epsilon")


def read_safetensors(path):
    tensors, metadata = weights.read(path)
    return source_of(tensors, {key: metadata[key] for key in KNOWN if key in metadata})


def read_archive(path):
    return source_of(state_dict(torch_archive.read(path)), {})


def read_pickle(path):
    """As torch.save wrote before version 1.6. PyTorch reads nothing but tensors from it, and refuses the rest."""
    import torch  # the other readers do without

    try:
        loaded = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError:  # whose message advises to trust the file
        raise Refusal(f"{path} is damaged or holds more than tensors. Save the network's state_dict() alone.")
    return source_of({name: tensor.numpy() for name, tensor in state_dict(loaded).items()}, {})


def state_dict(loaded):
    """Training scripts wrap the state_dict in a dict of their own: the one with most tensors is meant."""
    if not isinstance(loaded, dict):
        return {}
    tensors = {name: each for name, each in loaded.items() if hasattr(each, "shape")}
    return max([tensors, *map(state_dict, loaded.values())], key=len)


def torchvision_names():
    """Yields the names of a convolution and of its batch norm."""
    for layer in layers(1.0):
        head, _, last = layer.name.rpartition(".")
        yield layer.name, f"{head}.{int(last) + 1}"


def timm_names():
    yield "conv_stem", "bn1"
    yield "blocks.0.0.conv_dw", "blocks.0.0.bn1"
    yield "blocks.0.0.conv_pw", "blocks.0.0.bn2"
    for stage, (_, _, repeats, _) in list(enumerate(STAGES))[1:]:
        for block in (f"blocks.{stage}.{i}" for i in range(repeats)):
            yield f"{block}.conv_pw", f"{block}.bn1"
            yield f"{block}.conv_dw", f"{block}.bn2"
            yield f"{block}.conv_pwl", f"{block}.bn3"
    yield "conv_head", "bn2"


def source_of(tensors, facts):
    """Names may have a prefix, such as DataParallel's "module."."""
    for names in (list(torchvision_names()), list(timm_names())):
        first = f"{names[0][0]}.weight"
        found = [name for name in tensors if name == first or name.endswith(f".{first}")]
        if found:
            prefix = found[0][: -len(first)]
            state = {name[len(prefix) :]: each for name, each in tensors.items() if name.startswith(prefix)}
            return collect(state, names, facts)
    if not tensors:
        raise Refusal("The file holds no state_dict. Save the network's state_dict(), not the network.")
    raise Refusal(
        "The file holds neither torchvision's mobilenet_v2 (features.0.0.weight) nor timm's (conv_stem.weight), but "
        f"{len(tensors)} tensors{' such as ' + sorted(tensors)[0] if tensors else ''}."
    )


def collect(state, names, facts):
    left = {name: each for name, each in state.items() if not name.endswith("num_batches_tracked")}
    epsilon = float(facts.pop("batch_norm_epsilon", EPSILON))
    convolutions = [convolution(left, *pair, epsilon) for pair in names]
    linear = sorted(name[: -len("weight")] for name in left if name.startswith("classifier") and left[name].ndim == 2)
    if len(linear) != 1:
        raise Refusal(
            f"The file has {len(linear)} linear layers after the convolutions; MobileNetV2's classifier is one."
        )
    weight = take(left, f"{linear[0]}weight")
    bias = left.pop(f"{linear[0]}bias", np.zeros(len(weight)))
    if left:
        raise Refusal(f'The file holds "{sorted(left)[0]}", which has no place in MobileNetV2.')
    return Source(convolutions, (weight, bias), facts)


def take(left, name):
    if name not in left:
        raise Refusal(f'The file lacks the tensor "{name}".')
    return left.pop(name)


def convolution(left, name, norm, epsilon):
    weight = take(left, f"{name}.weight")
    bias = left.pop(f"{name}.bias", None)
    if bias is not None and f"{norm}.running_mean" not in left:  # folded already
        return Convolution(name, weight, bias)
    statistics = [take(left, f"{norm}.{field}") for field in ("weight", "bias", "running_mean", "running_var")]
    return Convolution(name, *fold(weight, np.zeros(len(weight)) if bias is None else bias, (*statistics, epsilon)))
