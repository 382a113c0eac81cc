"""What the Robustness tab measures and says. No maths and no layout here."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import plotly.graph_objects as go

from app.services.analyses import ModelSource, analyzer_of
from app.services.exports import ExportedResult
from app.shared.dataset_picker import archive_path, read_pictures
from app.shared.html import table_html
from app.shared.model_source import describe_source
from app.tabs.robustness.strings import STRINGS
from sam3viz.bridges import in_screen_order
from sam3viz.evaluation.episodes import photo_tasks
from sam3viz.studies.robustness import PERTURBATIONS
from sam3viz.studies.robustness.consistency import MEASURES
from sam3viz.studies.robustness.figures import draw_curves
from sam3viz.studies.robustness.ranking import Ranking, find_winner, format_ranked
from sam3viz.studies.robustness.report import mark_conclusive, write_report
from sam3viz.studies.robustness.result import RobustnessStudy, run_study
from sam3viz.studies.robustness.routes import ROUTES
from sam3viz.utils.jobs import Job, ReportProgress
from sam3viz.utils.messages import InputError, translate

SEED = 0
SIDE = (256, 768)
"""Pixels of the longer side."""


@dataclass(frozen=True)
class SourceRobustness:
    """A finished measurement of what the visitor chose."""

    robustness: RobustnessStudy
    source: ModelSource | None
    """What the visitor measured instead of the shipped weights."""


MeasuredRobustness = ExportedResult[SourceRobustness]


def start(
    kind: str, archive: str | None, count: float, names: Sequence[str], side: float, source: ModelSource | None
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
    archive: Path | None,
    count: int,
    names: Sequence[str],
    side: int,
    source: ModelSource | None,
    progress: ReportProgress,
) -> MeasuredRobustness:
    analyzer = analyzer_of(source)
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
        robustness = run_study(analyzer, dataset, tasks, perturbations, side, SEED, progress)
    return ExportedResult.write(SourceRobustness(robustness, source), "robustness", _write)


def _write(measured: SourceRobustness, folder: Path) -> None:
    write_report(measured.robustness, folder / "robustness.html")
    measured.robustness.to_json(folder / "robustness.json")
    measured.robustness.to_csv(folder / "robustness.csv")


def figure(robustness: RobustnessStudy, disturbed: str, metric: str, language: str) -> go.Figure | None:
    """Draw the curves; None where there is none of what was disturbed."""
    if not robustness.summary.select(disturbed, metric):
        return None
    return draw_curves(robustness.summary, disturbed, metric, robustness.strips, language)


def sentences(measured: SourceRobustness, disturbed: str, metric: str, language: str) -> list[str]:
    """Say how much was measured, by which encoder and weights, and what has no curve."""
    summary, words, of = measured.robustness.summary, STRINGS[language], describe_source(measured.source, language)
    absent = [
        title_of(condition.perturbation, language)
        for condition in summary.absent
        if (condition.target, condition.metric) == (disturbed, metric)
    ]
    absences = [words["absent"].format(names=", ".join(absent))] if absent else []
    if summary.select(disturbed, metric):
        return [words["seen"].format(pictures=summary.pictures), *of, *absences]
    return [*of, *(absences or [words["none"]])]


def areas_html(robustness: RobustnessStudy, disturbed: str, metric: str, language: str) -> str:
    """Write a row a perturbation, a column a variant; bold is who is clearly best."""
    results, words = robustness.summary.select(disturbed, metric), STRINGS[language]
    if not results:
        return ""
    rows = []
    for result in results:
        name = title_of(result.condition.perturbation, language)
        rows.append((words["counted"].format(name=name, pictures=result.pictures), result.areas))
    return _ranked_html(words["areas_read"], rows, language)


def consistency_html(robustness: RobustnessStudy, language: str) -> str:
    """Write a row a route and measure, a column a variant; bold is who is clearly best."""
    words = STRINGS[language]
    rows = []
    for result in mark_conclusive(robustness.summary.consistency):
        route = translate(ROUTES[result.route].label, language)
        measure = translate(MEASURES[result.measure].label, language)
        rows.append((words["by_path"].format(path=route, measure=measure), result.ranking))
    return _ranked_html(words["consistency_read"], rows, language)


def _ranked_html(label: str, rows: Sequence[tuple[str, Ranking]], language: str) -> str:
    names = in_screen_order(rows[0][1])
    few = STRINGS[language]["few"]
    cells = [(title, [format_ranked(ranking[name], few) for name in names]) for title, ranking in rows]
    winners = [(row, find_winner(ranking)) for row, (_, ranking) in enumerate(rows)]
    best = {(row, names.index(name)) for row, name in winners if name is not None}
    return table_html(label, names, cells, best)


def title_of(perturbation: str, language: str) -> str:
    """Say a perturbation's name in a language."""
    return translate(PERTURBATIONS[perturbation].label, language)
