"""What is asked on which picture, what the right answer is, and how an answer is scored.

An episode is one category of one picture that has at least two instances whose boxes cover 0.3 % to 25 % of it. One
of them, drawn by the seed, is the positive exemplar; where the picture has another category of such a size, one of
its instances is the negative exemplar. The heat is compared with the outlines on a 64 x 64 raster over the picture:
a cell is positive where the other instances cover half of it or more; left out where they cover 10 % to 50 %, in the
exemplars' own boxes, and on instances that are neither asked for nor wrong; else negative.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float32
from PIL import Image
from sklearn.metrics import average_precision_score

from sam3viz.data.annotations import union_cover
from sam3viz.data.coco import CocoPicture
from sam3viz.data.images import load_image
from sam3viz.types import Exemplar

GRID = 64
SIZES = (0.003, 0.25)
"""Share of the picture that a usable box covers: at least the first, less than the second."""
ASKED, TOUCHED = 0.5, 0.1
"""Share of a cell from which it counts as covered, and above which it is no clean background."""
PERSON = "person"
"""People are most of COCO's objects: scores are told without them, too."""

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Drawn:
    """One episode as indices into the instances of a picture."""

    positive: int
    negative: int | None
    targets: list[int]
    passed: list[int]
    """Of the asked category and neither asked for nor wrong: crowds, too small, too large."""
    objects: list[int]
    """Of the other categories."""

    @property
    def exemplars(self) -> list[int]:
        return [self.positive] if self.negative is None else [self.positive, self.negative]


@dataclass(frozen=True)
class Raster:
    """The right answer."""

    asked: Bool[np.ndarray, "64 64"]
    objects: Bool[np.ndarray, "64 64"]
    """Other objects, where nothing is left out."""
    left_out: Bool[np.ndarray, "64 64"]


@dataclass(frozen=True)
class Episode:
    """One question to a picture. Boxes are xyxy pixels."""

    category: str
    positive: Box
    negative: Box | None
    targets: tuple[Box, ...]
    passed: tuple[Box, ...]
    raster: Callable[[], Raster]
    """Draws the right answer; a function, so that a large set of pictures does not hold them all."""

    def exemplars(self, negative: bool) -> list[Exemplar]:
        """The drawn boxes, with or without the negative one."""
        drawn = [Exemplar(self.positive, +1)]
        return [*drawn, Exemplar(self.negative, -1)] if negative and self.negative is not None else drawn


@dataclass(frozen=True)
class Task:
    """A picture and the questions to it."""

    dataset: str
    image: str
    """The picture's name; no other picture of the data set has it."""
    picture: Callable[[], Image.Image]
    size: tuple[int, int]
    """Width and height in pixels."""
    episodes: tuple[Episode, ...]


def usable(boxes: Sequence[Box], crowds: Sequence[bool], size: tuple[int, int]) -> list[int]:
    """Which instances of a picture of ``size`` (width, height) can be exemplars and targets."""
    shares = [(x1 - x0) * (y1 - y0) / (size[0] * size[1]) for x0, y0, x1, y1 in boxes]
    return [i for i, share in enumerate(shares) if SIZES[0] <= share < SIZES[1] and not crowds[i]]


def draw(
    categories: Sequence[int] | Sequence[str],
    boxes: Sequence[Box],
    crowds: Sequence[bool],
    size: tuple[int, int],
    rng: random.Random,
) -> Iterator[Drawn]:
    """The episodes of one picture, in the order of its categories; every choice is ``rng``'s."""
    everything, fit = range(len(boxes)), usable(boxes, crowds, size)
    groups = defaultdict(list)
    for i in fit:
        groups[categories[i]].append(i)
    for category, group in sorted(groups.items()):
        if len(group) < 2:
            continue
        positive = rng.choice(group)
        others = [i for i in fit if categories[i] != category]
        yield Drawn(
            positive,
            rng.choice(others) if others else None,
            targets=[i for i in group if i != positive],
            passed=[i for i in everything if categories[i] == category and i not in group],
            objects=[i for i in everything if categories[i] != category],
        )


def photo_tasks(pictures: Sequence[CocoPicture], dataset: str, seed: int = 0, limit: int | None = None) -> list[Task]:
    """The episodes of a COCO folder, or its first ``limit``; pictures with an object without outline are passed over.

    Raises:
        ValueError: there is no picture with outlines, or none with two instances of a category.
    """
    outlined = [p for p in pictures if p.annotations and all(a.outlined for a in p.annotations)]
    if not outlined:
        raise ValueError(f"{dataset!r} outlines its objects on no picture: the bench needs polygons or masks.")
    rng = random.Random(seed)
    tasks, left = [], limit
    for picture in outlined:
        size = (picture.width, picture.height)
        found, boxes = picture.annotations, [a.box for a in picture.annotations]
        drawn = list(draw([a.category_id for a in found], boxes, [a.crowd for a in found], size, rng))[:left]
        left = None if left is None else left - len(drawn)
        episodes = tuple(episode(found[d.positive].category, d, boxes, partial(_outlines, picture, d)) for d in drawn)
        if episodes:
            tasks.append(Task(dataset, picture.name, partial(load_annotated, picture.path, size), size, episodes))
        if left == 0:
            break
    if not tasks:
        raise ValueError(
            f"{dataset!r} has no picture with two instances of a category that each cover "
            f"{SIZES[0]:.1%} to {SIZES[1]:.0%} of it: there is nothing to ask."
        )
    return tasks


