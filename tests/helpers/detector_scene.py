"""A picture of noise with two boxes, for studies of a tiny SAM 3."""

from __future__ import annotations

from sam3viz.types import Exemplar
from tests.helpers.noise import noise_image

PICTURE = noise_image(150, 90, 80)
DRAWN = (Exemplar((10, 10, 60, 60)), Exemplar((80, 20, 140, 80), -1))
