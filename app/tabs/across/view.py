"""What the "Across images" tab looks like."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import gradio as gr

from app.components.box_prompter.component import BoxPrompter, Prompt
from app.components.box_prompter.strings import STRINGS as BOX_STRINGS
from app.components.image_drop import ImageDrop
from app.components.picture_grid.component import PictureGrid
from app.components.picture_grid.strings import STRINGS as GRID_STRINGS
from app.components.pressable.component import Pressable
from app.shared.i18n import Localizer, Text
from app.shared.job_panel import JobPanel
from app.shared.job_strings import JOB
from app.tabs.across.service import ALL, CLOSER, ExportedSearch
from app.tabs.across.strings import STRINGS
from sam3viz.api.cross_image import MAX_TARGETS

H = TypeVar("H", bound=gr.HTML)


@dataclass(frozen=True)
class InputsView:
    """What a search is made from."""

    filled: gr.State
    """Whether the example was filled in."""
    readable: gr.State
    """The last open picture that could be read, to go back to."""
    references: gr.State
    """Those that were put aside."""
    targets: gr.State
    prompter: BoxPrompter
    reference_notice: gr.HTML
    keep: gr.Button
    reference_cards: Pressable
    drop: ImageDrop
    target_notice: gr.HTML
    target_cards: Pressable


@dataclass(frozen=True)
class ResultView:
    """What came of a search."""

    selected: gr.State
    """Number of the target that is looked at closely."""
    column: gr.Column
    sentences: gr.HTML
    reference: gr.Radio
    overview: Pressable
    close_caption: gr.Markdown
    grid: PictureGrid

    @property
    def looks(self) -> list[Any]:
        """All that another reference or another target changes."""
        return [self.overview, self.close_caption, self.grid]


@dataclass(frozen=True)
class AcrossView:
    """The components that events read or change."""

    words: Localizer
    panel: JobPanel[ExportedSearch]
    inputs: InputsView
    placed: gr.Checkbox
    result: ResultView


def build_view() -> AcrossView:
    """Place the tab's components."""
    words = Localizer(STRINGS)
    panel = JobPanel[ExportedSearch]("across", STRINGS, start=JOB.english["search"])
    with gr.Row(elem_classes="explore"):
        with gr.Column(scale=3, min_width=340, elem_classes="side"):
            words.bind(gr.Markdown(), value="intro")
            inputs = _build_inputs(words)
        with gr.Column(scale=8, min_width=340, elem_classes="result"):
            with gr.Row():
                with gr.Column(min_width=260):
                    panel.render_buttons()
                placed = words.bind(
                    gr.Checkbox(False, min_width=320, elem_id="across-placed"), label="placed", info="placed_info"
                )
            panel.render_status()
            result = _build_result(words)
            panel.render_files()
    return AcrossView(words, panel, inputs, placed, result)


def _build_inputs(words: Localizer) -> InputsView:
    filled, readable, references, targets = gr.State(False), gr.State(Prompt()), gr.State(()), gr.State(())
    words.bind(gr.Markdown(), value="references")
    prompter = _bind_strings(words, BoxPrompter(elem_id="across-prompter"), _box_strings)
    reference_notice = gr.HTML(elem_id="across-reference-notice")
    keep = words.bind(gr.Button(size="sm", elem_id="across-add"), value="add")
    reference_cards = Pressable(elem_id="across-references")
    words.bind(gr.Markdown(), value=_targets_heading)
    drop = words.bind(
        ImageDrop(file_types=["image"], file_count="multiple", height=84, elem_id="across-drop"), label="files"
    )
    target_notice = gr.HTML(elem_id="across-target-notice")
    target_cards = Pressable(elem_id="across-targets")
    return InputsView(
        filled, readable, references, targets, prompter, reference_notice, keep, reference_cards, drop, target_notice,
        target_cards,
    )  # fmt: skip


def _build_result(words: Localizer) -> ResultView:
    selected = gr.State(0)
    with gr.Column(visible=False) as column:
        sentences = gr.HTML(elem_id="across-told")
        reference = gr.Radio([(STRINGS.english["together"], ALL)], value=ALL, elem_id="across-asked")
        words.bind(reference, label="ask")
        with gr.Column(elem_classes="view"):
            words.bind(gr.Markdown(elem_classes="caption"), value="table_read")
            overview = Pressable(elem_id="across-overview")
    # Not in what appears with the first result: words sent to it before that would be lost.
    with gr.Column(elem_classes="view", elem_id=CLOSER.removeprefix("#")):
        close_caption = gr.Markdown(elem_classes="caption")
        grid = PictureGrid(strings=_grid_strings("en"), elem_id="across-grid")
        _bind_strings(words, grid, _grid_strings)
    return ResultView(selected, column, sentences, reference, overview, close_caption, grid)


def _bind_strings(words: Localizer, component: H, strings: Callable[[str], dict[str, str]]) -> H:
    """Bind a component's strings, and its other properties as they are.

    The tab opens after the page has its language, and Gradio takes what was sent to a component before it was ever seen
    for all of its properties.
    """
    properties: dict[str, Text] = {name: partial(_unchanged, value) for name, value in component.props.items()}
    return words.bind(component, **(properties | {"strings": strings}))


def _unchanged(value: object, language: str) -> object:
    return value


def _targets_heading(language: str) -> str:
    return STRINGS[language]["targets"].format(most=MAX_TARGETS)


def _box_strings(language: str) -> dict[str, str]:
    return dict(BOX_STRINGS[language])


def _grid_strings(language: str) -> dict[str, str]:
    return {**GRID_STRINGS[language], "empty": STRINGS[language]["empty"]}
