"""What happens on Explore: from a picture with boxes to its results."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any

import gradio as gr

from app.components.box_prompter.component import Prompt
from app.components.status_line.component import Progress
from app.services.analyses import ModelSource, analysis_of
from app.services.backbones import BackboneChoice, training_command
from app.services.sessions import is_given_up, want
from app.shared.html import notice_html
from app.shared.model_source import describe_source
from app.shared.prompts import exemplars_of, make_displayable
from app.tabs.base import QUICK, Case, Updates, bind_first
from app.tabs.explore import service
from app.tabs.explore.backbone_events import connect_picker, describe_backbone
from app.tabs.explore.stage import workbench_model
from app.tabs.explore.strings import BACKBONE, STRINGS
from app.tabs.explore.verdict import numbers_html, verdict_html
from app.tabs.explore.view import NUMBERS, VERDICT, VIEWS, WORKBENCH, ExploreView, panel_id, table_caption
from sam3viz import Analysis
from sam3viz.encoders import DEFAULT_BACKBONE
from sam3viz.figures import PANELS
from sam3viz.utils.messages import translate, translate_error

FETCH = "() => setTimeout(() => document.querySelector('#download').click(), 300)"
"""A download button hands out the file it had before the click; so another button writes it and then presses this."""
TO_TOP = "() => window.scrollTo({top: 0})"


def connect(view: ExploreView, item: gr.Tab) -> None:
    """Wire the tab's events, and what other tabs ask of it.

    Whatever changes picture, boxes, weights or language changes what the status line wants; it alone has it computed.
    """
    context, inputs, results = view.context, view.inputs, view.results
    opened = [context.prompter, view.readable, inputs.lesson, inputs.notice]
    outputs = [
        results.status, results.notice, inputs.picker.facts, inputs.picker.command, results.source, results.shipped,
        results.verdict, results.workbench, results.table_caption, results.table, *results.plots.values(),
    ]  # fmt: skip
    wanted = [context.prompter, context.language, context.source_changed, context.source]

    connect_picker(inputs.picker)
    results.status.edit(note, wanted[:-1], **QUICK)
    analyze: dict[str, Any] = {
        "fn": bind_first(show, view), "inputs": wanted, "outputs": outputs, "show_progress": "hidden",
        "concurrency_id": "analysis", "concurrency_limit": 1, "api_visibility": "private",
    }  # fmt: skip
    results.status.input(**analyze, trigger_mode="always_last")
    results.status.retry(**analyze, trigger_mode="multiple")
    results.status.stop(give_up, **QUICK)  # not by ``cancels``: what is asked for right after it would be lost
    context.source_changed.change(
        lambda changes: gr.update(source=changes), context.source_changed, results.status, **QUICK
    )
    # Queued: a picture is decoded, and only one at a time may take the memory of forty megapixels.
    context.prompter.upload(
        bind_first(receive, view), [context.prompter, view.readable, context.language], opened,
        **QUICK | {"queue": True},
    )  # fmt: skip
    context.prompter.input(lambda: "", None, inputs.notice, **QUICK)
    context.prompter.undo(bind_first(reopen, view), [context.prompter, context.language], opened[1:], **QUICK)
    inputs.gallery.select(bind_first(open_example, view), context.language, opened, trigger_mode="always_last", **QUICK)
    item.select(max, [context.settled, context.case_changed], context.case_changed, **QUICK)  # opens the first example
    case = context.case_changed.change(bind_first(open_case, view), [context.case, context.language], opened, **QUICK)
    case.success(None, js=TO_TOP, api_visibility="private")
    results.shipped.click(
        lambda changes: (None, changes + 1), context.source_changed, [context.source, context.source_changed], **QUICK
    )
    for kind, button in inputs.exports.items():
        written = button.click(
            bind_first(export, kind), [context.prompter, context.language, context.source], inputs.download,
            show_progress_on=button, api_visibility="private",
        )  # fmt: skip
        written.success(None, js=FETCH, api_visibility="private")


def note(prompt: Prompt, language: str, source_changes: int, request: gr.Request) -> None:
    """Note what the visitor waits for now: what they waited for before is given up at its next step."""
    want(str(request.session_hash), _stamp(prompt, language, source_changes))


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


def give_up(request: gr.Request) -> None:
    """Note that the visitor waits for nothing any more."""
    want(str(request.session_hash), "")


@accumulate
def show(
    view: ExploreView,
    prompt: Prompt,
    language: str,
    source_changes: float,
    source: ModelSource | None,
    request: gr.Request,
) -> Iterator[Updates]:
    """Show heat with whose weights it is, then panel after panel; ends where the visitor wants something else by then.

    What a step shows carries the stamp of what it was made from in the same message.
    """
    stamp, status, words = _stamp(prompt, language, source_changes), view.results.status, STRINGS[language]
    session = str(request.session_hash)
    shown: dict[str, str] = {}
    try:
        if prompt.image is None or not prompt.boxes:
            waiting = {view.results.notice: notice_html([words["waiting"]]), **_cleared(view, stamp)}
            yield {**_source_updates(view, source, language), **waiting}
            return
        yield {status: Progress(stamp, phase=words["heat"])}
        if is_given_up(session, stamp):
            return
        analysis = analysis_of(prompt.image, exemplars_of(prompt), source)
        for step in _result_steps(view, analysis, stamp, language, source):
            if is_given_up(session, stamp):
                return
            shown |= {name: stamp if is_filled else "" for name, is_filled in step.views.items()}
            yield {**step.updates, status: Progress(stamp, dict(shown), step.next_phase, finished=not step.next_phase)}
    except ValueError as error:
        yield {
            view.results.notice: notice_html([translate_error(error, language)], error=True),
            **_cleared(view, stamp),
        }


def receive(view: ExploreView, prompt: Prompt, before: Prompt, language: str) -> Updates:
    """Open an uploaded picture, or go back to the one ``before`` where it cannot be read."""
    prompter, notice = view.context.prompter, view.inputs.notice
    try:
        ready = make_displayable(prompt)
    except ValueError as error:
        sentences = [translate_error(error, language)] + ([STRINGS[language]["restored"]] if before.image else [])
        return {prompter: before, view.readable: before, notice: notice_html(sentences, error=True)}
    return {prompter: ready, view.readable: ready, view.inputs.lesson: "", notice: ""}


def open_example(view: ExploreView, event: gr.SelectData, language: str) -> Updates:
    """Open the example that was pressed."""
    return open_case(view, service.example_case(event.index, language), language)


def reopen(view: ExploreView, prompt: Prompt, language: str) -> Updates:
    """Follow the visitor back to a picture, or forth."""
    lesson = service.lesson_of(prompt.image, language)
    return {view.readable: prompt, view.inputs.lesson: lesson, view.inputs.notice: ""}


def open_case(view: ExploreView, case: Case | None, language: str) -> Updates:
    """Open a picture with boxes that the page or another tab asks for; None is the first example."""
    case = case or service.example_case(0, language)
    return {
        view.context.prompter: case.prompt,
        view.readable: case.prompt,
        view.inputs.lesson: case.lesson,
        view.inputs.notice: "",
    }


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


@dataclass(frozen=True)
class _Step:
    """A part of the results that is ready."""

    updates: Updates
    views: Mapping[str, bool]
    """Id in `VIEWS` -> whether there is something to show."""
    next_phase: str
    """What comes next; empty after the last."""


def _result_steps(
    view: ExploreView, analysis: Analysis, stamp: str, language: str, source: ModelSource | None
) -> Iterator[_Step]:
    words, results = STRINGS[language], view.results
    names = [*(translate(panel.title, language) for panel in PANELS.values()), words["numbers"]]
    phases = iter([*(f"{name} ({number}/{len(names)})" for number, name in enumerate(names, 1)), ""])
    first = {
        **_source_updates(view, source, language),
        results.notice: notice_html([translate(warning, language) for warning in analysis.warnings]),
        results.verdict: verdict_html(analysis, language, training_command(source)),
        results.workbench: workbench_model(analysis, stamp, language),
    }
    yield _Step(first, {VERDICT: True, WORKBENCH: True}, next(phases))
    for name, figure in service.figures(analysis, language):
        yield _Step({results.plots[name]: figure}, {panel_id(name): figure is not None}, next(phases))
    last = {
        results.table_caption: table_caption(len(analysis.probes), language),
        results.table: numbers_html(analysis, words["numbers"], language),
    }
    yield _Step(last, {NUMBERS: True}, next(phases))


def _cleared(view: ExploreView, stamp: str) -> Updates:
    results = view.results
    return {
        results.status: Progress(stamp, dict.fromkeys(VIEWS, ""), finished=True),
        results.verdict: "",
        results.workbench: None,
        results.table_caption: "",
        results.table: "",
        **dict.fromkeys(results.plots.values()),
    }


def _stamp(prompt: Prompt, language: str, source_changes: float) -> str:
    return f"{prompt.stamp}.{source_changes:.0f}.{language}"
