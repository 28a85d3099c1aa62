"""Films for pillow.test.js and what Pillow makes of them.

    python3 tests/node/pillow.py FOLDER SIDE

writes each film as FOLDER/NAME and beside it NAME.grey, its upright grey (u8, smaller films only),
NAME.levels, that grey resampled to SIDE x SIDE (u8, rounded by Pillow after each of its two passes), and NAME.exact, the
same resampled as floating point. Prints a line of JSON a film.
"""

import json
import random
import sys
from pathlib import Path

from PIL import Image, ImageFile, ImageOps

ImageFile.MAXBLOCK = 1 << 24  # noise at full quality outgrows the encoder's usual buffer
SIZES = [(100, 100), (100, 5000), (5000, 100), (224, 224), (223, 225), (225, 223), (448, 448), (449, 447), (101, 333),
         (1024, 768), (640, 1999), (4999, 333), (2500, 2048), (5000, 5000)]  # fmt: skip
SMALL = (411, 307)


def picture(mode, size, seed):
    """Noise over blocks: every frequency, and edges in both directions."""
    noise = random.Random(seed)
    blocks = Image.frombytes(mode, (13, 11), noise.randbytes(len(mode) * 13 * 11)).resize(size, Image.NEAREST)
    return Image.blend(blocks, Image.frombytes(mode, size, noise.randbytes(len(mode) * size[0] * size[1])), 0.4)


def still_films():
    """-> file name, picture, how to save it"""
    for width, height in SIZES:
        yield f"grey-{width}x{height}.png", picture("L", (width, height), width), {"compress_level": 1}
    grey, colour = picture("L", SMALL, 1), picture("RGB", SMALL, 2)
    one_bit, palette = grey.convert("1"), colour.quantize(256)
    for name, image in (("rgb", colour), ("one-bit", one_bit), ("palette", palette)):
        yield f"{name}.png", image, {}
        yield f"{name}.bmp", image, {}
    yield "grey.bmp", grey, {}
    yield "rgba.bmp", colour.convert("RGBA"), {}
    for bits in (1, 2, 4):
        yield f"palette-{bits}.png", colour.quantize(1 << bits), {"bits": bits}
    deep = Image.frombytes("I;16", SMALL, random.Random(3).randbytes(2 * SMALL[0] * SMALL[1]))
    yield "16-bit.png", deep, {}
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        yield f"turned-{orientation}.png", grey, {"exif": exif}
        yield f"turned-{orientation}.jpg", grey, {"exif": exif}


def jpeg_films():
    yield "film.jpg", picture("L", (2000, 1500), 4), {"quality": 90}
    for quality in (20, 75, 100):
        for progressive in (False, True):
            name = f"{quality}{'-progressive' if progressive else ''}.jpg"
            options = {"quality": quality, "progressive": progressive}
            yield f"grey-{name}", picture("L", SMALL, quality), options
            for subsampling in ("4:4:4", "4:2:2", "4:2:0"):
                chroma = subsampling.replace(":", "")
                yield f"colour-{chroma}-{name}", picture("RGB", SMALL, quality), {**options, "subsampling": subsampling}


def main():
    folder, side = Path(sys.argv[1]), int(sys.argv[2])
    for name, image, options in [*still_films(), *jpeg_films()]:
        path = folder / name
        image.save(path, **options)
        with Image.open(path) as saved:
            upright = ImageOps.exif_transpose(saved)
        deep = upright.mode.startswith("I")
        grey = upright if deep else upright.convert("L")
        exact = grey.convert("I").convert("F") if deep else grey.convert("F")
        Path(f"{path}.exact").write_bytes(exact.resize((side, side), Image.BILINEAR).tobytes())
        if not deep:
            Path(f"{path}.levels").write_bytes(grey.resize((side, side), Image.BILINEAR).tobytes())
        whole = not deep and grey.width * grey.height <= 1 << 19 and max(grey.size) <= 4096
        if whole:
            Path(f"{path}.grey").write_bytes(grey.tobytes())
        stored = path.read_bytes()[24:26] if path.suffix == ".png" else b"\x08\x00"  # depth and colour type
        bits = 8 if stored[1] == 3 else stored[0]  # a palette's colours have eight
        print(json.dumps({"name": name, "size": grey.size, "whole": whole, "deep": deep, "bits": bits}))


if __name__ == "__main__":
    main()
