"""What the Robustness tab looks like."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import gradio as gr

from app.shared.dataset_picker import DatasetPicker
from app.shared.i18n import Localizer
from app.shared.job_layout import plot_view, result_column, settings_column, table_view
from app.shared.job_panel import JobPanel
from app.tabs.robustness.service import SIDE, MeasuredRobustness, title_of
from app.tabs.robustness.strings import STRINGS
from sam3viz.studies.robustness import PERTURBATIONS

DEFAULT_PERTURBATIONS = ["rotation", "occlusion", "looseness"]
DEFAULT_PICTURES, MAX_PICTURES, DEFAULT_SIDE = 6, 24, 384
DISTURBED, METRICS = ("exemplar", "scene"), ("patch_ap", "similarity")


@dataclass(frozen=True)
class RobustnessView:
    """The components that events read or change."""

    words: Localizer
    panel: JobPanel[MeasuredRobustness]
    names: gr.CheckboxGroup
    picker: DatasetPicker
    side: gr.Slider
    result: gr.Column
    disturbed: gr.Radio
    metric: gr.Radio
    sentences: gr.HTML
    curves: gr.Plot
    areas: gr.HTML
    consistency: gr.HTML

    @property
    def results(self) -> list[Any]:
        """All that a result changes."""
        return [self.result, self.sentences, self.curves, self.areas, self.consistency]


def build_view() -> RobustnessView:
    """Place the tab's components."""
    words, panel = Localizer(STRINGS), JobPanel[MeasuredRobustness]("robustness", STRINGS)
    with gr.Row(elem_classes="explore"):
        with settings_column(words, panel):
            names = words.bind(
                gr.CheckboxGroup(value=DEFAULT_PERTURBATIONS, elem_id="robustness-names"),
                label="perturbations",
                choices=_perturbations,
            )
            picker = DatasetPicker("robustness", DEFAULT_PICTURES, MAX_PICTURES)
            side = words.bind(gr.Slider(*SIDE, value=DEFAULT_SIDE, step=64, elem_id="robustness-side"), label="side")
        with result_column(panel) as result:
            with gr.Row():
                disturbed = _choice(words, "disturbed", DISTURBED)
                metric = _choice(words, "metric", METRICS)
            sentences = gr.HTML(elem_id="robustness-told")
            curves = plot_view(words, "curves_read", "panel-robustness-curves")
            areas = table_view(words, "areas_read", "robustness-areas")
            consistency = table_view(words, "consistency_read", "robustness-consistency")
    words.adopt(picker.words)
    return RobustnessView(
        words, panel, names, picker, side, result, disturbed, metric, sentences, curves, areas, consistency
    )


def _choice(words: Localizer, name: str, keys: tuple[str, ...]) -> gr.Radio:
    return words.bind(
        gr.Radio(value=keys[0], min_width=320, elem_id=f"robustness-{name}"),
        label=name,
        choices=partial(_choices, keys),
    )


def _choices(keys: tuple[str, ...], language: str) -> list[tuple[str, str]]:
    return [(STRINGS[language][key], key) for key in keys]


def _perturbations(language: str) -> list[tuple[str, str]]:
    return [(title_of(name, language), name) for name in PERTURBATIONS]
