"""A picture of noise that is the same in every run: Pillow's own `effect_noise` cannot be seeded."""

from __future__ import annotations

import numpy as np
from PIL import Image


def noise_image(width: int, height: int, spread: float = 80, seed: int = 0) -> Image.Image:
    """RGB, grey levels around the middle with a standard deviation of ``spread``, one and the same in all channels."""
    levels = 128 + spread * np.random.default_rng(seed).standard_normal((height, width))
    return Image.fromarray(levels.clip(0, 255).astype(np.uint8)).convert("RGB")
