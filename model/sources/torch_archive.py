"""torch.save's archives, read without PyTorch and without running what is in them.

A pickle can name any function to be called. This reader knows a tensor's, and puts an empty object where a checkpoint
names anything else: options, optimisers, numbers of numpy's.
"""

import pickle
import zipfile
from collections import OrderedDict

import numpy as np

DTYPES = {"Float": "<f4", "Double": "<f8", "Half": "<f2", "Long": "<i8", "Int": "<i4", "Byte": "u1", "Bool": "?"}


def read(path):
    with zipfile.ZipFile(path) as archive:
        pickled = next(name for name in archive.namelist() if name.endswith("/data.pkl"))
        with archive.open(pickled) as file:
            return Unpickler(file, archive, pickled.removesuffix(".pkl")).load()


class Ignored:
    def __new__(cls, *_arguments, **_named):
        return super().__new__(cls)

    def __setstate__(self, _state):
        pass


class Unpickler(pickle.Unpickler):
    def __init__(self, file, archive, folder):
        super().__init__(file, encoding="utf-8")
        self.archive, self.folder = archive, folder

    def find_class(self, module, name):
        known = {"OrderedDict": OrderedDict, "_rebuild_tensor_v2": tensor, "_rebuild_parameter": lambda data, *_: data}
        return name if module == "torch" and name.endswith("Storage") else known.get(name, Ignored)

    def persistent_load(self, identity):
        _, kind, key, _, _ = identity
        return np.frombuffer(self.archive.read(f"{self.folder}/{key}"), DTYPES[kind.removesuffix("Storage")])


def tensor(storage, offset, shape, strides, *_):
    last = offset + sum((count - 1) * step for count, step in zip(shape, strides))
    if min((offset, *strides)) < 0 or last >= len(storage):
        raise ValueError("a tensor lies outside its storage")
    steps = [step * storage.itemsize for step in strides]
    return np.lib.stride_tricks.as_strided(storage[offset:], shape, steps, writeable=False)
