"""A picture of noise and boxes on it."""

from __future__ import annotations

import numpy as np
from PIL import Image

from sam3viz.types import Exemplar

POSITIVE, NEGATIVE = Exemplar((10, 10, 60, 50)), Exemplar((90, 40, 150, 90), -1)
WIDTH, HEIGHT = 160, 120


def picture(seed: int = 0, size: tuple[int, int] = (WIDTH, HEIGHT)) -> Image.Image:
    """Return noise of a size, the same for the same seed."""
    return Image.fromarray(np.random.default_rng(seed).integers(0, 256, (*size[::-1], 3), np.uint8))
