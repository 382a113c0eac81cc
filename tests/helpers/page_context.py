"""What the page hands to a tab, without the page."""

from __future__ import annotations

from collections.abc import Sequence

import gradio as gr

from app.components.box_prompter.component import BoxPrompter
from app.services.backbones import BackboneCatalog
from app.tabs.base import PageContext
from sam3viz.utils.messages import LANGUAGES


def page_context(backbones: Sequence[str] = (), tabs: gr.Tabs | None = None) -> PageContext:
    """Build a context of its own where it is called; `gr.Blocks` must be open."""
    language, tabs = gr.Radio(list(LANGUAGES), value="en"), tabs or gr.Tabs(selected="explore")
    prompter = BoxPrompter(elem_id="prompter", render=False)
    settled, source_changed, case_changed = (gr.Number(0, visible="hidden") for _ in range(3))
    states = gr.State(), source_changed, gr.State(), case_changed
    return PageContext(language, tabs, settled, prompter, *states, BackboneCatalog(backbones))
