"""Views of films held in memory, as training, calibration and the scope check want them: parts of a film as other hospitals,
screens or telephones would deliver them, and outliers. The same seed gives the same pixels."""

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFilter, ImageOps
from tqdm import tqdm

import outliers
import photograph
from films import as_jpeg, shrink, with_levels

OUTLIER = -1  # the label of an image that is no chest film
PHOTOGRAPHS = 0.08  # the share of views that a telephone took
SCREENSHOTS = 0.04  # the share of views that lie in the window of a viewer
LEAST_PART = 0.3  # of a film's area: a smaller part seldom shows what tells pneumonia from another disease


def _refilter(film, rng):
    """Every octave of the spectrum made stronger or weaker at random, as detectors, grids and post-processing do."""
    pixels = np.asarray(film, np.float32)
    across, down = np.fft.rfftfreq(film.width), np.fft.fftfreq(film.height)
    octave = np.log2(np.maximum(np.hypot(down[:, None], across), 1 / 64))
    gain = np.exp(np.interp(octave, np.arange(-6, 0), np.append(0, rng.normal(0, 0.4, 5))))
    filtered = np.fft.irfft2(np.fft.rfft2(pixels) * gain, pixels.shape)
    return Image.fromarray(filtered.clip(0, 255).astype(np.uint8))


def _degrade(film, rng):
    """The set's shortcuts are JPEG quality, grain and sharpness: both classes get every one of each."""
    if rng.random() < 0.3:
        film = _thumbnail(film, rng)
    elif rng.random() < 0.3:
        film = film.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 1.5)))
    elif rng.random() < 0.4:
        film = film.filter(ImageFilter.UnsharpMask(rng.uniform(0.5, 3), int(rng.integers(30, 160)), 0))
    elif rng.random() < 0.5:
        film = _refilter(film, rng)
    if rng.random() < 0.2:
        pixels = np.asarray(film) + rng.normal(0, rng.uniform(1, 6), (film.height, film.width))
        film = Image.fromarray(pixels.clip(0, 255).astype(np.uint8))
    if rng.random() < 0.5:
        film = as_jpeg(film, int(rng.integers(8, 30) if rng.random() < 0.2 else rng.integers(30, 96)))
    return film


def _thumbnail(film, rng):
    """Fewer pixels, enlarged again: filtered as good programs do, or not, as many collections did."""
    side = int(film.width * rng.uniform(0.3, 0.9))
    small = film.resize((side, side), Image.BILINEAR) if rng.random() < 0.5 else shrink(film, side)
    return small.resize(film.size, Image.BILINEAR)


def _window(film, rng):
    """A display window narrower than the film's levels: the darkest and brightest parts become black and white."""
    low, high = np.percentile(np.asarray(film), (rng.uniform(0, 25), rng.uniform(80, 100)))
    return film.point(((np.arange(256) - low) * (255 / max(high - low, 8))).clip(0, 255).astype(np.uint8).tolist())


def _retone(film, rng):
    """Exposure and display differ from hospital to hospital: gamma, contrast, brightness, at times equalisation."""
    if rng.random() < 0.1:
        film = ImageOps.equalize(film)
    elif rng.random() < 0.15:
        film = _window(film, rng)
    gamma, contrast, brightness = np.exp(rng.uniform(-0.35, 0.35)), rng.uniform(0.7, 1.3), rng.uniform(0.7, 1.3)
    level = np.asarray(film).mean()
    curve = 255 * (np.arange(256) / 255) ** gamma
    return film.point(((curve - level) * contrast + level * brightness).clip(0, 255).astype(np.uint8).tolist())


def _random_box(film, rng, area, aspect):
    """-> (left, upper, right, lower): a rectangle of a random share of the film's area and a random aspect."""
    width, height = film.size
    for _ in range(10):
        target = width * height * rng.uniform(*area)
        ratio = np.exp(rng.uniform(np.log(aspect[0]), np.log(aspect[1])))
        w, h = (target * ratio) ** 0.5, (target / ratio) ** 0.5
        if w <= width and h <= height:
            break
    else:
        w, h = width, height
    x, y = rng.uniform(0, width - w), rng.uniform(0, height - h)
    return x, y, x + w, y + h


def _frame(film, rng):
    """The same margin all round, or one of its own on every side; black more often than white."""
    widest = rng.uniform(0.02, 0.15) * film.width
    margins = [widest] * 4 if rng.random() < 0.5 else rng.uniform(0, widest, 4)
    return ImageOps.expand(film, tuple(int(margin) for margin in margins), 0 if rng.random() < 0.65 else 255)


def _trimmed_box(film, rng, most):
    """-> a box that leaves off up to a share of `most` at every side: as collimation, a scanner or a hand does."""
    left, upper, right, lower = rng.uniform(0, most, 4) * film.width
    return left, upper, film.width - right, film.height - lower


def _annotate(film, rng):
    """What a viewer prints over a film: a few lines of text in its corners, a side marker."""
    draw = ImageDraw.Draw(film)
    for _ in range(int(rng.integers(1, 5))):
        x, y = (rng.uniform(0, 0.25) + 0.6 * (rng.random(2) < 0.5)) * film.width
        letters = rng.integers(33, 91, (int(rng.integers(1, 4)), int(rng.integers(1, 14))))
        draw.multiline_text((x, y), "\n".join("".join(map(chr, line)) for line in letters), int(rng.integers(150, 256)))
    return film


