"""Gives the shared uint8 network the labels that its metadata name, without which MediaPipe refuses it.

    python3 tests/bench/label_tflite.py FOLDER_WITH_TFLITE FOLDER

Files that belong to a TensorFlow Lite network are a zip archive behind it.
"""

import shutil
import sys
import zipfile
from pathlib import Path

NETWORK = "mobilenet_v2_2class_u8.tflite"
LABELS = "normal\npneumonia\n"


def main(source, folder):
    labelled = Path(folder) / f"labelled_{NETWORK}"
    shutil.copyfile(Path(source) / NETWORK, labelled)
    with zipfile.ZipFile(labelled, "a") as archive:
        archive.writestr("imagenet_labels.txt", LABELS)


if __name__ == "__main__":
    main(*sys.argv[1:])
