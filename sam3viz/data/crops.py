"""Parts of annotated photographs: the same objects larger, and fewer at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container
from dataclasses import dataclass, replace

import numpy as np
from faster_coco_eval import mask as rle_masks
from numpy.random import Generator

from sam3viz.data.annotations import CocoAnnotation
from sam3viz.data.coco import CocoPicture

CROP_SHARE = (0.4, 0.8)
"""Least and most of a picture's sides that a part has."""
LEAST_INSIDE = 0.3
"""Share of a box that a part must hold for its object to count as one of it."""
_TRIES = 8

Window = tuple[int, int, int, int]
"""xyxy in pixels of the picture as it is annotated."""


@dataclass(frozen=True)
class Crop:
    """A part of a picture, its annotations in its own frame: what lies outside has coordinates outside."""

    window: Window
    objects: tuple[CocoAnnotation, ...]
    cut: tuple[CocoAnnotation, ...]
    """Objects of which less than `LEAST_INSIDE` is there, and crowds: neither one thing nor its absence."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        x0, y0, x1, y1 = self.window
        return x1 - x0, y1 - y0


def whole_crop(picture: CocoPicture) -> Crop:
    """Return all of a picture as its part; crowds are cut."""
    objects, crowds = (tuple(a for a in picture.annotations if a.crowd is crowd) for crowd in (False, True))
    return Crop((0, 0, picture.width, picture.height), objects, crowds)


def choose_crop(picture: CocoPicture, askable: Container[str], rng: Generator) -> Crop:
    """Draw a part that shows two objects of a category that may be asked for; the whole where none is found soon."""
    for _ in range(_TRIES):
        share = rng.uniform(*CROP_SHARE)
        width, height = max(1, int(share * picture.width)), max(1, int(share * picture.height))
        left, top = int(rng.integers(picture.width - width + 1)), int(rng.integers(picture.height - height + 1))
        crop = take_crop(picture, (left, top, left + width, top + height))
        counts = Counter(annotation.category for annotation in crop.objects)
        if any(count >= 2 and category in askable for category, count in counts.items()):
            return crop
    return whole_crop(picture)


def take_crop(picture: CocoPicture, window: Window) -> Crop:
    """Part the annotations of a picture by how much of each a window holds; those outside are left out."""
    objects: list[CocoAnnotation] = []
    cut: list[CocoAnnotation] = []
    for annotation in picture.annotations:
        inside = _share_inside(annotation, window)
        if inside == 0:
            continue
        (cut if annotation.crowd or inside < LEAST_INSIDE else objects).append(_shifted(annotation, window))
    return Crop(window, tuple(objects), tuple(cut))


def _share_inside(annotation: CocoAnnotation, window: Window) -> float:
    x0, y0, x1, y1 = annotation.box
    width, height = min(x1, window[2]) - max(x0, window[0]), min(y1, window[3]) - max(y0, window[1])
    return max(width, 0.0) * max(height, 0.0) / ((x1 - x0) * (y1 - y0))


def _shifted(annotation: CocoAnnotation, window: Window) -> CocoAnnotation:
    left, top, right, bottom = window
    x0, y0, x1, y1 = annotation.box
    polygons = tuple(
        tuple(value - (top if place % 2 else left) for place, value in enumerate(polygon))
        for polygon in annotation.polygons
    )
    rle = annotation.rle
    if rle is not None:
        rle = rle_masks.encode(np.asfortranarray(rle_masks.decode(dict(rle))[top:bottom, left:right]))
    return replace(annotation, box=(x0 - left, y0 - top, x1 - left, y1 - top), polygons=polygons, rle=rle)
