"""One question a picture, with its exemplar or its scene disturbed step by step, through every variant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypedDict

import numpy as np
import pandas as pd
import torch
from jaxtyping import Bool, Float, Float32
from PIL import Image
from sklearn.metrics import average_precision_score
from torch import Tensor

from sam3viz.bench.protocol import GRID, Episode, Raster, Task, resample
from sam3viz.bridges import Bridge
from sam3viz.bridges.layers import pooled_roi, roi_of
from sam3viz.encoders import Backbone
from sam3viz.encoders.layers import make_tokens
from sam3viz.readout import heat_logits, similarity
from sam3viz.robustness.perturbation import Box, Perturbation, View, moved_box
from sam3viz.types import Tokens

DISTURBED = ("exemplar", "scene")
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
    metric: str
    """"patch_ap" over the cells that show the searched picture, or "similarity": the cosine of the exemplar's token
    with the region of its own thing on the searched picture."""
    value: float


def measure(
    backbone: Backbone,
    bridges: Mapping[str, Bridge],
    tasks: Iterable[Task],
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
        asked, rng = task.episodes[0], np.random.default_rng((seed, number))
        yield list(_rows(backbone, bridges, task, asked, perturbations, side, rng))


def table(rows: Iterable[Row]) -> pd.DataFrame:
    """The rows as a long table, one column a field of `Row`."""
    return pd.DataFrame(list(rows), columns=list(Row.__annotations__))


def moved_raster(raster: Raster, view: View, size: tuple[int, int]) -> Raster:
    """The right answer on a disturbed picture: each cell's centre is looked up where it was on the clean one.

    What was not on the clean picture is left out. ``size`` is the picture's width and height in pixels.
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

    return Raster(looked_up(raster.asked, False), looked_up(raster.objects, False), looked_up(raster.left_out, True))


def _rows(
    backbone: Backbone,
    bridges: Mapping[str, Bridge],
    task: Task,
    asked: Episode,
    perturbations: Sequence[Perturbation],
    side: int | None,
    rng: np.random.Generator,
) -> Iterator[Row]:
    image, raster = task.picture(), asked.raster()
    clean = backbone.encode(image, side)
    for perturbation in perturbations:
        for level in perturbation.levels:
            view = perturbation(image, asked.positive, level, rng)
            box = _on_picture(view.box or moved_box(asked.positive, view.map), task.size)
            same = view.image is image
            disturbed = clean if same else backbone.encode(view.image, side)
            if box is None:
                continue
            settings = {"exemplar": (clean, asked.positive, raster, disturbed, box)}
            if perturbation.of_scene:
                scene, there = (disturbed, box), moved_raster(raster, view, task.size)
                if perturbation.of_each and not same:
                    scene = (backbone.encode(_about_each(perturbation, image, asked, level, rng), side), box)
                settings["scene"] = (*scene, there, clean, asked.positive)
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
    truth: Raster,
    drawn_on: Float[Tensor, "1 d hr wr"],
    drawn: Box,
    size: tuple[int, int],
) -> Iterator[tuple[str, str, float]]:
    """Similarity and AP of every variant; no AP where nothing that is asked for is left on the picture."""
    with torch.inference_mode():
        tokens = _tokens(searched, drawn, drawn_on, size)
        at_place = replace(tokens, boxes=_normalised(place, size).to(searched))
        for name, bridge in bridges.items():
            bridged = bridge(tokens)
            region = pooled_roi(roi_of(bridged.visual, at_place))
            yield name, "similarity", float(torch.cosine_similarity(bridged.exemplar, region)[0])
            logits = heat_logits(similarity(bridged, tokens), tokens, bridge.scale, bridge.bias)
            heat: Float32[np.ndarray, "h w"] = logits.sigmoid()[0].float().cpu().numpy()
            keep = ~truth.left_out
            if truth.asked[keep].any():
                yield name, "patch_ap", float(average_precision_score(truth.asked[keep], resample(heat, size)[keep]))


def _tokens(
    searched: Float[Tensor, "1 d h w"], drawn: Box, drawn_on: Float[Tensor, "1 d hr wr"], size: tuple[int, int]
) -> Tokens:
    one = torch.ones(1, dtype=torch.long, device=searched.device)
    reference = None if drawn_on is searched else drawn_on
    return make_tokens(searched, _normalised(drawn, size).to(searched), one, 0 * one, one.bool(), reference)


def _normalised(box: Box, size: tuple[int, int]) -> Float[Tensor, "1 4"]:
    return torch.tensor([box]) / torch.tensor([size * 2])


def _on_picture(box: Box, size: tuple[int, int]) -> Box | None:
    """What of a box lies on the picture, where that is enough to see."""
    x0, x1 = (min(max(x, 0.0), float(size[0])) for x in (box[0], box[2]))
    y0, y1 = (min(max(y, 0.0), float(size[1])) for y in (box[1], box[3]))
    return (x0, y0, x1, y1) if min(x1 - x0, y1 - y0) >= THINNEST else None


def _about_each(
    perturbation: Perturbation, image: Image.Image, asked: Episode, level: float, rng: np.random.Generator
) -> Image.Image:
    """The picture disturbed about the exemplar's thing and about everything that is asked for."""
    for box in (asked.positive, *asked.targets):
        image = perturbation(image, box, level, rng).image
    return image
