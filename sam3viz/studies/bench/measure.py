"""Every variant on every episode, with and without the negative box, into one long table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypedDict

import numpy as np
import pandas as pd
import torch
from jaxtyping import Float, Float32
from torch import Tensor

from sam3viz.api.analyzer import Analyzer
from sam3viz.bridges import Bridge
from sam3viz.evaluation.box_scores import box_ap, count_error, counted
from sam3viz.evaluation.episodes import Episode, Task, resample, scores
from sam3viz.inference.inputs import make_scene
from sam3viz.inference.predict import exemplar_tokens
from sam3viz.inference.readout import detect, predict_heat
from sam3viz.types import Detection, Scene

Answer = tuple[Float32[np.ndarray, "h w"], tuple[Detection, ...]]
"""A heat grid and what was detected on it."""


class Row(TypedDict):
    """One score of one variant on one episode."""

    dataset: str
    image: str
    category: str
    seed: str
    """Name of the set of weights."""
    variant: str
    negative: bool
    """Whether the negative box was drawn; where an episode has none, its rows with it repeat those without."""
    has_negative: bool
    metric: str
    value: float


def heats(bridges: Mapping[str, Bridge], visual: Float[Tensor, "1 d h w"], scene: Scene) -> dict[str, Answer]:
    """What every bridge answers, as `Analyzer.analyze` has it, without the probes and measures of an analysis."""
    width, height = scene.image.size
    with torch.inference_mode():
        tokens = exemplar_tokens(visual, scene.exemplars, scene.image.size)
        answers = {}
        for name, bridge in bridges.items():
            heat = predict_heat(bridge, bridge(tokens), tokens)[0]
            answers[name] = (heat, detect(heat, (height, width)))
    return answers


def measure(analyzers: Mapping[str, Analyzer], tasks: Iterable[Task]) -> Iterator[list[Row]]:
    """The rows of one picture after another, so that a caller can show progress, or stop and keep what there is.

    Args:
        analyzers: one for each set of weights (training seed) by name, all of one backbone: the first encodes.
    """
    encoder = next(iter(analyzers.values()))
    for task in tasks:
        rows: list[Row] = []
        if task.episodes:
            image = task.picture()
            visual = encoder.encode(image)
            for asked in task.episodes:
                scenes = {with_it: make_scene(image, asked.exemplars(with_it)) for with_it in (False, True)}
                rows += _episode_rows(analyzers, task, asked, visual, scenes)
        yield rows


def table(rows: Iterable[Row]) -> pd.DataFrame:
    """The rows as a long table, one column a field of `Row`."""
    return pd.DataFrame(list(rows), columns=list(Row.__annotations__))


def _episode_rows(
    analyzers: Mapping[str, Analyzer],
    task: Task,
    asked: Episode,
    visual: Float[Tensor, "1 d h w"],
    scenes: Mapping[bool, Scene],
) -> list[Row]:
    """All scores of one episode; none where the rules leave no cell of the targets."""
    raster = asked.raster()
    if not raster.asked.any():
        return []
    has_negative = asked.negative is not None
    answers = {
        (seed, name, negative): answer
        for negative in ((False, True) if has_negative else (False,))
        for seed, analyzer in analyzers.items()
        for name, answer in heats(analyzer.bridges, visual, scenes[negative]).items()
    }
    left_out = [asked.positive, *([asked.negative] if asked.negative is not None else []), *asked.passed]
    found = [counted(detections, left_out, asked.targets) for _, detections in answers.values()]
    precision = box_ap(found, asked.targets, task.size)
    rows: list[Row] = []
    for ((seed, name, negative), (heat, _)), kept, (ap50, ap) in zip(answers.items(), found, precision, strict=True):
        values = scores(resample(heat, task.size), raster, asked, task.size)
        values |= {"count_error": count_error(kept, asked.targets), "box_ap50": ap50, "box_ap": ap}
        rows += [
            Row(
                dataset=task.dataset,
                image=task.image,
                category=asked.category,
                seed=seed,
                variant=name,
                negative=shown,
                has_negative=has_negative,
                metric=metric,
                value=value,
            )
            for shown in ((negative,) if has_negative else (False, True))
            for metric, value in values.items()
        ]
    return rows
