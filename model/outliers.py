"""Images that are no upright frontal chest film, drawn by rule: what training shows the network so that its features
tell them apart. Half are made of a training film (turned, shuffled, magnified), half of nothing but numbers.

No photograph, bone or dental film of anybody's is used: those serve evaluation alone.
"""

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

SIDE = 224


# ---- of a chest film ----


def turned(film, rng):
    return film.transpose(rng.choice([Image.ROTATE_90, Image.ROTATE_180, Image.ROTATE_270]))


def negative(film, rng):
    return ImageOps.invert(film)


def magnified(film, rng):
    """A place of the film: a twentieth to a fifth of its side."""
    side = film.width * rng.uniform(0.06, 0.25)
    x, y = rng.uniform(0, film.width - side, 2)
    return film.resize((SIDE, SIDE), Image.BICUBIC, box=(x, y, x + side, y + side))


def shuffled(film, rng):
    """Its tiles in another order."""
    count = int(rng.integers(2, 6))
    step = film.width // count
    places = [(x * step, y * step) for y in range(count) for x in range(count)]
    out = Image.new("L", (count * step, count * step))
    for (x, y), place in zip(places, rng.permutation(places).tolist()):
        out.paste(film.crop((x, y, x + step, y + step)), place)
    return out


def several(film, rng):
    """A contact sheet of it, or a small film on a desk."""
    count = int(rng.integers(2, 5))
    small = film.resize((SIDE // count, SIDE // count), Image.BILINEAR)
    out = Image.new("L", (SIDE, SIDE), int(rng.integers(0, 256)))
    places = [(x * small.width, y * small.height) for y in range(count) for x in range(count)]
    for i in rng.permutation(len(places))[: int(rng.integers(1, len(places) + 1))]:
        out.paste(small, places[i])
    return out


def bent(film, rng):
    """Rows and columns shifted by slow waves of up to a third of the side."""
    y, x = np.mgrid[0 : film.height, 0 : film.width].astype(float)
    for axis, other in ((x, y), (y, x)):
        axis += (
            film.width * rng.uniform(0.1, 0.33) * np.sin(other / film.width * rng.uniform(4, 14) + rng.uniform(0, 7))
        )
    pixels = np.asarray(film)
    return Image.fromarray(pixels[y.astype(int) % film.height, x.astype(int) % film.width])


# ---- of numbers ----


def clouds(rng, roughness=None):
    """f64[SIDE][SIDE] in 0..1, with the 1/f^roughness spectrum of natural scenes."""
    roughness = rng.uniform(0.5, 2.5) if roughness is None else roughness
    f = np.hypot(*np.meshgrid(np.fft.fftfreq(SIDE), np.fft.rfftfreq(SIDE), indexing="ij"))
    f[0, 0] = 1
    noise = np.fft.irfft2(np.fft.rfft2(rng.normal(size=(SIDE, SIDE))) / f**roughness, (SIDE, SIDE))
    return (noise - noise.min()) / (np.ptp(noise) + 1e-9)


def to_image(values):
    return Image.fromarray((np.clip(values, 0, 1) * 255).astype(np.uint8))


def texture(_, rng):
    return to_image(clouds(rng))


def grating(_, rng):
    y, x = np.mgrid[0:SIDE, 0:SIDE] / SIDE
    angle, waves = rng.uniform(0, np.pi), rng.uniform(2, 40)
    wave = np.sin(
        2 * np.pi * waves * (x * np.cos(angle) + y * np.sin(angle)) + 3 * clouds(rng, 1.5) * rng.uniform(0, 2)
    )
    return to_image(0.5 + 0.5 * (np.sign(wave) if rng.random() < 0.4 else wave))


def gradient(_, rng):
    y, x = np.mgrid[0:SIDE, 0:SIDE] / SIDE
    return to_image(rng.uniform(0, 1) + rng.uniform(-1, 1) * x + rng.uniform(-1, 1) * y + rng.normal(0, 0.02, x.shape))


def scene(_, rng):
    """Overlapping shapes with textures of their own, as in photographs."""
    out = to_image(clouds(rng) * rng.uniform(0.1, 1))
    for _ in range(int(rng.integers(3, 25))):
        mask = Image.new("L", (SIDE, SIDE))
        draw, centre, reach = ImageDraw.Draw(mask), rng.uniform(0, SIDE, 2), rng.uniform(8, 110)
        if rng.random() < 0.5:
            corners = [tuple(centre + rng.uniform(-reach, reach, 2)) for _ in range(int(rng.integers(3, 8)))]
            draw.polygon(corners, fill=255)
        else:
            draw.ellipse([*(centre - rng.uniform(4, reach, 2)), *(centre + rng.uniform(4, reach, 2))], fill=255)
        level, depth = rng.uniform(0, 1), rng.uniform(0, 0.5)
        out.paste(to_image(level + depth * (clouds(rng) - 0.5)), mask=mask)
    return out.filter(ImageFilter.GaussianBlur(rng.uniform(0, 1.5)))


def document(_, rng):
    """Lines of strokes on paper, now and then a table or a figure."""
    paper, ink = int(rng.integers(190, 256)), int(rng.integers(0, 100))
    out = Image.new("L", (SIDE, SIDE), paper)
    draw, pitch, margin = ImageDraw.Draw(out), rng.uniform(5, 16), rng.uniform(5, 30)
    for y in np.arange(margin, SIDE - margin, pitch):
        x, end = margin, SIDE - margin * rng.uniform(1, 4)
        while x < end:
            word = pitch * rng.uniform(0.5, 3)
            for stroke in np.arange(x, min(x + word, end), pitch * 0.28):
                top = y + rng.uniform(0, 0.25) * pitch
                draw.line([stroke, top, stroke + rng.uniform(-1, 1) * pitch * 0.2, y + 0.55 * pitch], ink, 1)
            x += word + 0.5 * pitch
    if rng.random() < 0.4:
        corner = rng.uniform(0, SIDE / 2, 2)
        out.paste(scene(None, rng).resize((80, 80)), tuple(corner.astype(int)))
    if rng.random() < 0.3:
        for at in np.arange(margin, SIDE - margin, pitch * rng.uniform(1.5, 4)):
            draw.line([margin, at, SIDE - margin, at], ink)
            draw.line([at, margin, at, SIDE - margin], ink)
    return ImageOps.invert(out) if rng.random() < 0.2 else out


def glow(mask, rng, least=1.0, most=4.0):
    """A soft body out of a mask, f64 in 0..1, brighter at its rim where `rng` says so, as cortical bone is."""
    body = np.asarray(mask.filter(ImageFilter.GaussianBlur(rng.uniform(least, most))), float) / 255
    inner = np.asarray(mask.filter(ImageFilter.GaussianBlur(rng.uniform(4, 9))), float) / 255
    return body * (1 - rng.uniform(0, 0.7) * inner)


def limb(draw, rng, start, angle, length, width):
    """A bone with knobs at both ends; returns where it ends."""
    end = start + length * np.array([np.cos(angle), np.sin(angle)])
    draw.line([*start, *end], 255, max(1, int(width)))
    for knob in (start, end):
        reach = width * rng.uniform(0.5, 0.9)
        draw.ellipse([*(knob - reach), *(knob + reach)], fill=255)
    return end


def bones(_, rng):
    """One long bone or two, a joint, or rays of small ones as in a hand, in soft tissue on a dark ground."""
    flesh, bone = Image.new("L", (SIDE, SIDE)), Image.new("L", (SIDE, SIDE))
    on_flesh, on_bone = ImageDraw.Draw(flesh), ImageDraw.Draw(bone)
    rays = int(rng.choice([1, 1, 2, 2, 4, 5]))
    heading, origin = rng.uniform(0, 2 * np.pi), rng.uniform(0.2, 0.8, 2) * SIDE
    origin = origin - np.array([np.cos(heading), np.sin(heading)]) * rng.uniform(40, 120)
    for ray in range(rays):
        angle = heading + (ray - (rays - 1) / 2) * rng.uniform(0.05, 0.25)
        across = np.array([-np.sin(heading), np.cos(heading)]) * (ray - (rays - 1) / 2) * rng.uniform(10, 40)
        at, width = origin + across, rng.uniform(8, 45) / rays**0.6
        for _ in range(int(rng.integers(2, 5))):
            length = rng.uniform(2, 7) * width
            on_flesh.line([*at, *(at + length * np.array([np.cos(angle), np.sin(angle)]))], 255, int(width * 2.6))
            at = limb(on_bone, rng, at, angle, length, width) + rng.uniform(1, 4) * np.array(
                [np.cos(angle), np.sin(angle)]
            )
            angle += rng.normal(0, 0.25)
    tissue = np.asarray(flesh.filter(ImageFilter.GaussianBlur(5)), float) / 255 * rng.uniform(0.1, 0.5)
    ground = rng.uniform(0, 0.15)
    return to_image(ground + tissue + rng.uniform(0.3, 0.8) * glow(bone, rng) * (0.8 + 0.4 * clouds(rng, 1.0)))


def teeth(_, rng):
    """Rows of crowns with roots: a few large ones, or two arches over the whole width."""
    out, rows = Image.new("L", (SIDE, SIDE)), int(rng.integers(1, 3))
    draw, many = ImageDraw.Draw(out), rng.random() < 0.5
    width = rng.uniform(9, 18) if many else rng.uniform(25, 60)
    bow, middle = rng.uniform(-0.003, 0.003) * SIDE, rng.uniform(0.35, 0.65) * SIDE
    for row in range(rows):
        way = 1 if row else -1
        for x in np.arange(rng.uniform(0, width), SIDE, width * rng.uniform(1.0, 1.15)):
            y = middle + way * width * 0.15 + bow * ((x - SIDE / 2) / 20) ** 2
            height = width * rng.uniform(1.6, 2.6) * way
            crown = sorted([y, y + 0.45 * height])
            draw.rounded_rectangle([x, crown[0], x + 0.85 * width, crown[1]], width * 0.2, fill=255)
            for root in (0.05, 0.5):
                tip = x + (root + 0.2) * width
                draw.polygon(
                    [
                        (x + root * width, y + 0.4 * height),
                        (x + (root + 0.33) * width, y + 0.4 * height),
                        (tip, y + height),
                    ],
                    200,
                )
    jaw = clouds(rng, 1.5) * rng.uniform(0.2, 0.6)
    return to_image(jaw + rng.uniform(0.4, 0.8) * glow(out, rng, 0.5, 2))


def slice_of_body(_, rng):
    """An ellipse of tissue on black with organs, air or a ring of bone in it: CT and MR slices, skulls."""
    centre, radii = SIDE / 2 + rng.uniform(-12, 12, 2), rng.uniform(0.28, 0.48, 2) * SIDE
    values = np.where(ellipse(centre, radii, rng), rng.uniform(0.25, 0.7), 0.0)
    if rng.random() < 0.4:
        rim = ellipse(centre, radii, rng) & ~ellipse(centre, radii * rng.uniform(0.85, 0.95), rng)
        values[rim] = rng.uniform(0.8, 1)
    for _ in range(int(rng.integers(2, 10))):
        place = centre + rng.uniform(-0.6, 0.6, 2) * radii
        organ = ellipse(place, radii * rng.uniform(0.08, 0.45, 2), rng) & (values > 0)
        values[organ] = rng.choice(
            [rng.uniform(0, 0.1), rng.uniform(0.3, 0.8), rng.uniform(0.9, 1)], p=[0.35, 0.5, 0.15]
        )
    values = values + (values > 0.02) * 0.15 * (clouds(rng, 1.2) - 0.5)
    return to_image(values).filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 1.5)))


