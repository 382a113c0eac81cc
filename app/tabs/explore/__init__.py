"""Explore: one picture with boxes, and what every variant makes of it."""

from __future__ import annotations

import gradio as gr

from app.shared.i18n import Localizer
from app.tabs.base import PageContext, Tab
from app.tabs.explore.events import connect
from app.tabs.explore.service import prepare
from app.tabs.explore.view import build_view


def build(context: PageContext, item: gr.Tab) -> Localizer:
    """Build the tab where it is called."""
    view = build_view(context)
    connect(view, item)
    return view.words


TAB = Tab("explore", "Explore", build, prepare)
