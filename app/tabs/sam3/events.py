"""What happens on the SAM 3 tab's events. It studies Explore's boxes, on their picture or another."""

from __future__ import annotations

from functools import partial
from operator import attrgetter

import gradio as gr

from app.shared.i18n import Localizer
from app.shared.job_panel import JobWiring, Updates
from app.tabs.base import PageContext
from app.tabs.sam3 import service
from app.tabs.sam3.service import ExportedStudy
from app.tabs.sam3.view import Sam3View, build_view


def build(context: PageContext, item: gr.Tab) -> Localizer:
    """Build the tab: its job studies picture and boxes of Explore with the SAM 3 that the visitor chose there."""
    view = build_view()
    settings = [context.prompter, context.source, view.threshold, view.other]
    wiring = JobWiring(settings, service.start, view.results, partial(show, view), attrgetter("files"))
    view.panel.connect(context.language, item, view.words, wiring)
    return view.words


def show(view: Sam3View, exported: ExportedStudy, language: str) -> Updates:
    """Show a study's bars, pictures and numbers."""
    return {
        view.result: gr.Column(visible=True),
        view.parts: service.bars(exported.value, language),
        view.pictures: service.pictures_html(exported.value, language),
        view.numbers: service.numbers_html(exported.value, language),
    }
