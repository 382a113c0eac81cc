"""Perturbations that move things: each is a homography about the middle of a thing."""

from __future__ import annotations

import numpy as np
from PIL import Image
from skimage.transform import ProjectiveTransform, warp

from sam3viz.studies.robustness.perturbation import IDENTITY, Map, View
from sam3viz.types import Box


def scale(image: Image.Image, box: Box, level: float, rng: np.random.Generator) -> View:
    """``level`` times as large; the picture is mirrored beyond its edges where it gets smaller."""
    return _warped(image, _about(_middle(box), np.diag([level, level, 1.0])))


def rotation(image: Image.Image, box: Box, level: float, rng: np.random.Generator) -> View:
    """Turned by ``level`` degrees, clockwise as it is seen."""
    angle = np.deg2rad(level)
    turn = np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]])
    return _warped(image, _about(_middle(box), turn))


def perspective(image: Image.Image, box: Box, level: float, rng: np.random.Generator) -> View:
    """As seen from the side by ``level`` degrees, by a camera two picture widths away; which side is ``rng``'s."""
    side = float(rng.choice([-1.0, 1.0]))
    angle, distance = np.deg2rad(level), 2.0 * image.width
    tilt = np.array([[np.cos(angle), 0, 0], [0, 1, 0], [side * np.sin(angle) / distance, 0, 1]])
    return _warped(image, _about(_middle(box), tilt))


def jitter(image: Image.Image, box: Box, level: float, rng: np.random.Generator) -> View:
    """The picture as it is; each side of the drawn box off by up to ``level`` of the box's own side, evenly."""
    width, height = box[2] - box[0], box[3] - box[1]
    x0, y0, x1, y1 = np.array(box) + rng.uniform(-level, level, 4) * [width, height, width, height]
    return View(image, IDENTITY, (float(x0), float(y0), float(x1), float(y1)))


def _about(middle: tuple[float, float], transform: Map) -> Map:
    there = np.array([[1, 0, middle[0]], [0, 1, middle[1]], [0, 0, 1]], float)
    return there @ transform @ np.linalg.inv(there)


def _middle(box: Box) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def _warped(image: Image.Image, transform: Map) -> View:
    # skimage's pixel centres lie at whole numbers, ours at halves
    shift = np.array([[1, 0, -0.5], [0, 1, -0.5], [0, 0, 1]])
    centred = shift @ transform @ np.linalg.inv(shift)
    inverse = ProjectiveTransform(np.linalg.inv(centred))
    pixels = warp(np.asarray(image), inverse, order=1, mode="reflect", preserve_range=True)
    return View(Image.fromarray(pixels.round().astype(np.uint8)), transform)
