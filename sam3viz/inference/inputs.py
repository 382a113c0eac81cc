"""What a user asks -> a checked `Scene`, or one clear sentence."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from PIL import Image

from sam3viz.data.images import NOTES, load_image
from sam3viz.types import Box, Exemplar, ReferenceImage, Scene

MAX_EXEMPLARS = 32
MIN_SIDE = 1.0
"""Pixels. A box thinner than one pixel holds no sample of the image."""


def make_scene(
    image: Image.Image | np.ndarray,
    exemplars: Sequence[Exemplar],
    reference: Image.Image | np.ndarray | None = None,
) -> Scene:
    """Check a task and put it in normal form.

    Args:
        image: the picture that is searched; anything that `sam3viz.data.images.load_image` turns into RGB.
        exemplars: 1 to 32 boxes in pixels of ``reference`` where given, else of ``image``; corners in any order,
            label +1 or -1, at least one of them +1. A box drawn twice counts twice.
        reference: the picture that the boxes were drawn on, where that is another one.

    Returns:
        A scene whose boxes are ordered, inside their picture and at least 1 pixel wide and high. ``warnings`` tells
        of every box that had to be clipped and of whatever a picture lost when it was read.

    Raises:
        ValueError: one sentence that names the exemplar (counted from 1) and the remedy.
    """
    image = load_image(image)
    warnings = [f"Picture: {note}." for note in image.info[NOTES]]
    if reference is not None:
        reference = load_image(reference)
        warnings += [f"Reference picture: {note}." for note in reference.info[NOTES]]

    checked, clipped = _checked(exemplars, (image if reference is None else reference).size)
    _one_to_look_for(checked)
    return Scene(image, checked, reference, (*warnings, *clipped))


def make_references(
    references: Sequence[ReferenceImage],
) -> tuple[tuple[ReferenceImage, ...], tuple[str, ...]]:
    """Check reference pictures and their boxes, and put them in the normal form of `make_scene`.

    Args:
        references: pictures with boxes, 1 to 32 boxes in all and at least one of them positive; each picture has one.

    Returns:
        The references and the warnings.

    Raises:
        ValueError: one sentence that names the reference and the exemplar (counted from 1) and the remedy.
    """
    ready, warnings = [], []
    for number, reference in enumerate(references, start=1):
        try:
            image = load_image(reference.image)
            exemplars, clipped = _checked(reference.exemplars, image.size)
        except ValueError as error:
            raise ValueError(f"Reference {number}: {error}") from error
        ready.append(ReferenceImage(image, exemplars))
        warnings += [f"Reference {number}: {note}." for note in image.info[NOTES]]
        warnings += [f"Reference {number}: {sentence}" for sentence in clipped]
    _one_to_look_for([exemplar for reference in ready for exemplar in reference.exemplars])
    return tuple(ready), tuple(warnings)


def _checked(exemplars: Sequence[Any], size: tuple[int, int]) -> tuple[tuple[Exemplar, ...], list[str]]:
    """The boxes in normal form, and a warning for each that had to be clipped."""
    _not_too_many(exemplars)
    checked, warnings = [], []
    for number, exemplar in enumerate(exemplars, start=1):
        box = _ordered(exemplar, number)
        inside = _clipped(box, size, number)
        if inside != box:
            warnings.append(
                f"Exemplar {number} at {_show(box)} reached beyond the {size[0]} x {size[1]} picture "
                f"and was clipped to {_show(inside)}."
            )
        checked.append(Exemplar(inside, _label(exemplar.label, number)))
    return tuple(checked), warnings


def _not_too_many(exemplars: Sequence[Any]) -> None:
    if not exemplars:
        raise ValueError("There is no box; draw at least one positive box round what you look for.")
    if len(exemplars) > MAX_EXEMPLARS:
        raise ValueError(f"There are {len(exemplars)} boxes; keep at most {MAX_EXEMPLARS}.")


def _one_to_look_for(exemplars: Sequence[Exemplar]) -> None:
    _not_too_many(exemplars)
    if all(exemplar.label < 0 for exemplar in exemplars):
        raise ValueError("All boxes are negative; draw at least one positive box round what you look for.")


def _label(label: object, number: int) -> int:
    if label not in (1, -1):
        raise ValueError(f"Exemplar {number} has label {label!r}; use +1 (like this) or -1 (not like this).")
    return 1 if label == 1 else -1


def _ordered(exemplar: object, number: int) -> Box:
    if not isinstance(exemplar, Exemplar):
        raise ValueError(f"Item {number} is a {type(exemplar).__name__}; pass Exemplar(box=(x0, y0, x1, y1), label=1).")
    try:
        x0, y0, x1, y1 = (float(value) for value in exemplar.box)
    except (TypeError, ValueError) as error:
        raise ValueError(f"Exemplar {number} has box {exemplar.box!r}; give four numbers x0, y0, x1, y1.") from error
    if not all(math.isfinite(value) for value in (x0, y0, x1, y1)):
        raise ValueError(f"Exemplar {number} has box {_show((x0, y0, x1, y1))}; give four finite numbers.")
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _clipped(box: Box, size: tuple[int, int], number: int) -> Box:
    width, height = size
    x0, x1 = (min(max(x, 0.0), float(width)) for x in box[::2])
    y0, y1 = (min(max(y, 0.0), float(height)) for y in box[1::2])
    if min(x1 - x0, y1 - y0) >= MIN_SIDE:
        return x0, y0, x1, y1
    if box[0] >= width or box[1] >= height or box[2] <= 0 or box[3] <= 0:
        fault = "lies outside"
    else:
        fault = f"covers less than {MIN_SIDE:g} pixel in width or height of"
    raise ValueError(
        f"Exemplar {number} at {_show(box)} {fault} the {width} x {height} picture; draw it again over the object."
    )


def _show(box: Box) -> str:
    return f"({', '.join(f'{value:.6g}' for value in box)})"
