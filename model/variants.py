"""Films as other apparatus or hands would deliver them, for `npm run measure -- --variants OUT`: does the decision stay?

    python3 model/variants.py DIR OUT      DIR/NORMAL and DIR/PNEUMONIA -> OUT/VARIANT/NORMAL/NAME.png ...
"""

import io
import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps
from tqdm import tqdm

import films as film_store
import photograph


def crop(share):
    """Without `share` of every side; a negative share frames the film in black instead."""
    return (
        lambda film: ImageOps.crop(film, int(share * film.width))
        if share > 0
        else ImageOps.expand(film, int(-share * film.width))
    )


def gamma(exponent):
    return lambda film: film.point([round(255 * (level / 255) ** exponent) for level in range(256)])


def jpeg(film):
    buffer = io.BytesIO()
    film.save(buffer, "JPEG", quality=40)
    return Image.open(buffer)


def turned(degrees):
    return lambda film: film.rotate(degrees, Image.BILINEAR)


def faint(film):
    """Half the contrast about the middle."""
    return film.point([round(127.5 + (level - 127.5) / 2) for level in range(256)])


def twelve_in_sixteen(film):
    """12 bits in the low end of a 16-bit file, as exports write that do not scale."""
    return Image.fromarray(np.asarray(film, np.uint16) * 16)


def phone(film):
    """As a telephone photographs it on a light box; the same film is always photographed alike."""
    seed = int(np.asarray(film, np.uint32).sum() % 2**32)
    side = max(film.size)
    square = film.resize((side, side), Image.BILINEAR)
    return photograph.of(square, np.random.default_rng(seed)).resize(film.size, Image.BILINEAR)


VARIANTS = {
    "crop 5 %": crop(0.05), "frame 5 %": crop(-0.05), "frame 10 %": crop(-0.10), "mirror": ImageOps.mirror,
    "turn 5": turned(5), "turn -5": turned(-5), "jpeg 40": jpeg, "gamma 0.8": gamma(0.8), "gamma 1.25": gamma(1.25),
    "faint": faint, "12 in 16 bits": twelve_in_sixteen, "phone": phone,
}  # fmt: skip


def main():
    source, out = map(Path, sys.argv[1:])
    for path in tqdm(sorted(p for p in source.rglob("*") if p.suffix.lower() in film_store.SUFFIXES)):
        film = film_store.read_upright(path)
        for name, change in VARIANTS.items():
            to = out / name / path.parent.name / f"{path.stem}.png"
            to.parent.mkdir(parents=True, exist_ok=True)
            change(film).save(to, compress_level=1)


if __name__ == "__main__":
    main()
