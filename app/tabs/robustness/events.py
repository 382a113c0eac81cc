"""What happens on the Robustness tab's events."""

from __future__ import annotations

from functools import partial
from operator import attrgetter

import gradio as gr

from app.shared.html import notice_html
from app.shared.i18n import Localizer
from app.shared.job_panel import JobWiring, Updates
from app.tabs.base import PageContext
from app.tabs.robustness import service
from app.tabs.robustness.service import MeasuredRobustness
from app.tabs.robustness.view import RobustnessView, build_view


def build(context: PageContext, item: gr.Tab) -> Localizer:
    """Build the tab: its job measures the visitor's source, and two choices say what of a result is seen."""
    view = build_view()
    settings = [*view.picker.components, view.names, view.side, context.source]
    wiring = JobWiring(
        settings, service.start, view.results, partial(show, view), attrgetter("files"), [view.disturbed, view.metric]
    )
    view.panel.connect(context.language, item, view.words, wiring)
    return view.words


def show(view: RobustnessView, measured: MeasuredRobustness, language: str, disturbed: str, metric: str) -> Updates:
    """Show a result's curves and tables of what was disturbed, by one metric."""
    robustness = measured.value.robustness
    return {
        view.result: gr.Column(visible=True),
        view.sentences: notice_html(service.sentences(measured.value, disturbed, metric, language)),
        view.curves: service.figure(robustness, disturbed, metric, language),
        view.areas: service.areas_html(robustness, disturbed, metric, language),
        view.consistency: service.consistency_html(robustness, language),
    }
