"""Every trained bridge on every picture: what it finds, and how near its two sides are; into rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from sam3viz.bridges import Bridge
from sam3viz.encoders import Backbone
from sam3viz.evaluation.episodes import Episode, ImageTask, MaskGrid
from sam3viz.evaluation.measures import MEASURES
from sam3viz.evaluation.scores import resample, score_heat
from sam3viz.inference.predict import encode_probes, exemplar_tokens
from sam3viz.inference.probes import probe_boxes
from sam3viz.inference.readout import predict_heat
from sam3viz.studies.sweep.plan import SweepRun
from sam3viz.utils.jobs import ReportProgress

SCORES = ("patch_ap", "ap_vs_objects")
"""Of a heat map, see `sam3viz.evaluation.scores.score_heat`."""
GAP_MEASURES = ("contrast", "recall_at_1", "centroid_distance")
"""Of the two sides of a picture's probe boxes; names in `MEASURES`."""


@dataclass(frozen=True)
class Row:
    """One number that was measured of one run."""

    run: SweepRun
    image: str
    category: str
    """What an episode asks for; empty for a measure of the gap, which is of a whole picture."""
    measure: str
    """Of `SCORES` or `GAP_MEASURES`."""
    value: float


def measure(
    backbone: Backbone, bridges: Mapping[SweepRun, Bridge], tasks: Sequence[ImageTask], progress: ReportProgress
) -> Iterator[list[Row]]:
    """Yield the rows of one picture after another; each picture is encoded once for all bridges.

    One positive box asks; episodes whose targets cover no cell are left out, and pictures without others.

    Args:
        progress: counts pictures; may raise to stop.
    """
    for done, task in enumerate(tasks):
        progress("Pictures measured", done, len(tasks))
        scored = [(episode, grid) for episode in task.episodes if (grid := episode.mask_grid()).targets.any()]
        if scored:
            visual = backbone.encode(task.picture())
            with torch.inference_mode():
                rows = [row for run, bridge in bridges.items() for row in _rows(run, bridge, task, scored, visual)]
            yield rows
    progress("Pictures measured", len(tasks), len(tasks))


def _rows(
    run: SweepRun,
    bridge: Bridge,
    task: ImageTask,
    scored: Sequence[tuple[Episode, MaskGrid]],
    visual: Float[Tensor, "1 d h w"],
) -> Iterator[Row]:
    """Yield what one bridge does on a picture; the first episode's exemplar is the prompt beside the probe boxes."""
    for number, (episode, grid) in enumerate(scored):
        tokens = exemplar_tokens(visual, episode.exemplars(negative=False), task.size)
        heat = predict_heat(bridge, bridge(tokens), tokens)[0]
        scores = score_heat(resample(heat, task.size), grid, episode, task.size)
        yield from (Row(run, task.image, episode.category, name, scores[name]) for name in SCORES if name in scores)
        if number == 0:
            sides = encode_probes(bridge, tokens, probe_boxes(*task.size))
            yield from (Row(run, task.image, "", name, MEASURES[name](*sides)) for name in GAP_MEASURES)