def ellipse(centre, radii, rng, roughness=0.15):
    """bool[SIDE][SIDE]: inside an ellipse with an uneven rim."""
    y, x = np.mgrid[0:SIDE, 0:SIDE]
    reach = ((x - centre[0]) / radii[0]) ** 2 + ((y - centre[1]) / radii[1]) ** 2
    return reach < 1 + roughness * (clouds(rng, 1.8) - 0.5)


def slice_of_chest(_, rng):
    """An axial slice: two dark lungs with vessels, a heart between them, spine and ribs, a table below."""
    middle, radii = (
        SIDE / 2 + rng.uniform(-10, 10, 2),
        np.array([rng.uniform(0.36, 0.6), rng.uniform(0.26, 0.45)]) * SIDE,
    )
    values = np.where(ellipse(middle, radii, rng), rng.uniform(0.35, 0.7), 0.0)
    values[ellipse(middle, radii, rng) & ~ellipse(middle, radii * rng.uniform(0.86, 0.94), rng)] *= rng.uniform(
        0.4, 0.9
    )
    lungs = np.zeros_like(values, bool)
    for side in (-1, 1):
        place = middle + radii * np.array([side * rng.uniform(0.38, 0.5), rng.uniform(-0.15, 0.1)])
        lungs |= ellipse(place, radii * np.array([rng.uniform(0.25, 0.4), rng.uniform(0.45, 0.7)]), rng, 0.5)
    air, vessels = rng.uniform(0, 0.2), clouds(rng, rng.uniform(0.6, 1.2))
    values[lungs] = (air + 0.6 * (vessels > np.quantile(vessels, rng.uniform(0.85, 0.97))))[lungs]
    bone = rng.uniform(0.85, 1)
    values[ellipse(middle + radii * [rng.uniform(-0.05, 0.05), 0.62], radii * rng.uniform(0.12, 0.2), rng)] = bone
    for angle in np.arange(0, 2 * np.pi, rng.uniform(0.35, 0.8)):
        rib = middle + radii * 0.85 * np.array([np.cos(angle), np.sin(angle)])
        values[ellipse(rib, rng.uniform(3, 9, 2), rng)] = bone
    if rng.random() < 0.5:
        values[int(min(SIDE - 3, middle[1] + radii[1] * 1.05)) :][:2] = rng.uniform(0.3, 0.7)
    values = values + (values > 0.02) * rng.uniform(0.05, 0.25) * (clouds(rng, 1.0) - 0.5)
    return to_image(values).filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 1.2)))


