"""What a person gives: pictures and boxes on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float32
from PIL import Image

Box = tuple[float, float, float, float]
"""Corners ``(x0, y0, x1, y1)``."""
BoxRows = Sequence[Box] | Float32[np.ndarray, "m 4"]


@dataclass(frozen=True)
class Exemplar:
    """One box that a person drew: "like this" (label +1) or "not like this" (label -1). Pixel frame."""

    box: Box
    label: int = 1


@dataclass(frozen=True)
class ReferenceImage:
    """A picture with exemplars on it, from which other pictures are searched."""

    image: Image.Image
    exemplars: tuple[Exemplar, ...]


@dataclass(frozen=True)
class Scene:
    """A checked task: every box is ordered, inside its image and has area (`sam3viz.inference.inputs.make_scene`)."""

    image: Image.Image
    exemplars: tuple[Exemplar, ...]
    reference: Image.Image | None = None
    """The image that the boxes were drawn on, where that is not ``image``."""
    warnings: tuple[str, ...] = ()

    @property
    def drawn_on(self) -> Image.Image:
        """The image in whose pixels the boxes are."""
        return self.image if self.reference is None else self.reference
