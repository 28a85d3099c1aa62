"""Model file of float16 weights -> one of 8-bit integers, trained to answer as the float network does.

    python3 model/quantise.py model/pneumonia.safetensors model/pneumonia-int8.safetensors --data DIR [--also DIR]
        [--from FLOAT INT8]

Quantisation-aware training (Jacob et al., 2018) with learned scales (Esser et al., 2020): the float network is the
teacher, the films' labels are not used, and calibration, operating points and scope check stay the float model's.
quantised.py has the scheme.

--from names an older float model and its integers. Where the new model was trained on from the older one, the old scales
and the old integers with the weights' difference added are a better start than the weights alone: a tenth of the steps
is enough.
"""

import argparse
import copy
import json
import math

import numpy as np
import torch
from torch import nn
from tqdm import tqdm

import engine
import films as film_store
import network as mobilenet
import scope
import views as film_views
import weights
from quantised import LEVELS, WEIGHT_LEVELS, convolutions, convolve, grid, plan
from train import SPLIT_SEED, FilmSet, tune_cpu


class ToGrid(torch.autograd.Function):
    """clamp(round(x / scale), low, high) scale. The gradient passes as if nothing had been rounded; the scale's is that
    of Esser et al., 2020."""

    @staticmethod
    def forward(ctx, x, scale, low, high):
        ratio = x / scale
        level = ratio.round().clamp_(low, high)
        ctx.save_for_backward(ratio, level)
        return level * scale

    @staticmethod
    def backward(ctx, gradient):
        ratio, level = ctx.saved_tensors
        error = level - ratio
        inside = error.abs() <= 0.5
        return gradient * inside, (gradient * torch.where(inside, error, level)).sum(), None, None


class QuantisedNetwork(nn.Module):
    """The float network with every weight and activation on its integer grid; differentiable."""

    def __init__(self, network):
        super().__init__()
        self.network, self.plan = network, plan(network)
        stem = network.features[0][0]
        stem.weight = nn.Parameter(stem.weight.detach().sum(1, keepdim=True))
        self.convolutions = convolutions(network)
        nscales = 1 + max(layer.scale for block in self.plan for layer in block)
        self.log_scale = nn.Parameter(torch.zeros(nscales))

    def weight(self, layer):
        weight = self.convolutions[layer.name].weight
        scale = weight_scale(weight).view(-1, 1, 1, 1)
        return weight + ((weight / scale).round() * scale - weight).detach()

    def scale(self, layer):
        """Behind ReLU6 level 127 is at most 6, so that the clamp to the levels is the activation."""
        scale = self.log_scale[layer.scale].exp()
        return scale.clamp_max(6 / LEVELS) if layer.relu6 else scale

    def activate(self, layer, sums, shortcut):
        low, high, scale = *grid(layer), self.scale(layer)
        out = ToGrid.apply(sums, scale, low, high)
        return ToGrid.apply(out + shortcut, scale, low, high) if layer.shortcut else out

    def features(self, inputs, observe=None):
        x = inputs
        for block in self.plan:
            start = x
            for layer in block:
                conv = self.convolutions[layer.name]
                sums = convolve(conv, x, self.weight(layer), conv.bias)
                if observe:
                    observe(layer, sums + start if layer.shortcut else sums)
                x = self.activate(layer, sums, start)
        return x.mean((2, 3))

    def forward(self, inputs):
        features = self.features(inputs)
        return features, self.network.classifier(features)

    @torch.no_grad()
    def set_scales(self, inputs):
        """Scales that lose least of what the activations of some inputs hold; the tensors before are quantised already."""
        best = {}

        def observe(layer, sums):
            values = sums.clamp(0, 6) if layer.relu6 else sums
            low, high = grid(layer)
            widest = values.abs().max() / high
            candidates = [widest * share for share in np.linspace(0.3, 1, 29)]
            loss = [float(((values / s).round().clamp(low, high) * s - values).square().mean()) for s in candidates]
            found = math.log(float(candidates[int(np.argmin(loss))]) + 1e-9)
            best[layer.scale] = max(best.get(layer.scale, found), found)
            self.log_scale[layer.scale] = best[layer.scale]

        self.features(inputs, observe)


