"""Probe boxes: enough instances on one picture for statistics and a map (DESIGN 5)."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float32

LATTICE = ((1 / 8, 10), (1 / 4, 7), (1 / 2, 5))
"""(side as a share of the square root of the image's area, boxes along each axis)."""


def probe_boxes(width: int, height: int) -> Float32[np.ndarray, "p 4"]:
    """A fixed lattice of 174 square boxes in three sizes that covers a ``width`` x ``height`` image evenly.

    Normalised xyxy. On very long pictures a box is cut to the shorter side, and those that would coincide are one.
    """
    boxes = []
    for share, count in LATTICE:
        side = share * (width * height) ** 0.5
        w, h = min(side / width, 1.0), min(side / height, 1.0)
        x0, y0 = np.meshgrid(*(np.linspace(0, 1 - length, count if length < 1 else 1) for length in (w, h)))
        boxes.append(np.stack([x0, y0, x0 + w, y0 + h], -1).reshape(-1, 4))
    return np.concatenate(boxes).astype(np.float32)