def _screenshot(film, rng):
    """The film in the window of a viewer: a grey, black or white desk, a bar of buttons, some text."""
    size = film.width
    inner = int(size * rng.uniform(0.7, 0.95))
    screen = Image.new("L", film.size, int(rng.choice([0, 255, rng.integers(20, 240)])))
    x, y = rng.integers(0, size - inner + 1, 2)
    draw = ImageDraw.Draw(screen)
    if rng.random() < 0.7:
        bar = int(size * rng.uniform(0.02, 0.1))
        draw.rectangle((0, 0, size, bar) if rng.random() < 0.5 else (0, 0, bar, size), int(rng.integers(0, 256)))
    screen.paste(film.resize((inner, inner), Image.BILINEAR), (int(x), int(y)))
    return _annotate(screen, rng) if rng.random() < 0.7 else screen


def _deliver(film, rng, size, degrees, box):
    film = _degrade(film, rng).resize((size, size), Image.BILINEAR, box=box)
    if rng.random() < 0.5:
        film = ImageOps.mirror(film)
    if rng.random() < 0.6:
        film = film.rotate(rng.uniform(-degrees, degrees), Image.BILINEAR)
    if rng.random() < 0.15:
        film = _annotate(film, rng)
    if rng.random() < 0.3:
        film = _frame(film, rng).resize((size, size), Image.BILINEAR)
    film = _retone(film, rng)
    if rng.random() < SCREENSHOTS:
        film = _screenshot(film, rng)
    return photograph.of(film, rng) if rng.random() < PHOTOGRAPHS else film


def augment(film, rng, size, count=1):
    """One part of a film as `count` hospitals might deliver it: it has one answer."""
    whole = rng.random() < 0.3
    box = _trimmed_box(film, rng, 0.12) if whole else _random_box(film, rng, (LEAST_PART, 1.0), (2 / 3, 3 / 2))
    return [_deliver(film, rng, size, 10, box) for _ in range(count)]


def disturb(film, rng, size, count=1):
    """A film as other hospitals might deliver it: milder than training's augmentation, for validation."""
    return [_deliver(film, rng, size, 5, _random_box(film, rng, (0.75, 1.0), (0.8, 1.25))) for _ in range(count)]


def degrade_outlier(image, rng, size, count=1):
    """No film: a part of an outlier, degraded and changed in tone as films are, so that neither tells them apart."""
    boxes = [_random_box(image, rng, (0.4, 1.0), (2 / 3, 3 / 2)) for _ in range(count)]
    parts = [_degrade(image, rng).resize((size, size), Image.BILINEAR, box=box) for box in boxes]
    return [_retone(ImageOps.mirror(part) if rng.random() < 0.5 else part, rng) for part in parts]


class Outliers(torch.utils.data.Dataset):
    """-> u8[SIDE][SIDE]: outliers drawn by rule, each beside one of the films."""

    def __init__(self, films, count, seed):
        self.films, self.count, self.seed = films, count, seed

    def __len__(self):
        return self.count

    def __getitem__(self, index):
        rng = np.random.default_rng([self.seed, index])
        film = Image.fromarray(self.films[int(rng.integers(len(self.films)))])
        return np.array(outliers.draw(film, rng).resize((outliers.SIDE, outliers.SIDE), Image.BILINEAR))


def draw_outliers(films, count, seed, workers):
    """-> list of u8[SIDE][SIDE]. Drawing one takes ten times as long as preparing a view: they are drawn once for all."""
    loader = torch.utils.data.DataLoader(Outliers(films, count, seed), None, num_workers=workers)
    return [np.asarray(one) for one in tqdm(loader, "drawing outliers", leave=False)]


class Views(torch.utils.data.Dataset):
    """-> (u8[count][size][size], label): `view(film, rng, size, count)` of films held in memory; the same seed, turn and
    index give the same pixels.

    A key is an index, (index, turn), or (index, turn, OUTLIER) for a view of one of the outliers. `stretched` is the share
    of views whose levels are stretched, as reading does with what it is given: all of them, but for training, where a
    small part of a film tells more when its levels are those of the whole."""

    def __init__(self, images, labels, size, view=None, seed=0, count=1, stretched=0.0, pool=()):
        self.images, self.labels, self.size, self.view, self.seed = images, labels, size, view, seed
        self.count, self.stretched, self.pool = count, stretched, pool

    def __len__(self):
        return len(self.images)

    def __getitem__(self, key):
        index, turn, label = (*key, self.labels[key[0]])[:3] if isinstance(key, tuple) else (key, 0, self.labels[key])
        rng, view = np.random.default_rng([self.seed, turn, index]), self.view
        image = self.images[index]
        if label == OUTLIER:
            image, view = self.pool[int(rng.integers(len(self.pool)))], degrade_outlier
        film = Image.fromarray(image)
        views = view(film, rng, self.size, self.count) if view else [film]
        views = [with_levels(each) if rng.random() < self.stretched else each for each in views]
        return torch.from_numpy(np.stack(views)), label
