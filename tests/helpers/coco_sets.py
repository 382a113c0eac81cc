"""A COCO folder of noise pictures with red squares and blue bars, small enough for a `TinyBackbone`."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

SIZE = (160, 120)
RED = ((10, 10, 40, 40), (60, 60, 90, 95), (110, 20, 140, 45))
BLUE = ((60, 10, 100, 25), (10, 70, 17, 78))
"""The second is too small to be drawn as an exemplar: an object that nobody asks about."""


def save_set(root: Path, pictures: int = 3) -> Path:
    """``root/instances.json`` and ``root/images``; every second picture has no blue bar, so no negative box."""
    (root / "images").mkdir(parents=True)
    images, annotations = [], []
    for number in range(pictures):
        noise = np.random.default_rng(number).integers(0, 256, (SIZE[1], SIZE[0], 3), np.uint8)
        picture = Image.fromarray(noise)
        pen = ImageDraw.Draw(picture)
        for category, colour, boxes in ((1, "red", RED), (2, "blue", BLUE if number % 2 == 0 else ())):
            for x0, y0, x1, y1 in boxes:
                pen.rectangle((x0, y0, x1 - 1, y1 - 1), fill=colour)
                annotations.append(
                    {
                        "id": len(annotations) + 1,
                        "image_id": number,
                        "category_id": category,
                        "bbox": [x0, y0, x1 - x0, y1 - y0],
                        "segmentation": [[x0, y0, x1, y0, x1, y1, x0, y1]],
                    }
                )
        picture.save(root / "images" / f"{number}.png")
        images.append({"id": number, "file_name": f"{number}.png", "width": SIZE[0], "height": SIZE[1]})
    categories = [{"id": 1, "name": "square"}, {"id": 2, "name": "bar"}]
    document = {"images": images, "annotations": annotations, "categories": categories}
    (root / "instances.json").write_text(json.dumps(document))
    return root
