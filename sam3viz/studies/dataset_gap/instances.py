"""Every annotated object of a picture through every variant: its instance token beside its visual partner."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Float32
from torch import Tensor

from sam3viz.bridges import Bridge
from sam3viz.bridges.layers import pooled_roi, roi_of
from sam3viz.data.annotations import CocoAnnotation
from sam3viz.data.coco import CocoPicture
from sam3viz.metrics.similarity import cosine_table
from sam3viz.types import Tokens

MIN_AREA_BY_SIZE = {"small": 0.0, "medium": 32.0**2, "large": 96.0**2}
"""Name of a size -> least area of a box in pixels: COCO's bins (arXiv 1405.0312)."""
MIN_BOX_SIDE = 4.0
"""Pixels; a box that is thinner shows nothing to encode."""
MAX_OBJECTS_PER_PICTURE = 48
"""The largest are measured, so that a crowd does not outweigh the rest."""


@dataclass(frozen=True)
class Objects:
    """The measured objects of a picture, in the order of the file."""

    image: str
    """The picture's name."""
    categories: tuple[str, ...]
    sizes: tuple[str, ...]
    boxes: Float32[np.ndarray, "n 4"]
    """xyxy in pixels."""


@dataclass(frozen=True)
class Pairs:
    """Both sides of the same objects through one variant."""

    instance: Float32[np.ndarray, "n e"]
    region: Float32[np.ndarray, "n e"]
    matched: Float32[np.ndarray, " n"]
    """Cosine of an instance with its own region."""
    mismatched: Float32[np.ndarray, " n"]
    """Mean cosine with the regions of the picture's other objects; NaN where there is no other."""


@dataclass(frozen=True)
class ExcludedCounts:
    """Annotations that `select_objects` does not measure, by the reason."""

    flat: int = 0
    """Boxes without area."""
    crowds: int = 0
    """Many objects in one outline."""
    thin: int = 0
    """Boxes with a side under `MIN_BOX_SIDE`."""
    beyond: int = 0
    """Objects beyond the `MAX_OBJECTS_PER_PICTURE` largest of their picture."""


def select_objects(picture: CocoPicture) -> Objects:
    """Return what can be measured: single objects that are wide and high enough."""
    usable = [a for a in picture.annotations if _is_usable(a)]
    largest = {id(a) for a in sorted(usable, key=_area, reverse=True)[:MAX_OBJECTS_PER_PICTURE]}
    selected = [a for a in usable if id(a) in largest]
    boxes = np.array([a.box for a in selected], np.float32).reshape(-1, 4)
    sizes = tuple([name for name, least in MIN_AREA_BY_SIZE.items() if _area(a) >= least][-1] for a in selected)
    return Objects(picture.name, tuple(a.category for a in selected), sizes, boxes)


def count_excluded(pictures: Iterable[CocoPicture]) -> ExcludedCounts:
    """Count the annotations that `select_objects` does not measure; one that is a crowd and thin counts as a crowd."""
    flat = crowds = thin = beyond = 0
    for picture in pictures:
        crowded = sum(a.crowd for a in picture.annotations)
        usable = sum(map(_is_usable, picture.annotations))
        flat += picture.flat
        crowds += crowded
        thin += len(picture.annotations) - crowded - usable
        beyond += max(0, usable - MAX_OBJECTS_PER_PICTURE)
    return ExcludedCounts(flat, crowds, thin, beyond)


def encode_pairs(
    bridges: Mapping[str, Bridge], visual: Float[Tensor, "1 d h w"], objects: Objects, size: tuple[int, int]
) -> dict[str, Pairs]:
    """Encode both sides of the objects through every bridge.

    The largest object is the prompt, where a bridge's visual side depends on it; all are encoded as positive.

    Args:
        visual: the picture's tokens.
        size: its width and height in pixels.
    """
    shares = (objects.boxes[:, 2:] - objects.boxes[:, :2]) / np.array(size, np.float32)
    largest = int(shares.prod(1).argmax())
    prompt = [number == largest for number in range(len(shares))]
    with torch.inference_mode():
        tokens = Tokens.from_boxes(visual, objects.boxes, size, prompt=prompt)
        return {name: _encode(bridge, tokens) for name, bridge in bridges.items()}


def _encode(bridge: Bridge, tokens: Tokens) -> Pairs:
    output = bridge(tokens)
    instance = output.exemplar.float().cpu().numpy()
    region = pooled_roi(roi_of(output.reference, tokens)).float().cpu().numpy()
    table = cosine_table(instance, region)
    matched = np.diag(table)
    others = len(table) - 1
    mismatched = (table.sum(1) - matched) / others if others else np.full(1, np.nan)
    return Pairs(instance, region, matched.astype(np.float32), mismatched.astype(np.float32))


def _is_usable(annotation: CocoAnnotation) -> bool:
    return not annotation.crowd and min(_sides(annotation)) >= MIN_BOX_SIDE


def _sides(annotation: CocoAnnotation) -> tuple[float, float]:
    x0, y0, x1, y1 = annotation.box
    return x1 - x0, y1 - y0


def _area(annotation: CocoAnnotation) -> float:
    width, height = _sides(annotation)
    return width * height
