"""What is asked on which picture, and what the right answer is.

An episode is one category of one picture that has at least two instances whose boxes cover 0.3 % to 25 % of it. One
of them, drawn by the seed, is the positive exemplar; where the picture has another category of such a size, one of
its instances is the negative exemplar. The heat is compared with the outlines on a 64 x 64 grid over the picture:
a cell is positive where the other instances cover half of it or more; left out where they cover 10 % to 50 %, in the
exemplars' own boxes, and on instances that are neither asked for nor wrong; else negative.
`sam3viz.evaluation.scores` does the scoring.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from jaxtyping import Bool, Float32
from PIL import Image

from sam3viz.data.annotations import union_cover
from sam3viz.data.coco import CocoPicture
from sam3viz.data.images import load_image
from sam3viz.types import Exemplar
from sam3viz.utils.messages import InputError

GRID = 64
"""Cells along each side of the grid that answers are compared on."""
MIN_BOX_SHARE, MAX_BOX_SHARE = 0.003, 0.25
"""Share of the picture that a usable box covers: at least the first, less than the second."""
COVERED_SHARE, TOUCHED_SHARE = 0.5, 0.1
"""Share of a cell from which it counts as covered, and above which it is no clean background."""

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class SampledEpisode:
    """One episode as indices into the instances of a picture."""

    positive: int
    negative: int | None
    targets: list[int]
    ignored: list[int]
    """Of the episode's category and neither asked for nor wrong: crowds, too small, too large."""
    objects: list[int]
    """Of the other categories."""

    @property
    def exemplars(self) -> list[int]:
        return [self.positive] if self.negative is None else [self.positive, self.negative]


@dataclass(frozen=True)
class MaskGrid:
    """The right answer, cell by cell over the whole picture."""

    targets: Bool[np.ndarray, "64 64"]
    """Instances to be found."""
    objects: Bool[np.ndarray, "64 64"]
    """Objects of other categories."""
    ignored: Bool[np.ndarray, "64 64"]
    """Cells that are not scored; neither of the other two is set there."""


@dataclass(frozen=True)
class Episode:
    """One question to a picture. Boxes are xyxy pixels."""

    category: str
    positive: Box
    negative: Box | None
    targets: tuple[Box, ...]
    ignored: tuple[Box, ...]
    mask_grid: Callable[[], MaskGrid]
    """Computes the right answer; a function, so that a large set of pictures does not hold them all."""

    def exemplars(self, negative: bool) -> list[Exemplar]:
        """Return the drawn boxes, with or without the negative one."""
        positive = [Exemplar(self.positive, +1)]
        return [*positive, Exemplar(self.negative, -1)] if negative and self.negative is not None else positive


@dataclass(frozen=True)
class ImageTask:
    """A picture and the episodes on it."""

    dataset: str
    image: str
    """The picture's name; no other picture of the data set has it."""
    picture: Callable[[], Image.Image]
    """Loads the picture."""
    size: tuple[int, int]
    """Width and height in pixels."""
    episodes: tuple[Episode, ...]


def usable_instances(boxes: Sequence[Box], crowds: Sequence[bool], size: tuple[int, int]) -> list[int]:
    """List the instances that can be exemplars and targets, by index.

    Args:
        boxes: xyxy pixels.
        size: width and height of the picture in pixels.
    """
    shares = [(x1 - x0) * (y1 - y0) / (size[0] * size[1]) for x0, y0, x1, y1 in boxes]
    return [i for i, share in enumerate(shares) if MIN_BOX_SHARE <= share < MAX_BOX_SHARE and not crowds[i]]


def sample_episodes(
    categories: Sequence[int] | Sequence[str],
    boxes: Sequence[Box],
    crowds: Sequence[bool],
    size: tuple[int, int],
    rng: random.Random,
) -> Iterator[SampledEpisode]:
    """Draw the episodes of one picture, in the order of its categories; every choice is ``rng``'s."""
    instances, usable = range(len(boxes)), usable_instances(boxes, crowds, size)
    groups = defaultdict(list)
    for i in usable:
        groups[categories[i]].append(i)
    for category, group in sorted(groups.items()):
        if len(group) < 2:
            continue
        positive = rng.choice(group)
        others = [i for i in usable if categories[i] != category]
        yield SampledEpisode(
            positive,
            rng.choice(others) if others else None,
            targets=[i for i in group if i != positive],
            ignored=[i for i in instances if categories[i] == category and i not in group],
            objects=[i for i in instances if categories[i] != category],
        )


