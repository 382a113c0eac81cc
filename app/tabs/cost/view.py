"""What the Cost tab looks like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

from app.shared.i18n import Localizer
from app.shared.job_layout import captioned_table, result_column, settings_column, table_view
from app.shared.job_panel import JobPanel
from app.tabs.cost.service import REPETITIONS, SIDE, MeasuredCost
from app.tabs.cost.strings import STRINGS
from sam3viz.studies.cost.measure import BATCH_SIZE

DEFAULT_SIDE, DEFAULT_REPETITIONS = 384, 7


@dataclass(frozen=True)
class CostView:
    """The components that events read or change."""

    words: Localizer
    panel: JobPanel[MeasuredCost]
    side: gr.Slider
    repetitions: gr.Slider
    other_backbone: gr.Markdown
    result: gr.Column
    pareto_caption: gr.Markdown
    pareto: gr.Plot
    claims: gr.HTML
    costs: gr.HTML
    closeness_caption: gr.Markdown
    closeness: gr.Plot
    narrow: gr.Checkbox
    """Whether the window is a phone's; filled in by the browser, never seen."""

    @property
    def results(self) -> list[Any]:
        """All that a result changes."""
        return [self.result, self.pareto_caption, self.pareto, self.claims, self.costs]


def build_view() -> CostView:
    """Place the tab's components."""
    words, panel = Localizer(STRINGS), JobPanel[MeasuredCost]("cost", STRINGS)
    other_backbone = gr.Markdown(elem_id="cost-another", render=False)
    with gr.Row(elem_classes="explore"):
        with settings_column(words, panel):
            side = words.bind(gr.Slider(*SIDE, value=DEFAULT_SIDE, step=64, elem_id="cost-side"), label="side")
            repetitions = words.bind(
                gr.Slider(*REPETITIONS, value=DEFAULT_REPETITIONS, step=1, elem_id="cost-repetitions"),
                label="repetitions",
            )
        with result_column(panel, other_backbone) as result:
            with gr.Row(elem_classes="view"):
                with gr.Column(scale=1, min_width=340):
                    pareto_caption = gr.Markdown(elem_classes="caption")
                    pareto = gr.Plot(show_label=False, container=False, elem_id="cost-pareto")
                with gr.Column(scale=1, min_width=340):
                    claims = captioned_table(words, "claims_read", "cost-claims")
            costs = table_view(words, _costs_caption, "cost-costs")
    closeness_caption = gr.Markdown(elem_classes="caption")
    closeness = gr.Plot(show_label=False, container=False, elem_id="cost-closeness")
    narrow = gr.Checkbox(visible=False)
    return CostView(
        words, panel, side, repetitions, other_backbone, result, pareto_caption, pareto, claims, costs,
        closeness_caption, closeness, narrow,
    )  # fmt: skip


def _costs_caption(language: str) -> str:
    return STRINGS[language]["costs_read"].format(batch=BATCH_SIZE)