def weight_scale(weight):
    """The largest weight of every output channel becomes 127."""
    return weight.detach().abs().flatten(1).amax(1).clamp_min(1e-8) / WEIGHT_LEVELS


@torch.no_grad()
def integers(quantised):
    """-> {tensor name: array} of the file: the integers that `quantised` stands for."""
    out, scale_in = {}, 1 / 255
    for block in quantised.plan:
        for layer in block:
            conv = quantised.convolutions[layer.name]
            idle = conv.bias.abs() / (
                scale_in * 2**24
            )  # a filter of nothing but zeros: its bias must fit all the same
            scale = torch.maximum(weight_scale(conv.weight), idle)
            out[f"{layer.name}.weight"] = (conv.weight / scale.view(-1, 1, 1, 1)).round().to(torch.int8).numpy()
            out[f"{layer.name}.weight_scale"] = scale.numpy()
            unit = scale.double().numpy() * scale_in
            out[f"{layer.name}.bias"] = np.rint(conv.bias.double().numpy() / unit).astype(np.int32)
            out[f"{layer.name}.output_scale"] = quantised.scale(layer).numpy().reshape(1)
            scale_in = float(out[f"{layer.name}.output_scale"][0])
    classifier = quantised.network.classifier[1]
    out["classifier.1.weight"] = classifier.weight.numpy().astype(np.float16)
    out["classifier.1.bias"] = classifier.bias.numpy().astype(np.float32)
    return out


@torch.no_grad()
def start_from(quantised, teacher, older, integer_file):
    """Sets `quantised` to what the integers of an older network stand for, plus what the teacher's weights differ from its."""
    tensors, _ = weights.read(integer_file)
    new, old, scale_in = convolutions(teacher), convolutions(older), 1 / 255
    real = lambda name: torch.from_numpy(tensors[name].astype(np.float64))
    for layer in (layer for block in quantised.plan for layer in block):
        conv, scale = quantised.convolutions[layer.name], real(f"{layer.name}.weight_scale")
        moved = (new[layer.name].weight - old[layer.name].weight).double()
        moved = moved if moved.shape == conv.weight.shape else moved.sum(1, keepdim=True)  # the first layer reads grey
        conv.weight.copy_(real(f"{layer.name}.weight") * scale.view(-1, 1, 1, 1) + moved)
        conv.bias.copy_(real(f"{layer.name}.bias") * scale * scale_in + new[layer.name].bias - old[layer.name].bias)
        scale_in = float(tensors[f"{layer.name}.output_scale"][0])
        quantised.log_scale[layer.scale] = math.log(scale_in)
    for part in ("weight", "bias"):
        moved = getattr(teacher.classifier[1], part) - getattr(older.classifier[1], part)
        getattr(quantised.network.classifier[1], part).copy_(real(f"classifier.1.{part}") + moved)


def scope_statistics(tensors, metadata, device):
    """-> the file's scope check for torch; None where it has none."""
    found = scope.of_file(tensors, metadata)
    return found and {name: torch.as_tensor(value, dtype=torch.float32, device=device) for name, value in found.items()}


def loss(student, teacher, statistics):
    """How far features, the difference of the logits and the scope score, in its logarithm, are from the teacher's."""
    (features, logits), (features_wanted, logits_wanted) = student, teacher
    apart = (logits - logits_wanted)[:, 1] - (logits - logits_wanted)[:, 0]
    off = 0.5 * (features - features_wanted).square().sum(1).mean() / features_wanted.square().sum(1).mean()
    if statistics:
        farther = torch.log(scope.distance(statistics, features) / scope.distance(statistics, features_wanted))
        off = off + farther.square().mean()
    return apart.square().mean() + off


