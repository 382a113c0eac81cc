"""What happens on the Dataset tab's events."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from operator import attrgetter
from typing import Any

import gradio as gr

from app.shared.html import notice_html
from app.shared.i18n import Localizer
from app.shared.job_panel import JobWiring, Updates
from app.tabs.base import QUICK, Case, PageContext
from app.tabs.dataset import service
from app.tabs.dataset.service import MeasuredGap
from app.tabs.dataset.strings import STRINGS
from app.tabs.dataset.view import DatasetView, build_view
from sam3viz.studies.dataset_gap.examples import ExampleKind
from sam3viz.utils.jobs import Job


def build(context: PageContext, item: gr.Tab) -> Localizer:
    """Build the tab: its job measures the visitor's source, and a case that is pressed opens in Explore."""
    view = build_view()
    settings = [*view.picker.components, context.source]
    wiring = JobWiring(settings, service.start, view.results, partial(show, view), attrgetter("files"))
    view.panel.connect(context.language, item, view.words, wiring)
    for end, gallery in view.galleries.items():
        gallery.select(
            open_case(end), [view.panel.job, context.case_changed, context.language],
            [context.case, context.case_changed, context.tabs], **QUICK,
        )  # fmt: skip
    return view.words


def show(view: DatasetView, measured: MeasuredGap, language: str) -> Updates:
    """Show a result's sentences, tables, figures and cases."""
    gap = measured.value.gap
    tables, figures = service.tables(gap, language), service.figures(gap)
    galleries: dict[Any, Any] = {
        gallery: gr.Gallery(
            service.case_pictures(gap, end), visible=bool(measured.value.prompts[end]),
            label=STRINGS[language][end].format(name=gap.most_accurate),
        )
        for end, gallery in view.galleries.items()
    }  # fmt: skip
    return {
        view.result: gr.Column(visible=True),
        view.story: notice_html(service.sentences(measured.value, language)),
        view.headline: tables["headline"],
        view.accuracy: figures["accuracy"],
        view.planes: figures["map"],
        view.parts: tables["parts"],
        view.measures: tables["all"],
        **galleries,
    }


def open_case(end: ExampleKind) -> Callable[..., tuple[Case, float, gr.Tabs]]:
    """Make what a press on a case of `ENDS` does: Explore is asked to open it."""

    def select(
        event: gr.SelectData, job: Job[MeasuredGap], changes: float, language: str
    ) -> tuple[Case, float, gr.Tabs]:
        measured = job.result()
        if measured is None:
            raise gr.Error(STRINGS[language]["idle"])
        return service.opened(measured.value, end, event.index, language), changes + 1, gr.Tabs(selected="explore")

    return select
