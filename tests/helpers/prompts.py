"""Pictures of noise with boxes, as a visitor gives them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from app.components.box_prompter.component import PromptBox

POSITIVE_BOX, NEGATIVE_BOX = PromptBox(10, 10, 40, 40), PromptBox(50, 10, 80, 40, -1)


def save_picture(folder: Path, name: str, size: tuple[int, int] = (96, 64)) -> str:
    """Write a picture of ``size`` (width, height) and return its path."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (*size[::-1], 3), dtype=np.uint8)).save(path)
    return str(path)
