"""What happens on the Training tab's events."""

from __future__ import annotations

from functools import partial

import gradio as gr

from app.shared.html import notice_html
from app.shared.i18n import Localizer
from app.shared.job_panel import JobWiring, Updates
from app.tabs.base import QUICK, PageContext, bind_first
from app.tabs.training import service
from app.tabs.training.view import TrainingView, build_view, expected_html
from sam3viz.training.job import TrainingOutcome
from sam3viz.utils.jobs import Job
from sam3viz.utils.messages import translate_error

NARROW = "(...values) => [...values.slice(0, -1), window.innerWidth < 700]"
"""Whether the window is a phone's goes in as the last input."""


def build(context: PageContext, item: gr.Tab) -> Localizer:
    """Build the tab: its job trains bridges, and Explore uses what it has finished once the visitor says so."""
    view, language = build_view(), context.language
    wiring = JobWiring(
        view.settings, service.start, view.results, partial(show, view), views=[view.narrow], javascript=NARROW
    )
    view.panel.connect(language, item, view.words, wiring)
    view.use.click(
        bind_first(use_weights, context),
        [view.panel.job, language, context.source_changed],
        [context.source, context.source_changed, context.tabs],
        **QUICK,
    )
    # One event for all: the answers of several may come in another order than they were asked.
    changes = [setting.change for setting in view.settings]
    gr.on(
        [item.select, language.input, *changes], expected_html, [language, *view.settings], view.expected,
        trigger_mode="always_last", **QUICK,
    )  # fmt: skip
    return view.words


def show(view: TrainingView, outcome: TrainingOutcome, language: str, narrow: bool) -> Updates:
    """Show what a training has brought so far."""
    return {
        view.use: gr.Button(interactive=bool(outcome.bridges)),
        view.equal_runs: notice_html(service.equal_runs(outcome, language)),
        view.curves: service.curves(outcome, narrow, language),
        view.numbers: service.numbers_html(outcome, language),
    }


def use_weights(context: PageContext, job: Job[TrainingOutcome] | None, language: str, changes: float) -> Updates:
    """Have the visitor analyse with the finished runs' weights, and open Explore.

    Raises:
        gr.Error: no run is finished.
    """
    try:
        weights = service.trained_weights(None if job is None else job.latest())
    except ValueError as error:
        raise gr.Error(translate_error(error, language)) from error
    return {context.source: weights, context.source_changed: changes + 1, context.tabs: gr.Tabs(selected="explore")}
