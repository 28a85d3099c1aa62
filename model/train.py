"""Trains the reader: films in folders named by class, or in a CSV -> a checkpoint for export.py, and report.py's plots.

    python3 model/train.py --data DIR --out reader.pt

What is left out is the recipe of the reader that ships, and that reader is where it starts.

DIR, or DIR/train, holds one folder a class; a CSV (film_list.py) may name several sources, of which each is drawn equally
often, and each class of it. A tenth of the patients is kept aside for validation. Weights are averaged over the last steps,
and the last average is the result: no epoch is chosen. Runs on a GPU when there is one; on a CPU the same seed gives the
same bytes, and a run that was cut goes on with --resume as if it had not been. Nothing here learns from a test set: --apart
names those that must share no film with the training films.
"""

import argparse
import copy
import ctypes
import json
import math
import os
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.metrics import roc_auc_score
from tqdm import tqdm

import films as film_store
import network as mobilenet
import overlap
import report
import views as film_views

SHIPPED = Path(__file__).parent / "pneumonia.safetensors"
SPLIT_SEED = 2018  # one split for every run, so that runs compare and their ensemble stays clean
WARM_UP_STEPS = 100
PATHS = ("data", "also", "init", "out", "resume", "apart")  # options that a checkpoint does not hold
VIEWS = 2  # of a film, in a batch: their answers must agree
AGREEMENT = 6.0  # weight of their disagreement in the loss
ABNORMAL = len(film_store.CLASSES)  # marks a film without pneumonia that shows something else


def arguments():
    parser = argparse.ArgumentParser(description="Trains the pneumonia reader.")
    parser.add_argument(
        "--data", required=True, help="folder with a folder a class, or with train/ holding them; or a CSV"
    )
    parser.add_argument("--also", help="folder with a second form of the same films, by class and name")
    parser.add_argument("--init", help="safetensors file to start from (the reader that ships; random weights with --width)")
    parser.add_argument(
        "--out", required=True, help="checkpoint to write after every validation; metrics go beside it as .json"
    )
    parser.add_argument(
        "--levels", choices=[film_store.LEVELS, "none"], default=film_store.LEVELS, help="stretch every view's levels, or not"
    )
    parser.add_argument("--apart", nargs="*", default=[], metavar="DIR", help="test sets that must share no film with these")
    parser.add_argument(
        "--outliers", type=float, default=0.12, help="images that are no film, for every film of a batch"
    )
    parser.add_argument("--pool", type=int, default=4000, help="how many different outliers are drawn, once")
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--minutes", type=float, help="as many epochs as fit, by the time that the second takes")
    parser.add_argument("--validate", type=int, default=1, help="validate after every so many epochs, and the last")
    parser.add_argument(
        "--finish", type=float, default=0.15, help="the share of the epochs, at the end, that uses crops of full size"
    )
    parser.add_argument("--views", type=int, help="views in an epoch (default: as many as there are films)")
    parser.add_argument(
        "--folded", action="store_true", help="train --init on without batch norm, as it was shipped: a quarter faster"
    )
    parser.add_argument("--size", type=int, default=224, help="input size of the network")
    parser.add_argument(
        "--crop", type=int, help="side of the training crops before the finish (default: 5/7 of --size)"
    )
    parser.add_argument("--width", type=float, help="width multiplier of a network with random weights")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--rate", type=float, help="AdamW's highest learning rate (3e-4; 2e-4 with --folded)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2, help="processes that prepare films")
    parser.add_argument("--resume", action="store_true", help="go on from --out where it exists")
    options = parser.parse_args()
    if not options.init and not options.width:
        options.init, options.folded = SHIPPED, True
    options.levels = None if options.levels == "none" else options.levels
    options.rate = options.rate or (2e-4 if options.folded else 3e-4)
    options.crop = options.crop or max(32, round(options.size * 5 / 7 / 32) * 32)
    return options


