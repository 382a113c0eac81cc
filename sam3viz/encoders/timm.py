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
from sam3viz.encoders.family import BackboneFamily
from sam3viz.encoders.roi import centre_and_normalise
from sam3viz.encoders.weight_hash import weight_hash
from sam3viz.utils.messages import InputError

KIND = "timm"
MAX_STRIDE, MIN_SIDE = 16, 512
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
    """One level of a timm model: the last of a ViT, the deepest with tokens up to `MAX_STRIDE` pixels wide of others.

    A model that takes one size alone sees every picture stretched to the square that it was trained on, so that no
    position has to be invented; `size` in other calls is then not heard.

    Args:
        name: timm's, with or without the tag of its weights.
        checkpoint: safetensors file with the weights; fetched from the hub without it.

    Raises:
        InputError: no such model, weights that cannot be had or do not fit, or a model that gives no grid of tokens.
    """

    network: Any  # timm gives its models attributes that nn.Module does not promise
    mean: Tensor
    std: Tensor

    def __init__(self, name: str, checkpoint: Path | None = None) -> None:
        super().__init__()
        self.name = name
        self.network = _load_network(name, checkpoint)
        levels = [(int(info["reduction"]), int(info["num_chs"])) for info in self.network.feature_info]
        self.level = max(index for index, (stride, _) in enumerate(levels) if stride <= max(MAX_STRIDE, levels[0][0]))
        self.stride, self.dim = levels[self.level]
        self.layers = f"level {self.level}"
        self.multiple = self.stride
        native = max(self.network.pretrained_cfg["input_size"][1:])
        self.size = -(-max(native, MIN_SIDE) // self.multiple) * self.multiple
        self.requires_grad_(False).eval()
        for key in ("mean", "std"):
            self.register_buffer(key, torch.tensor(self.network.pretrained_cfg[key]).view(3, 1, 1))
        self.weight_hash = weight_hash(self)
        self.square = not self._supports_input(self.size, self.size * 3 // 4)
        if self.square:
            self.size = self.multiple = native
            if not self._supports_input(native, native):
                raise InputError(
                    "timm's {name!r} gives no grid of tokens; choose another, such as {example}.",
                    name=name,
                    example=CURATED[0],
                )

    @property
    def identity(self) -> str:
        """What bridges are bound to: the architecture without the tag of its weights. The hash of weights and
        normalisation tells those, whether they came from the hub or a file and however they were named."""
        architecture = self.network.pretrained_cfg["architecture"]
        return f"{KIND}:{architecture}/level{self.level}/{self.size}/{self.weight_hash}"

    def train(self, mode: bool = True) -> TimmBackbone:
        """Stay in eval mode: batch statistics of a frozen encoder must not move."""
        return super().train(False)

    def input_size(self, width: int, height: int, size: float | None = None) -> tuple[int, int]:
        """Return the width and height that an image is resized to: one square, where the model takes no other size."""
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

    def _supports_input(self, height: int, width: int) -> bool:
        """Whether a picture of about that size comes out as tokens; sets `normed`, with or without the last norm."""
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


FAMILY = BackboneFamily(
    KIND,
    lambda model, path: TimmBackbone(model, Path(path) if path else None),
    model="NAME",
    path="FILE.safetensors",
)


def parameter_count(name: str) -> int:
    """Count the parameters of a timm model without its classifier; nothing is fetched, and they take no memory.

    Raises:
        InputError: no such model.
    """
    _check_name(name)
    with torch.device("meta"):
        return sum(parameter.numel() for parameter in _create_model(name, pretrained=False).parameters())


def _load_network(name: str, checkpoint: Path | None) -> nn.Module:
    _check_name(name)
    if checkpoint is None:
        try:
            return _create_model(name, pretrained=True)
        except Exception as error:  # the hub's client has many, of several packages
            raise InputError(
                "The weights of timm's {name!r} could not be fetched ({kind}): connect to the hub, or give a file of "
                "them: {example}.",
                name=name,
                kind=type(error).__name__,
                example=f"{KIND}:{name}={FAMILY.path}",
            ) from error
    network = _create_model(name, pretrained=False)
    try:
        missing, unexpected = network.load_state_dict(load_file(checkpoint), strict=False)
    except (OSError, SafetensorError, RuntimeError) as error:
        raise InputError(
            "{file} holds no weights of timm's {name!r}: {reason}",
            file=checkpoint.name,
            name=name,
            reason=_first_line(error),
        ) from error
    if missing:
        names = ", ".join(missing[:3])
        raise InputError(
            "{file} lacks weights of timm's {name!r}: {names}.", file=checkpoint.name, name=name, names=names
        )
    with torch.device("meta"):  # the whole model, whose classifier is left over in the file
        foreign = sorted(set(unexpected) - set(timm.create_model(name).state_dict()))
    if foreign:
        raise InputError(
            "{file} holds weights that timm's {name!r} does not have ({names}): it is of another model.",
            file=checkpoint.name,
            name=name,
            names=", ".join(foreign[:3]),
        )
    return network


def _create_model(name: str, pretrained: bool) -> nn.Module:
    """Create a model without a classifier; for pictures of any size where that is an option of the model."""
    try:
        return timm.create_model(name, pretrained=pretrained, num_classes=0, dynamic_img_size=True)
    except TypeError:  # only ViTs have the option
        return timm.create_model(name, pretrained=pretrained, num_classes=0)


def _check_name(name: str) -> None:
    known = timm.list_models()
    if not timm.is_model(name.partition(".")[0]):
        near = difflib.get_close_matches(name.partition(".")[0], known, n=3, cutoff=0.5)
        if near:
            raise InputError("timm has no model {name!r}; near it are {near}.", name=name, near=", ".join(near))
        raise InputError("timm has no model {name!r}; try {example}.", name=name, example=CURATED[0])


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
