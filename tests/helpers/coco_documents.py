"""A data set in COCO format, as a document and as a folder."""

from __future__ import annotations

import json
from pathlib import Path

from PIL import Image

SQUARE = [10, 10, 30, 10, 30, 30, 10, 30]
"""A 20 x 20 square as a polygon."""


def document() -> dict:
    """Two pictures: a cat with an outline and a dog without; and a picture with nothing on it."""
    return {
        "images": [
            {"id": 7, "file_name": "b.png", "width": 64, "height": 48},
            {"id": 3, "file_name": "a.png", "width": 64, "height": 48},
        ],
        "categories": [{"id": 1, "name": "cat"}, {"id": 2, "name": "dog"}],
        "annotations": [
            {"id": 1, "image_id": 7, "category_id": 1, "bbox": [10, 10, 20, 20], "segmentation": [SQUARE]},
            {"id": 2, "image_id": 7, "category_id": 2, "bbox": [40, 8, 16, 32]},
        ],
    }


def save(root: Path, content: object, file: str = "instances.json", pictures: str = "images") -> Path:
    for folder in (root / pictures, (root / file).parent):
        folder.mkdir(parents=True, exist_ok=True)
    for name in ("a.png", "b.png"):
        Image.new("RGB", (64, 48)).save(root / pictures / name)
    (root / file).write_text(content if isinstance(content, str) else json.dumps(content))
    return root
