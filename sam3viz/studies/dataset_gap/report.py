"""The dataset's report as one HTML file that opens offline."""

from __future__ import annotations

from pathlib import Path

import plotly.graph_objects as go
from markupsafe import Markup

from sam3viz.data.images import webp_uri
from sam3viz.export.html import write_page
from sam3viz.studies.dataset_gap.figures import closeness_against_accuracy, dataset_map
from sam3viz.studies.dataset_gap.projection import MAX_MAPPED_OBJECTS
from sam3viz.studies.dataset_gap.result import GapStudy
from sam3viz.studies.dataset_gap.sentences import summary_sentences
from sam3viz.studies.dataset_gap.tables import best_cells, headline_table, measure_rows, part_rows

TEMPLATE = "studies/dataset_gap/report.html.j2"
MAX_CATEGORIES = 20
"""Categories with a row of their own; all are in the JSON."""


def write_report(study: GapStudy, path: Path) -> None:
    """Write the report; it makes no network request, and every text in it is escaped."""
    summary = study.summary
    write_page(
        path,
        TEMPLATE,
        summary=summary,
        sentences=summary_sentences(summary),
        headline=headline_table(summary),
        best=best_cells(summary),
        measures=measure_rows(summary),
        sizes=part_rows(summary, "size"),
        categories=part_rows(summary, "category")[:MAX_CATEGORIES],
        accuracy_figure=_markup(closeness_against_accuracy(summary)),
        map_figure=None if study.planes is None else _markup(dataset_map(study.planes)),
        most_accurate=study.most_accurate,
        examples={
            kind: [(webp_uri(example.picture, 80), example.caption) for example in examples]
            for kind, examples in study.examples.items()
        },
        settings=study.settings,
        max_categories=MAX_CATEGORIES,
        max_mapped=MAX_MAPPED_OBJECTS,
    )


def _markup(figure: go.Figure) -> Markup:
    return Markup(figure.to_html(full_html=False, include_plotlyjs=False))
