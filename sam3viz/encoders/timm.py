"""Any model of timm that serves intermediate features: plain and hierarchical ViTs, CNNs."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Any

import timm
import torch
from jaxtyping import Float
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from sam3viz.encoders.base import Backbone
from sam3viz.encoders.roi import centre_and_normalise
from sam3viz.encoders.weight_hash import weight_hash

PREFIX = "timm:"
FINEST, SMALLEST = 16, 512
"""Widest token in pixels where a model has several levels; pixels of the longer side at least, since small things need
a fine grid and most weights were trained on thumbnails."""
CURATED = (
    "vit_pe_spatial_tiny_patch16_512.fb",
    "vit_pe_spatial_small_patch16_512.fb",
    "vit_small_patch14_reg4_dinov2.lvd142m",
    "vit_small_patch16_dinov3.lvd1689m",
    "convnext_tiny.fb_in22k",
)
"""A few that were trained for dense features, the first of them relatives of SAM 3's own vision encoder."""


class TimmBackbone(Backbone):
    """One level of a timm model: the last of a ViT, the deepest with tokens up to `FINEST` pixels wide of others.

    A model that takes one size alone sees every picture stretched to the square that it was trained on, so that no
    position has to be invented; `size` in other calls is then not heard.

    Args:
        name: timm's, with or without the tag of its weights.
        checkpoint: safetensors file with the weights; fetched from the hub without it.

    Raises:
        ValueError: no such model, weights that cannot be had or do not fit, or a model that gives no grid of tokens.
    """

    network: Any  # timm gives its models attributes that nn.Module does not promise
    mean: Tensor
    std: Tensor

    def __init__(self, name: str, checkpoint: Path | None = None) -> None:
        super().__init__()
        self.name = name
        self.network = _with_weights(name, checkpoint)
        told = [(int(info["reduction"]), int(info["num_chs"])) for info in self.network.feature_info]
        self.level = max(index for index, (stride, _) in enumerate(told) if stride <= max(FINEST, told[0][0]))
        self.stride, self.dim = told[self.level]
        self.layers = f"level {self.level}"
        self.multiple = self.stride
        native = max(self.network.pretrained_cfg["input_size"][1:])
        self.size = -(-max(native, SMALLEST) // self.multiple) * self.multiple
        self.requires_grad_(False).eval()
        for key in ("mean", "std"):
            self.register_buffer(key, torch.tensor(self.network.pretrained_cfg[key]).view(3, 1, 1))
        self.weight_hash = weight_hash(self)
        self.square = not self._serves(self.size, self.size * 3 // 4)
        if self.square:
            self.size = self.multiple = native
            if not self._serves(native, native):
                raise ValueError(f"timm's {name!r} gives no grid of tokens; choose another, such as {CURATED[0]}.")

    @property
    def identity(self) -> str:
        """The architecture, without the tag of its weights: the hash of weights and normalisation tells those, whether
        they came from the hub or a file and however they were named."""
        architecture = self.network.pretrained_cfg["architecture"]
        return f"{PREFIX}{architecture}/level{self.level}/{self.size}/{self.weight_hash}"

    def train(self, mode: bool = True) -> TimmBackbone:
        """Stays in eval mode: batch statistics of a frozen encoder must not move."""
        return super().train(False)

    def input_size(self, width: int, height: int, size: float | None = None) -> tuple[int, int]:
        """As every backbone's, but the square of a model that takes no other size."""
        return (self.size, self.size) if self.square else super().input_size(width, height, size)

    def normalise(self, pixels: Float[Tensor, "b 3 H W"]) -> Float[Tensor, "b 3 H W"]:
        return (pixels / 255 - self.mean) / self.std

    def forward(self, pixels: Float[Tensor, "b 3 H W"]) -> Float[Tensor, "b d h w"]:
        return centre_and_normalise(self._level(pixels, self.normed).float())

    def _level(self, pixels: Float[Tensor, "b 3 H W"], norm: bool) -> Float[Tensor, "b d h w"]:
        levels: list[Tensor] = self.network.forward_intermediates(
            pixels, indices=[self.level], norm=norm, output_fmt="NCHW", intermediates_only=True
        )
        return levels[0]

    def _serves(self, height: int, width: int) -> bool:
        """Whether a picture of about that size comes out as tokens; says with or without the last norm."""
        rows, columns = height // self.stride, width // self.stride
        pixels = torch.zeros(1, 3, rows * self.stride, columns * self.stride)
        for self.normed in (True, False):
            with torch.no_grad():
                try:
                    tokens = self._level(pixels, self.normed)
                except (AssertionError, IndexError, RuntimeError):
                    continue
            if tokens.shape == (1, self.dim, rows, columns):
                return True
        return False


def load_timm(words: str) -> TimmBackbone:
    """``NAME`` with weights from the hub, or ``NAME=FILE`` with those of a safetensors file.

    Raises:
        ValueError: as `TimmBackbone`.
    """
    name, _, file = words.partition("=")
    return TimmBackbone(name, Path(file) if file else None)


def parameter_count(name: str) -> int:
    """Parameters of a timm model without its classifier; nothing is fetched, and no memory is taken for them.

    Raises:
        ValueError: no such model.
    """
    _check(name)
    with torch.device("meta"):
        return sum(parameter.numel() for parameter in _created(name, pretrained=False).parameters())


def _with_weights(name: str, checkpoint: Path | None) -> nn.Module:
    _check(name)
    if checkpoint is None:
        try:
            return _created(name, pretrained=True)
        except Exception as error:  # the hub's client has many, of several packages
            raise ValueError(
                f"The weights of timm's {name!r} could not be fetched ({type(error).__name__}): connect to the hub, or "
                f"give a file of them: {PREFIX}{name}=FILE.safetensors."
            ) from error
    network = _created(name, pretrained=False)
    try:
        missing, unexpected = network.load_state_dict(load_file(checkpoint), strict=False)
    except (OSError, SafetensorError, RuntimeError) as error:
        raise ValueError(f"{checkpoint.name} holds no weights of timm's {name!r}: {_first_line(error)}") from error
    if missing:
        raise ValueError(f"{checkpoint.name} lacks weights of timm's {name!r}: {', '.join(missing[:3])}.")
    with torch.device("meta"):  # the whole model, whose classifier is left over in the file
        foreign = sorted(set(unexpected) - set(timm.create_model(name).state_dict()))
    if foreign:
        raise ValueError(
            f"{checkpoint.name} holds weights that timm's {name!r} does not have ({', '.join(foreign[:3])}): it is of "
            "another model."
        )
    return network


def _created(name: str, pretrained: bool) -> nn.Module:
    """Without a classifier; for pictures of any size where the model has to be told."""
    try:
        return timm.create_model(name, pretrained=pretrained, num_classes=0, dynamic_img_size=True)
    except TypeError:  # only ViTs know the word
        return timm.create_model(name, pretrained=pretrained, num_classes=0)


def _check(name: str) -> None:
    known = timm.list_models()
    if not timm.is_model(name.partition(".")[0]):
        near = difflib.get_close_matches(name.partition(".")[0], known, n=3, cutoff=0.5)
        hint = f"; near it are {', '.join(near)}" if near else f"; try {CURATED[0]}"
        raise ValueError(f"timm has no model {name!r}{hint}.")


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
