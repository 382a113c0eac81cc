"""What the SAM 3 tab studies and says. No maths and no layout here."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import plotly.graph_objects as go

from app.components.box_prompter.component import Prompt
from app.services.analyses import ModelSource
from app.services.backbones import BackboneChoice
from app.services.exports import ExportedResult
from app.services.pictures import picture, read
from app.shared.html import table_html
from app.tabs.sam3.strings import STRINGS
from sam3viz import Exemplar
from sam3viz.api.analyzer import Analyzer
from sam3viz.studies.detector.figures import parts_figure
from sam3viz.studies.detector.report import sections_html, write_report
from sam3viz.studies.detector.result import DetectorStudy, run_study
from sam3viz.utils.jobs import Job, ReportProgress
from sam3viz.utils.messages import InputError

ExportedStudy = ExportedResult[DetectorStudy]


def start(prompt: Prompt, source: ModelSource | None, threshold: float, others: Sequence[str]) -> Job[ExportedStudy]:
    """Make the job of a study; it is not started.

    Args:
        threshold: score from which a detection counts.
        others: the file of another picture to search with the boxes of ``prompt``, if any.

    Raises:
        ValueError: no SAM 3 is chosen, nothing is drawn, or there are several pictures to search.
    """
    if not isinstance(source, BackboneChoice) or not source.analyzer.backbone.has_detector:
        raise InputError("SAM 3 is not chosen: take it under Backbone in the Explore tab, then start again.")
    if prompt.image is None or not prompt.boxes:
        raise InputError("There is no box yet: draw one in the Explore tab.")
    if len(others) > 1:
        raise InputError("{count} pictures were given to search: give one.", count=len(others))
    reference, exemplars = prompt.image, [Exemplar((b.x0, b.y0, b.x1, b.y1), b.label) for b in prompt.boxes]
    score, other = min(max(threshold, 0), 1), others[0] if others else None
    return Job(lambda progress: _study(source.analyzer, reference, other, exemplars, score, progress))


def _study(
    analyzer: Analyzer,
    reference: str,
    other: str | None,
    exemplars: list[Exemplar],
    threshold: float,
    progress: ReportProgress,
) -> ExportedStudy:
    with_boxes = picture(reference)
    searched, drawn_on = (with_boxes, None) if other is None else (read(other), with_boxes)
    return ExportedResult.write(run_study(analyzer, searched, exemplars, progress, drawn_on, threshold), "sam3", _write)


def _write(result: DetectorStudy, folder: Path) -> None:
    write_report(result, folder / "sam3.html")
    result.to_json(folder / "sam3.json")


def bars(result: DetectorStudy, language: str) -> go.Figure:
    """Draw what each token is made of."""
    return parts_figure(result, language)


def pictures_html(result: DetectorStudy, language: str) -> str:
    """Write all pictures with their words."""
    return sections_html(result, language)


def numbers_html(result: DetectorStudy, language: str) -> str:
    """Write a row a prompt."""
    words, table = STRINGS[language], result.table()
    titles = [outcome.title(language) for outcome in result.outcomes]
    rows = [
        (title, [f"{row['found']:.0f}", *(_number(row[name]) for name in table.columns[1:])])
        for title, (_, row) in zip(titles, table.iterrows(), strict=True)
    ]
    return table_html(words["numbers"], [words[name] for name in table.columns], rows)


def _number(value: float) -> str:
    return "" if value != value else f"{value:.2f}"  # NaN where nothing was found
