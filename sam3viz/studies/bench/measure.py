"""Every variant on every episode, with and without the negative box, into rows of scores."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import torch
from jaxtyping import Float
from PIL import Image
from torch import Tensor

from sam3viz.api.analyzer import Analyzer
from sam3viz.bridges import Bridge
from sam3viz.evaluation.box_scores import box_ap, count_error, without_ignored
from sam3viz.evaluation.episodes import Episode, ImageTask
from sam3viz.evaluation.scores import resample, score_heat
from sam3viz.evaluation.tables import ScoreRow
from sam3viz.inference.inputs import make_scene
from sam3viz.inference.predict import exemplar_tokens, predict
from sam3viz.types import Prediction, Scene

PredictionKey = tuple[str, str, bool]
"""Set of weights, variant, and whether the negative box was drawn."""


def predict_variants(
    bridges: Mapping[str, Bridge], visual: Float[Tensor, "1 d h w"], scene: Scene
) -> dict[str, Prediction]:
    """Search a scene with every bridge, as `Analyzer.analyze` does, without an analysis' probes and measures."""
    with torch.inference_mode():
        tokens = exemplar_tokens(visual, scene.exemplars, scene.image.size)
        return {name: predict(bridge, [tokens], scene.image) for name, bridge in bridges.items()}


def measure(analyzers: Mapping[str, Analyzer], tasks: Iterable[ImageTask]) -> Iterator[list[ScoreRow]]:
    """Yield the rows of one picture after another, so that a caller can show progress, or stop with what there is.

    Args:
        analyzers: one for each set of weights (training seed) by name, all of one backbone: the first encodes.
    """
    encoder = next(iter(analyzers.values()))
    for task in tasks:
        rows: list[ScoreRow] = []
        if task.episodes:
            image = task.picture()
            rows = score_picture(analyzers, task, image, encoder.encode(image))
        yield rows


def score_picture(
    analyzers: Mapping[str, Analyzer], task: ImageTask, image: Image.Image, visual: Float[Tensor, "1 d h w"]
) -> list[ScoreRow]:
    """Score every variant on every episode of a picture.

    Args:
        image: the task's picture.
        visual: its tokens.
    """
    rows: list[ScoreRow] = []
    for episode in task.episodes:
        scenes = {negative: make_scene(image, episode.exemplars(negative)) for negative in (False, True)}
        rows += _episode_rows(analyzers, task, episode, visual, scenes)
    return rows


def _episode_rows(
    analyzers: Mapping[str, Analyzer],
    task: ImageTask,
    episode: Episode,
    visual: Float[Tensor, "1 d h w"],
    scenes: Mapping[bool, Scene],
) -> list[ScoreRow]:
    """Score every variant on one episode; no rows where the rules leave no cell of the targets."""
    grid = episode.mask_grid()
    if not grid.targets.any():
        return []
    has_negative = episode.negative is not None
    predictions: dict[PredictionKey, Prediction] = {
        (seed, name, negative): prediction
        for negative in ((False, True) if has_negative else (False,))
        for seed, analyzer in analyzers.items()
        for name, prediction in predict_variants(analyzer.bridges, visual, scenes[negative]).items()
    }
    box_scores = _score_boxes(list(predictions.values()), episode, task.size)
    rows: list[ScoreRow] = []
    for ((seed, name, negative), prediction), of_boxes in zip(predictions.items(), box_scores, strict=True):
        scores = score_heat(resample(prediction.heat_grid, task.size), grid, episode, task.size) | of_boxes
        rows += [
            ScoreRow(
                dataset=task.dataset,
                image=task.image,
                category=episode.category,
                seed=seed,
                variant=name,
                negative=with_negative,
                has_negative=has_negative,
                metric=metric,
                value=value,
            )
            for with_negative in ((negative,) if has_negative else (False, True))
            for metric, value in scores.items()
        ]
    return rows


def _score_boxes(predictions: Sequence[Prediction], episode: Episode, size: tuple[int, int]) -> list[dict[str, float]]:
    """Score the detections of each prediction, without those on exemplars and on what is ignored."""
    ignored = [*(exemplar.box for exemplar in episode.exemplars(negative=True)), *episode.ignored]
    detections = [without_ignored(prediction.detections, ignored, episode.targets) for prediction in predictions]
    return [
        {"count_error": count_error(counted, episode.targets), "box_ap50": ap50, "box_ap": ap}
        for counted, (ap50, ap) in zip(detections, box_ap(detections, episode.targets, size), strict=True)
    ]
