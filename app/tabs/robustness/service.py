"""What the Robustness tab's events do. No maths and no layout here."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import plotly.graph_objects as go
from gradio.utils import get_upload_folder

from app.services.analyses import Source, used
from app.services.backbones import in_use
from app.shared.dataset_picker import checked, pictures_of
from app.shared.number_table import numbers_html
from app.tabs.robustness.strings import ROBUSTNESS
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
from sam3viz.utils.messages import translate

SEED = 0
SIDE = (256, 768)
"""Pixels of the longer side."""


@dataclass(frozen=True)
class Measured:
    """A finished measurement and its files; they go when nobody holds it any more."""

    found: RobustnessStudy
    source: Source | None
    """What the visitor measured instead of the shipped weights."""
    folder: tempfile.TemporaryDirectory[str]

    @property
    def files(self) -> list[str]:
        return [str(path) for path in sorted(Path(self.folder.name).iterdir())]


def start(
    kind: str,
    archive: str | None,
    count: float,
    names: Sequence[str],
    side: float,
    source: Source | None,
    language: str,
) -> Job[Measured]:
    """A job, not started.

    Raises:
        ValueError: there is no zip, or nothing was chosen.
    """
    if not names:
        raise ValueError(ROBUSTNESS[language]["nothing"])
    chosen = checked(kind, archive, language)
    return Job(lambda progress: _measured(chosen, int(count), names, int(side), source, language, progress))


def _measured(
    archive: Path | None,
    count: int,
    names: Sequence[str],
    side: int,
    source: Source | None,
    language: str,
    progress: ReportProgress,
) -> Measured:
    own = used(source)
    disturbances = [perturbation for name, perturbation in PERTURBATIONS.items() if name in names]
    with tempfile.TemporaryDirectory() as folder:
        dataset, pictures = pictures_of(archive, Path(folder), count, progress)
        if not any(annotation.outlined for picture in pictures for annotation in picture.annotations):
            raise ValueError(ROBUSTNESS[language]["outlines"].format(dataset=dataset))
        tasks = photo_tasks(pictures, dataset, SEED)
        found = run_study(own, dataset, tasks, disturbances, min(max(side, SIDE[0]), SIDE[1]), SEED, progress)
    kept = tempfile.TemporaryDirectory(prefix="robustness-", dir=get_upload_folder())
    write_report(found, Path(kept.name) / "robustness.html")
    found.to_json(Path(kept.name) / "robustness.json")
    found.to_csv(Path(kept.name) / "robustness.csv")
    return Measured(found, source, kept)


def figure(found: RobustnessStudy, disturbed: str, metric: str, language: str) -> go.Figure | None:
    """The curves; None where there is none of what was disturbed."""
    if not found.summary.select(disturbed, metric):
        return None
    return draw_curves(found.summary, disturbed, metric, found.strips, language)


def sentences(measured: Measured, disturbed: str, metric: str, language: str) -> list[str]:
    """How much was seen, by which encoder and weights, and what has no curve."""
    summary, words, of = measured.found.summary, ROBUSTNESS[language], in_use(measured.source, language)
    absent = [
        title_of(condition.perturbation, language)
        for condition in summary.absent
        if (condition.target, condition.metric) == (disturbed, metric)
    ]
    told = [words["absent"].format(names=", ".join(absent))] if absent else []
    if summary.select(disturbed, metric):
        return [words["seen"].format(pictures=summary.pictures), *of, *told]
    return [*of, *(told or [words["none"]])]


def areas_html(found: RobustnessStudy, disturbed: str, metric: str, language: str) -> str:
    """A row a perturbation, a column a variant; bold is who is clearly best."""
    results, words = found.summary.select(disturbed, metric), ROBUSTNESS[language]
    if not results:
        return ""
    rows = []
    for result in results:
        name = title_of(result.condition.perturbation, language)
        rows.append((words["counted"].format(name=name, pictures=result.pictures), result.areas))
    return _ranked_html(words["areas_read"], rows, language)


def consistency_html(found: RobustnessStudy, language: str) -> str:
    """A row a route and measure, a column a variant; bold is who is clearly best."""
    words = ROBUSTNESS[language]
    rows = []
    for result in mark_conclusive(found.summary.consistency):
        route = translate(ROUTES[result.route].label, language)
        measure = translate(MEASURES[result.measure].label, language)
        rows.append((words["by_path"].format(path=route, measure=measure), result.ranking))
    return _ranked_html(words["consistency_read"], rows, language)


def _ranked_html(label: str, rows: Sequence[tuple[str, Ranking]], language: str) -> str:
    names = in_screen_order(rows[0][1])
    few = ROBUSTNESS[language]["few"]
    cells = [(title, [format_ranked(ranking[name], few) for name in names]) for title, ranking in rows]
    winners = [(row, find_winner(ranking)) for row, (_, ranking) in enumerate(rows)]
    best = {(row, names.index(name)) for row, name in winners if name is not None}
    return numbers_html(label, names, cells, best)


def title_of(perturbation: str, language: str) -> str:
    """A perturbation's name in a language."""
    return translate(PERTURBATIONS[perturbation].label, language)
