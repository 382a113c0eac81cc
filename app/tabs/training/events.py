"""What happens on the Training tab's events."""

from __future__ import annotations

from functools import partial

import gradio as gr
import plotly.graph_objects as go

from app.shared.html import notice_html
from app.shared.i18n import Localizer
from app.shared.job_panel import JobWiring, Updates
from app.tabs.base import NARROW, QUICK, PageContext, bind_first
from app.tabs.training import service
from app.tabs.training.view import TrainingView, build_view, expected_html
from sam3viz.training.job import TrainingOutcome
from sam3viz.utils.jobs import Job
from sam3viz.utils.messages import translate_error


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
    replay_inputs = [view.panel.job, language, view.checkpoint, view.narrow]
    gr.on(
        [item.select, language.input],
        partial(show_recorded, view), replay_inputs, view.recorded, js=NARROW, **QUICK,
    )  # fmt: skip
    gr.on(
        [view.checkpoint.input, view.replayed.change],
        draw_replay, replay_inputs, view.replay, js=NARROW, trigger_mode="always_last", **QUICK,
    )  # fmt: skip
    return view.words


def show_recorded(
    view: TrainingView, job: Job[TrainingOutcome] | None, language: str, checkpoint: float, narrow: bool
) -> Updates:
    """Show the recorded run until the visitor's first job; of a job, its replay anew."""
    drawn = {view.replay: draw_replay(job, language, checkpoint, narrow)}
    if job is not None:
        return drawn
    return drawn | {
        view.source: notice_html([service.recorded_source(language)]),
        view.curves: service.curves(service.recording().curves, narrow, language),
        view.numbers: service.recorded_numbers_html(language),
    }


def draw_replay(job: Job[TrainingOutcome] | None, language: str, checkpoint: float, narrow: bool) -> go.Figure | None:
    """Draw what the runs make of one picture at a checkpoint."""
    return service.replay(None if job is None else job.latest(), int(checkpoint), narrow, language)


def show(view: TrainingView, outcome: TrainingOutcome, language: str, narrow: bool) -> Updates:
    """Show what a training has brought so far."""
    history = outcome.history()
    return {
        view.use: gr.Button(interactive=bool(outcome.bridges)),
        view.source: "",
        view.equal_runs: notice_html(service.equal_runs(outcome, language)),
        view.curves: service.curves(history, narrow, language),
        view.numbers: service.numbers_html(history, outcome.seconds, language),
        view.replayed: 0 if outcome.replay is None else len(outcome.replay.runs),
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
