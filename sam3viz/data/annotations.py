"""One annotated object in COCO format (arXiv 1405.0312): its box, its outline, and what it covers of a grid."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from faster_coco_eval import mask as rle_masks
from jaxtyping import Float32
from PIL import Image, ImageDraw

from sam3viz.utils.messages import InputError

Box = tuple[float, float, float, float]
Grid = tuple[int, int]

UNCERTAIN = 0.3
"""Share of a cell that is said to be covered where nobody knows: too much for background, too little for the object."""
_MIDDLE = 0.75
"""Of a box without an outline: axes of the ellipse that surely is the object, as a share of the box's sides."""
_SUBDIVISIONS = 8
"""Of a grid cell along each side, when its covered share is measured."""


@dataclass(frozen=True)
class CocoAnnotation:
    """One object, or one crowd of them."""

    category: str
    box: Box
    """xyxy in pixels, inside the picture."""
    polygons: tuple[tuple[float, ...], ...]
    """Each ``x0, y0, x1, y1, ...`` in pixels; their union is the object. The box where there is no outline. Empty where
    the outline is ``rle``."""
    crowd: bool
    """True where the outline holds many objects that were not told apart."""
    outlined: bool
    """False where the file gives no outline, so that the box stands in for it."""
    category_id: int
    rle: Mapping[str, Any] | None = None
    """Compressed run-length code of the outline, for `faster_coco_eval.mask.decode`."""


def read_annotation(
    entry: Mapping[str, Any], category: str, size: tuple[int, int], where: str
) -> CocoAnnotation | None:
    """Read one entry of a COCO file, its box clipped to the picture.

    Args:
        entry: with ``category_id`` and ``bbox``, xywh in pixels.
        size: (width, height) of its picture.
        where: begins the sentence of an error.

    Returns:
        None where the box has no area.

    Raises:
        InputError: one sentence on what is broken.
    """
    box = _box(entry["bbox"], size, where)
    if box is None:
        return None
    outline = _outline(entry.get("segmentation"), box, size, where)
    crowd, category_id = bool(entry.get("iscrowd")), entry["category_id"]
    return CocoAnnotation(category, box, crowd=crowd, category_id=category_id, **outline)


def cover(annotations: Sequence[CocoAnnotation], size: tuple[int, int], grid: Grid) -> Float32[np.ndarray, "n h w"]:
    """Compute the share of each grid cell that each annotation covers, 0..1, to 1/64 of a cell.

    Args:
        size: (width, height) of the picture.
        grid: (rows, columns) over the whole of it.
    """
    shares = [union_cover([annotation], size, grid) for annotation in annotations]
    return np.stack(shares) if shares else np.zeros((0, *grid), np.float32)


def union_cover(annotations: Sequence[CocoAnnotation], size: tuple[int, int], grid: Grid) -> Float32[np.ndarray, "h w"]:
    """Compute the share of each grid cell that any of the annotations covers, 0..1: overlaps count once.

    Args:
        size: (width, height) of the picture.
        grid: (rows, columns) over the whole of it.
    """
    rows, columns = grid
    fine = Image.new("L", (columns * _SUBDIVISIONS, rows * _SUBDIVISIONS))
    draw = ImageDraw.Draw(fine)
    scale = (fine.width / size[0], fine.height / size[1])
    for annotation in annotations:
        if annotation.rle is not None:
            mask = Image.fromarray(rle_masks.decode(dict(annotation.rle)) * np.uint8(255))
            fine.paste(1, mask=mask.resize(fine.size, Image.Resampling.NEAREST))
        for polygon in annotation.polygons:
            draw.polygon([(x * scale[0], y * scale[1]) for x, y in zip(polygon[::2], polygon[1::2], strict=True)], 1)
    return np.asarray(fine, np.float32).reshape(rows, _SUBDIVISIONS, columns, _SUBDIVISIONS).mean((1, 3))


