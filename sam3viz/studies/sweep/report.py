"""The sweep's report as one HTML file that opens offline."""

from __future__ import annotations

from pathlib import Path

from markupsafe import Markup

from sam3viz.export.html import write_page
from sam3viz.studies.sweep.figures import draw_tradeoff
from sam3viz.studies.sweep.result import SweepStudy
from sam3viz.studies.sweep.tables import conflict_sentences, front_sentences, module_table, note, setting_table
from sam3viz.utils.messages import DEFAULT_LANGUAGE, translate

TEMPLATE = "studies/sweep/report.html.j2"


def write_report(study: SweepStudy, path: Path, language: str = DEFAULT_LANGUAGE) -> None:
    """Write the report; it makes no network request, and every text in it is escaped."""
    config = {"displayModeBar": False}  # it would lie on the plots
    figure = draw_tradeoff(study, language).to_html(config, full_html=False, include_plotlyjs=False)
    write_page(
        path,
        TEMPLATE,
        language=language,
        title=translate("What the training recipe gives on {dataset}", language, dataset=study.dataset),
        sentences=front_sentences(study, language),
        figure=Markup(figure),
        how_to_read=translate(
            "How to read: right is closer, up finds more. A line follows the alignment weight, which stands beside "
            "each point. Rings: nothing is both closer and better, by the means alone, so where bars overlap the order "
            "may be chance.",
            language,
        ),
        table=setting_table(study, language),
        note=note(study, language),
        conflicts_title=translate("Conflicts of detection and alignment, by module", language),
        conflicts=conflict_sentences(study, language),
        modules=module_table(study, language),
        settings_title=translate("Settings", language),
        settings=study.settings,
    )
