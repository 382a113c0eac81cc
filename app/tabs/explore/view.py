"""The Explore tab's components."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import gradio as gr

from app.components.box_prompter.component import Prompt
from app.components.box_prompter.strings import STRINGS as BOX_STRINGS
from app.components.status_line.component import StatusLine
from app.components.status_line.strings import STRINGS as STATUS_STRINGS
from app.components.workbench.component import Workbench
from app.components.workbench.strings import STRINGS as WORKBENCH_STRINGS
from app.shared.i18n import Localizer, Strings
from app.tabs.base import PageContext
from app.tabs.explore.backbone_picker import BackbonePicker, build_picker
from app.tabs.explore.service import EXPORTS, thumbnails
from app.tabs.explore.strings import STRINGS
from sam3viz.figures import PANELS
from sam3viz.utils.messages import translate

VERDICT, WORKBENCH, NUMBERS = "verdict", "workbench", "numbers"


def panel_id(name: str) -> str:
    """Return the id of a panel's element."""
    return f"panel-{name}"


VIEWS = (VERDICT, WORKBENCH, *map(panel_id, PANELS), NUMBERS)
"""Ids of the elements that show a result."""


@dataclass(frozen=True)
class Inputs:
    """What the visitor asks: picture and boxes, an example, a backbone, a file."""

    notice: gr.HTML
    """What became of a file."""
    lesson: gr.Markdown
    """What to look at in an example or a case."""
    gallery: gr.Gallery
    picker: BackbonePicker
    exports: Mapping[str, gr.Button]
    """By kind of file, as in `EXPORTS`."""
    download: gr.DownloadButton
    """Not seen; holds the file that was written last."""


@dataclass(frozen=True)
class Results:
    """What the analysis shows."""

    source: gr.HTML
    """Whose weights were used, where they are not the shipped ones."""
    shipped: gr.Button
    """Leads back to the shipped weights."""
    status: StatusLine
    notice: gr.HTML
    """What is missing, or what to know of the result."""
    verdict: gr.HTML
    workbench: Workbench
    plots: Mapping[str, gr.Plot]
    """By name in `PANELS`."""
    table_caption: gr.Markdown
    table: gr.HTML


@dataclass(frozen=True)
class ExploreView:
    """The tab's components and what it remembers of a visitor."""

    context: PageContext
    words: Localizer
    inputs: Inputs
    results: Results
    readable: gr.State
    """The last `Prompt` whose picture could be read, to go back to."""


def build_view(context: PageContext) -> ExploreView:
    """Build the tab's components where it is called."""
    words = Localizer(STRINGS)
    readable = gr.State(Prompt())
    with gr.Row(elem_classes="explore"):
        with gr.Column(scale=3, min_width=340, elem_classes="side"):
            inputs = _build_inputs(context, words)
        with gr.Column(scale=8, min_width=340, elem_classes="result"):
            results = _build_results(context, words)
    return ExploreView(context, words, inputs, results, readable)


def _build_inputs(context: PageContext, words: Localizer) -> Inputs:
    context.prompter.render()  # type: ignore[no-untyped-call]
    words.bind(context.prompter, strings=partial(_strings, BOX_STRINGS))
    notice, lesson = gr.HTML(elem_id="notice"), gr.Markdown(elem_id="lesson")
    gallery = words.bind(
        gr.Gallery(
            thumbnails(), columns=4, height="auto", allow_preview=False, interactive=False, object_fit="cover",
            elem_id="examples", buttons=[],
        ),
        label="examples",
    )  # fmt: skip
    picker = build_picker(context)
    words.adopt(picker.words)
    with words.bind(gr.Accordion(open=False), label="export"):
        exports = {
            kind: words.bind(gr.Button(size="sm", elem_id=f"export-{kind}"), value=f"export_{kind}") for kind in EXPORTS
        }
        download = gr.DownloadButton(elem_id="download", elem_classes="offscreen")
    return Inputs(notice, lesson, gallery, picker, exports, download)


def _build_results(context: PageContext, words: Localizer) -> Results:
    status = words.bind(
        StatusLine(str(context.prompter.elem_id), list(VIEWS), elem_id="status"),
        strings=partial(_strings, STATUS_STRINGS),
        language=str,
    )
    notice, source = gr.HTML(elem_id="result-notice"), gr.HTML(elem_id="weights-in-use")
    shipped = gr.Button(size="sm", visible=False, elem_id="shipped-weights")
    verdict = gr.HTML(elem_id=VERDICT)
    workbench = words.bind(Workbench(elem_id=WORKBENCH), strings=partial(_strings, WORKBENCH_STRINGS))
    plots = {}
    for name in PANELS:
        with gr.Column(elem_classes="view"):
            words.bind(gr.Markdown(elem_classes="caption"), value=partial(_panel_caption, name))
            plots[name] = gr.Plot(show_label=False, container=False, elem_id=panel_id(name))
    with gr.Column(elem_classes="view"):
        table_caption = gr.Markdown(elem_classes="caption")
        table = gr.HTML(elem_id=NUMBERS)
    words.bind(gr.Markdown(elem_classes="method"), value="method")
    return Results(source, shipped, status, notice, verdict, workbench, plots, table_caption, table)


def table_caption(probes: int, language: str) -> str:
    """Say how the table of measures is read; ``probes`` is the number of probe boxes."""
    words = STRINGS[language]
    return f"**{words['numbers']}** — {words['numbers_read'].format(probes=probes)}"


def _panel_caption(name: str, language: str) -> str:
    title, how_to_read = (translate(text, language) for text in (PANELS[name].title, PANELS[name].how_to_read))
    return f"**{title}** — {how_to_read}"


def _strings(strings: Strings, language: str) -> dict[str, str]:
    return dict(strings[language])
