"""Where a visitor chooses the backbone: the accordion's components."""

from __future__ import annotations

from dataclasses import dataclass

import gradio as gr

from app.shared.i18n import Localizer
from app.tabs.base import PageContext
from app.tabs.explore.strings import BACKBONE
from sam3viz.encoders import DEFAULT_BACKBONE


@dataclass(frozen=True)
class BackbonePicker:
    """The accordion's components, and what is being loaded for the visitor."""

    context: PageContext
    words: Localizer
    accordion: gr.Accordion
    name: gr.Dropdown
    progress: gr.HTML
    """How the loading stands, or why it failed."""
    facts: gr.HTML
    command: gr.Code
    """Trains what the backbone in use has no weights for."""
    loading: gr.State
    """The `app.services.backbones.Loading` that the visitor waits for, or None."""
    timer: gr.Timer
    """Runs while there is something to wait for."""


def build_picker(context: PageContext) -> BackbonePicker:
    """Build the accordion where it is called."""
    words = Localizer(BACKBONE)
    with words.bind(gr.Accordion(open=False, elem_id="backbone"), label="title") as accordion:
        name = words.bind(
            gr.Dropdown(
                context.backbones.labels, value=DEFAULT_BACKBONE, allow_custom_value=True, elem_id="backbone-name"
            ),
            label="label", info="info",
        )  # fmt: skip
        progress = gr.HTML(elem_id="backbone-standing")
        facts = gr.HTML(elem_id="backbone-facts")
        command = gr.Code(
            language="shell", interactive=False, lines=1, wrap_lines=True, show_label=False, show_line_numbers=False,
            buttons=["copy"], elem_id="backbone-train",
        )  # fmt: skip
    loading, timer = gr.State(), gr.Timer(0.5, active=False)
    return BackbonePicker(context, words, accordion, name, progress, facts, command, loading, timer)
