"""Episodes on composed scenes: of classes that training saw, and of classes and backgrounds that it did not."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import partial

import numpy as np
from jaxtyping import Float32
from PIL import Image

from sam3viz.data.sources import FIRST_SEED, Pictures
from sam3viz.data.synthetic.composition import ComposedScene, cover
from sam3viz.evaluation.episodes import (
    GRID,
    Box,
    ImageTask,
    MaskGrid,
    SampledEpisode,
    make_episode,
    make_mask_grid,
    sample_episodes,
)

SCENE_SIZE = 512
"""Pixels along each side."""
SEEN_CLASSES, UNSEEN_CLASSES = "composed, seen classes", "composed, unseen classes"
"""Names of the two datasets."""


def composed_tasks(pictures: Pictures, count: int, unseen: bool, seed: int = 0) -> Iterator[ImageTask]:
    """Compose ``count`` scenes one after the other, each with its episodes; some scenes may have none.

    The episodes are sampled as on photos; the right answer is the scene's exact instance map.
    """
    composer = pictures.composer(SCENE_SIZE, FIRST_SEED + seed, unseen)
    rng = random.Random(seed)
    dataset = UNSEEN_CLASSES if unseen else SEEN_CLASSES
    for number in range(count):
        yield scene_task(composer.scene(number), dataset, f"scene {number}", rng)


def scene_task(scene: ComposedScene, dataset: str, name: str, rng: random.Random) -> ImageTask:
    """Sample the episodes of one scene."""
    size = (len(scene.image), len(scene.image))
    boxes = [(float(x0), float(y0), float(x1), float(y1)) for x0, y0, x1, y1 in scene.boxes]
    shares = cover(scene, GRID)
    episodes = tuple(
        make_episode(scene.classes[s.positive], s, boxes, partial(_exact_grid, s, boxes, size, shares))
        for s in sample_episodes(scene.classes, boxes, [False] * len(boxes), size, rng)
    )
    return ImageTask(dataset, name, partial(Image.fromarray, scene.image), size, episodes)


def _exact_grid(
    sampled: SampledEpisode, boxes: list[Box], size: tuple[int, int], shares: Float32[np.ndarray, "n 64 64"]
) -> MaskGrid:
    # Instances of a map do not overlap, so the shares of several add up.
    return make_mask_grid(sampled, boxes, size, lambda indices: shares[np.array(indices, int)].sum(0))
