"""What the SAM 3 tab looks like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

from app.components.image_drop import ImageDrop
from app.shared.i18n import Localizer
from app.shared.job_layout import plot_view, result_column, settings_column, table_view
from app.shared.job_panel import JobPanel
from app.tabs.sam3.service import ExportedStudy
from app.tabs.sam3.strings import STRINGS
from sam3viz.studies.detector.report import PARTS_HEADING

DEFAULT_THRESHOLD = 0.3


@dataclass(frozen=True)
class Sam3View:
    """The components that events read or change."""

    words: Localizer
    panel: JobPanel[ExportedStudy]
    threshold: gr.Slider
    other: ImageDrop
    result: gr.Column
    parts: gr.Plot
    pictures: gr.HTML
    numbers: gr.HTML

    @property
    def results(self) -> list[Any]:
        """All that a result changes."""
        return [self.result, self.parts, self.pictures, self.numbers]


def build_view() -> Sam3View:
    """Place the tab's components."""
    words, panel = Localizer(STRINGS), JobPanel[ExportedStudy]("sam3", STRINGS)
    with gr.Row(elem_classes="explore"):
        with settings_column(words, panel):
            threshold = words.bind(
                gr.Slider(0, 1, value=DEFAULT_THRESHOLD, step=0.01, elem_id="sam3-threshold"), label="threshold"
            )
            other = words.bind(
                ImageDrop(file_types=["image"], file_count="multiple", height=150, elem_id="sam3-other"),
                label="other",
            )
        with result_column(panel) as result:
            parts = plot_view(words, _parts_caption, "panel-sam3-parts")
            pictures = gr.HTML(elem_id="sam3-pictures", elem_classes="view")
            numbers = table_view(words, _numbers_caption, "sam3-numbers")
    return Sam3View(words, panel, threshold, other, result, parts, pictures, numbers)


def _parts_caption(language: str) -> str:
    heading = PARTS_HEADING.translate(language)
    return f"**{heading.title}** — {heading.how_to_read}"


def _numbers_caption(language: str) -> str:
    words = STRINGS[language]
    return f"**{words['numbers']}** — {words['numbers_read']}"
