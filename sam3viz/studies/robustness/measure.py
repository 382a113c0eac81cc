"""One question a picture, with its exemplar or its scene disturbed step by step, through every variant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypedDict

import numpy as np
import pandas as pd
import torch
from jaxtyping import Bool, Float
from sklearn.metrics import average_precision_score
from torch import Tensor

from sam3viz.bridges import Bridge
from sam3viz.bridges.layers import pooled_roi, roi_of
from sam3viz.encoders import Backbone
from sam3viz.evaluation.episodes import GRID, Episode, ImageTask, MaskGrid
from sam3viz.evaluation.scores import resample
from sam3viz.inference.readout import predict_heat
from sam3viz.studies.robustness import PERTURBATIONS
from sam3viz.studies.robustness.perturbation import Box, Perturbation, View, about_each, moved_box
from sam3viz.types import Tokens

DISTURBED = ("exemplar", "scene")
CHANCE = "chance"
"""In the place of a variant: the AP of an answer that knows nothing, which is the share of right cells."""
THINNEST = 2.0
"""Pixels; where a moved box leaves less of itself on the picture, the level is left out for this question."""


class Row(TypedDict):
    """One number of one variant."""

    image: str
    category: str
    disturbed: str
    """"exemplar": its picture is disturbed and the clean one searched; "scene": the other way round."""
    perturbation: str
    level: float
    variant: str
    """Or `CHANCE`, which has "patch_ap" alone."""
    metric: str
    """"patch_ap" over the cells that show the searched picture and are not hidden, or "similarity": the cosine of the
    exemplar's token with the region of its own thing on the searched picture."""
    value: float


def measure(
    backbone: Backbone,
    bridges: Mapping[str, Bridge],
    tasks: Iterable[ImageTask],
    perturbations: Sequence[Perturbation],
    side: int | None = None,
    seed: int = 0,
) -> Iterator[list[Row]]:
    """The rows of one picture after another. The first question of each is asked, without a negative box.

    Args:
        side: longer side in pixels that pictures are seen at; the backbone's own by default.
    """
    for number, task in enumerate(tasks):
        if not task.episodes:
            yield []
            continue
        yield list(_rows(backbone, bridges, task, task.episodes[0], perturbations, side, seed, number))


def stream(seed: int, number: int, perturbation: str) -> tuple[int, int, int]:
    """What seeds the generator of a perturbation on the ``number``-th picture, at each level anew.

    So all levels share their side and direction, and no number hangs on which perturbations went before.
    """
    return seed, number, list(PERTURBATIONS).index(perturbation)


def table(rows: Iterable[Row]) -> pd.DataFrame:
    """The rows as a long table, one column a field of `Row`."""
    return pd.DataFrame(list(rows), columns=list(Row.__annotations__))


def moved_raster(raster: MaskGrid, view: View, size: tuple[int, int]) -> MaskGrid:
    """The right answer on a disturbed picture: each cell's centre is looked up where it was on the clean one.

    What was not on the clean picture, or is hidden on this one, is left out. ``size`` is the picture's width and
    height in pixels.
    """
    steps = (np.arange(GRID) + 0.5) / GRID
    x, y = np.meshgrid(steps * size[0], steps * size[1])
    there = np.linalg.inv(view.map) @ np.stack([x.ravel(), y.ravel(), np.ones(GRID * GRID)])
    column, row = (np.floor(there[axis] / there[2] / size[axis] * GRID).astype(int) for axis in (0, 1))
    inside = (there[2] > 0) & (column >= 0) & (column < GRID) & (row >= 0) & (row < GRID)

    def looked_up(mask: Bool[np.ndarray, "64 64"], outside: bool) -> Bool[np.ndarray, "64 64"]:
        found = np.full(GRID * GRID, outside)
        found[inside] = mask[row[inside], column[inside]]
        return found.reshape(GRID, GRID)

    left_out = looked_up(raster.ignored, True) | _under(view.hidden, x, y)
    return MaskGrid(
        looked_up(raster.targets, False) & ~left_out, looked_up(raster.objects, False) & ~left_out, left_out
    )


