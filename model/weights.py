"""Reads and writes safetensors files: an 8-byte length, a JSON header, the tensors' bytes. Knows no networks."""

import json
import struct

import numpy as np

DTYPES = {
    name: np.dtype(code)
    for name, code in {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I8": "i1"}.items()
}
ALIGNMENT = 64


def read(path):
    """Returns ({tensor name: array}, {metadata key: string})."""
    with open(path, "rb") as file:
        data = file.read()
    (header_nbytes,) = struct.unpack_from("<Q", data)
    header = json.loads(data[8 : 8 + header_nbytes])
    metadata = header.pop("__metadata__", {})
    body = memoryview(data)[8 + header_nbytes :]
    return {name: _tensor(body, entry) for name, entry in header.items()}, metadata


def _tensor(body, entry):
    begin, end = entry["data_offsets"]
    return np.frombuffer(body[begin:end], DTYPES[entry["dtype"]]).reshape(entry["shape"])


def write(path, tensors, metadata):
    """Writes tensors in the order given; every metadata value must be a string."""
    names = {dtype: name for name, dtype in DTYPES.items()}
    header, offset = {"__metadata__": metadata}, 0
    for name, array in tensors.items():
        end = offset + array.nbytes
        header[name] = {"dtype": names[array.dtype], "shape": list(array.shape), "data_offsets": [offset, end]}
        offset = end
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-(8 + len(text)) % ALIGNMENT)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for array in tensors.values():
            file.write(np.ascontiguousarray(array).tobytes())
