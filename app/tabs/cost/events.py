"""What happens on the Cost tab's events."""

from __future__ import annotations

from functools import partial
from operator import attrgetter

import gradio as gr
import plotly.graph_objects as go

from app.shared.i18n import Localizer
from app.shared.job_panel import JobWiring, Updates
from app.tabs.base import NARROW, QUICK, PageContext
from app.tabs.cost import service
from app.tabs.cost.service import MeasuredCost
from app.tabs.cost.strings import STRINGS
from app.tabs.cost.view import CostView, build_view


def build(context: PageContext, item: gr.Tab) -> Localizer:
    """Build the tab: its job measures the default backbone, and a note tells how to measure another that was chosen."""
    view = build_view()
    wiring = JobWiring(
        [view.side, view.repetitions], service.start, view.results, partial(show, view), attrgetter("files")
    )
    view.panel.connect(context.language, item, view.words, wiring)
    for event in (item.select, context.language.input):
        event(service.describe_other_backbone, [context.source, context.language], view.other_backbone, **QUICK)
        event(
            show_closeness, [context.language, view.narrow], [view.closeness_caption, view.closeness], js=NARROW,
            **QUICK,
        )  # fmt: skip
    return view.words


def show_closeness(language: str, narrow: bool) -> tuple[str, go.Figure | None]:
    """Show the shipped figures of the gap against use, whatever is measured here."""
    return service.closeness_caption(language), service.closeness(narrow, language)


def show(view: CostView, measured: MeasuredCost, language: str) -> Updates:
    """Show a result's figure and tables."""
    source = service.source(measured.value, language)
    return {
        view.result: gr.Column(visible=True),
        view.pareto_caption: STRINGS[language]["pareto_read"].format(source=source),
        view.pareto: service.figure(measured.value, language),
        view.claims: service.claims_html(measured.value, language),
        view.costs: service.costs_html(measured.value, language),
    }
