"""What happens on the "Across images" tab's events."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from operator import attrgetter

import gradio as gr

from app.components.box_prompter.component import Prompt
from app.services.analyses import received
from app.shared.html import notice_html
from app.shared.i18n import Localizer
from app.shared.job_panel import JobWiring, Updates
from app.tabs.across import service
from app.tabs.across.cards import references_html, targets_html
from app.tabs.across.inputs import CrossImageInputs, Reference, Target, load_example
from app.tabs.across.service import ALL, CrossImageSearch, ExportedSearch, ReferenceChoice
from app.tabs.across.strings import STRINGS
from app.tabs.across.view import AcrossView, InputsView, ResultView, build_view
from app.tabs.base import QUICK, PageContext, bind_first
from sam3viz.utils.jobs import Job
from sam3viz.utils.messages import translate_error

QUEUED = QUICK | {"queue": True}
"""Of an event that decodes pictures: one at a time may take the memory of forty megapixels."""


def build(context: PageContext, item: gr.Tab) -> Localizer:
    """Build the tab: its job searches every target with the visitor's source."""
    view = build_view()
    inputs, result = view.inputs, view.result
    wiring = JobWiring(
        [inputs.prompter, inputs.references, inputs.targets, view.placed, context.source],
        service.start,
        [result.column, result.sentences, result.reference, *result.looks],
        partial(show, result),
        attrgetter("files"),
        [result.reference, result.selected],
    )
    view.panel.connect(context.language, item, view.words, wiring)
    _connect_inputs(inputs, context.language, item)
    result.overview.select(
        bind_first(press, view),
        [view.panel.job, context.language, result.reference],
        [result.selected, *result.looks],
        **QUICK,
    )
    return view.words


def _connect_inputs(view: InputsView, language: gr.Radio, item: gr.Tab) -> None:
    opened, cards = [view.prompter, view.readable, view.reference_notice], [view.reference_cards, view.target_cards]
    references, targets = [view.references, view.reference_cards], [view.targets, view.target_cards]
    item.select(
        bind_first(enter, view), [view.filled, view.references, view.targets, language],
        [view.filled, view.prompter, view.readable, view.targets, *cards], **QUEUED,
    )  # fmt: skip
    language.input(bind_first(show_cards, view), [view.references, view.targets, language], cards, **QUICK)
    view.prompter.upload(bind_first(receive, view), [view.prompter, view.readable, language], opened, **QUEUED)
    view.keep.click(bind_first(keep, view), [view.prompter, view.references, language], [*references, *opened], **QUICK)
    view.reference_cards.select(
        bind_first(press_reference, view), [view.prompter, view.references, language], [*references, *opened], **QUICK
    )
    view.drop.upload(
        bind_first(add_targets, view), [view.drop, view.targets, language], [*targets, view.target_notice, view.drop],
        **QUEUED,
    )  # fmt: skip
    view.target_cards.select(
        bind_first(drop_target, view), [view.targets, language], [*targets, view.target_notice], **QUICK
    )


def enter(
    view: InputsView, filled: bool, references: Sequence[Reference], targets: Sequence[Target], language: str
) -> Updates:
    """Fill in the example at the first visit."""
    if filled:
        return show_cards(view, references, targets, language)
    example = load_example()
    return {
        view.filled: True,
        view.prompter: example.prompt,
        view.readable: example.prompt,
        view.targets: example.targets,
        **show_cards(view, (), example.targets, language),
    }


def show_cards(view: InputsView, references: Sequence[Reference], targets: Sequence[Target], language: str) -> Updates:
    """Show what was given."""
    return {
        view.reference_cards: references_html(references, language),
        view.target_cards: targets_html(targets, language),
    }


def receive(view: InputsView, prompt: Prompt, before: Prompt, language: str) -> Updates:
    """Make a new picture displayable, or go back to the one before it."""
    try:
        displayable = received(prompt)
    except ValueError as error:
        restored = [STRINGS[language]["restored"]] if before.image else []
        notice = notice_html([translate_error(error, language), *restored], error=True)
        return {view.prompter: before, view.readable: before, view.reference_notice: notice}
    return {view.prompter: displayable, view.readable: displayable, view.reference_notice: ""}


