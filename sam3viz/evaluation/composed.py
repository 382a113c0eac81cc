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
from sam3viz.evaluation.episodes import GRID, Drawn, Raster, Task, draw, episode, make_raster

SIZE = 512
SEEN, UNSEEN = "composed, seen classes", "composed, unseen classes"


def composed_tasks(pictures: Pictures, count: int, unseen: bool, seed: int = 0) -> Iterator[Task]:
    """``count`` scenes one after the other, each with its episodes; some scenes may have none.

    The episodes are drawn as on photos; the right answer is the scene's exact instance map.
    """
    composer = pictures.composer(SIZE, FIRST_SEED + seed, unseen)
    rng = random.Random(seed)
    for number in range(count):
        yield scene_task(composer.scene(number), UNSEEN if unseen else SEEN, f"scene {number}", rng)


def scene_task(scene: ComposedScene, dataset: str, name: str, rng: random.Random) -> Task:
    """One scene and its episodes."""
    size = (len(scene.image), len(scene.image))
    boxes = [(float(x0), float(y0), float(x1), float(y1)) for x0, y0, x1, y1 in scene.boxes]
    shares = cover(scene, GRID)
    episodes = tuple(
        episode(scene.classes[drawn.positive], drawn, boxes, partial(_exact, drawn, boxes, size, shares))
        for drawn in draw(scene.classes, boxes, [False] * len(boxes), size, rng)
    )
    return Task(dataset, name, partial(Image.fromarray, scene.image), size, episodes)


def _exact(
    drawn: Drawn,
    boxes: list[tuple[float, float, float, float]],
    size: tuple[int, int],
    shares: Float32[np.ndarray, "n 64 64"],
) -> Raster:
    # Instances of a map do not overlap, so the shares of several add up.
    return make_raster(drawn, boxes, size, lambda indices: shares[np.array(indices, int)].sum(0))
