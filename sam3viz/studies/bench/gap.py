"""How close every variant brings the two encoders on the pictures it is scored on: measures over probe boxes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypedDict

import torch
from jaxtyping import Float
from PIL import Image
from torch import Tensor

from sam3viz.api.analyzer import Analyzer
from sam3viz.evaluation.episodes import ImageTask
from sam3viz.evaluation.measures import MEASURES
from sam3viz.evaluation.tables import ScoreRow
from sam3viz.inference.inputs import make_scene
from sam3viz.inference.predict import encode_probes, exemplar_tokens
from sam3viz.inference.probes import probe_boxes
from sam3viz.studies.bench.measure import score_picture

GAP_MEASURES = {name: MEASURES[name] for name in ("contrast", "recall_at_1", "centroid_distance", "domain_auc")}
"""Measures that the bench puts beside AP, in the order of its tables."""


class GapRow(TypedDict):
    """One measure of one variant's gap on one picture."""

    dataset: str
    image: str
    seed: str
    """Name of the set of weights."""
    variant: str
    measure: str
    """One of `GAP_MEASURES`."""
    value: float
    """NaN where the picture has too few probe boxes."""


@dataclass(frozen=True)
class PictureRows:
    """What was measured on one picture; both are empty where no episode could be scored."""

    scores: list[ScoreRow]
    gaps: list[GapRow]


def measure_with_gap(analyzers: Mapping[str, Analyzer], tasks: Iterable[ImageTask]) -> Iterator[PictureRows]:
    """Yield scores and gap of one picture after another; each picture is encoded once.

    Args:
        analyzers: one for each set of weights (training seed) by name, all of one backbone: the first encodes.
    """
    encoder = next(iter(analyzers.values()))
    for task in tasks:
        scores: list[ScoreRow] = []
        gaps: list[GapRow] = []
        if task.episodes:
            image = task.picture()
            visual = encoder.encode(image)
            scores = score_picture(analyzers, task, image, visual)
            if scores:
                gaps = probe_picture(analyzers, task, image, visual)
        yield PictureRows(scores, gaps)


def probe_picture(
    analyzers: Mapping[str, Analyzer], task: ImageTask, image: Image.Image, visual: Float[Tensor, "1 d h w"]
) -> list[GapRow]:
    """Measure every variant's gap over the picture's probe boxes, beside the positive box of its first episode.

    Args:
        task: with at least one episode.
        image: the task's picture.
        visual: its tokens.
    """
    scene = make_scene(image, task.episodes[0].exemplars(negative=False))
    probes = probe_boxes(*image.size)
    rows: list[GapRow] = []
    with torch.inference_mode():
        tokens = exemplar_tokens(visual, scene.exemplars, image.size)
        for seed, analyzer in analyzers.items():
            for name, bridge in analyzer.bridges.items():
                exemplar, partner = encode_probes(bridge, tokens, probes)
                rows += [
                    GapRow(
                        dataset=task.dataset,
                        image=task.image,
                        seed=seed,
                        variant=name,
                        measure=measure,
                        value=metric(exemplar, partner),
                    )
                    for measure, metric in GAP_MEASURES.items()
                ]
    return rows
