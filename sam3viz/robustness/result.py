"""What was measured on disturbed pictures: its curves and areas, the pictures under them, and the files of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from sam3viz.background import Progress
from sam3viz.bench.protocol import Task
from sam3viz.commandline import versions, write_json
from sam3viz.pipeline import Analyzer
from sam3viz.robustness.figures import Strip, strip
from sam3viz.robustness.perturbation import Perturbation
from sam3viz.robustness.report import write_report
from sam3viz.robustness.run import Row, measure, table
from sam3viz.robustness.summary import summary

PACKAGES = ("torch", "torchvision", "timm", "scikit-image")


@dataclass(frozen=True)
class Robustness:
    """Everything a report shows."""

    summary: dict[str, Any]
    """As `sam3viz.robustness.summary.summary` gives it."""
    settings: dict[str, str]
    table: pd.DataFrame
    """A row an answer, as `sam3viz.robustness.run.table` gives it."""
    strips: Mapping[str, Strip]
    """Perturbation -> small pictures of its levels."""

    def to_json(self, path: Path) -> None:
        """Curves and areas with their intervals, and the settings."""
        write_json({**self.summary, "settings": self.settings}, path)

    def to_csv(self, path: Path) -> None:
        """A row an answer."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.table.to_csv(path, index=False)

    def to_html(self, path: Path) -> None:
        """One file that opens offline."""
        write_report(self.summary, self.strips, self.settings, path)


def study(
    analyzer: Analyzer,
    dataset: str,
    tasks: Sequence[Task],
    perturbations: Sequence[Perturbation],
    side: int,
    seed: int,
    progress: Progress,
) -> Robustness:
    """Disturb the first question of every picture and conclude.

    Args:
        side: longer side in pixels that pictures are seen at.
        progress: told "pictures"; may raise to stop.

    Raises:
        ValueError: no question could be asked.
    """
    rows = list(_told(measure(analyzer.backbone, analyzer.bridges, tasks, perturbations, side, seed), tasks, progress))
    frame = table(rows)
    if frame.empty:
        raise ValueError(f"No question could be asked of {dataset!r}: box things that are twice on a picture.")
    settings = {"dataset": dataset, "backbone": analyzer.backbone.identity, "side": str(side), "seed": str(seed)}
    shown = next(task for task in tasks if task.episodes)
    image, box = shown.picture(), shown.episodes[0].positive
    strips = {perturbation.name: strip(image, box, perturbation.name, seed) for perturbation in perturbations}
    return Robustness(summary(frame, seed), settings | versions(*PACKAGES), frame, strips)


def _told(measured: Iterator[list[Row]], tasks: Sequence[Task], progress: Progress) -> Iterator[Row]:
    progress("pictures", 0, len(tasks))
    for done, rows in enumerate(measured, 1):
        yield from rows
        progress("pictures", done, len(tasks))