class FilmSet:
    """Films of one split, decoded once and held in memory as u8[size][size], their levels stretched where wanted; behind
    them the second forms of some."""

    def __init__(self, films, size, name, second, levels):
        self.films, self.count = films + list(second.values()), len(films)
        self.second = dict(zip(second, range(len(films), len(self.films))))
        self.labels = [film.label for film in self.films]
        self.abnormal = [film.abnormal for film in self.films]
        self.sources = [film.source for film in self.films]
        self.levels, ready = levels, film_store.with_levels if levels else lambda film: film
        self.images = [
            np.array(ready(film_store.read_grey(f.path, size, f.side)))
            for f in tqdm(self.films, f"reading {name}", leave=False)
        ]

    def views(self, size, view, seed, count=1, stretched=1.0, pool=()):
        share = stretched if self.levels else 0.0
        return film_views.Views(self.images, self.marks(), size, view, seed, count, share, pool)

    def marks(self):
        """-> what a view carries beside its pixels: its class, or ABNORMAL where it is a normal that shows something."""
        return [ABNORMAL if abnormal else label for label, abnormal in zip(self.labels, self.abnormal)]

    def groups(self):
        """-> indices of the films of each source and class."""
        groups = {}
        for i, key in enumerate(zip(self.sources[: self.count], self.labels)):
            groups.setdefault(key, []).append(i)
        return groups

    def balanced_order(self, seed, epoch, outliers, total=None):
        """As many views as `total` or as films, VIEWS of each film drawn, every source equally often, and either class of it, so that no
        source stands for a class; each film of a group used before any is used again; outliers among them."""
        rng, groups = np.random.default_rng([seed, epoch]), self.groups()
        members = [groups[key] for key in sorted(groups)]
        count = max(1, (total or self.count) // (len(members) * VIEWS))
        draws = [np.concatenate([rng.permutation(m) for _ in range(count // len(m) + 1)])[:count] for m in members]
        order, chance = rng.permutation(np.concatenate(draws)).tolist(), self.second_chances()
        keys = [(self.second[i] if rng.random() < chance.get(i, 0) else i, epoch) for i in order]
        beside = rng.choice(self.count, min(self.count, round(outliers * len(keys))), replace=False)
        keys += [(int(i), epoch, film_views.OUTLIER) for i in beside]
        return [keys[i] for i in rng.permutation(len(keys))]

    def second_chances(self):
        """-> {film: how often it comes in its second form}: half of every class's draws of a source, or as many as both
        classes of that source can.

        A form that were commoner in one class would be a shortcut."""
        share = {key: sum(i in self.second for i in members) / len(members) for key, members in self.groups().items()}
        common = lambda source: min(0.5, *(found for (other, _), found in share.items() if other == source))
        return {i: common(self.sources[i]) / share[self.sources[i], self.labels[i]] for i in self.second}


class Average:
    """Exponential moving average of weights and batch-norm statistics: the noise of single steps cancels."""

    def __init__(self, network, decay=0.998):
        self.network, self.decay, self.steps = copy.deepcopy(network).eval(), decay, 0

    @torch.no_grad()
    def update(self, network):
        self.steps += 1
        rate = 1 - min(self.decay, (1 + self.steps) / (10 + self.steps))
        pairs = list(zip(self.network.state_dict().values(), network.state_dict().values()))
        means, news = zip(*(pair for pair in pairs if pair[0].is_floating_point()))
        torch._foreach_mul_(means, 1 - rate)
        torch._foreach_add_(means, news, alpha=rate)
        for mean, new in pairs:
            if not mean.is_floating_point():
                mean.copy_(new)


def start(options, classes, train, device):
    """Returns (network, metadata it starts from): random weights, or the initial network; its classifier only stays
    if it tells the same classes apart."""
    if not options.init:
        metadata = {"width_multiplier": str(options.width), "padding": "tf_same", "scale": "x/127.5-1"}
        return mobilenet.build(options.width).to(device), metadata
    folded, metadata = mobilenet.load(options.init)
    if options.folded:
        if metadata.get("classes") != json.dumps(classes):
            raise SystemExit(f"--folded goes on with a reader of {classes}; {options.init} is none.")
        return folded.train().to(device), metadata
    network = mobilenet.build(float(metadata["width_multiplier"]), 2, metadata["padding"])
    views = train.views(options.size, film_views.disturb, options.seed)
    pick = np.random.default_rng(options.seed).permutation(train.count)[:96]
    grey = torch.stack([views[int(i)][0] for i in pick])
    mobilenet.insert_batch_norm(network, folded, mobilenet.normalise(grey, *mobilenet.normalisation(metadata)))
    if metadata.get("classes") == json.dumps(classes):
        network.classifier.load_state_dict(folded.classifier.state_dict())
    return network.to(device), metadata


def optimiser_for(network, rate):
    """Weight decay for the filters only: biases and batch norm have few numbers and need none."""
    filters = [p for p in network.parameters() if p.ndim > 1]
    others = [p for p in network.parameters() if p.ndim <= 1]
    return torch.optim.AdamW([{"params": filters, "weight_decay": 0.05}, {"params": others, "weight_decay": 0.0}], rate)


def rate_at(step, steps):
    """Linear warm-up, then half a cosine down to nothing."""
    return min(1.0, (step + 1) / WARM_UP_STEPS) * 0.5 * (1 + math.cos(math.pi * step / steps))


def disagreement(logits):
    """Jensen-Shannon divergence between what the views of a film, which follow each other, are called; mean of films."""
    p = F.softmax(logits, 1).unflatten(0, (-1, VIEWS))
    entropy = lambda p: -(p * p.clamp_min(1e-7).log()).sum(-1)
    return (entropy(p.mean(1)) - entropy(p).mean(1)).mean()


def epochs_in(options, left, seconds):
    """-> how many epochs fit into `left` seconds where one of small crops takes `seconds`; those of full size take as
    much longer as they have more pixels."""
    mean = seconds * (1 + options.finish * ((options.size / options.crop) ** 2 - 1))
    return max(1, int(left / mean))


def validation_views(options, found, second):
    """-> {name: (FilmSet, view)}: the validation films as they are, disturbed and in their second form, by source where
    there are several."""
    ways = {"plain": (found, None), "disturbed": (found, film_views.disturb), "second": (second, None)}
    sources, views = sorted({film.source for film in found}), {}
    for name, (films, view) in ways.items():
        for source in sources:
            mine = [film for film in films if film.source == source]
            if len({film.label for film in mine}) == 2:
                label = f"{name} {source}" if len(sources) > 1 else name
                views[label] = (FilmSet(mine, options.size, f"validation films, {label}", {}, options.levels), view)
    return views


class Run:
    """One training run: its data, its networks and everything that a checkpoint must hold to go on."""

    def __init__(self, options):
        self.options = options
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        found, self.classes = film_store.find(options.data)
        overlap.refuse(found, options.apart)
        train, validation = film_store.split(found, 0.1, SPLIT_SEED)
        second = [film_store.second_forms(s, options.also) if options.also else {} for s in (train, validation)]
        self.train = FilmSet(train, options.size, "training films", second[0], options.levels)
        self.validation = validation_views(options, validation, list(second[1].values()))
        count = min(options.pool, 10 * len(train))
        self.pool = film_views.draw_outliers(
            self.train.images[: self.train.count], count, options.seed, options.workers
        )
        self.network, initial = start(options, self.classes, self.train, self.device)
        self.shape = {key: initial[key] for key in ("width_multiplier", "padding")}
        self.average = Average(self.network)
        self.scope = torch.nn.Linear(self.network.last_channel, 1).to(self.device)
        self.third = torch.nn.Linear(self.network.last_channel, 1).to(self.device)
        self.optimiser = optimiser_for(torch.nn.ModuleList([self.network, self.scope, self.third]), options.rate)
        self.mean, self.std = mobilenet.normalisation(initial)
        self.epoch, self.history, self.last = 0, [], None
        print(f"{len(train)} training, {len(validation)} validation films of {self.classes}; {self.device}", flush=True)

    def loader(self, views, order=None):
        films = max(1, self.options.batch // views.count)
        return torch.utils.data.DataLoader(views, films, sampler=order, num_workers=self.options.workers)

    def half(self):
        """bfloat16 on a GPU; a CPU computes in float32, where the same seed gives the same bytes."""
        return torch.autocast(self.device.type, torch.bfloat16, enabled=self.device.type == "cuda")

    def forward(self, network, grey):
        with self.half():
            return network(mobilenet.normalise(grey.to(self.device), self.mean, self.std)).float()

    def train_epoch(self):
        options, self.network = self.options, self.network.train()
        torch.manual_seed(options.seed * 1000 + self.epoch)  # dropout of a resumed run is that of an uncut one
        size = options.size if self.epoch >= (1 - options.finish) * options.epochs else options.crop
        order = self.train.balanced_order(options.seed, self.epoch, options.outliers, options.views)
        views = self.train.views(size, film_views.augment, options.seed, VIEWS, 0.5, self.pool)
        batches = self.loader(views, order)
        bar = tqdm(batches, f"epoch {self.epoch + 1}/{options.epochs}", mininterval=5)
        first, steps = self.epoch * len(bar), options.epochs * len(bar)
        losses = [self.step(first + i, steps, *batch) for i, batch in enumerate(bar)]
        return sum(losses) / len(losses)

    def step(self, step, steps, grey, labels):
        for group in self.optimiser.param_groups:
            group["lr"] = self.options.rate * rate_at(step, steps)
        loss = self.loss(grey.flatten(0, 1)[:, None], labels.repeat_interleave(VIEWS).to(self.device))
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        self.optimiser.step()
        self.average.update(self.network)
        return loss.item()

    def loss(self, grey, labels):
        """Cross entropy of the films, whose views must agree (Jensen-Shannon: Hendrycks et al., AugMix, 2020); outliers
        must leave the classes even (Hendrycks et al., 2019) and be told from films by the scope layer, so that the
        features hold what tells them. So do other diseases: a third layer, which is not shipped, tells them from normals."""
        with self.half():
            features = mobilenet.features(self.network, mobilenet.normalise(grey.to(self.device), self.mean, self.std))
            logits, scope = self.network.classifier(features).float(), self.scope(features)[:, 0].float()
        film, loss = labels != film_views.OUTLIER, torch.zeros((), device=self.device)
        abnormal, ill = labels == ABNORMAL, labels == 1
        if film.any():
            loss = F.cross_entropy(logits[film], ill[film].long(), label_smoothing=0.05)
            loss = loss + AGREEMENT * disagreement(logits[film])
        if abnormal.any():
            healthy = film & ~ill
            loss = loss + 0.3 * F.binary_cross_entropy_with_logits(self.third(features)[healthy, 0].float(), abnormal[healthy].float())
        if not film.all():
            even = -F.log_softmax(logits[~film], 1).mean()
            loss = loss + 0.3 * even + 0.3 * F.binary_cross_entropy_with_logits(scope, film.float())
        return loss

    @torch.no_grad()
    def validate(self, films, view):
        """-> the films' labels, patients and z_pneumonia - z_normal of the averaged network, one number a film."""
        batches = self.loader(films.views(self.options.size, view, SPLIT_SEED))
        outputs = [self.forward(self.average.network, grey) for grey, _ in batches]
        logits = [float(z[1] - z[0]) for z in torch.cat(outputs).cpu()]
        return {"labels": films.labels, "logits": logits, "patients": [film.patient for film in films.films]}

    def fit_into_minutes(self, seconds):
        """Says anew how many epochs there will be, from the seconds that the last one took: the machine may get busier.
        Not once the finish has begun, whose epochs take longer."""
        options = self.options
        if options.minutes and self.epoch >= 2 and self.epoch < (1 - options.finish) * options.epochs:
            left = options.minutes * 60 - (time.monotonic() - self.started)
            options.epochs = self.epoch + epochs_in(options, left, seconds)

    def epochs(self):
        options, self.started = self.options, time.monotonic()
        while self.epoch < options.epochs:
            started = time.monotonic()
            loss = self.train_epoch()
            self.epoch += 1
            self.fit_into_minutes(time.monotonic() - started)
            if self.epoch % options.validate and self.epoch < options.epochs:
                self.save(self.last)
                continue
            validation = {name: self.validate(*way) for name, way in self.validation.items()}
            auc = {name: float(roc_auc_score(one["labels"], one["logits"])) for name, one in validation.items()}
            self.history.append({"epoch": self.epoch, "loss": loss, "auc": auc})
            print(f"epoch {self.epoch}/{options.epochs}: loss {loss:.4f}, validation AUC {auc}", flush=True)
            self.last = validation
            self.save(validation)

    def save(self, validation):
        """Writes aside and renames, so that a run cut at any moment leaves a whole checkpoint."""
        out, options = Path(self.options.out), vars(self.options)
        part = out.with_suffix(".part")
        torch.save(
            {
                "weights": self.average.network.state_dict(),
                "network": self.network.state_dict(),
                "scope": self.scope.state_dict(),
                "third": self.third.state_dict(),
                "average_steps": self.average.steps,
                "optimiser": self.optimiser.state_dict(),
                "epoch": self.epoch,
                "history": self.history,
                "validation": validation,
                "classes": self.classes,
                "shape": self.shape,
                "mean": self.mean,
                "std": self.std,
                "options": {k: options[k] for k in options if k not in PATHS},
                "films": self.train.count,
                "fingerprint": film_store.fingerprint(self.train.films),
            },
            part,
        )
        os.replace(part, out)
        out.with_suffix(".json").write_text(json.dumps(self.history, indent=1) + "\n")

    def resume(self):
        state = torch.load(self.options.out, map_location=self.device)
        self.network.load_state_dict(state["network"])
        self.scope.load_state_dict(state["scope"])
        self.third.load_state_dict(state["third"])
        self.average.network.load_state_dict(state["weights"])
        self.average.steps, self.epoch, self.history = state["average_steps"], state["epoch"], state["history"]
        self.optimiser.load_state_dict(state["optimiser"])
        if self.options.minutes:
            self.options.epochs = state["options"]["epochs"]


def tune_cpu():
    """As many threads as there are cores, unless OMP_NUM_THREADS says otherwise. And glibc hands large activations back to
    the system and asks anew: keeping them trains 1.2 to 1.4 times as fast."""
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", os.cpu_count())))
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if os.name == "posix" else None
    if mallopt:
        m_trim_threshold, m_mmap_max = -1, -4
        mallopt(m_trim_threshold, 2**31 - 1)
        mallopt(m_mmap_max, 0)


def main():
    options = arguments()
    tune_cpu()
    torch.manual_seed(options.seed)
    torch.backends.cudnn.benchmark = True
    run = Run(options)
    if options.resume and Path(options.out).exists():
        run.resume()
    run.epochs()
    print(f"plots and metrics.json: {report.write_beside(options.out)}")


if __name__ == "__main__":
    main()
