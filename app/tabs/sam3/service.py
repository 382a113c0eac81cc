"""What the SAM 3 tab's events do. No maths and no layout here."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import plotly.graph_objects as go
from gradio.utils import get_upload_folder

from app.components.box_prompter.component import Prompt
from app.services.analyses import Source, picture, read
from app.services.backbones import Chosen
from app.shared.number_table import numbers_html
from app.tabs.sam3.strings import SAM3
from sam3viz import Exemplar
from sam3viz.api.analyzer import Analyzer
from sam3viz.studies.detector.figures import parts_figure
from sam3viz.studies.detector.report import sections_html, write_report
from sam3viz.studies.detector.result import DetectorStudy, run_study
from sam3viz.utils.jobs import Job, ReportProgress


@dataclass(frozen=True)
class Studied:
    """A finished study and its files; they go when nobody holds it any more."""

    done: DetectorStudy
    folder: tempfile.TemporaryDirectory[str]

    @property
    def files(self) -> list[str]:
        return [str(path) for path in sorted(Path(self.folder.name).iterdir())]


def start(
    prompt: Prompt, source: Source | None, threshold: float, others: Sequence[str], language: str
) -> Job[Studied]:
    """A job, not started.

    Args:
        others: the file of another picture to search with the boxes of ``prompt``, if any.

    Raises:
        ValueError: no SAM 3 is chosen, nothing is drawn, or there are several pictures to search.
    """
    words = SAM3[language]
    if not isinstance(source, Chosen) or not source.analyzer.backbone.has_detector:
        raise ValueError(words["choose"])
    if prompt.image is None or not prompt.boxes:
        raise ValueError(words["waiting"])
    if len(others) > 1:
        raise ValueError(words["one"].format(count=len(others)))
    drawn_on, exemplars = prompt.image, [Exemplar((b.x0, b.y0, b.x1, b.y1), b.label) for b in prompt.boxes]
    counts, other = min(max(threshold, 0), 1), others[0] if others else None
    return Job(lambda progress: _studied(source.analyzer, drawn_on, other, exemplars, counts, progress))


def _studied(
    analyzer: Analyzer,
    drawn_on: str,
    other: str | None,
    exemplars: list[Exemplar],
    threshold: float,
    progress: ReportProgress,
) -> Studied:
    drawn = picture(drawn_on)
    searched, reference = (drawn, None) if other is None else (read(other), drawn)
    done = run_study(analyzer, searched, exemplars, progress, reference, threshold)
    kept = tempfile.TemporaryDirectory(prefix="sam3-", dir=get_upload_folder())
    write_report(done, Path(kept.name) / "sam3.html")
    done.to_json(Path(kept.name) / "sam3.json")
    return Studied(done, kept)


def bars(studied: Studied, language: str) -> go.Figure:
    """What each token is made of."""
    return parts_figure(studied.done, language)


def pictures_html(studied: Studied, language: str) -> str:
    """All pictures with their words."""
    return sections_html(studied.done, language)


def table_html(studied: Studied, language: str) -> str:
    """A row a prompt."""
    words, table = SAM3[language], studied.done.table()
    titles = [outcome.title(language) for outcome in studied.done.outcomes]
    rows = [
        (title, [f"{row['found']:.0f}", *(_number(row[name]) for name in table.columns[1:])])
        for title, (_, row) in zip(titles, table.iterrows(), strict=True)
    ]
    return numbers_html(words["numbers"], [words[name] for name in table.columns], rows)


def _number(value: float) -> str:
    return "" if value != value else f"{value:.2f}"  # NaN where nothing was found
