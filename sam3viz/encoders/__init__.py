"""Both encoders. `BACKBONES` is the one place where a vision backbone is registered."""

from __future__ import annotations

from collections.abc import Callable

from sam3viz.encoders.base import Backbone
from sam3viz.encoders.efficientnet import EfficientNetLite0
from sam3viz.encoders.exemplar import ExemplarEncoder
from sam3viz.encoders.sam3 import PREFIX as SAM3_PREFIX
from sam3viz.encoders.sam3 import SAM3, Sam3Backbone, load_sam3
from sam3viz.encoders.timm import PREFIX, TimmBackbone, load_timm

BACKBONES: dict[str, Callable[[], Backbone]] = {"efficientnet-lite0": EfficientNetLite0, SAM3: load_sam3}
DEFAULT_BACKBONE = "efficientnet-lite0"

CHOICES = f"one of {', '.join(BACKBONES)}, {SAM3_PREFIX}DIR, or {PREFIX}NAME[=FILE.safetensors]"
"""How a backbone is named, for the help of commands."""

__all__ = [
    "BACKBONES",
    "CHOICES",
    "DEFAULT_BACKBONE",
    "Backbone",
    "EfficientNetLite0",
    "ExemplarEncoder",
    "Sam3Backbone",
    "TimmBackbone",
    "load_backbone",
]


def load_backbone(name: str = DEFAULT_BACKBONE) -> Backbone:
    """The backbone of that name with its pretrained weights: one of `BACKBONES`, or any model of timm as
    ``timm:NAME`` (weights from the hub) or ``timm:NAME=FILE`` (from a safetensors file), or a folder with SAM 3's
    weights as ``sam3:DIR``.

    Raises:
        ValueError: no such backbone, or its weights cannot be had; the text says what there is.
    """
    if name.startswith(PREFIX):
        return load_timm(name.removeprefix(PREFIX))
    if name.startswith(SAM3_PREFIX):
        return load_sam3(name.removeprefix(SAM3_PREFIX))
    if name not in BACKBONES:
        known = f"{', '.join(BACKBONES)}, {SAM3_PREFIX}DIR, {PREFIX}NAME"
        raise ValueError(f"There is no backbone {name!r}; choose one of: {known}.")
    return BACKBONES[name]()
