"""The study of a dataset's gap: its numbers, map and examples, how it is run, and the files of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from sam3viz.api.analyzer import Analyzer
from sam3viz.evaluation.tables import score_table
from sam3viz.studies.dataset_gap.examples import NO_EXAMPLES, Examples, render_examples
from sam3viz.studies.dataset_gap.features import read_rows
from sam3viz.studies.dataset_gap.instances import MIN_BOX_SIDE
from sam3viz.studies.dataset_gap.measure import measure_pictures
from sam3viz.studies.dataset_gap.plan import GapPlan
from sam3viz.studies.dataset_gap.projection import MIN_MAPPED_OBJECTS, DatasetPlanes, project_dataset
from sam3viz.studies.dataset_gap.summarize import GapSummary, most_accurate, summarize_gap
from sam3viz.utils.command_line import versions, write_json
from sam3viz.utils.jobs import ReportProgress
from sam3viz.utils.messages import InputError

PACKAGES = ("torch", "torchvision", "timm", "umap-learn", "scikit-learn")


@dataclass(frozen=True)
class GapStudy:
    """Everything that a report shows."""

    summary: GapSummary
    settings: dict[str, str]
    rows: pd.DataFrame
    """A row an object and variant, as `sam3viz.studies.dataset_gap.features.read_rows` gives them."""
    planes: DatasetPlanes | None
    """None where there are too few objects for a map, or none was wanted."""
    examples: Examples
    """Of the most accurate variant; empty where nothing was asked, or none were wanted."""

    @property
    def most_accurate(self) -> str | None:
        """The variant with the highest patch AP; None where there was nothing to ask."""
        return None if self.summary.ranking is None else self.summary.ranking.best

    def to_json(self, path: Path) -> None:
        """Write the numbers with their intervals, and the settings."""
        write_json({**self.summary.as_json(), "settings": self.settings}, path)

    def to_csv(self, path: Path) -> None:
        """Write a row an object and variant; boxes are xyxy pixels."""
        path.parent.mkdir(parents=True, exist_ok=True)
        corners = pd.DataFrame(self.rows["box"].to_list(), columns=["x0", "y0", "x1", "y1"])
        pd.concat([self.rows.drop(columns="box"), corners], axis=1).to_csv(path, index=False)


def run_study(analyzer: Analyzer, plan: GapPlan, features: Path, progress: ReportProgress) -> GapStudy:
    """Measure the pictures of a plan in this process and summarize them.

    Args:
        features: the Parquet file that the features are written to.
        progress: may raise to stop.

    Raises:
        InputError: there was no object to measure.
    """
    rows = measure_pictures(analyzer, plan.pictures, plan.tasks, features, progress)
    return summarize_study(analyzer, plan, [features], score_table(rows), progress)


def summarize_study(
    analyzer: Analyzer,
    plan: GapPlan,
    features: Sequence[Path],
    scores: pd.DataFrame,
    progress: ReportProgress,
    with_pictures: bool = True,
) -> GapStudy:
    """Go from features on disk and scores to what a report shows.

    Args:
        features: Parquet files of `sam3viz.studies.dataset_gap.measure.measure_pictures`.
        scores: long table of `sam3viz.studies.bench.measure.table`.
        progress: called with what examples, measures and maps count; may raise to stop.
        with_pictures: whether there are a map, where there are objects enough, and examples.

    Raises:
        InputError: there was no object to measure.
    """
    rows = read_rows(features)
    if rows.empty:
        raise InputError(
            "{dataset!r} has no object that can be measured: single ones of at least {side:.0f} pixels.",
            dataset=plan.dataset,
            side=MIN_BOX_SIDE,
        )
    variant, examples = most_accurate(scores, rows["variant"].unique().tolist()), NO_EXAMPLES
    if with_pictures and variant is not None:
        # Before the measures and the map, so that an encoder's memory and UMAP's are not held at the same time.
        examples = render_examples(analyzer, variant, plan.tasks, scores, progress)
    summary = summarize_gap(plan, rows, features, scores, progress)
    mapped = with_pictures and summary.objects >= MIN_MAPPED_OBJECTS
    planes = project_dataset(features, rows, plan.seed, progress) if mapped else None
    return GapStudy(summary, _settings(analyzer, plan), rows, planes, examples)


def _settings(analyzer: Analyzer, plan: GapPlan) -> dict[str, str]:
    return {
        "dataset": plan.dataset,
        "backbone": analyzer.backbone.identity,
        "weights": analyzer.weights(),
        "seed": str(plan.seed),
        **versions(*PACKAGES),
    }
