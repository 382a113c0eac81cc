"""The questions that the most accurate variant answers worst and best, with its heat on the picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd
from PIL import Image

from sam3viz.api.analyzer import Analyzer
from sam3viz.evaluation.episodes import Episode, ImageTask
from sam3viz.figures.heat import overlay
from sam3viz.inference.inputs import make_scene
from sam3viz.studies.bench.measure import predict_variants
from sam3viz.studies.dataset_gap.summarize import RANKING_SCORE
from sam3viz.utils.jobs import ReportProgress
from sam3viz.utils.memory import trim_heap

ExampleKind = Literal["worst", "best"]
EXAMPLES_PER_KIND = 4
PICTURE_SIDE = 384
"""Pixels of an example's longer side."""


@dataclass(frozen=True)
class Example:
    """One question, and how well it was answered."""

    task: ImageTask
    episode: Episode
    ap: float
    picture: Image.Image
    """With the exemplar's box and the variant's heat."""

    @property
    def caption(self) -> str:
        return f"{self.episode.category}, AP {self.ap:.2f} ({self.task.image})"


Examples = Mapping[ExampleKind, Sequence[Example]]
"""The worst one first among the worst, the best one first among the best."""
NO_EXAMPLES: Examples = {"worst": (), "best": ()}


def select_questions(scores: pd.DataFrame, variant: str, count: int = EXAMPLES_PER_KIND) -> pd.DataFrame:
    """Return the ``count`` questions that a variant answers worst and best, from worst to best and none twice.

    Args:
        scores: long table of `sam3viz.studies.bench.measure.table`.

    Returns:
        Columns image, category and value, which is the `RANKING_SCORE`.
    """
    own = scores[(scores["variant"] == variant) & (scores["metric"] == RANKING_SCORE) & ~scores["negative"]]
    ordered = own.groupby(["image", "category"], as_index=False)["value"].mean().sort_values("value")
    return pd.concat([ordered.head(count), ordered.tail(count)]).drop_duplicates(["image", "category"])


def render_examples(
    analyzer: Analyzer, variant: str, tasks: Sequence[ImageTask], scores: pd.DataFrame, progress: ReportProgress
) -> Examples:
    """Answer the selected questions once more and paint the answers.

    Args:
        progress: called with "Worst and best examples drawn"; may raise to stop.
    """
    phase = "Worst and best examples drawn"
    task_by_image = {task.image: task for task in tasks}
    questions = select_questions(scores, variant)[["image", "category", "value"]]
    examples: list[Example] = []
    for image, category, value in questions.itertuples(index=False):
        progress(phase, len(examples), len(questions))
        task = task_by_image[image]
        episode = next(e for e in task.episodes if e.category == category)
        picture = task.picture()
        scene = make_scene(picture, episode.exemplars(False))
        bridges = {variant: analyzer.bridges[variant]}
        prediction = predict_variants(bridges, analyzer.encode(picture), scene)[variant]
        painted = overlay(picture, prediction.heat_grid, prediction.detections, scene.exemplars, PICTURE_SIDE)
        examples.append(Example(task, episode, value, painted))
        trim_heap()
    progress(phase, len(examples), len(questions))
    half = (len(examples) + 1) // 2
    return {"worst": examples[:half], "best": examples[half:][::-1]}
