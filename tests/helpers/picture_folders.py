"""Small training pictures in folders."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

CLASSES = ("ant", "bat", "cat", "dog", "eel", "fox", "gnu", "hen")


def save_folders(root: Path) -> tuple[Path, Path]:
    """Write eight classes of two discs, and eight backgrounds; returns both folders."""
    for i, name in enumerate(CLASSES):
        for j in range(2):
            save_disc(root / "cutouts" / name / f"{j}.png", 60 + 4 * j, colour=f"hsl({45 * i}, 90%, 50%)")
        save_noise(root / "backgrounds" / f"{name}.png", (160, 120), seed=i)
    return root / "cutouts", root / "backgrounds"


def save_disc(path: Path, size: int = 60, margin: int = 10, colour: str = "red") -> None:
    """Write a disc of ``size`` pixels on a transparent ground."""
    path.parent.mkdir(parents=True, exist_ok=True)
    image = Image.new("RGBA", (size + 2 * margin, size + 2 * margin))
    ImageDraw.Draw(image).ellipse((margin, margin, margin + size - 1, margin + size - 1), fill=colour)
    image.save(path)


def save_noise(path: Path, size: tuple[int, int], seed: int = 0) -> None:
    """Write smooth noise."""
    path.parent.mkdir(parents=True, exist_ok=True)
    coarse = np.random.default_rng(seed).integers(0, 256, (8, 8, 3), np.uint8)
    Image.fromarray(coarse).resize(size).save(path)
