"""A small data set to try the bench on without one of one's own: composed scenes as a folder in COCO format."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from faster_coco_eval import mask as rle_masks
from PIL import Image

from sam3viz.data.sources import FIRST_SEED
from sam3viz.data.synthetic.composition import ComposedScene
from sam3viz.data.synthetic.cutout_library import rendered_pictures

SIDE = 512
"""Of every picture, in pixels."""


def write_sample(
    folder: Path,
    count: int = 16,
    seed: int = 0,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Path:
    """Compose ``count`` scenes of classes and grounds that no training saw, and write them with their exact outlines.

    Args:
        folder: gets ``instances.json`` and ``images/*.png``, as `sam3viz.data.coco.read_coco` takes them.
        count: number of scenes, 1 or more.
        seed: the scenes are the same for the same seed; those of a smaller ``count`` are the first of a larger one.
        progress: called with (done, total), where reading the cut-outs counts, too; may raise to stop.

    Returns:
        ``folder``.
    """
    if count < 1:
        raise ValueError(f"{count} scenes are no data set: ask for 1 or more.")
    loaded = 0

    def report_loading(done: int, total: int) -> None:
        nonlocal loaded
        loaded = total
        progress(done, total + count)

    pictures = rendered_pictures(report_loading)
    composer = pictures.composer(SIDE, FIRST_SEED + seed, unseen=True)
    categories = {name: number for number, name in enumerate(sorted(pictures.unseen), 1)}
    (folder / "images").mkdir(parents=True, exist_ok=True)
    images: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    for number in range(count):
        scene = composer.scene(number)
        name = f"scene-{number:03d}.png"
        Image.fromarray(scene.image).save(folder / "images" / name, compress_level=1)  # twice as fast, hardly larger
        images.append({"id": number, "file_name": name, "width": SIDE, "height": SIDE})
        for entry in _annotations(scene, categories):
            annotations.append({"id": len(annotations) + 1, "image_id": number, **entry})
        progress(loaded + number + 1, loaded + count)
    document = {
        "images": images,
        "categories": [{"id": number, "name": name} for name, number in categories.items()],
        "annotations": annotations,
    }
    (folder / "instances.json").write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    return folder


def _annotations(scene: ComposedScene, categories: dict[str, int]) -> list[dict[str, Any]]:
    """Annotate what is visible of each instance."""
    annotations = []
    for number, (cls, box) in enumerate(zip(scene.classes, scene.boxes.astype(int).tolist(), strict=True), 1):
        mask = np.asfortranarray(scene.instance_map == number, np.uint8)
        code = rle_masks.encode(mask)
        annotations.append(
            {
                "category_id": categories[cls],
                "bbox": [box[0], box[1], box[2] - box[0], box[3] - box[1]],
                "area": int(mask.sum()),
                "iscrowd": 0,
                "segmentation": {"size": list(mask.shape), "counts": code["counts"].decode()},
            }
        )
    return annotations
