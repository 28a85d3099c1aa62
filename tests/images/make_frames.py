"""Writes the compressed frames in frames/, which the tests put into DICOM files: tests/node/dicom.js. JavaScript has no
encoders for them here, so they are made once and committed. Needs the commands of gdcm, dcmtk and openjph.

    python3 tests/images/make_frames.py

Pixel (x, y) of the 48 x 40 pictures is 4095 (2 x + y) / 133, rounded: all of 12 bits; in frames of 8 bits a sixteenth of it.
"""

import struct
import subprocess
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

WIDTH, HEIGHT = 48, 40
FRAMES = Path(__file__).parent / "frames"
Y, X = np.mgrid[0:HEIGHT, 0:WIDTH]
PIXELS = np.rint(4095 * (2 * X + Y) / 133).astype("<u2")

# name: a command that compresses IN, a DICOM file, into OUT
COMMANDS = {
    "jpeg-ls": "gdcmconv --jpegls IN OUT",
    "jpeg-ls-near": "gdcmconv --jpegls --lossy -e 3 IN OUT",
    "jpeg-2000": "gdcmconv --j2k IN OUT",
    "jpeg-2000-lossy": "gdcmconv --j2k --lossy -r 8 IN OUT",
    "jpeg-lossless": "dcmcjpeg +e1 IN OUT",
    "jpeg-lossless-6": "dcmcjpeg +el +sv 6 IN OUT",
    "jpeg-12": "dcmcjpeg +ee +q 95 IN OUT",
    "jpeg-12-progressive": "dcmcjpeg +ep +q 95 IN OUT",
}


def element(group, tag, vr, value):
    value += b"\0" if len(value) % 2 else b""
    head = struct.pack("<HH2s", group, tag, vr)
    long = vr in (b"OB", b"OW", b"SQ")
    return head + (struct.pack("<2xI", len(value)) if long else struct.pack("<H", len(value))) + value


def dicom():
    number = lambda tag, value: element(0x28, tag, b"US", struct.pack("<H", value))
    uid = b"1.2.840.10008.5.1.4.1.1.1"
    meta = element(2, 2, b"UI", uid) + element(2, 3, b"UI", b"2.25.1") + element(2, 0x10, b"UI", b"1.2.840.10008.1.2.1")
    picture = number(2, 1) + element(0x28, 4, b"CS", b"MONOCHROME2") + number(0x10, HEIGHT) + number(0x11, WIDTH)
    picture += number(0x100, 16) + number(0x101, 12) + number(0x102, 11) + number(0x103, 0)
    head = element(8, 0x16, b"UI", uid) + element(8, 0x18, b"UI", b"2.25.1") + element(8, 0x60, b"CS", b"CR")
    length = element(2, 0, b"UL", struct.pack("<I", len(meta)))
    return bytes(128) + b"DICM" + length + meta + head + picture + element(0x7FE0, 0x10, b"OW", PIXELS.tobytes())


def first_frame(file):
    """The fragments of a compressed file of one frame, joined."""
    at = file.index(struct.pack("<HH2s2xI", 0x7FE0, 0x10, b"OB", 0xFFFFFFFF)) + 12
    fragments = []
    while file[at : at + 4] == b"\xfe\xff\x00\xe0":
        length = struct.unpack_from("<I", file, at + 4)[0]
        fragments.append(file[at + 8 : at + 8 + length])
        at += 8 + length
    return b"".join(fragments[1:])


def main():
    FRAMES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        files = {name: f"{folder}/{name}" for name in ("IN", "OUT", "IN.pgm", "OUT.j2c")}
        Path(files["IN"]).write_bytes(dicom())
        for name, command in COMMANDS.items():
            subprocess.run([files.get(word, word) for word in command.split()], check=True)
            (FRAMES / name).write_bytes(first_frame(Path(files["OUT"]).read_bytes()))
        header = f"P5\n{WIDTH} {HEIGHT}\n4095\n".encode()
        Path(files["IN.pgm"]).write_bytes(header + PIXELS.astype(">u2").tobytes())
        subprocess.run(["ojph_compress", "-i", files["IN.pgm"], "-o", files["OUT.j2c"], "-reversible", "true"], check=True)
        (FRAMES / "htj2k").write_bytes(Path(files["OUT.j2c"]).read_bytes())
    Image.fromarray((PIXELS >> 4).astype(np.uint8)).save(FRAMES / "jpeg-8", "JPEG", quality=95)


if __name__ == "__main__":
    main()
