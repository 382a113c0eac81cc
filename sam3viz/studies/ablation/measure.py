"""Every variant on every episode, as it is and with each of its mechanisms neutral, into rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import torch
from jaxtyping import Float32

from sam3viz.api.analyzer import Analyzer
from sam3viz.bridges import Bridge
from sam3viz.bridges.mechanisms import SCALES, Neutral
from sam3viz.evaluation.episodes import Episode, ImageTask, MaskGrid
from sam3viz.evaluation.scores import resample, score_heat
from sam3viz.inference.inputs import make_scene
from sam3viz.inference.predict import exemplar_tokens
from sam3viz.inference.readout import heat_logits, similarity
from sam3viz.types import Tokens
from sam3viz.utils.jobs import ReportProgress

HEAT = "heat"
"""Name of the largest change of the heat over all cells, beside those of the scores."""
SCORES = ("patch_ap", "ap_vs_objects", "peak_recall")
PICTURES = "Pictures"


@dataclass(frozen=True)
class Change:
    """A measure with a mechanism neutral, minus the same with everything in place."""

    image: str
    variant: str
    mechanism: str
    measure: str
    """Of `SCORES`, or `HEAT`."""
    value: float


@dataclass(frozen=True)
class Agreement:
    """Pearson correlation of two variants' logits over the cells of one picture."""

    image: str
    first: str
    second: str
    value: float


@dataclass(frozen=True)
class ScaleWeights:
    """What a variant that weighs kernels by the box's size chose for a positive box."""

    image: str
    variant: str
    box_share: float
    """Of the picture that the box covers."""
    weights: tuple[float, ...]


@dataclass(frozen=True)
class Rows:
    """All that is measured on one picture."""

    changes: list[Change]
    agreements: list[Agreement]
    scales: list[ScaleWeights]


def measure(analyzer: Analyzer, tasks: Sequence[ImageTask], progress: ReportProgress) -> Iterator[Rows]:
    """Yield the rows of one picture after another; ``progress`` may raise to stop."""
    for done, task in enumerate(tasks):
        progress(PICTURES, done, len(tasks))
        rows = Rows([], [], [])
        image = task.picture()
        visual = analyzer.encode(image)
        for episode in task.episodes:
            grid = episode.mask_grid()
            if not grid.targets.any():
                continue
            with torch.inference_mode():
                prompts = {
                    negative: exemplar_tokens(
                        visual, make_scene(image, episode.exemplars(negative)).exemplars, image.size
                    )
                    for negative in (False, True)
                }
                _measure_episode(analyzer.bridges, prompts, task, episode, grid, rows)
        yield rows
    progress(PICTURES, len(tasks), len(tasks))


def _measure_episode(
    bridges: Mapping[str, Bridge],
    prompts: Mapping[bool, Tokens],
    task: ImageTask,
    episode: Episode,
    grid: MaskGrid,
    rows: Rows,
) -> None:
    """Append an episode's rows.

    Args:
        prompts: tokens without and with the negative box.
    """
    whole = {name: {negative: _logits(bridge, tokens) for negative, tokens in prompts.items()}
             for name, bridge in bridges.items()}  # fmt: skip
    for name, bridge in bridges.items():
        for mechanism in bridge.mechanisms:
            negative = mechanism.needs_negative
            if negative and episode.negative is None:
                continue
            before, after = whole[name][negative], _logits(bridge, prompts[negative], {mechanism.name})
            changes = _compare(before, after, task, episode, grid)
            rows.changes.extend(Change(task.image, name, mechanism.name, key, v) for key, v in changes.items())
        scales = bridge(prompts[False]).diagnostic(SCALES.name)
        if scales is not None:
            x0, y0, x1, y1 = episode.positive
            share = (x1 - x0) * (y1 - y0) / (task.size[0] * task.size[1])
            rows.scales.append(ScaleWeights(task.image, name, share, tuple(scales.values[0].tolist())))
    for first, second in combinations(bridges, 2):
        pair = np.corrcoef(whole[first][False].ravel(), whole[second][False].ravel())
        rows.agreements.append(Agreement(task.image, first, second, float(pair[0, 1])))


def _logits(bridge: Bridge, tokens: Tokens, neutral: Neutral = ()) -> Float32[np.ndarray, "h w"]:
    output = bridge(tokens, neutral=neutral)
    logits = heat_logits(similarity(output, tokens), tokens, bridge.scale, bridge.bias)
    return logits[0].float().cpu().numpy()


def _compare(
    before: Float32[np.ndarray, "h w"],
    after: Float32[np.ndarray, "h w"],
    task: ImageTask,
    episode: Episode,
    grid: MaskGrid,
) -> dict[str, float]:
    heats = [torch.from_numpy(logits).sigmoid().numpy() for logits in (before, after)]
    old, new = (score_heat(resample(heat, task.size), grid, episode, task.size) for heat in heats)
    changes = {name: new[name] - old[name] for name in SCORES if name in old}
    return changes | {HEAT: float(np.abs(heats[1] - heats[0]).max())}
