"""What pytorch.test.js needs from Python: inputs that both sides read, and a state_dict as torchvision saves it.

    pytorch.py raw OUT FILE…            the colour pixels of each image as f32[224][224][3], 0..255, in OUT/N.f32
    pytorch.py network OUT WIDTH RAW…   writes a safetensors file of torchvision's own mobilenet_v2 with random statistics, and
                                        prints what torchvision's network, loaded with that file, says: one JSON list a line
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torchvision.models import mobilenet_v2

sys.path.insert(0, str(Path(__file__).parents[2] / "model"))
import weights  # noqa: E402

METADATA = {"architecture": "mobilenet_v2", "input_size": "224", "padding": "torch",
            "mean": "[0.485, 0.456, 0.406]", "std": "[0.229, 0.224, 0.225]"}  # fmt: skip


def raw(out, *files):
    for i, file in enumerate(files):
        pixels = Image.open(file).convert("RGB").resize((224, 224), Image.BILINEAR)
        np.asarray(pixels, "<f4").tofile(Path(out) / f"{i}.f32")


def network(out, width, *inputs):
    state_dict(out, width)
    logits(out, width, *inputs)


def state_dict(out, width):
    torch.manual_seed(0)
    network = mobilenet_v2(width_mult=float(width), num_classes=7)
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            for tensor in (module.weight, module.running_var):
                torch.nn.init.uniform_(tensor, 0.5, 1.5)
            for tensor in (module.bias, module.running_mean):
                torch.nn.init.uniform_(tensor, -0.3, 0.3)
    tensors = {k: v.detach().numpy() for k, v in network.state_dict().items() if not k.endswith("num_batches_tracked")}
    weights.write(out, tensors, {**METADATA, "width_multiplier": width})


@torch.no_grad()
def logits(file, width, *inputs):
    tensors, metadata = weights.read(file)
    network = mobilenet_v2(width_mult=float(width), num_classes=7).eval()
    network.load_state_dict({k: torch.from_numpy(v.copy()) for k, v in tensors.items()}, strict=False)
    mean, std = (torch.tensor(json.loads(metadata[k])).view(3, 1, 1) for k in ("mean", "std"))
    for path in inputs:
        pixels = torch.from_numpy(np.fromfile(path, "<f4").reshape(224, 224, 3)).permute(2, 0, 1)
        print(json.dumps(network(((pixels / 255 - mean) / std)[None])[0].tolist()))


if __name__ == "__main__":
    {"raw": raw, "network": network}[sys.argv[1]](*sys.argv[2:])
