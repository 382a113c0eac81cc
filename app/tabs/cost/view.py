"""The Cost tab: its layout and which event calls what."""

from __future__ import annotations

import gradio as gr

from app.shared.legacy_job_controls import JobControls, JobTab, Updates
from app.tabs.cost import service as handlers
from app.tabs.cost.service import Measured
from app.tabs.cost.strings import COST
from sam3viz.studies.cost.measure import BATCH_SIZE


def cost_tab(language: gr.Radio, weights: gr.State) -> JobTab:
    """Build the tab within the page's tabs.

    Args:
        weights: what the browser session uses instead of the shipped weights, which are None.
    """
    words = COST["en"]
    with gr.Tab(words["tab"], id="cost", elem_id="cost-tab") as tab:
        controls: JobControls[Measured] = JobControls("cost", lambda lang: COST[lang]["idle"])
        with gr.Row(elem_classes="explore"):
            with gr.Column(scale=3, min_width=340, elem_classes="side"):
                intro = gr.Markdown(words["intro"])
                side = gr.Slider(*handlers.SIDE, value=384, step=64, label=words["side"], elem_id="cost-side")
                repetitions = gr.Slider(
                    *handlers.REPETITIONS, value=7, step=1, label=words["repetitions"], elem_id="cost-repetitions"
                )
                controls.buttons()
            with gr.Column(scale=8, min_width=340, elem_classes="result"):
                controls.standing()
                another = gr.Markdown(elem_id="cost-another")
                with gr.Column(visible=False) as shown:
                    with gr.Row(elem_classes="view"):
                        with gr.Column(scale=1, min_width=340):
                            pareto_read = gr.Markdown(elem_classes="caption")
                            pareto = gr.Plot(show_label=False, container=False, elem_id="cost-pareto")
                        with gr.Column(scale=1, min_width=340):
                            claims_read = gr.Markdown(words["claims_read"], elem_classes="caption")
                            claims = gr.HTML(elem_id="cost-claims", elem_classes="lab-table")
                    with gr.Column(elem_classes="view"):
                        costs_read = gr.Markdown(words["costs_read"].format(batch=BATCH_SIZE), elem_classes="caption")
                        costs = gr.HTML(elem_id="cost-costs", elem_classes="lab-table")
                    controls.export()

    def show(measured: Measured, lang: str) -> Updates:
        found = measured.found
        return {
            shown: gr.Column(visible=True),
            pareto_read: COST[lang]["pareto_read"].format(source=handlers.source(found, lang)),
            pareto: handlers.figure(found, lang),
            claims: handlers.claims_html(found, lang),
            costs: handlers.costs_html(found, lang),
        }

    def translated(lang: str) -> Updates:
        words = COST[lang]
        return {
            tab: gr.Tab(label=words["tab"]),
            intro: words["intro"],
            side: gr.Slider(label=words["side"]),
            repetitions: gr.Slider(label=words["repetitions"]),
            claims_read: words["claims_read"],
            costs_read: words["costs_read"].format(batch=BATCH_SIZE),
            **controls.translated(lang),
        }

    texts = [tab, intro, side, repetitions, claims_read, costs_read, *controls.texts]
    results = [shown, pareto_read, pareto, claims, costs]
    controls.connect(language, [side, repetitions], handlers.start, results, show, tab, texts, translated)
    for event in (tab.select, language.input):
        event(
            handlers.another_backbone, [weights, language], another,
            show_progress="hidden", api_visibility="private", queue=False,
        )  # fmt: skip
    return JobTab(texts, translated)