def cut_out(film, rng):
    """What a film shows inside an ellipse or a bar on black, squeezed and hard in contrast, as slices and limbs are."""
    turn = turned(film, rng) if rng.random() < 0.5 else film
    radii = np.array([rng.uniform(0.3, 0.48), rng.uniform(0.1, 0.3)])[:: rng.choice([-1, 1])] * SIDE
    pixels = np.asarray(turn.resize((SIDE, SIDE)), float) / 255
    inside = ellipse(SIDE / 2 + rng.uniform(-15, 15, 2), radii, rng)
    level, gain = rng.uniform(0.3, 0.6), rng.uniform(1, 3)
    return to_image(np.where(inside, np.clip((pixels - level) * gain + 0.5, 0.05, 1), 0))


def doubled(film, rng):
    """Two exposures on one film."""
    return ImageChops.lighter(film, turned(film, rng))


# ---- chests from the side ----


def lateral(film, rng):
    """A chest from the side, out of a film: both lungs lie over each other, the spine along one edge, the breastbone along
    the other, the heart and the domes of the diaphragm below."""
    pixels = np.asarray(film.resize((SIDE, SIDE)), float) / 255
    lung = _one_lung(pixels, rng)
    values = lung * rng.uniform(0.6, 0.9) + 0.12 * (clouds(rng, 1.2) - 0.5)
    return _from_the_side(values, rng)