def photo_tasks(
    pictures: Sequence[CocoPicture], dataset: str, seed: int = 0, limit: int | None = None
) -> list[ImageTask]:
    """Draw the episodes of a COCO folder, or its first ``limit``; pictures with an object without outline are skipped.

    Raises:
        InputError: there is no picture with outlines, or none with two instances of a category.
    """
    outlined = [p for p in pictures if p.annotations and all(a.outlined for a in p.annotations)]
    if not outlined:
        raise InputError(
            "{dataset!r} outlines its objects on no picture: the bench needs polygons or masks.", dataset=dataset
        )
    rng = random.Random(seed)
    tasks, remaining = [], limit
    for picture in outlined:
        episodes = _photo_episodes(picture, rng)[:remaining]
        remaining = None if remaining is None else remaining - len(episodes)
        if episodes:
            size = (picture.width, picture.height)
            load = partial(load_annotated, picture.path, size)
            tasks.append(ImageTask(dataset, picture.name, load, size, tuple(episodes)))
        if remaining == 0:
            break
    if not tasks:
        raise InputError(
            "{dataset!r} has no picture with two instances of a category that each cover {least:.1%} to {most:.0%} of "
            "it: there is nothing to ask.",
            dataset=dataset,
            least=MIN_BOX_SHARE,
            most=MAX_BOX_SHARE,
        )
    return tasks


def make_episode(
    category: str, sampled: SampledEpisode, boxes: Sequence[Box], mask_grid: Callable[[], MaskGrid]
) -> Episode:
    """Look up the boxes of a sampled episode."""
    return Episode(
        category,
        boxes[sampled.positive],
        None if sampled.negative is None else boxes[sampled.negative],
        tuple(boxes[i] for i in sampled.targets),
        tuple(boxes[i] for i in sampled.ignored),
        mask_grid,
    )


def make_mask_grid(
    sampled: SampledEpisode,
    boxes: Sequence[Box],
    size: tuple[int, int],
    cover: Callable[[list[int]], Float32[np.ndarray, "64 64"]],
) -> MaskGrid:
    """Compute the right answer to an episode.

    Args:
        boxes: of every instance, xyxy pixels.
        size: width and height of the picture in pixels.
        cover: share of each cell that any of some instances, given by index, covers.
    """
    target_cover = cover(sampled.targets)
    ignored = _touched_cells([boxes[i] for i in sampled.exemplars], size)
    ignored |= cover([*sampled.exemplars, *sampled.ignored]) > TOUCHED_SHARE
    ignored |= (target_cover > TOUCHED_SHARE) & (target_cover < COVERED_SHARE)
    targets = (target_cover >= COVERED_SHARE) & ~ignored
    return MaskGrid(targets, (cover(sampled.objects) >= COVERED_SHARE) & ~ignored & ~targets, ignored)


def load_annotated(path: Path, size: tuple[int, int]) -> Image.Image:
    """Load a picture whose annotations say that it is ``size`` (width, height).

    Raises:
        InputError: it has another size.
    """
    image = load_image(path)
    if image.size != size:
        raise InputError(
            "{name} is {width} x {height} pixels, its annotations say {annotated_width} x {annotated_height}: its "
            "boxes would not fit; annotate the picture as it is.",
            name=path.name,
            width=image.width,
            height=image.height,
            annotated_width=size[0],
            annotated_height=size[1],
        )
    return image


def _photo_episodes(picture: CocoPicture, rng: random.Random) -> list[Episode]:
    annotations, size = picture.annotations, (picture.width, picture.height)
    categories, boxes = [a.category_id for a in annotations], [a.box for a in annotations]
    return [
        make_episode(annotations[s.positive].category, s, boxes, partial(_outlined_grid, picture, s))
        for s in sample_episodes(categories, boxes, [a.crowd for a in annotations], size, rng)
    ]


def _outlined_grid(picture: CocoPicture, sampled: SampledEpisode) -> MaskGrid:
    annotations, size = picture.annotations, (picture.width, picture.height)

    def cover(indices: list[int]) -> Float32[np.ndarray, "64 64"]:
        return union_cover([annotations[i] for i in indices], size, (GRID, GRID))

    return make_mask_grid(sampled, [a.box for a in annotations], size, cover)


def _touched_cells(boxes: Sequence[Box], size: tuple[int, int]) -> Bool[np.ndarray, "64 64"]:
    """Mark the cells that any box touches."""
    inside = np.zeros((GRID, GRID), bool)
    for x0, y0, x1, y1 in boxes:
        left, top = int(x0 / size[0] * GRID), int(y0 / size[1] * GRID)
        right, bottom = int(np.ceil(x1 / size[0] * GRID)), int(np.ceil(y1 / size[1] * GRID))
        inside[top:bottom, left:right] = True
    return inside
