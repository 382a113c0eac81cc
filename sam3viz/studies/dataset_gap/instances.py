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

SIZES = {"small": 0.0, "medium": 32.0**2, "large": 96.0**2}
"""Name -> least area of a box in pixels: COCO's bins (arXiv 1405.0312)."""
THINNEST = 4.0
"""Pixels; a box that is thinner shows nothing to encode."""
MOST = 48
"""Objects of one picture that are measured, the largest first, so that a crowd does not outweigh the rest."""


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


def objects_of(picture: CocoPicture) -> Objects:
    """What can be measured: single objects that are wide and high enough."""
    usable = [a for a in picture.annotations if _usable(a)]
    largest = {id(a) for a in sorted(usable, key=_area, reverse=True)[:MOST]}
    chosen = [a for a in usable if id(a) in largest]
    boxes = np.array([a.box for a in chosen], np.float32).reshape(-1, 4)
    sizes = tuple([name for name, least in SIZES.items() if _area(a) >= least][-1] for a in chosen)
    return Objects(picture.name, tuple(a.category for a in chosen), sizes, boxes)


def left_out(pictures: Iterable[CocoPicture]) -> dict[str, int]:
    """Annotations that `objects_of` does not measure, by the reason.

    "flat": a box without area; "crowds": many objects in one outline; "thin": under `THINNEST`; "beyond": more than
    `MOST` on one picture.
    """
    counts = {"flat": 0, "crowds": 0, "thin": 0, "beyond": 0}
    for picture in pictures:
        crowds, usable = (sum(map(test, picture.annotations)) for test in (_crowd, _usable))
        counts["flat"] += picture.flat
        counts["crowds"] += crowds
        counts["thin"] += len(picture.annotations) - crowds - usable
        counts["beyond"] += max(0, usable - MOST)
    return counts


def pairs(
    bridges: Mapping[str, Bridge], visual: Float[Tensor, "1 d h w"], objects: Objects, size: tuple[int, int]
) -> dict[str, Pairs]:
    """Both sides through every bridge.

    The largest object is what is asked for, where a bridge's visual side depends on it; all are encoded as positive.

    Args:
        visual: the picture's tokens.
        size: its width and height in pixels.
    """
    sides = (objects.boxes[:, 2:] - objects.boxes[:, :2]) / np.array(size, np.float32)
    largest = int(sides.prod(1).argmax())
    prompt = [number == largest for number in range(len(sides))]
    with torch.inference_mode():
        tokens = Tokens.from_boxes(visual, objects.boxes, size, prompt=prompt)
        return {name: _pairs(bridge, tokens) for name, bridge in bridges.items()}


def _pairs(bridge: Bridge, tokens: Tokens) -> Pairs:
    bridged = bridge(tokens)
    instance = bridged.exemplar.float().cpu().numpy()
    region = pooled_roi(roi_of(bridged.reference, tokens)).float().cpu().numpy()
    table = cosine_table(instance, region)
    matched = np.diag(table)
    others = len(table) - 1
    mismatched = (table.sum(1) - matched) / others if others else np.full(1, np.nan)
    return Pairs(instance, region, matched.astype(np.float32), mismatched.astype(np.float32))


def _crowd(annotation: CocoAnnotation) -> bool:
    return annotation.crowd


def _usable(annotation: CocoAnnotation) -> bool:
    return not annotation.crowd and min(_sides(annotation)) >= THINNEST


def _sides(annotation: CocoAnnotation) -> tuple[float, float]:
    x0, y0, x1, y1 = annotation.box
    return x1 - x0, y1 - y0


def _area(annotation: CocoAnnotation) -> float:
    width, height = _sides(annotation)
    return width * height
