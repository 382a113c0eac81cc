"""The bench's report as one HTML file that opens offline: is closer more useful, and every table."""

from __future__ import annotations

from pathlib import Path

from markupsafe import Markup

from sam3viz.bridges import VISUAL_REFERENCE
from sam3viz.export.html import write_page
from sam3viz.studies.bench.figures import closeness_against_usefulness
from sam3viz.studies.bench.result import BenchSummary, DatasetScores
from sam3viz.studies.bench.tables import note, titled_tables

TEMPLATE = "studies/bench/report.html.j2"


def write_report(summary: BenchSummary, path: Path) -> None:
    """Write the report; it makes no network request, and every text in it is escaped."""
    settings = summary.settings
    write_page(
        path,
        TEMPLATE,
        dataset=settings.dataset,
        figures={
            name: {kind: _markup(dataset, kind == "narrow") for kind in ("wide", "narrow")}
            for name, dataset in summary.datasets.items()
            if dataset.gap
        },
        tables=titled_tables(summary),
        note=note(summary),
        level=settings.level,
        reference=VISUAL_REFERENCE,
        settings={
            "dataset": settings.dataset,
            "backbone": settings.backbone,
            "weights": ", ".join(summary.seeds),
            "seed": settings.seed,
            **summary.versions,
        },
    )


def _markup(dataset: DatasetScores, narrow: bool) -> Markup:
    figure = closeness_against_usefulness(dataset, narrow)
    config = {"responsive": True, "displayModeBar": False}  # the bar would lie on the plots
    return Markup(figure.to_html(config, full_html=False, include_plotlyjs=False))