def keep(view: InputsView, prompt: Prompt, references: Sequence[Reference], language: str) -> Updates:
    """Put the open picture with its boxes to the references."""
    try:
        inputs = CrossImageInputs(prompt, tuple(references)).keep()
    except ValueError as error:
        return {view.reference_notice: notice_html([translate_error(error, language)], error=True)}
    return _open(view, inputs, language)


def press_reference(
    view: InputsView, event: gr.SelectData, prompt: Prompt, references: Sequence[Reference], language: str
) -> Updates:
    """Take a kept reference up again, or leave it out."""
    inputs = CrossImageInputs(prompt, tuple(references))
    if not 0 <= event.index < len(inputs.references):
        return {view.reference_notice: gr.skip()}
    if event.value == "drop":
        inputs = inputs.drop_reference(event.index)
        cards = references_html(inputs.references, language)
        return {view.references: inputs.references, view.reference_cards: cards}
    return _open(view, inputs.take_up(event.index), language)


def _open(view: InputsView, inputs: CrossImageInputs, language: str) -> Updates:
    return {
        view.references: inputs.references,
        view.reference_cards: references_html(inputs.references, language),
        view.prompter: inputs.prompt,
        view.readable: inputs.prompt,
        view.reference_notice: "",
    }


def add_targets(view: InputsView, paths: Sequence[str], targets: Sequence[Target], language: str) -> Updates:
    """Add pictures to the targets, and say what is wrong with those that cannot be used."""
    inputs, errors = CrossImageInputs(targets=tuple(targets)).add_targets(paths)
    return {
        view.targets: inputs.targets,
        view.target_cards: targets_html(inputs.targets, language),
        view.target_notice: notice_html([translate_error(error, language) for error in errors], error=True),
        view.drop: None,
    }


def drop_target(view: InputsView, event: gr.SelectData, targets: Sequence[Target], language: str) -> Updates:
    """Leave a target out."""
    inputs = CrossImageInputs(targets=tuple(targets)).drop_target(event.index)
    return {
        view.targets: inputs.targets,
        view.target_cards: targets_html(inputs.targets, language),
        view.target_notice: "",
    }


def show(view: ResultView, exported: ExportedSearch, language: str, reference: ReferenceChoice, target: int) -> Updates:
    """Show a search, with the reference and the target that were looked at before where it has them."""
    search = exported.value
    choices = service.choices(search, language)
    reference = reference if reference in search.references else ALL
    return {
        view.column: gr.Column(visible=True),
        view.sentences: notice_html(service.sentences(search, language)),
        view.reference: gr.Radio(choices, value=reference, label=STRINGS[language]["ask"], visible=len(choices) > 1),
        **_look(view, search, reference, min(target, len(search.names) - 1), language),
    }


def press(
    view: AcrossView,
    event: gr.SelectData,
    job: Job[ExportedSearch] | None,
    language: str,
    reference: ReferenceChoice,
) -> Updates:
    """Look at the pressed target closely, and open the pressed variant's heat large.

    Raises:
        gr.Error: there is no such target.
    """
    exported = None if job is None else job.result()
    if exported is None or not 0 <= event.index < len(exported.value.names):
        raise gr.Error(STRINGS[language]["idle"])
    looks = _look(view.result, exported.value, reference, event.index, language, event.value)
    return {view.result.selected: event.index, **looks}


def _look(
    view: ResultView,
    search: CrossImageSearch,
    reference: ReferenceChoice,
    target: int,
    language: str,
    opened: str | None = None,
) -> Updates:
    return {
        view.overview: service.overview_html(search, reference, target, language),
        view.close_caption: STRINGS[language]["close_read"].format(target=search.names[target]),
        view.grid: service.matrix(search, reference, target, language, opened),
    }
