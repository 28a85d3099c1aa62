"""Parts of training and export that need no film, each by itself: python3 -m unittest parts.py, with model/ in PYTHONPATH."""

import collections
import math
import unittest
from unittest import mock

import numpy as np
import torch

import decisions
import export
import films
import metrics
import network
import quantised
import scope
import train
import views


class Parts(unittest.TestCase):
    def test_cautious(self):
        """A patient of whom nothing is known has the more cautious rule: what it says for certain, the rules of both groups say too."""
        rng = np.random.default_rng(3)
        labels = np.tile([0, 1], 400)
        sources = np.repeat(["kermany", "nih-128"], 400)
        for apart in (1.0, 3.0, 5.0):
            shift = np.where(sources == "kermany", 1.5, -1.0)
            logits = lambda: (labels - 0.5) * apart + shift + rng.normal(0, 1, 800)
            views = {name: (labels, sources, logits()) for name in ("plain", "disturbed")}
            groups = {"child": export.group_rule("child", views, ["kermany"]), "adult": export.group_rule("adult", views, ["nih-128"])}
            def says(rule, i, z):
                scale, bias, points = rule
                point = {"uncertain": [points[i]["threshold"]] * 2, **points[i]}
                return decisions.decide(metrics.sigmoid(scale * z + bias), None, False, point)
            own = export.cautious(views, groups)
            for i in range(3):
                certain = 0
                for z in np.linspace(-12, 12, 500):
                    word = says(own, i, z)
                    if word in ("pneumonia", "normal"):
                        certain += 1
                        assert all(says(rule, i, z) == word for rule in groups.values()), (apart, i, z, word)
                assert certain > 100

    def test_views_agree(self):
        """The views of a film are different deliveries of one part of it, with one answer, and their disagreement is measured."""
        image = np.tile(np.arange(224, dtype=np.uint8), (224, 1))
        made = views.Views([image], [1], 64, views.augment, seed=5, count=train.VIEWS)
        pairs = [made[0, turn] for turn in range(40)]
        assert all(pixels.shape == (2, 64, 64) and label == 1 for pixels, label in pairs)
        assert torch.equal(pairs[7][0], made[0, 7][0]) and not torch.equal(pairs[7][0], pairs[8][0])
        assert not torch.equal(*pairs[7][0]), "one film, two deliveries"
        flat = views._refilter(films.Image.fromarray(np.full((224, 224), 90, np.uint8)), np.random.default_rng(1))
        assert np.abs(np.asarray(flat, int) - 90).max() <= 1, "a spectrum that is shaken keeps its mean"
        grain = films.Image.fromarray((np.indices((224, 224)).sum(0) % 2 * 40 + 100).astype(np.uint8))
        changed = [np.asarray(views._refilter(grain, np.random.default_rng(i)), float).std() / 20 for i in range(30)]
        assert min(changed) < 0.8 and max(changed) > 1.25, changed
        of = lambda *logits: float(train.disagreement(torch.tensor(logits)))
        assert abs(of([0.0, 3.0], [0.0, 3.0])) < 1e-6 and abs(of([0.0, 50.0], [50.0, 0.0]) - math.log(2)) < 1e-3
        assert 0 < of([0.0, 1.0], [0.0, 2.0]) < of([0.0, 1.0], [0.0, 4.0])
        run = train.Run.__new__(train.Run)
        run.network, run.scope, run.device = train.mobilenet.build(0.1), torch.nn.Linear(1280, 1), torch.device("cpu")
        run.mean, run.std = torch.full((3, 1, 1), 0.5), torch.full((3, 1, 1), 0.5)
        for labels in [1, 1, 0, 0], [views.OUTLIER] * 4, [1, 1, views.OUTLIER, views.OUTLIER]:
            loss = run.loss(torch.zeros(4, 1, 64, 64, dtype=torch.uint8), torch.tensor(labels))
            assert torch.isfinite(loss) and loss > 0, (labels, loss)
        boxes = []
        deliver = lambda film, rng, size, degrees, box: boxes.append(box) or film
        with mock.patch.object(views, "_deliver", deliver):
            for view in views.augment, views.disturb:
                view(grain, np.random.default_rng(3), 64, 2)
        assert boxes[0] == boxes[1] and boxes[2] != boxes[3], boxes

    def test_contradicted(self):
        """The labels that a network contradicts are counted class by class."""
        against = export.contradicted(np.array([0, 0, 1, 1, 1, 1]), np.array([-1.0, -1, 2, -2, 3, 4]))
        assert against == {"normal": 0, "pneumonia": 0.25}, against

    def test_either_class(self):
        """Every source weighs the same, and so does either class of it."""
        made = [films.Film(f"film{i}.png", int(i % 4 > 0), f"patient{i}", "", "ab"[i % 5 > 2]) for i in range(160)]
        drawn = export.of_each_group(made, 15)
        groups = collections.Counter((film.source, film.label) for film in drawn)
        assert groups == {("a", 0): 15, ("a", 1): 15, ("b", 0): 15, ("b", 1): 15} and len(set(drawn)) == 60, groups
        assert drawn == export.of_each_group(made, 15)
        assert drawn[:15] != [film for film in made if (film.source, film.label) == ("a", 0)][:15]
        assert len(export.of_each_group(made, 50)) == 24 + 50 + 16 + 48
        weights = export.by_source_and_class(np.array([0, 0, 0, 1, 0, 1]), np.array(["a", "a", "a", "a", "b", "b"]))
        assert np.allclose(weights, [0.5, 0.5, 0.5, 1.5, 1.5, 1.5]), weights

    def test_exact_sums(self):
        """The integer network in PyTorch is exact where float32 is not: the stem's sum, 2^24 + 2, is half a level and a little more
        and must round up, and float32 misses it."""
        shape = network.build(0.1)
        tensors = {"classifier.1.weight": np.zeros((2, 1280)), "classifier.1.bias": np.zeros(2)}
        for name, conv in quantised.convolutions(shape).items():
            outputs, inputs = conv.weight.shape[0], 1 if name == "features.0.0" else conv.weight.shape[1]
            tensors[f"{name}.weight"] = np.zeros((outputs, inputs, *conv.kernel_size), np.int8)
            tensors[f"{name}.bias"] = np.zeros(outputs, np.int32)
            tensors[f"{name}.weight_scale"] = np.full(outputs, 2.0**-25, np.float32)
            tensors[f"{name}.output_scale"] = np.ones(1, np.float32)
        tensors["features.0.0.weight"][:, :, 1, 1] = 1
        tensors["features.0.0.bias"][:] = 2**24 + 1
        integers = quantised.IntegerNetwork(tensors, {"width_multiplier": "0.1", "padding": "tf_same"})
        levels, _ = integers.convolution(integers.plan[0][0], torch.ones(1, 1, 32, 32), 1.0)
        assert (levels[..., :-1, :-1] == 1).all(), levels.unique()
        assert integers.tensors["features.1.conv.0.0.weight"].dtype == torch.float32, "small sums stay in float32"

    def test_scope_of_few(self):
        """Statistics of fewer films than directions leave no variance outside them: the score must not hang on rounding."""
        rng = np.random.default_rng(1)
        spread = np.geomspace(30, 1e-3, 1280)
        for count in 2, 10, 40, 400:
            features = (rng.normal(size=(count, 1280)) * spread + 1).astype(np.float32)
            found = scope.fit(features)
            for seen in features[:2], (rng.normal(size=(2, 1280)) * spread + 1).astype(np.float32):
                exact = scope.distance(found, seen.astype(float))
                rounded = scope.distance(found, (seen * (1 + rng.uniform(-1e-6, 1e-6, seen.shape))).astype(float))
                assert np.all(np.isfinite(exact) & (exact >= 0)), exact
                assert np.all(abs(rounded - exact) < 1e-3 * np.maximum(1, exact)), (count, exact, rounded)
        with self.assertRaisesRegex(SystemExit, "same features"):
            scope.fit(np.ones((5, 1280), np.float32))
