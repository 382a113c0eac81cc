"""One question a picture, with its exemplar or its scene disturbed step by step, through every variant."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace

import numpy as np
import pandas as pd
import torch
from jaxtyping import Bool, Float
from PIL import Image
from sklearn.metrics import average_precision_score
from torch import Tensor

from sam3viz.bridges import Bridge
from sam3viz.bridges.layers import pooled_roi, roi_of
from sam3viz.encoders import Backbone
from sam3viz.evaluation.episodes import GRID, Episode, ImageTask, MaskGrid
from sam3viz.evaluation.scores import resample
from sam3viz.inference.readout import predict_heat
from sam3viz.studies.robustness.perturbation import Perturbation, View, move_box, perturb_each
from sam3viz.types import Box, Tokens

TARGETS = ("exemplar", "scene")
"""What can be disturbed: the exemplar's picture, while the clean one is searched; or the searched picture, with the
exemplar drawn on the clean one."""
CHANCE = "chance"
"""In the place of a variant: the AP of an answer that knows nothing, which is the share of right cells."""
MIN_BOX_SIDE = 2.0
"""Pixels; where a moved box leaves less of itself on the picture, the level is left out for this question."""

Encode = Callable[[Image.Image], Float[Tensor, "1 d h w"]]


@dataclass(frozen=True)
class Measurement:
    """One number of one variant."""

    image: str
    category: str
    target: str
    """Of `TARGETS`: what was disturbed."""
    perturbation: str
    level: float
    variant: str
    """Or `CHANCE`, which has "patch_ap" alone."""
    metric: str
    """"patch_ap" over the cells that show the searched picture and are not hidden, or "similarity": the cosine of the
    exemplar's token with the region of its own instance on the searched picture."""
    value: float


@dataclass(frozen=True)
class Score:
    """One number of one variant, wherever it was measured."""

    variant: str
    metric: str
    value: float


@dataclass(frozen=True)
class Query:
    """An exemplar on one encoded picture, and another one that is searched for it. Boxes are xyxy pixels."""

    searched: Float[Tensor, "1 d h w"]
    instance_box: Box
    """Where the exemplar's own instance lies on the searched picture."""
    truth: MaskGrid
    exemplar_visual: Float[Tensor, "1 d hr wr"]
    """Of the picture that the exemplar is drawn on."""
    exemplar_box: Box


@dataclass(frozen=True)
class _CleanScene:
    """A picture with its first question before anything is disturbed."""

    task: ImageTask
    episode: Episode
    image: Image.Image
    visual: Float[Tensor, "1 d h w"]
    truth: MaskGrid


def measure_perturbations(
    backbone: Backbone,
    bridges: Mapping[str, Bridge],
    tasks: Iterable[ImageTask],
    perturbations: Sequence[Perturbation],
    side: int | None = None,
    seed: int = 0,
) -> Iterator[list[Measurement]]:
    """Measure one picture after another. The first question of each is asked, without a negative box.

    Args:
        side: longer side in pixels that pictures are encoded at; the backbone's own by default.
        seed: draws the perturbations.
    """

    def encode(image: Image.Image) -> Float[Tensor, "1 d h w"]:
        return backbone.encode(image, side)

    for index, task in enumerate(tasks):
        yield list(_measure_task(encode, bridges, task, perturbations, seed, index)) if task.episodes else []


def random_stream(seed: int, picture_index: int, perturbation: str) -> tuple[int, int, int]:
    """Return what seeds the generator of a perturbation on a picture, at each level anew.

    So all levels share their side and direction, and no number depends on which other perturbations there are.
    """
    return seed, picture_index, zlib.crc32(perturbation.encode())


def tabulate(measurements: Iterable[Measurement]) -> pd.DataFrame:
    """Return a long table, one column a field of `Measurement`."""
    columns = [field.name for field in fields(Measurement)]
    return pd.DataFrame([asdict(measurement) for measurement in measurements], columns=columns)


def move_mask_grid(grid: MaskGrid, view: View, size: tuple[int, int]) -> MaskGrid:
    """Move the right answer onto a disturbed picture: each cell's centre is looked up where it was on the clean one.

    What was not on the clean picture, or is hidden on this one, is left out. ``size`` is the picture's width and
    height in pixels.
    """
    steps = (np.arange(GRID) + 0.5) / GRID
    x, y = np.meshgrid(steps * size[0], steps * size[1])
    clean = np.linalg.inv(view.map) @ np.stack([x.ravel(), y.ravel(), np.ones(GRID * GRID)])
    column, row = (np.floor(clean[axis] / clean[2] / size[axis] * GRID).astype(int) for axis in (0, 1))
    inside = (clean[2] > 0) & (column >= 0) & (column < GRID) & (row >= 0) & (row < GRID)

    def look_up(mask: Bool[np.ndarray, "64 64"], outside: bool) -> Bool[np.ndarray, "64 64"]:
        moved = np.full(GRID * GRID, outside)
        moved[inside] = mask[row[inside], column[inside]]
        return moved.reshape(GRID, GRID)

    ignored = look_up(grid.ignored, True) | _covered(view.hidden, x, y)
    return MaskGrid(look_up(grid.targets, False) & ~ignored, look_up(grid.objects, False) & ~ignored, ignored)


