"""Choosing the backbone on the Explore tab: its layout and which event calls what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import gradio as gr
from gradio.events import Dependency

from app.services import backbones as handlers
from app.services.analyses import Source
from app.shared.html_pieces import notice_html
from app.shared.legacy_job_controls import JobTab, Updates
from app.tabs.explore.backbone_strings import BACKBONE
from sam3viz.encoders import DEFAULT_BACKBONE


@dataclass(frozen=True)
class BackboneChoice(JobTab):
    """What was chosen goes into the page's state, as trained weights do."""

    arrived: gr.Number
    """Changes when the state has changed: a state's own change is heard after queued events alone."""
    results: list[Any]
    """Components that tell of the backbone in use."""
    told: Callable[[Source | None, str], Updates]
    """What the session analyses with and the language -> the updates of `results`; raises ValueError with a sentence
    where a backbone has to be loaded again and cannot be."""
    displaced_by: Callable[[Dependency], None]
    """Has the selection go back after an event that put shipped or trained weights into the state."""


def backbone_choice(offer: handlers.Offer, language: gr.Radio, weights: gr.State) -> BackboneChoice:
    """Build the accordion where it is called.

    Args:
        weights: of the browser session; None, or what it analyses with instead of the shipped weights.
    """
    words = BACKBONE["en"]
    waiting, timer = gr.State(), gr.Timer(0.5, active=False)
    with gr.Accordion(words["title"], open=False, elem_id="backbone") as accordion:
        name = gr.Dropdown(
            offer.labels, value=DEFAULT_BACKBONE, allow_custom_value=True, label=words["label"], info=words["info"],
            elem_id="backbone-name",
        )  # fmt: skip
        standing = gr.HTML(elem_id="backbone-standing")
        facts = gr.HTML(elem_id="backbone-facts")
        command = gr.Code(
            language="shell", interactive=False, lines=1, wrap_lines=True, show_label=False, show_line_numbers=False,
            buttons=["copy"], elem_id="backbone-train",
        )  # fmt: skip
    arrived = gr.Number(0, visible="hidden")
    results: list[Any] = [facts, command]

    def told(source: Source | None, lang: str) -> Updates:
        return {facts: handlers.facts_html(source, lang), command: handlers.train_command(source)}

    def refused(error: ValueError, before: Source | None) -> Updates:
        sentence = notice_html([str(error)], error=True)
        return {waiting: None, timer: gr.Timer(active=False), name: handlers.label_of(before), standing: sentence}

    def follow(loading: handlers.Loading | None, before: Source | None, turn: float, lang: str) -> Updates:
        """Everything as it stands now; the timer goes on until the backbone is there."""
        if loading is None:
            return {timer: gr.Timer(active=False)}
        if not loading.future.done():
            return {waiting: loading, timer: gr.Timer(active=True), standing: loading.html(lang)}
        try:
            loading.future.result()
        except ValueError as error:
            return refused(error, before)
        return taken(loading.chosen, before, turn, lang)

    def taken(source: Source | None, before: Source | None, turn: float, lang: str) -> Updates:
        over = {waiting: None, timer: gr.Timer(active=False), standing: handlers.dropped(before, lang)}
        return {**over, weights: source, arrived: turn + 1}

    def choose(
        text: object, loading: handlers.Loading | None, before: Source | None, turn: float, lang: str
    ) -> Updates:
        try:
            chosen = offer.resolve(text, lang)
            label = handlers.label_of(chosen)
            if loading is not None and label == loading.chosen.label:
                return follow(loading, before, turn, lang)
            if label != handlers.label_of(before):
                if chosen is None:
                    return {name: label, **taken(None, before, turn, lang)}
                return {name: label, **follow(handlers.begin(chosen, lang), before, turn, lang)}
        except ValueError as error:
            return refused(error, before)
        # A list that loses the focus says its value again: then there is nothing to do, and what was said stays.
        return {waiting: None, timer: gr.Timer(active=False), **({} if loading is None else {standing: ""})}

    def displaced(text: object, source: Source | None, lang: str) -> Updates:
        said = handlers.returned(source, text, lang)
        opened = {accordion: gr.Accordion(open=True)} if said else {}
        return {waiting: None, timer: gr.Timer(active=False), name: DEFAULT_BACKBONE, standing: said, **opened}

    def displaced_by(event: Dependency) -> None:
        event.success(displaced, [name, weights, language], [accordion, waiting, timer, name, standing], **quick)

    def translated(lang: str) -> Updates:
        words = BACKBONE[lang]
        return {
            accordion: gr.Accordion(label=words["title"]),
            name: gr.Dropdown(label=words["label"], info=words["info"]),
        }

    quick: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "queue": False}
    shown = [waiting, timer, name, standing, weights, arrived]
    name.input(choose, [name, waiting, weights, arrived, language], shown, **quick)
    timer.tick(follow, [waiting, weights, arrived, language], shown, **quick)
    return BackboneChoice([accordion, name], translated, arrived, results, told, displaced_by)
