"""Both encoders. `BACKBONES` is the one place where a vision backbone is registered."""

from __future__ import annotations

from collections.abc import Callable

from sam3viz.encoders.base import Backbone
from sam3viz.encoders.efficientnet import EfficientNetLite0
from sam3viz.encoders.exemplar import ExemplarEncoder

BACKBONES: dict[str, Callable[[], Backbone]] = {"efficientnet-lite0": EfficientNetLite0}
DEFAULT_BACKBONE = "efficientnet-lite0"

__all__ = ["BACKBONES", "DEFAULT_BACKBONE", "Backbone", "EfficientNetLite0", "ExemplarEncoder", "load_backbone"]


def load_backbone(name: str = DEFAULT_BACKBONE) -> Backbone:
    """The backbone of that name with its pretrained weights.

    Raises:
        ValueError: no such backbone; the text lists those there are.
    """
    if name not in BACKBONES:
        raise ValueError(f"There is no backbone {name!r}; choose one of: {', '.join(BACKBONES)}.")
    return BACKBONES[name]()
