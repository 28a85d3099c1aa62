"""Writes the JPEG files beside this script. C has no encoder here, so they are made once, with Pillow, and committed.

    python3 tests/images/make.py

Pixel (x, y) of the 41 x 23 pictures is grey 20 + 4 x + 2 y, which no rotation or mirroring leaves alone. Coloured ones
hold R = 20 + 4 x, G = 40 + 8 y, B = 200 - 3 x. tests/c/image_test.c knows both formulas.
"""

from pathlib import Path

from PIL import Image

WIDTH, HEIGHT = 41, 23
FOLDER = Path(__file__).parent


def picture(mode, pixel):
    image = Image.new(mode, (WIDTH, HEIGHT))
    image.putdata([pixel(x, y) for y in range(HEIGHT) for x in range(WIDTH)])
    return image


def grey(x, y):
    return 20 + 4 * x + 2 * y


def colour(x, y):
    return 20 + 4 * x, 40 + 8 * y, 200 - 3 * x


def main():
    ramp = picture("L", grey)
    pictures = {
        "grey": (ramp, {}),
        "progressive": (ramp, {"progressive": True}),
        "rgb": (ramp.convert("RGB"), {"subsampling": "4:2:0"}),
        "colour": (picture("RGB", colour), {"subsampling": "4:4:4"}),
        "colour-progressive": (picture("RGB", colour), {"subsampling": "4:2:0", "progressive": True}),
        "cmyk": (ramp.convert("CMYK"), {}),
    }
    for name, (image, options) in pictures.items():
        image.save(FOLDER / f"{name}.jpg", quality=90, optimize=True, **options)


if __name__ == "__main__":
    main()
