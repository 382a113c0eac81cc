"""The Dataset tab: its layout and which event calls what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import gradio as gr

from app.shared.dataset_picker import Source
from app.shared.html_pieces import notice_html
from app.shared.legacy_job_controls import JobControls, JobTab, Updates
from app.tabs.dataset import service as handlers
from app.tabs.dataset.service import Measured
from app.tabs.dataset.strings import DATASET
from sam3viz.studies.dataset_gap.examples import ExampleKind
from sam3viz.utils.jobs import Job

PICTURES, MOST = 16, 128
ENDS: tuple[ExampleKind, ...] = ("worst", "best")


@dataclass(frozen=True)
class DatasetTab(JobTab):
    """A case that is pressed opens in Explore."""

    job: gr.State
    galleries: dict[ExampleKind, gr.Gallery]
    """"worst" and "best"."""


def dataset_tab(language: gr.Radio, weights: gr.State) -> DatasetTab:
    """Build the tab within the page's tabs.

    Args:
        weights: what the browser session measures instead of the shipped weights, which are None.
    """
    words = DATASET["en"]
    with gr.Tab(words["tab"], id="dataset", elem_id="dataset-tab") as tab:
        controls: JobControls[Measured] = JobControls("dataset", lambda lang: DATASET[lang]["idle"])
        with gr.Row(elem_classes="explore"):
            with gr.Column(scale=3, min_width=340, elem_classes="side"):
                intro = gr.Markdown(words["intro"])
                source = Source("dataset", PICTURES, MOST)
                controls.buttons()
            with gr.Column(scale=8, min_width=340, elem_classes="result"):
                controls.standing()
                with gr.Column(visible=False) as shown:
                    story = gr.HTML(elem_id="dataset-story")
                    with gr.Column(elem_classes="view"):
                        headline_read = gr.Markdown(words["headline_read"], elem_classes="caption")
                        headline = gr.HTML(elem_id="dataset-headline", elem_classes="lab-table")
                    with gr.Column(elem_classes="view"):
                        accuracy_read = gr.Markdown(words["accuracy_read"], elem_classes="caption")
                        use = gr.Plot(show_label=False, container=False, elem_id="dataset-use")
                    with gr.Column(elem_classes="view"):
                        map_read = gr.Markdown(words["map_read"], elem_classes="caption")
                        planes = gr.Plot(show_label=False, container=False, elem_id="panel-dataset-map")
                    galleries = {
                        end: gr.Gallery(
                            columns=4, height="auto", allow_preview=False, interactive=False, buttons=[],
                            object_fit="contain",
                            elem_id=f"dataset-{end}", elem_classes="cases", visible=False,
                        )
                        for end in ENDS
                    }  # fmt: skip
                    with gr.Column(elem_classes="view"):
                        parts_read = gr.Markdown(words["parts_read"], elem_classes="caption")
                        parts = gr.HTML(elem_id="dataset-parts", elem_classes="lab-table")
                        all_read = gr.Markdown(words["all_read"], elem_classes="caption")
                        measures = gr.HTML(elem_id="dataset-all", elem_classes="lab-table")
                    controls.export()

    def show(found: Measured, lang: str) -> Updates:
        told, gap, drawn = handlers.tables(found.gap, lang), found.gap, handlers.figures(found.gap)
        return {
            shown: gr.Column(visible=True),
            story: notice_html(handlers.sentences(found, lang)),
            headline: told["headline"],
            use: drawn["accuracy"],
            planes: drawn["map"],
            parts: told["parts"],
            measures: told["all"],
            **{
                gallery: gr.Gallery(
                    handlers.case_pictures(gap, end), visible=bool(found.opened[end]),
                    label=DATASET[lang][end].format(name=gap.most_accurate),
                )
                for end, gallery in galleries.items()
            },
        }  # fmt: skip

    def translated(lang: str) -> Updates:
        words = DATASET[lang]
        return {
            tab: gr.Tab(label=words["tab"]),
            intro: words["intro"],
            headline_read: words["headline_read"],
            accuracy_read: words["accuracy_read"],
            map_read: words["map_read"],
            parts_read: words["parts_read"],
            all_read: words["all_read"],
            **source.translated(lang),
            **controls.translated(lang),
        }

    results = [shown, story, headline, use, planes, parts, measures, *galleries.values()]
    texts = [
        tab, intro, headline_read, accuracy_read, map_read, parts_read, all_read, *source.components,
        *controls.texts,
    ]  # fmt: skip
    controls.connect(language, [*source.components, weights], handlers.start, results, show, tab, texts, translated)
    return DatasetTab(texts, translated, controls.job, galleries)


def opened(end: ExampleKind) -> Callable[..., tuple[Any, Any, str, gr.Tabs]]:
    """What a press on a case does: picture and box go into Explore, with a sentence on them."""

    def open_case(event: gr.SelectData, job: Job[Measured], lang: str) -> tuple[Any, Any, str, gr.Tabs]:
        found = job.result()
        if found is None:
            raise gr.Error(DATASET[lang]["idle"])
        prompt, sentence = handlers.opened(found, end, event.index, lang)
        return prompt, prompt, sentence, gr.Tabs(selected="explore")

    return open_case
