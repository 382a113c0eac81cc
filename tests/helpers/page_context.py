"""What the page hands to a tab, for a page of one's own."""

from __future__ import annotations

import gradio as gr

from app.components.box_prompter.component import BoxPrompter
from app.services.backbones import Offer
from app.tabs.base import PageContext


def build_context(tabs: gr.Tabs) -> PageContext:
    """Build it within a page; whoever does not build Explore renders ``prompter``."""
    return PageContext(
        language=gr.Radio(["en", "zh-CN"], value="en"),
        tabs=tabs,
        prompter=BoxPrompter(elem_id="prompter", render=False),
        source=gr.State(),
        source_changed=gr.Number(0, visible="hidden"),
        case=gr.State(),
        case_changed=gr.Number(0, visible="hidden"),
        backbones=Offer(),
    )
