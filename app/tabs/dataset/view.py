"""What the Dataset tab looks like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

from app.shared.dataset_picker import DatasetPicker
from app.shared.i18n import Localizer
from app.shared.job_layout import captioned_table, plot_view, result_column, settings_column, table_view
from app.shared.job_panel import JobPanel
from app.tabs.dataset.service import ENDS, MeasuredGap
from app.tabs.dataset.strings import STRINGS
from sam3viz.studies.dataset_gap.examples import ExampleKind

DEFAULT_PICTURES, MAX_PICTURES = 16, 128


@dataclass(frozen=True)
class DatasetView:
    """The components that events read or change."""

    words: Localizer
    panel: JobPanel[MeasuredGap]
    picker: DatasetPicker
    result: gr.Column
    story: gr.HTML
    headline: gr.HTML
    accuracy: gr.Plot
    planes: gr.Plot
    galleries: dict[ExampleKind, gr.Gallery]
    """By `ENDS`; a picture in them can be pressed."""
    parts: gr.HTML
    measures: gr.HTML

    @property
    def results(self) -> list[Any]:
        """All that a result changes."""
        return [
            self.result, self.story, self.headline, self.accuracy, self.planes, self.parts, self.measures,
            *self.galleries.values(),
        ]  # fmt: skip


def build_view() -> DatasetView:
    """Place the tab's components."""
    words, panel = Localizer(STRINGS), JobPanel[MeasuredGap]("dataset", STRINGS)
    with gr.Row(elem_classes="explore"):
        with settings_column(words, panel):
            picker = DatasetPicker("dataset", DEFAULT_PICTURES, MAX_PICTURES)
        with result_column(panel) as result:
            story = gr.HTML(elem_id="dataset-story")
            headline = table_view(words, "headline_read", "dataset-headline")
            accuracy = plot_view(words, "accuracy_read", "dataset-use")
            planes = plot_view(words, "map_read", "panel-dataset-map")
            galleries = {end: _gallery(end) for end in ENDS}
            with gr.Column(elem_classes="view"):
                parts = captioned_table(words, "parts_read", "dataset-parts")
                measures = captioned_table(words, "all_read", "dataset-all")
    words.adopt(picker.words)
    return DatasetView(words, panel, picker, result, story, headline, accuracy, planes, galleries, parts, measures)


def _gallery(end: str) -> gr.Gallery:
    return gr.Gallery(
        columns=4, height="auto", allow_preview=False, interactive=False, buttons=[], object_fit="contain",
        elem_id=f"dataset-{end}", elem_classes="cases", visible=False,
    )  # fmt: skip
