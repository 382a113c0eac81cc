"""What the Robustness tab measures and says. No maths and no layout here."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import plotly.graph_objects as go

from app.services.analyses import Source, used
from app.services.backbones import in_use
from app.services.exports import ExportedResult
from app.shared.dataset_picker import archive_path, read_pictures
from app.shared.html import table_html
from app.tabs.robustness.strings import STRINGS
from sam3viz import VARIANTS
from sam3viz.evaluation.episodes import photo_tasks
from sam3viz.studies.robustness import PERTURBATIONS
from sam3viz.studies.robustness.figures import curves
from sam3viz.studies.robustness.report import consistency_rows, winner, written
from sam3viz.studies.robustness.result import Robustness, study
from sam3viz.utils.jobs import Job, ReportProgress
from sam3viz.utils.messages import InputError, translate

SEED = 0
SIDE = (256, 768)
"""Pixels of the longer side."""


@dataclass(frozen=True)
class SourceRobustness:
    """A finished measurement of what the visitor chose."""

    robustness: Robustness
    source: Source | None
    """What the visitor measured instead of the shipped weights."""


MeasuredRobustness = ExportedResult[SourceRobustness]


def start(
    kind: str, archive: str | None, count: float, names: Sequence[str], side: float, source: Source | None
) -> Job[MeasuredRobustness]:
    """Make the job of a measurement; it is not started.

    Args:
        names: of `PERTURBATIONS`.
        side: longer side in pixels that pictures are seen at; the nearest within `SIDE` is taken.

    Raises:
        ValueError: there is no zip, or nothing was chosen.
    """
    if not names:
        raise InputError("No perturbation is chosen; choose at least one.")
    path, seen = archive_path(kind, archive), min(max(int(side), SIDE[0]), SIDE[1])
    return Job(lambda progress: _measure(path, int(count), names, seen, source, progress))


def _measure(
    archive: Path | None, count: int, names: Sequence[str], side: int, source: Source | None, progress: ReportProgress
) -> MeasuredRobustness:
    analyzer = used(source)
    perturbations = [perturbation for name, perturbation in PERTURBATIONS.items() if name in names]
    with tempfile.TemporaryDirectory() as folder:
        dataset, pictures = read_pictures(archive, Path(folder), count, progress)
        if not any(annotation.outlined for picture in pictures for annotation in picture.annotations):
            raise InputError(
                "The pictures of “{dataset}” have boxes without outlines, so nothing says which places are right. "
                "Give every object a “segmentation” (a polygon or a mask) in instances.json, or take the built-in "
                "sample.",
                dataset=dataset,
            )
        tasks = photo_tasks(pictures, dataset, SEED)
        robustness = study(analyzer, dataset, tasks, perturbations, side, SEED, progress)
    return ExportedResult.write(SourceRobustness(robustness, source), "robustness", _write)


def _write(measured: SourceRobustness, folder: Path) -> None:
    measured.robustness.to_html(folder / "robustness.html")
    measured.robustness.to_json(folder / "robustness.json")
    measured.robustness.to_csv(folder / "robustness.csv")


def figure(robustness: Robustness, disturbed: str, metric: str) -> go.Figure | None:
    """Draw the curves; None where there is none of what was disturbed."""
    if metric not in robustness.summary["areas"].get(disturbed, {}):
        return None
    return curves(robustness.summary, disturbed, metric, robustness.strips)


def sentences(measured: SourceRobustness, disturbed: str, metric: str, language: str) -> list[str]:
    """Say how much was measured, by which encoder and weights, and what has no curve."""
    robustness, words, of = measured.robustness, STRINGS[language], in_use(measured.source, language)
    absent = [
        title_of(place["perturbation"], language)
        for place in robustness.summary["absent"]
        if (place["disturbed"], place["metric"]) == (disturbed, metric)
    ]
    absences = [words["absent"].format(names=", ".join(absent))] if absent else []
    if figure(robustness, disturbed, metric) is not None:
        return [words["seen"].format(pictures=robustness.summary["pictures"]), *of, *absences]
    return [*of, *(absences or [words["none"]])]


def areas_html(robustness: Robustness, disturbed: str, metric: str, language: str) -> str:
    """Write a row a perturbation, a column a variant; bold is who is clearly best."""
    areas, words = robustness.summary["areas"].get(disturbed, {}).get(metric), STRINGS[language]
    if not areas:
        return ""
    rows = []
    for name, ranked in areas.items():
        pictures = next(iter(ranked.values()))["n"]
        rows.append((words["counted"].format(name=title_of(name, language), pictures=pictures), ranked))
    return _ranked_html(words["areas_read"], rows, language)


def consistency_html(robustness: Robustness, language: str) -> str:
    """Write a row a path and measure, a column a variant; bold is who is clearly best."""
    words = STRINGS[language]
    rows = [
        (words["by_path"].format(path=words[path], measure=words[measure]), ranked)
        for path, measure, ranked in consistency_rows(robustness.summary)
    ]
    return _ranked_html(words["consistency_read"], rows, language)


def _ranked_html(label: str, rows: Sequence[tuple[str, Mapping[str, Any]]], language: str) -> str:
    names = [name for name in VARIANTS if name in rows[0][1]]
    few = STRINGS[language]["few"]
    cells = [(title, [written(ranked[name], few) for name in names]) for title, ranked in rows]
    winners = [(row, winner(ranked)) for row, (_, ranked) in enumerate(rows)]
    best = {(row, names.index(name)) for row, name in winners if name is not None}
    return table_html(label, names, cells, best)


def title_of(perturbation: str, language: str) -> str:
    """Say a perturbation's name in a language."""
    return translate(PERTURBATIONS[perturbation].label, language)
