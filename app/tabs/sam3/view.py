"""The SAM 3 tab: its layout and which event calls what. It studies Explore's boxes, on their picture or another."""

from __future__ import annotations

import gradio as gr

from app.components.box_prompter.component import BoxPrompter
from app.shared.legacy_job_controls import JobControls, JobTab, Updates
from app.tabs.across.view import PictureFiles
from app.tabs.sam3 import service as handlers
from app.tabs.sam3.service import Studied
from app.tabs.sam3.strings import SAM3
from sam3viz.studies.detector.report import PARTS_HEADING

THRESHOLD = 0.3


def sam3_tab(language: gr.Radio, prompter: BoxPrompter, weights: gr.State) -> JobTab:
    """Build the tab within the page's tabs.

    Args:
        prompter: Explore's, whose picture and boxes are studied.
        weights: what the browser session analyses with.
    """
    words = SAM3["en"]
    with gr.Tab(words["tab"], id="sam3", elem_id="sam3-tab") as tab:
        controls: JobControls[Studied] = JobControls("sam3", lambda lang: SAM3[lang]["idle"])
        with gr.Row(elem_classes="explore"):
            with gr.Column(scale=3, min_width=340, elem_classes="side"):
                intro = gr.Markdown(words["intro"])
                threshold = gr.Slider(
                    0, 1, value=THRESHOLD, step=0.01, label=words["threshold"], elem_id="sam3-threshold"
                )
                other = PictureFiles(
                    label=words["other"], file_types=["image"], file_count="multiple", height=150, elem_id="sam3-other"
                )
                controls.buttons()
            with gr.Column(scale=8, min_width=340, elem_classes="result"):
                controls.standing()
                with gr.Column(visible=False) as shown:
                    with gr.Column(elem_classes="view"):
                        parts_read = gr.Markdown(_parts_caption("en"), elem_classes="caption")
                        bars = gr.Plot(show_label=False, container=False, elem_id="panel-sam3-parts")
                    pictures = gr.HTML(elem_id="sam3-pictures", elem_classes="view")
                    with gr.Column(elem_classes="view"):
                        numbers_read = gr.Markdown(_numbers("en"), elem_classes="caption")
                        numbers = gr.HTML(elem_id="sam3-numbers", elem_classes="lab-table")
                    controls.export()

    def show(studied: Studied, lang: str) -> Updates:
        return {
            shown: gr.Column(visible=True),
            bars: handlers.bars(studied, lang),
            pictures: handlers.pictures_html(studied, lang),
            numbers: handlers.table_html(studied, lang),
        }

    def translated(lang: str) -> Updates:
        words = SAM3[lang]
        return {
            tab: gr.Tab(label=words["tab"]),
            intro: words["intro"],
            threshold: gr.Slider(label=words["threshold"]),
            other: gr.File(label=words["other"]),
            parts_read: _parts_caption(lang),
            numbers_read: _numbers(lang),
            **controls.translated(lang),
        }

    texts = [tab, intro, threshold, other, parts_read, numbers_read, *controls.texts]
    controls.connect(
        language, [prompter, weights, threshold, other], handlers.start, [shown, bars, pictures, numbers], show,
        tab, texts, translated,
    )  # fmt: skip
    return JobTab(texts, translated)


def _parts_caption(lang: str) -> str:
    heading = PARTS_HEADING.translate(lang)
    return f"**{heading.title}** — {heading.how_to_read}"


def _numbers(lang: str) -> str:
    return f"**{SAM3[lang]['numbers']}** — {SAM3[lang]['numbers_read']}"