def episode(category: str, drawn: Drawn, boxes: Sequence[Box], raster: Callable[[], Raster]) -> Episode:
    """The question with its boxes."""
    return Episode(
        category,
        boxes[drawn.positive],
        None if drawn.negative is None else boxes[drawn.negative],
        tuple(boxes[i] for i in drawn.targets),
        tuple(boxes[i] for i in drawn.passed),
        raster,
    )


def make_raster(
    drawn: Drawn,
    boxes: Sequence[Box],
    size: tuple[int, int],
    share: Callable[[list[int]], Float32[np.ndarray, "64 64"]],
) -> Raster:
    """The right answer; ``share`` gives how much of each cell any of some instances covers."""
    asked = share(drawn.targets)
    left_out = _in_boxes([boxes[i] for i in drawn.exemplars], size)
    left_out |= share([*drawn.exemplars, *drawn.passed]) > TOUCHED
    left_out |= (asked > TOUCHED) & (asked < ASKED)
    truth = (asked >= ASKED) & ~left_out
    return Raster(truth, (share(drawn.objects) >= ASKED) & ~left_out & ~truth, left_out)


def resample(heat: Float32[np.ndarray, "h w"], size: tuple[int, int]) -> Float32[np.ndarray, "64 64"]:
    """The heat map of a picture of ``size`` (width, height), sampled at the centres of the raster's cells.

    By way of the picture's own resolution, as `VariantResult.heatmap` shows it: what is scored is what is seen.
    """
    grid = torch.from_numpy(heat)[None, None]
    seen = F.interpolate(grid, size[::-1], mode="bilinear", align_corners=False).clamp(0, 1)
    return F.interpolate(seen, (GRID, GRID), mode="bilinear", align_corners=False)[0, 0].numpy()


def scores(
    heat: Float32[np.ndarray, "64 64"], raster: Raster, asked: Episode, size: tuple[int, int]
) -> dict[str, float]:
    """The scores of a heat map by name; those that the episode does not define are absent.

    ``patch_ap`` is the average precision over all cells, ``ap_vs_objects`` over cells of objects alone (told apart
    from other objects rather than from the ground), ``ap_not_person`` is ``patch_ap`` where people are not asked for,
    ``peak_recall`` the share of target boxes that the K highest peaks hit, K being their number. All 0..1.
    """
    keep, objects = ~raster.left_out, raster.asked | raster.objects
    patch = float(average_precision_score(raster.asked[keep], heat[keep]))
    found = {"patch_ap": patch, "peak_recall": peak_recall(heat, raster, asked.targets, size)}
    if asked.category != PERSON:
        found["ap_not_person"] = patch
    if raster.objects.any():
        found["ap_vs_objects"] = float(average_precision_score(raster.asked[objects], heat[objects]))
    return found


def peak_recall(
    heat: Float32[np.ndarray, "64 64"], raster: Raster, targets: Sequence[Box], size: tuple[int, int]
) -> float:
    """Share of the K target boxes that hold one of the K highest maxima over 5 x 5 cells."""
    grid = torch.from_numpy(heat)[None, None]
    peaks = (F.max_pool2d(grid, 5, 1, 2) == grid)[0, 0].numpy() & ~raster.left_out
    rows, columns = np.nonzero(peaks)
    highest = np.argsort(-heat[rows, columns])[: len(targets)]
    x, y = (columns[highest] + 0.5) / GRID * size[0], (rows[highest] + 0.5) / GRID * size[1]
    hit = [((x0 <= x) & (x <= x1) & (y0 <= y) & (y <= y1)).any() for x0, y0, x1, y1 in targets]
    return float(np.mean(hit))


def _in_boxes(boxes: Sequence[Box], size: tuple[int, int]) -> Bool[np.ndarray, "64 64"]:
    """Cells that a box touches."""
    inside = np.zeros((GRID, GRID), bool)
    for x0, y0, x1, y1 in boxes:
        left, top = int(x0 / size[0] * GRID), int(y0 / size[1] * GRID)
        right, bottom = int(np.ceil(x1 / size[0] * GRID)), int(np.ceil(y1 / size[1] * GRID))
        inside[top:bottom, left:right] = True
    return inside


def _outlines(picture: CocoPicture, drawn: Drawn) -> Raster:
    found, size = picture.annotations, (picture.width, picture.height)

    def share(indices: list[int]) -> Float32[np.ndarray, "64 64"]:
        return union_cover([found[i] for i in indices], size, (GRID, GRID))

    return make_raster(drawn, [a.box for a in found], size, share)


def load_annotated(path: Path, size: tuple[int, int]) -> Image.Image:
    """A picture of the size that its annotations say. Raises ValueError where it has another."""
    image = load_image(path)
    if image.size != size:
        raise ValueError(
            f"{path.name} is {image.width} x {image.height} pixels, its annotations say {size[0]} x {size[1]}: "
            "its boxes would not fit; annotate the picture as it is."
        )
    return image
