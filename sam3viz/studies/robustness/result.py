"""What was measured on disturbed pictures and by other paths: its numbers, the pictures of it, and its files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from sam3viz.api.analyzer import Analyzer
from sam3viz.evaluation.episodes import ImageTask
from sam3viz.studies.robustness.consistency import MEASURES, compare, consistency
from sam3viz.studies.robustness.figures import Strip, strip
from sam3viz.studies.robustness.measure import Row, measure, stream, table
from sam3viz.studies.robustness.perturbation import Perturbation
from sam3viz.studies.robustness.report import write_report
from sam3viz.studies.robustness.summary import summary
from sam3viz.utils.command_line import versions, write_json
from sam3viz.utils.jobs import ReportProgress

PACKAGES = ("torch", "torchvision", "timm", "scikit-image")


@dataclass(frozen=True)
class Robustness:
    """Everything a report shows."""

    summary: dict[str, Any]
    """As `sam3viz.studies.robustness.summary.summary` gives it; ``consistency`` as `sam3viz.studies.robustness.consistency` does."""
    settings: dict[str, str]
    table: pd.DataFrame
    """A row an answer, as `sam3viz.studies.robustness.measure.table` gives it."""
    things: pd.DataFrame
    """A row a thing, path and variant, as `sam3viz.studies.robustness.consistency.compare` gives it."""
    strips: Mapping[str, Strip]
    """Perturbation -> small pictures of its levels."""

    def to_json(self, path: Path) -> None:
        """Curves, areas and consistency with their intervals, and the settings."""
        write_json({**self.summary, "settings": self.settings}, path)

    def to_csv(self, path: Path) -> None:
        """A row an answer; then those of consistency: "path" for what is disturbed, the path's name, no level."""
        named = self.things.assign(disturbed="path").rename(columns={"path": "perturbation"})
        keys = [column for column in self.table.columns if column in named.columns]
        by_path = named.melt(keys, MEASURES, "metric", "value").dropna(subset="value")
        path.parent.mkdir(parents=True, exist_ok=True)
        pd.concat([self.table, by_path]).to_csv(path, index=False)

    def to_html(self, path: Path) -> None:
        """One file that opens offline."""
        write_report(self.summary, self.strips, self.settings, path)


def study(
    analyzer: Analyzer,
    dataset: str,
    tasks: Sequence[ImageTask],
    perturbations: Sequence[Perturbation],
    side: int,
    seed: int,
    progress: ReportProgress,
) -> Robustness:
    """Disturb the first question of every picture, take its thing by other paths, and conclude.

    Args:
        side: longer side in pixels that pictures are seen at, as near as the backbone allows.
        progress: told "pictures", then "things"; may raise to stop.

    Raises:
        ValueError: no question could be asked.
    """
    side = max(analyzer.backbone.input_size(1, 1, side))
    rows = list(_told(measure(analyzer.backbone, analyzer.bridges, tasks, perturbations, side, seed), tasks, progress))
    frame = table(rows)
    if frame.empty:
        raise ValueError(f"No question could be asked of {dataset!r}: box things that are twice on a picture.")
    things = compare(analyzer.backbone, analyzer.bridges, tasks, side, progress)
    settings = {
        "dataset": dataset,
        "backbone": analyzer.backbone.identity,
        "weights": analyzer.weights(),
        "side": str(side),
        "seed": str(seed),
    }
    told = summary(frame, seed) | {"consistency": consistency(things, seed)}
    return Robustness(told, settings | versions(*PACKAGES), frame, things, _strips(tasks, perturbations, seed))


def _strips(tasks: Sequence[ImageTask], perturbations: Sequence[Perturbation], seed: int) -> dict[str, Strip]:
    """Of the first picture with a question, disturbed as it was measured."""
    number, shown = next((number, task) for number, task in enumerate(tasks) if task.episodes)
    image, box = shown.picture(), shown.episodes[0].positive
    return {p.name: strip(image, box, p.name, stream(seed, number, p.name)) for p in perturbations}


def _told(measured: Iterator[list[Row]], tasks: Sequence[ImageTask], progress: ReportProgress) -> Iterator[Row]:
    progress("Pictures read", 0, len(tasks))
    for done, rows in enumerate(measured, 1):
        yield from rows
        progress("Pictures read", done, len(tasks))