def build_tokens(
    searched: Float[Tensor, "1 d h w"], box: Box, drawn_on: Float[Tensor, "1 d hr wr"], size: tuple[int, int]
) -> Tokens:
    """Build what bridges get of one positive box, in xyxy pixels of a picture of ``size`` (width, height)."""
    return Tokens.from_boxes(searched, [box], size, reference=None if drawn_on is searched else drawn_on)


def clip_box(box: Box, size: tuple[int, int]) -> Box | None:
    """Return what of a box lies on the picture; None where that is too thin to be recognised."""
    x0, x1 = (min(max(x, 0.0), float(size[0])) for x in (box[0], box[2]))
    y0, y1 = (min(max(y, 0.0), float(size[1])) for y in (box[1], box[3]))
    return (x0, y0, x1, y1) if min(x1 - x0, y1 - y0) >= MIN_BOX_SIDE else None


def _measure_task(
    encode: Encode,
    bridges: Mapping[str, Bridge],
    task: ImageTask,
    perturbations: Sequence[Perturbation],
    seed: int,
    index: int,
) -> Iterator[Measurement]:
    image, episode = task.picture(), task.episodes[0]
    scene = _CleanScene(task, episode, image, encode(image), episode.mask_grid())
    for perturbation in perturbations:
        stream = random_stream(seed, index, perturbation.name)
        for level in perturbation.levels:
            for target, query in _disturb(encode, scene, perturbation, level, stream).items():
                for score in _score_variants(bridges, query, task.size):
                    yield Measurement(
                        image=task.image, category=episode.category, target=target, perturbation=perturbation.name,
                        level=level, variant=score.variant, metric=score.metric, value=score.value,
                    )  # fmt: skip


def _disturb(
    encode: Encode, scene: _CleanScene, perturbation: Perturbation, level: float, stream: tuple[int, int, int]
) -> dict[str, Query]:
    """Target -> the question with it disturbed; none where too little of the exemplar is left on the picture."""
    exemplar_box, size = scene.episode.positive, scene.task.size
    view = perturbation(scene.image, exemplar_box, level, np.random.default_rng(stream))
    box = clip_box(view.box or move_box(exemplar_box, view.map), size)
    if box is None:
        return {}
    unchanged = view.image is scene.image
    visual = scene.visual if unchanged else encode(view.image)
    queries = {"exemplar": Query(scene.visual, exemplar_box, scene.truth, visual, box)}
    if perturbation.applies_to_scene:
        if perturbation.per_object and not unchanged:
            objects = (exemplar_box, *scene.episode.targets)
            view = perturb_each(perturbation, scene.image, objects, level, np.random.default_rng(stream))
            visual = encode(view.image)
        queries["scene"] = Query(visual, box, move_mask_grid(scene.truth, view, size), scene.visual, exemplar_box)
    return queries


def _score_variants(bridges: Mapping[str, Bridge], query: Query, size: tuple[int, int]) -> Iterator[Score]:
    """Similarity and AP of every variant and the AP of chance; no AP where nothing that is asked for is left."""
    visible = ~query.truth.ignored
    right = query.truth.targets[visible]
    if right.any():
        yield Score(CHANCE, "patch_ap", float(right.mean()))
    with torch.inference_mode():
        tokens = build_tokens(query.searched, query.exemplar_box, query.exemplar_visual, size)
        at_instance = replace(tokens, boxes=_normalize(query.instance_box, size).to(query.searched))
        for name, bridge in bridges.items():
            bridged = bridge(tokens)
            region = pooled_roi(roi_of(bridged.visual, at_instance))
            yield Score(name, "similarity", float(torch.cosine_similarity(bridged.exemplar, region)[0]))
            heat = predict_heat(bridge, bridged, tokens)[0]
            if right.any():
                ap = average_precision_score(right, resample(heat, size)[visible])
                yield Score(name, "patch_ap", float(ap))


def _covered(
    boxes: Sequence[Box], x: Float[np.ndarray, "64 64"], y: Float[np.ndarray, "64 64"]
) -> Bool[np.ndarray, "64 64"]:
    """Whether any of some boxes covers each point."""
    covered = [(x0 <= x) & (x < x1) & (y0 <= y) & (y < y1) for x0, y0, x1, y1 in boxes]
    return np.any(covered, axis=0) if covered else np.zeros_like(x, bool)


def _normalize(box: Box, size: tuple[int, int]) -> Float[Tensor, "1 4"]:
    return torch.tensor([box]) / torch.tensor([size * 2])
