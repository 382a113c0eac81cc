"""Other ways to the same instance than its tight box on its own picture. `ROUTES` is where one is registered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image

from sam3viz.studies.robustness.context import looseness, pasted
from sam3viz.studies.robustness.measure import clip_box
from sam3viz.types import Box

LOOSE_BOX_FACTOR = 1.7
"""How many times as wide and high the loose box is; `ROUTES` says it to people, too."""


@dataclass(frozen=True)
class Route:
    """Another way to the same instance."""

    name: str
    label: str
    """In English, as people read it."""
    take: Callable[[Image.Image, Box, Image.Image], tuple[Image.Image, Box]]
    """``take(image, box, other)``: a picture and the box on it that shows the instance under ``box`` (xyxy pixels);
    ``other`` is another picture of the set."""
    needs_other: bool = False
    """Whether ``other`` is visible, so that one picture is not enough."""


def _crop(image: Image.Image, box: Box, other: Image.Image) -> tuple[Image.Image, Box]:
    """Make the box a picture of its own: whole pixels within it, so that nothing about it leaks in."""
    x0, y0, x1, y1 = (int(np.ceil(box[0])), int(np.ceil(box[1])), int(box[2]), int(box[3]))
    crop = image.crop((x0, y0, x1, y1))
    return crop, (0.0, 0.0, float(crop.width), float(crop.height))


def _loosen(image: Image.Image, box: Box, other: Image.Image) -> tuple[Image.Image, Box]:
    """Keep the picture, with a box that was not drawn tight, as far as the picture goes."""
    loose = looseness(image, box, LOOSE_BOX_FACTOR, np.random.default_rng()).box or box
    return image, clip_box(loose, image.size) or box


def _transplant(image: Image.Image, box: Box, other: Image.Image) -> tuple[Image.Image, Box]:
    """Put the instance at the same place and scale in another picture, which is resized to the size of its own."""
    return pasted(other.resize(image.size, Image.Resampling.BICUBIC), image, box), box


ROUTES: dict[str, Route] = {
    route.name: route
    for route in (
        Route("crop", "the crop alone", _crop),
        Route("loose", "a box 1.7 x loose", _loosen),
        Route("elsewhere", "in another picture", _transplant, needs_other=True),
    )
}