def certain_cover(
    annotations: Sequence[CocoAnnotation], size: tuple[int, int], grid: Grid
) -> Float32[np.ndarray, "n h w"]:
    """Compute what is surely covered: as `cover`, but of a box without an outline the ellipse in its middle alone.

    The rest of such a box is `UNCERTAIN`.
    """
    shares = cover(annotations, size, grid)
    for share, annotation in zip(shares, annotations, strict=True):
        if not annotation.outlined:
            inner = union_cover([_middle(annotation)], size, grid)
            share[:] = np.maximum(inner >= 0.5, np.minimum(share, UNCERTAIN))
    return shares


def _middle(annotation: CocoAnnotation) -> CocoAnnotation:
    """Return the same with the ellipse in the middle of the box as its outline."""
    x0, y0, x1, y1 = annotation.box
    angles = np.linspace(0, 2 * math.pi, 48, endpoint=False)
    x = (x0 + x1) / 2 + _MIDDLE * (x1 - x0) / 2 * np.cos(angles)
    y = (y0 + y1) / 2 + _MIDDLE * (y1 - y0) / 2 * np.sin(angles)
    return replace(annotation, polygons=(tuple(np.stack([x, y], 1).ravel().tolist()),))


def _numbers(values: object) -> list[float] | None:
    """Return the values as floats, or None unless they are a list of finite numbers."""
    if not isinstance(values, list) or not all(isinstance(v, int | float) and math.isfinite(v) for v in values):
        return None
    return [float(v) for v in values]


def _box(values: object, size: tuple[int, int], where: str) -> Box | None:
    """Convert xywh to xyxy inside the picture; None for a box without area."""
    numbers = _numbers(values)
    if numbers is None or len(numbers) != 4 or min(numbers[2:]) < 0:
        raise InputError(
            "{where} has the box {box!r}: give [x, y, width, height] in pixels, all finite.", where=where, box=values
        )
    x, y, w, h = numbers
    width, height = size
    x0, y0, x1, y1 = max(x, 0.0), max(y, 0.0), min(x + w, float(width)), min(y + h, float(height))
    if x1 < x0 or y1 < y0:
        raise InputError(
            "{where} has the box {box!r} outside its {width} x {height} picture: correct or remove it.",
            where=where,
            box=values,
            width=width,
            height=height,
        )
    return (x0, y0, x1, y1) if x1 > x0 and y1 > y0 else None


def _outline(segmentation: object, box: Box, size: tuple[int, int], where: str) -> dict[str, Any]:
    """Read polygons or RLE; the box where there is neither."""
    if isinstance(segmentation, dict):
        return {"polygons": (), "rle": _compressed(segmentation, size, where), "outlined": True}
    polygons = []
    for polygon in _list(segmentation, where):
        numbers = _numbers(polygon)
        if numbers is None or len(numbers) % 2:
            raise InputError(
                "{where} has a broken polygon: give [x0, y0, x1, y1, ...] in pixels, all finite.", where=where
            )
        if len(numbers) >= 6:  # two points hold no area
            polygons.append(tuple(numbers))
    if polygons:
        return {"polygons": tuple(polygons), "outlined": True}
    x0, y0, x1, y1 = box
    return {"polygons": ((x0, y0, x1, y0, x1, y1, x0, y1),), "outlined": False}


def _list(segmentation: object, where: str) -> list[Any]:
    if segmentation is None:
        return []
    if not isinstance(segmentation, list):
        raise InputError(
            "{where} has a broken outline {outline!r}: give polygons, RLE or none.", where=where, outline=segmentation
        )
    return segmentation


def _compressed(rle: Mapping[str, Any], size: tuple[int, int], where: str) -> Mapping[str, Any]:
    """Bring the run-length code to the form that `faster_coco_eval` decodes."""
    width, height = size
    if rle.get("size") != [height, width] or "counts" not in rle:
        raise InputError(
            "{where} has an RLE mask of size {size!r} on a {width} x {height} picture: "
            'give "counts" and "size": [{height}, {width}].',
            where=where,
            size=rle.get("size"),
            width=width,
            height=height,
        )
    try:
        code = rle_masks.frPyObjects(dict(rle), height, width) if isinstance(rle["counts"], list) else dict(rle)
        rle_masks.decode(code)
    except (IndexError, KeyError, RuntimeError, TypeError, ValueError) as error:
        raise InputError("{where} has a broken RLE mask: export it again.", where=where) from error
    return code
