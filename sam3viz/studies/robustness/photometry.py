"""Perturbations that leave things where they are: blur, noise, light, and something in front."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageFilter

from sam3viz.studies.robustness.perturbation import IDENTITY, View
from sam3viz.types import Box


def blur(image: Image.Image, box: Box, level: float, rng: np.random.Generator) -> View:
    """A Gaussian of ``level`` hundredths of the picture's longer side."""
    return View(image.filter(ImageFilter.GaussianBlur(level / 100 * max(image.size))), IDENTITY)


def noise(image: Image.Image, box: Box, level: float, rng: np.random.Generator) -> View:
    """Gaussian noise on every channel with a standard deviation of ``level`` of its range."""
    pixels = np.asarray(image, np.float32)
    return View(_picture(pixels + rng.normal(0, 255 * level, pixels.shape)), IDENTITY)


def light(image: Image.Image, box: Box, level: float, rng: np.random.Generator) -> View:
    """``level`` times the light; what is brighter than white is white."""
    return View(_picture(np.asarray(image, np.float32) * level), IDENTITY)


def occlusion(image: Image.Image, box: Box, level: float, rng: np.random.Generator) -> View:
    """A grey patch over ``level`` of the thing's box, from one of its four sides, which is ``rng``'s."""
    x0, y0, x1, y1 = box
    width, height = level * (x1 - x0), level * (y1 - y0)
    sides = ((x0, y0, x0 + width, y1), (x1 - width, y0, x1, y1), (x0, y0, x1, y0 + height), (x0, y1 - height, x1, y1))
    left, top, right, bottom = (round(edge) for edge in sides[int(rng.integers(4))])
    patch = (max(left, 0), max(top, 0), min(right, image.width), min(bottom, image.height))
    covered = image.copy()
    covered.paste((128, 128, 128), patch)
    return View(covered, IDENTITY, hidden=(patch,))


def _picture(pixels: np.ndarray) -> Image.Image:
    return Image.fromarray(pixels.clip(0, 255).round().astype(np.uint8))