def arguments():
    parser = argparse.ArgumentParser(description="Quantises a model file to 8-bit integers.")
    parser.add_argument("model", help="float model file, as model/export.py writes it")
    parser.add_argument("out")
    parser.add_argument("--data", required=True, help="folder with one folder a class, or with train/ holding them")
    parser.add_argument("--also", help="folder with a second form of the same films, by class and name")
    parser.add_argument("--from", dest="older", nargs=2, metavar=("FLOAT", "INT8"), help="an older model to start from")
    parser.add_argument("--epochs", type=float, default=2, help="how often every film is seen")
    parser.add_argument("--rate", type=float, default=1e-4)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    engine.add_argument(parser)
    return parser.parse_args()


def batches(options, films, steps, size):
    rng = np.random.default_rng(options.seed)
    order = [(int(i), turn) for turn in range(math.ceil(options.epochs)) for i in rng.permutation(len(films.films))]
    views = films.views(size, film_views.disturb, options.seed)
    sampler = order[: steps * options.batch]
    return torch.utils.data.DataLoader(views, options.batch, sampler=sampler, num_workers=options.workers)


def train(options, quantised, teacher, statistics, films, normalise, size):
    steps, device = int(options.epochs * len(films.films)) // options.batch, quantised.log_scale.device
    filters = [p for p in quantised.network.parameters()]
    groups = [{"params": filters, "lr": options.rate}, {"params": [quantised.log_scale], "lr": 10 * options.rate}]
    optimiser = torch.optim.Adam(groups)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda i: 0.5 * (1 + math.cos(math.pi * i / max(1, steps))))
    bar = tqdm(batches(options, films, steps, size), "quantising", mininterval=5)
    for grey, _ in bar:
        inputs = normalise(grey.to(device))
        with torch.no_grad():
            features = mobilenet.features(teacher, inputs)
            wanted = features, teacher.classifier(features)
        one = loss(quantised(inputs[:, :1]), wanted, statistics)
        optimiser.zero_grad(set_to_none=True)
        one.backward()
        optimiser.step()
        schedule.step()
        bar.set_postfix(loss=f"{one.item():.4f}")


def main():
    options = arguments()
    tune_cpu()
    torch.manual_seed(options.seed)
    teacher, metadata = mobilenet.load(options.model)
    tensors, _ = weights.read(options.model)
    if any((number != 0.5).any() for number in mobilenet.normalisation(metadata)):
        raise SystemExit("quantise: the integer scheme reads pixels as x/127.5-1 alone")
    size = int(metadata["input_size"])
    films, validation = film_store.split(film_store.find(options.data)[0], 0.1, SPLIT_SEED)
    second = film_store.second_forms(films, options.also) if options.also else {}
    if options.epochs < 1:  # no film is read that is not seen
        some = np.random.default_rng(options.seed).permutation(len(films))[: max(32, int(options.epochs * len(films)))]
        films, second, options.epochs = [films[i] for i in some], {}, float(options.epochs > 0)
    films = FilmSet(films, size, "training films", second, metadata.get("levels"))
    normalise = lambda grey: mobilenet.normalise(grey, *mobilenet.normalisation(metadata))
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    torch.backends.cudnn.allow_tf32 = False  # ten bits of a product are too few to round to a level
    teacher = teacher.to(device)
    quantised = QuantisedNetwork(copy.deepcopy(teacher)).eval().to(device)
    if options.older:
        start_from(quantised, teacher, mobilenet.load(options.older[0])[0].to(device), options.older[1])
    else:
        views = films.views(size, film_views.disturb, options.seed)
        pick = np.random.default_rng(options.seed).permutation(films.count)[:32]
        quantised.set_scales(normalise(torch.stack([views[int(i)][0] for i in pick]).to(device))[:, :1])
    if options.epochs:
        train(options, quantised, teacher, scope_statistics(tensors, metadata, device), films, normalise, size)
    kept = {name: tensor for name, tensor in tensors.items() if name.startswith("scope.")}
    weights.write(options.out, {**integers(quantised.cpu()), **kept}, {**metadata, "precision": "int8"})
    engine.refuse_unlike(options, validation)
    print(json.dumps({"beside_the_float_model": engine.agreement(options, options.model, validation)}))


if __name__ == "__main__":
    main()