def lateral_drawn(_, rng):
    """The same out of nothing but numbers."""
    values = rng.uniform(0.2, 0.45) + rng.uniform(0.1, 0.4) * (clouds(rng, rng.uniform(1.0, 2.0)) - 0.5)
    return _from_the_side(values, rng)


def _one_lung(pixels, rng):
    """The mean of a film's halves, one mirrored, so that what lay beside each other lies over each other."""
    half = SIDE // 2 + int(rng.integers(-12, 13))
    left, right = pixels[:, :half], pixels[:, half:][:, ::-1]
    share = rng.uniform(0.3, 0.7)
    wide = lambda part: np.asarray(to_image(part).resize((SIDE, SIDE), Image.BILINEAR), float) / 255
    return share * wide(left) + (1 - share) * wide(right)


def _from_the_side(values, rng):
    """`values`, f64[SIDE][SIDE], in the outline of a trunk, with what stands out in it; facing either way."""
    y, x = np.mgrid[0:SIDE, 0:SIDE] / SIDE
    soft = lambda distance, width: 1 / (1 + np.exp(-np.clip(distance / width, -40, 40)))
    ridge = lambda distance, width: np.exp(-((distance / width) ** 2))
    belly = lambda at, depth: at - depth * np.sin(np.pi * np.clip(y + rng.uniform(-0.2, 0.2), 0, 1))
    front, back = belly(rng.uniform(0.12, 0.35), rng.uniform(0, 0.25)), 1 - belly(rng.uniform(0.05, 0.3), rng.uniform(0, 0.2))
    spine = back - rng.uniform(0.05, 0.2)
    lungs = soft(x - front - rng.uniform(0.03, 0.1), 0.03) * soft(spine + rng.uniform(-0.03, 0.08) - x, 0.03)
    for _ in range(2):  # the domes of the diaphragm
        dome = rng.uniform(0.68, 0.95) + rng.uniform(0.3, 1.5) * (x - rng.uniform(0.3, 0.6)) ** 2
        lungs = lungs * (1 - rng.uniform(0.4, 1) * soft(y - dome, 0.012))
    top = rng.uniform(0.05, 0.3) + rng.uniform(0, 1.2) * (x - rng.uniform(0.4, 0.6)) ** 2
    lungs = lungs * soft(y - top, 0.04)  # shoulders and arms lie over what is above
    values = rng.uniform(0.45, 0.85) * (1 - lungs) + values * lungs
    at, reach = rng.uniform((0.3, 0.55), (0.5, 0.75)), rng.uniform(0.1, 0.3, 2)
    tilt = rng.uniform(-0.6, 0.6) * (y - at[1])
    heart = soft(1 - ((x - at[0] - tilt) / reach[0]) ** 2 - ((y - at[1]) / reach[1]) ** 2, rng.uniform(0.1, 0.3))
    values = values + rng.uniform(0.05, 0.3) * heart * (x > front)
    bones = 1 + rng.uniform(0, 0.5) * np.sin(y * rng.uniform(50, 100) + 6 * spine)
    values = values + rng.uniform(0.02, 0.25) * ridge(x - spine, rng.uniform(0.03, 0.07)) * bones
    values = values + rng.uniform(0, 0.25) * ridge(x - front - 0.03, rng.uniform(0.01, 0.04))
    hila = rng.uniform((0.4, 0.35), (0.6, 0.55))
    values = values + rng.uniform(0, 0.3) * ridge(np.hypot(x - hila[0], y - hila[1]), rng.uniform(0.04, 0.12))
    for start in np.arange(rng.uniform(-0.3, -0.15), 1, rng.uniform(0.06, 0.12)):
        rib = start + rng.uniform(0.3, 0.6) * (1 - x) + rng.uniform(0, 0.4) * (x - 0.5) ** 2
        values = values + rng.uniform(0, 0.07) * ridge(y - rib, 0.012)
    body = soft(x - front, rng.uniform(0.004, 0.02)) * soft(back - x, rng.uniform(0.004, 0.02))
    out = to_image(values * body + rng.uniform(0, 0.06)).filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 1.0)))
    return ImageOps.mirror(out) if rng.random() < 0.5 else out


KINDS = (
    (lateral, 4), (lateral_drawn, 3), (turned, 2), (negative, 1), (magnified, 2), (shuffled, 2), (several, 1), (bent, 1), (doubled, 1),
    (texture, 1), (grating, 0.5), (gradient, 0.5), (scene, 3), (document, 1.5), (bones, 4), (teeth, 2), (slice_of_body, 2),
    (slice_of_chest, 2), (cut_out, 1.5),
)  # fmt: skip


def draw(film, rng):
    """One outlier, u8 grey, of a kind drawn by its weight; `film` is the chest film that some kinds are made of."""
    kinds, weights = zip(*KINDS)
    return kinds[rng.choice(len(kinds), p=np.array(weights) / sum(weights))](film, rng)
