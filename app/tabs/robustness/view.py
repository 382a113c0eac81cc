"""The Robustness tab: its layout and which event calls what."""

from __future__ import annotations

from typing import Any

import gradio as gr

from app.shared.dataset_picker import Source
from app.shared.html_pieces import notice_html
from app.shared.legacy_job_controls import JobControls, JobTab, Updates
from app.tabs.robustness import service as handlers
from app.tabs.robustness.service import Measured
from app.tabs.robustness.strings import ROBUSTNESS
from sam3viz.studies.robustness import PERTURBATIONS

FIRST = ["rotation", "occlusion", "looseness"]
"""What is chosen when the page opens."""
PICTURES, MOST = 6, 24
DISTURBED, METRICS = ("exemplar", "scene"), ("patch_ap", "similarity")


def robustness_tab(language: gr.Radio, weights: gr.State) -> JobTab:
    """Build the tab within the page's tabs.

    Args:
        weights: what the browser session measures instead of the shipped weights, which are None.
    """
    words = ROBUSTNESS["en"]
    with gr.Tab(words["tab"], id="robustness", elem_id="robustness-tab") as tab:
        controls: JobControls[Measured] = JobControls("robustness", lambda lang: ROBUSTNESS[lang]["idle"])
        with gr.Row(elem_classes="explore"):
            with gr.Column(scale=3, min_width=340, elem_classes="side"):
                intro = gr.Markdown(words["intro"])
                names = gr.CheckboxGroup(
                    _perturbations("en"), value=FIRST, label=words["perturbations"], elem_id="robustness-names"
                )
                source = Source("robustness", PICTURES, MOST)
                side = gr.Slider(*handlers.SIDE, value=384, step=64, label=words["side"], elem_id="robustness-side")
                controls.buttons()
            with gr.Column(scale=8, min_width=340, elem_classes="result"):
                controls.standing()
                with gr.Column(visible=False) as shown:
                    with gr.Row():
                        disturbed = gr.Radio(
                            _choices("en", DISTURBED), value=DISTURBED[0], label=words["disturbed"], min_width=320,
                            elem_id="robustness-disturbed",
                        )  # fmt: skip
                        metric = gr.Radio(
                            _choices("en", METRICS),
                            value=METRICS[0],
                            label=words["metric"],
                            min_width=320,
                            elem_id="robustness-metric",
                        )
                    told = gr.HTML(elem_id="robustness-told")
                    with gr.Column(elem_classes="view"):
                        curves_read = gr.Markdown(words["curves_read"], elem_classes="caption")
                        curves = gr.Plot(show_label=False, container=False, elem_id="panel-robustness-curves")
                    with gr.Column(elem_classes="view"):
                        areas_read = gr.Markdown(words["areas_read"], elem_classes="caption")
                        areas = gr.HTML(elem_id="robustness-areas", elem_classes="lab-table")
                    with gr.Column(elem_classes="view"):
                        consistency_read = gr.Markdown(words["consistency_read"], elem_classes="caption")
                        consistency = gr.HTML(elem_id="robustness-consistency", elem_classes="lab-table")
                    controls.export()

    def show(measured: Measured, lang: str, end: str, kind: str) -> Updates:
        found = measured.found
        return {
            shown: gr.Column(visible=True),
            told: notice_html(handlers.sentences(measured, end, kind, lang)),
            curves: handlers.figure(found, end, kind, lang),
            areas: handlers.areas_html(found, end, kind, lang),
            consistency: handlers.consistency_html(found, lang),
        }

    def translated(lang: str) -> Updates:
        words = ROBUSTNESS[lang]
        return {
            tab: gr.Tab(label=words["tab"]),
            intro: words["intro"],
            names: gr.CheckboxGroup(_perturbations(lang), label=words["perturbations"]),
            side: gr.Slider(label=words["side"]),
            disturbed: gr.Radio(_choices(lang, DISTURBED), label=words["disturbed"]),
            metric: gr.Radio(_choices(lang, METRICS), label=words["metric"]),
            curves_read: words["curves_read"],
            areas_read: words["areas_read"],
            consistency_read: words["consistency_read"],
            **source.translated(lang),
            **controls.translated(lang),
        }

    texts = [
        tab, intro, names, side, disturbed, metric, curves_read, areas_read, consistency_read,
        *source.components, *controls.texts,
    ]  # fmt: skip
    controls.connect(
        language, [*source.components, names, side, weights], handlers.start,
        [shown, told, curves, areas, consistency], show, tab, texts, translated, views=[disturbed, metric],
    )  # fmt: skip
    return JobTab(texts, translated)


def _perturbations(language: str) -> list[tuple[str, str]]:
    return [(handlers.title_of(name, language), name) for name in PERTURBATIONS]


def _choices(language: str, keys: tuple[str, ...]) -> list[tuple[str, Any]]:
    return [(ROBUSTNESS[language][key], key) for key in keys]
