"""The same thing by another way: another box round it, without its surroundings, in others (design document 2.2).

What changes is the exemplar's picture or box and never the thing, so a consistent encoder would not change its answer.
"""

from __future__ import annotations

import numpy as np
from PIL import Image

from sam3viz.studies.robustness.perturbation import IDENTITY, View
from sam3viz.types import Box


def looseness(image: Image.Image, box: Box, level: float, rng: np.random.Generator) -> View:
    """The picture as it is; the box drawn ``level`` times as wide and high about its middle."""
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    width, height = level * (box[2] - box[0]) / 2, level * (box[3] - box[1]) / 2
    return View(image, IDENTITY, (x - width, y - height, x + width, y + height))


def isolation(image: Image.Image, box: Box, level: float, rng: np.random.Generator) -> View:
    """Everything outside the box behind a grey veil of opacity ``level``: at 1 the crop alone is left."""
    return _around(image, box, Image.new("RGB", image.size, (128, 128, 128)), level)


def relocation(image: Image.Image, box: Box, level: float, rng: np.random.Generator) -> View:
    """Everything outside the box faded by ``level`` into the picture upside down: at 1 the thing is elsewhere."""
    return _around(image, box, image.transpose(Image.Transpose.ROTATE_180), level)


def pasted(other: Image.Image, image: Image.Image, box: Box) -> Image.Image:
    """``other`` with what ``image``, of the same size, shows within the box in whole pixels."""
    x0, y0, x1, y1 = (round(edge) for edge in box)
    inside = (max(x0, 0), max(y0, 0), min(x1, image.width), min(y1, image.height))
    both = other.copy()
    both.paste(image.crop(inside), inside)
    return both


def _around(image: Image.Image, box: Box, other: Image.Image, share: float) -> View:
    """``image`` within the box, and around it ``share`` of another picture."""
    return View(pasted(Image.blend(image, other, share), image, box), IDENTITY)
