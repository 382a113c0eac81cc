"""What a perturbation is: a severity in, another picture with the same things on it out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64
from PIL import Image

from sam3viz.types import Box

Map = Float64[np.ndarray, "3 3"]
IDENTITY: Map = np.eye(3)


@dataclass(frozen=True)
class View:
    """A picture and where on it things are now."""

    image: Image.Image
    map: Map
    """Homography from pixels of the undisturbed picture to pixels of this one, which has the same size."""
    box: Box | None = None
    """The box as it is drawn on this picture, where that is not the moved one: a person's hand was not steady."""
    hidden: tuple[Box, ...] = ()
    """Parts of this picture, xyxy pixels, where something stands in front: there is nothing to find there."""


@dataclass(frozen=True)
class Perturbation:
    """One way to disturb a picture, from not at all to strongly."""

    name: str
    """What it is called in files and commands."""
    label: str
    unit: str
    """Label and unit are English, as people read them; their Chinese lies in the catalogue."""
    levels: tuple[float, ...]
    """In order of the axis; one of them is `neutral`."""
    neutral: float
    """The level that changes nothing."""
    apply: Callable[[Image.Image, Box, float, np.random.Generator], View]
    """``apply(image, box, level, rng)``: disturb the picture about the thing under ``box`` (xyxy pixels)."""
    applies_to_scene: bool = True
    """Whether there is any sense in disturbing the searched scene with it, too."""
    per_object: bool = False
    """Whether a scene is disturbed about every object that is asked for, one after another; it moves nothing then."""

    def __call__(self, image: Image.Image, box: Box, level: float, rng: np.random.Generator) -> View:
        """Disturb a picture about ``box``; at the neutral level it stays as it is, bit for bit."""
        return View(image, IDENTITY) if level == self.neutral else self.apply(image, box, level, rng)


def perturb_each(
    perturbation: Perturbation, image: Image.Image, boxes: Sequence[Box], level: float, rng: np.random.Generator
) -> View:
    """Disturb a picture about one object after another, for a perturbation that is `Perturbation.per_object`."""
    hidden: tuple[Box, ...] = ()
    for box in boxes:
        view = perturbation(image, box, level, rng)
        image, hidden = view.image, hidden + view.hidden
    return View(image, IDENTITY, hidden=hidden)


def move_box(box: Box, transform: Map) -> Box:
    """Return the upright box around the four moved corners. Pixels in, pixels out; not clamped to any picture."""
    x0, y0, x1, y1 = box
    corners = transform @ np.array([[x0, x1, x1, x0], [y0, y0, y1, y1], [1, 1, 1, 1]], float)
    x, y = corners[:2] / corners[2]
    return float(x.min()), float(y.min()), float(x.max()), float(y.max())
