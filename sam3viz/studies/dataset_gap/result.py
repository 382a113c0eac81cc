"""What was measured over a dataset: its numbers, its map, its worst and best cases, and the files of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import plotly.graph_objects as go
from PIL import Image

from sam3viz.api.analyzer import Analyzer
from sam3viz.evaluation.episodes import Episode, ImageTask
from sam3viz.figures.heat import overlay
from sam3viz.inference.inputs import make_scene
from sam3viz.studies.bench.measure import predict_variants
from sam3viz.studies.dataset_gap.features import read_rows
from sam3viz.studies.dataset_gap.figures import closeness_against_use, dataset_map
from sam3viz.studies.dataset_gap.instances import left_out
from sam3viz.studies.dataset_gap.measure import Survey
from sam3viz.studies.dataset_gap.projection import LEAST, dataset_planes
from sam3viz.studies.dataset_gap.report import write_report
from sam3viz.studies.dataset_gap.summary import most_useful, summary, worst_and_best
from sam3viz.utils.command_line import versions, write_json
from sam3viz.utils.jobs import ReportProgress
from sam3viz.utils.memory import trim_heap

PACKAGES = ("torch", "torchvision", "timm", "umap-learn", "scikit-learn")
CASE_SIDE = 384


@dataclass(frozen=True)
class Case:
    """A question that the most useful variant answered worst or best."""

    task: ImageTask
    episode: Episode
    ap: float
    picture: Image.Image
    """With the exemplar's box and the variant's heat."""

    @property
    def caption(self) -> str:
        return f"{self.episode.category}, AP {self.ap:.2f} ({self.task.image})"


@dataclass(frozen=True)
class DatasetGap:
    """Everything a report shows."""

    summary: dict[str, Any]
    """As `sam3viz.studies.dataset_gap.summary.summary` gives it; and ``left_out``, as `sam3viz.studies.dataset_gap.instances.left_out` does, and
    ``unasked``, as in `sam3viz.studies.dataset_gap.measure.Survey`."""
    settings: dict[str, str]
    rows: pd.DataFrame
    """A row an object and variant, as `sam3viz.studies.dataset_gap.features.read_rows` gives them."""
    story: go.Figure
    map: go.Figure | None
    judged: str | None
    """The variant with the highest AP; None where no picture has anything to ask."""
    worst: Sequence[Case]
    best: Sequence[Case]

    def to_json(self, path: Path) -> None:
        """The numbers with their intervals, and the settings."""
        write_json({**self.summary, "settings": self.settings}, path)

    def to_csv(self, path: Path) -> None:
        """A row an object and variant; boxes are xyxy pixels."""
        path.parent.mkdir(parents=True, exist_ok=True)
        corners = pd.DataFrame(self.rows["box"].to_list(), columns=["x0", "y0", "x1", "y1"])
        pd.concat([self.rows.drop(columns="box"), corners], axis=1).to_csv(path, index=False)

    def to_html(self, path: Path) -> None:
        """One file that opens offline."""
        cases = {}
        if self.judged is not None:
            told = (("worst", self.worst), ("best", self.best))
            cases = {f"Where {self.judged} answers {end}": [(c.picture, c.caption) for c in of] for end, of in told}
        write_report(self.summary, self.story, self.map, cases, self.settings, path)


def conclude(
    analyzer: Analyzer,
    survey: Survey,
    features: Sequence[Path],
    scores: pd.DataFrame,
    progress: ReportProgress,
    pictures: bool = True,
) -> DatasetGap:
    """From features on disk and scores to what a report shows.

    Args:
        features: Parquet files of `sam3viz.studies.dataset_gap.measure.measure`.
        scores: long table of `sam3viz.evaluation.tables.score_table`.
        progress: told "cases", "measures" and "maps"; may raise to stop.
        pictures: whether there is a map, where there are objects enough, and cases; without, they are absent.

    Raises:
        ValueError: there was no object to measure.
    """
    rows = read_rows(features)
    if rows.empty:
        raise ValueError(f"{survey.dataset!r} has no object that can be measured: single ones of at least 4 pixels.")
    name = most_useful(scores, rows["variant"].unique().tolist())
    # Before the measures and the map, so that an encoder's memory and UMAP's are not held at the same time.
    worst, best = ([], []) if name is None or not pictures else _cases(analyzer, name, survey.tasks, scores, progress)
    summarised = summary(rows, features, scores, survey.seed, progress)
    summarised |= {"left_out": left_out(survey.pictures), "unasked": survey.unasked}
    mapped = pictures and summarised["objects"] >= LEAST
    planes = dataset_map(dataset_planes(features, rows, survey.seed, progress)) if mapped else None
    return DatasetGap(
        summarised,
        {
            "dataset": survey.dataset,
            "backbone": analyzer.backbone.identity,
            "weights": analyzer.weights(),
            "seed": str(survey.seed),
            **versions(*PACKAGES),
        },
        rows,
        closeness_against_use(summarised),
        planes,
        name,
        worst,
        best,
    )


def _cases(
    analyzer: Analyzer, name: str, tasks: Sequence[ImageTask], scores: pd.DataFrame, progress: ReportProgress
) -> tuple[list[Case], list[Case]]:
    """The questions that a variant answers worst and best, with its heat."""
    by_image = {task.image: task for task in tasks}
    chosen = worst_and_best(scores, name)[["image", "category", "value"]]
    shown: list[Case] = []
    for image, category, value in chosen.itertuples(index=False):
        progress("Worst and best cases drawn", len(shown), len(chosen))
        task = by_image[image]
        episode = next(e for e in task.episodes if e.category == category)
        picture = task.picture()
        scene = make_scene(picture, episode.exemplars(False))
        found = predict_variants({name: analyzer.bridges[name]}, analyzer.encode(picture), scene)[name]
        shown.append(
            Case(task, episode, value, overlay(picture, found.heat_grid, found.detections, scene.exemplars, CASE_SIDE))
        )
        trim_heap()
    progress("Worst and best cases drawn", len(shown), len(chosen))
    half = (len(shown) + 1) // 2
    return shown[:half], shown[half:][::-1]
