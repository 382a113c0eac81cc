"""A picture of noise with two boxes, for studies of a tiny SAM 3."""

from __future__ import annotations

from PIL import Image

from sam3viz.types import Exemplar

PICTURE = Image.effect_noise((150, 90), 80).convert("RGB")
DRAWN = (Exemplar((10, 10, 60, 60)), Exemplar((80, 20, 140, 80), -1))