def _under(
    boxes: Sequence[Box], x: Float[np.ndarray, "64 64"], y: Float[np.ndarray, "64 64"]
) -> Bool[np.ndarray, "64 64"]:
    """Points that any of some boxes covers."""
    covered = [(x0 <= x) & (x < x1) & (y0 <= y) & (y < y1) for x0, y0, x1, y1 in boxes]
    return np.any(covered, axis=0) if covered else np.zeros_like(x, bool)


def _rows(
    backbone: Backbone,
    bridges: Mapping[str, Bridge],
    task: ImageTask,
    asked: Episode,
    perturbations: Sequence[Perturbation],
    side: int | None,
    seed: int,
    number: int,
) -> Iterator[Row]:
    image, raster = task.picture(), asked.mask_grid()
    clean = backbone.encode(image, side)
    for perturbation in perturbations:
        drawn_by = stream(seed, number, perturbation.name)
        for level in perturbation.levels:
            view = perturbation(image, asked.positive, level, np.random.default_rng(drawn_by))
            box = on_picture(view.box or moved_box(asked.positive, view.map), task.size)
            if box is None:
                continue
            same = view.image is image
            disturbed = clean if same else backbone.encode(view.image, side)
            settings = {"exemplar": (clean, asked.positive, raster, disturbed, box)}
            if perturbation.of_scene:
                scene = disturbed
                if perturbation.of_each and not same:
                    things = (asked.positive, *asked.targets)
                    view = about_each(perturbation, image, things, level, np.random.default_rng(drawn_by))
                    scene = backbone.encode(view.image, side)
                settings["scene"] = (scene, box, moved_raster(raster, view, task.size), clean, asked.positive)
            for name, (searched, place, truth, drawn_on, drawn) in settings.items():
                for variant, metric, value in _answers(bridges, searched, place, truth, drawn_on, drawn, task.size):
                    yield Row(
                        image=task.image, category=asked.category, disturbed=name, perturbation=perturbation.name,
                        level=level, variant=variant, metric=metric, value=value,
                    )  # fmt: skip


def _answers(
    bridges: Mapping[str, Bridge],
    searched: Float[Tensor, "1 d h w"],
    place: Box,
    truth: MaskGrid,
    drawn_on: Float[Tensor, "1 d hr wr"],
    drawn: Box,
    size: tuple[int, int],
) -> Iterator[tuple[str, str, float]]:
    """Similarity and AP of every variant and the AP of chance; no AP where nothing that is asked for is left."""
    keep = ~truth.ignored
    right = truth.targets[keep]
    if right.any():
        yield CHANCE, "patch_ap", float(right.mean())
    with torch.inference_mode():
        tokens = one_box(searched, drawn, drawn_on, size)
        at_place = replace(tokens, boxes=_normalised(place, size).to(searched))
        for name, bridge in bridges.items():
            bridged = bridge(tokens)
            region = pooled_roi(roi_of(bridged.visual, at_place))
            yield name, "similarity", float(torch.cosine_similarity(bridged.exemplar, region)[0])
            heat = predict_heat(bridge, bridged, tokens)[0]
            if right.any():
                yield name, "patch_ap", float(average_precision_score(right, resample(heat, size)[keep]))


def one_box(
    searched: Float[Tensor, "1 d h w"], drawn: Box, drawn_on: Float[Tensor, "1 d hr wr"], size: tuple[int, int]
) -> Tokens:
    """What bridges get of one positive box, xyxy pixels of a picture of ``size`` (width, height)."""
    return Tokens.from_boxes(searched, [drawn], size, reference=None if drawn_on is searched else drawn_on)


def _normalised(box: Box, size: tuple[int, int]) -> Float[Tensor, "1 4"]:
    return torch.tensor([box]) / torch.tensor([size * 2])


def on_picture(box: Box, size: tuple[int, int]) -> Box | None:
    """What of a box lies on the picture, where that is enough to see."""
    x0, x1 = (min(max(x, 0.0), float(size[0])) for x in (box[0], box[2]))
    y0, y1 = (min(max(y, 0.0), float(size[1])) for y in (box[1], box[3]))
    return (x0, y0, x1, y1) if min(x1 - x0, y1 - y0) >= THINNEST else None
