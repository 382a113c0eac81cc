"""What happens on Explore: from a picture with boxes to its results."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

import gradio as gr

from app.components.box_prompter.component import Prompt
from app.services.analyses import ModelSource, analysis_of
from app.services.backbones import BackboneChoice, training_command
from app.shared.html import notice_html
from app.shared.model_source import describe_source
from app.shared.prompts import exemplars_of, make_displayable
from app.tabs.base import QUICK, Case, Updates, bind_first
from app.tabs.explore import service
from app.tabs.explore.backbone_events import connect_picker, describe_backbone
from app.tabs.explore.strings import BACKBONE, STRINGS
from app.tabs.explore.verdict import numbers_html, verdict_html
from app.tabs.explore.view import ExploreView, table_caption
from sam3viz import VARIANTS, Analysis
from sam3viz.encoders import DEFAULT_BACKBONE
from sam3viz.utils.messages import translate, translate_error

FETCH = "() => setTimeout(() => document.querySelector('#download').click(), 300)"
"""A download button hands out the file it had before the click; so another button writes it and then presses this."""
TO_TOP = "() => window.scrollTo({top: 0})"


def connect(view: ExploreView, item: gr.Tab) -> None:
    """Wire the tab's events, and what other tabs ask of it."""
    context, inputs, results = view.context, view.inputs, view.results
    opened = [context.prompter, view.readable, inputs.lesson]
    outputs = [
        inputs.notice, inputs.picker.facts, inputs.picker.command, results.source, results.shipped, results.verdict,
        results.grid, results.table_caption, results.table, *results.plots.values(),
    ]  # fmt: skip
    analyze: dict[str, Any] = {
        "fn": bind_first(show, view), "inputs": [context.prompter, view.visible, context.language, context.source],
        "outputs": outputs, "show_progress": "minimal", "show_progress_on": results.verdict,
        "concurrency_id": "analysis", "concurrency_limit": 1, "api_visibility": "private",
    }  # fmt: skip

    connect_picker(inputs.picker)
    context.prompter.input(**analyze, trigger_mode="always_last")
    # Queued: a picture is decoded, and only one at a time may take the memory of forty megapixels.
    context.prompter.upload(
        bind_first(receive, view), [context.prompter, view.readable, context.language], [*opened, *outputs],
        **QUICK | {"queue": True},
    )  # fmt: skip
    inputs.gallery.select(bind_first(open_example, view), context.language, opened, **QUICK).then(**analyze)
    item.select(max, [context.settled, context.case_changed], context.case_changed, **QUICK)  # opens the first example
    case = context.case_changed.change(bind_first(open_case, view), [context.case, context.language], opened, **QUICK)
    case.success(None, js=TO_TOP, api_visibility="private")
    case.then(**analyze)
    results.grid.select(choose, [view.visible, context.source], view.visible, **QUICK).then(**analyze)
    context.language_changed.change(**analyze)
    results.shipped.click(
        lambda changes: (None, changes + 1), context.source_changed, [context.source, context.source_changed], **QUICK
    )
    context.source_changed.change(**analyze)
    for kind, button in inputs.exports.items():
        written = button.click(
            bind_first(export, kind), [context.prompter, context.language, context.source], inputs.download,
            show_progress_on=button, api_visibility="private",
        )  # fmt: skip
        written.success(None, js=FETCH, api_visibility="private")


def accumulate(steps: Callable[..., Iterator[Updates]]) -> Callable[..., Iterator[Updates]]:
    """Have each step say all earlier ones again.

    Only what differs is sent, and where two steps arrive together Gradio's page turns what the later one leaves out
    into nothing before it is shown.
    """

    @wraps(steps)
    def accumulated(*values: object) -> Iterator[Updates]:
        updates: Updates = {}
        for step in steps(*values):
            updates = {**updates, **step}
            yield updates

    return accumulated


@accumulate
def show(
    view: ExploreView, prompt: Prompt, visible: list[str], language: str, source: ModelSource | None
) -> Iterator[Updates]:
    """Show whose weights are used, then heat, then the panels as they get ready."""
    notice = view.inputs.notice
    try:
        yield _source_updates(view, source, language)
        if prompt.image is None or not prompt.boxes:
            yield {notice: notice_html([STRINGS[language]["waiting"]]), **_cleared(view)}
            return
        analysis = analysis_of(prompt.image, exemplars_of(prompt), source)
    except ValueError as error:
        yield {notice: notice_html([translate_error(error, language)], error=True), **_cleared(view)}
        return
    yield from _analysis_updates(view, analysis, visible, language, training_command(source))


def receive(view: ExploreView, prompt: Prompt, before: Prompt, language: str) -> Updates:
    """Open an uploaded picture, or go back to the one ``before`` where it cannot be read."""
    prompter, notice = view.context.prompter, view.inputs.notice
    words = STRINGS[language]
    try:
        ready = make_displayable(prompt)
    except ValueError as error:
        sentences = [translate_error(error, language)] + ([words["restored"]] if before.image else [])
        return {prompter: before, view.readable: before, notice: notice_html(sentences, error=True)}
    return {
        prompter: ready,
        view.readable: ready,
        view.inputs.lesson: "",
        notice: notice_html([words["waiting"]]),
        **_cleared(view),
    }


def open_example(view: ExploreView, event: gr.SelectData, language: str) -> Updates:
    """Open the example that was pressed."""
    return open_case(view, service.example_case(event.index, language), language)


def open_case(view: ExploreView, case: Case | None, language: str) -> Updates:
    """Open a picture with boxes that the page or another tab asks for; None is the first example."""
    case = case or service.example_case(0, language)
    return {view.context.prompter: case.prompt, view.readable: case.prompt, view.inputs.lesson: case.lesson}


def choose(event: gr.SelectData, before: list[str], source: ModelSource | None) -> list[str]:
    """Return the variants to show, now that the visitor showed or hid one of the grid's, or asked for all."""
    return list(VARIANTS) if event.index is None else service.visible_variants(event.value, before, source)


def export(kind: str, prompt: Prompt, language: str, source: ModelSource | None) -> str:
    """Write a file to take along, and return its path."""
    try:
        return service.export(prompt, kind, source)
    except ValueError as error:
        raise gr.Error(translate_error(error, language)) from error


def _source_updates(view: ExploreView, source: ModelSource | None, language: str) -> Updates:
    label = STRINGS[language]["shipped"]
    if isinstance(source, BackboneChoice):
        label = BACKBONE[language]["back"].format(default=DEFAULT_BACKBONE)
    return {
        view.results.source: notice_html(describe_source(source, language)),
        view.results.shipped: gr.Button(label, visible=source is not None),
        **describe_backbone(view.inputs.picker, source, language),
    }


def _analysis_updates(
    view: ExploreView, analysis: Analysis, visible: list[str], language: str, command: str
) -> Iterator[Updates]:
    words, results = STRINGS[language], view.results
    yield {
        view.inputs.notice: notice_html([translate(warning, language) for warning in analysis.warnings]),
        results.verdict: verdict_html(analysis, language, command),
        results.grid: service.matrix(analysis, words["detections"]),
    }
    for name, figure in service.figures(analysis, visible, language):
        yield {results.plots[name]: figure}
    yield {
        results.table_caption: table_caption(len(analysis.probes), language),
        results.table: numbers_html(analysis, visible, words["numbers"], language),
    }


def _cleared(view: ExploreView) -> Updates:
    results = view.results
    return {results.verdict: "", results.grid: None, results.table: "", **dict.fromkeys(results.plots.values())}
