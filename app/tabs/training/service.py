"""What the Training tab shows of a training, and the weights that it brings. No maths and no layout here."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cache
from uuid import uuid4

import pandas as pd
import plotly.graph_objects as go

from app.services.analyses import TrainedWeights, analyzer
from app.shared.html import table_html
from app.shared.job_panel import duration
from app.tabs.training.strings import STRINGS
from sam3viz.figures.replay import replay_figure
from sam3viz.figures.training_curves import same_curves, training_curves, training_table
from sam3viz.inference.replay import Replay
from sam3viz.training.job import TrainingOutcome, training_job
from sam3viz.training.plan import TrainingPlan
from sam3viz.training.recording import Recording, shipped_recording
from sam3viz.utils.jobs import Job
from sam3viz.utils.messages import InputError

COLUMNS: dict[str, tuple[str, str | None]] = {
    "loss": ("{:.3f}", "min"),
    "steps": ("{:.0f}", "min"),
    "smoothness": ("{:.2f}", "max"),
    "conflicts": ("{:.0%}", None),
    "seconds": ("{:.0f}", "min"),
}
"""Of the table: how a number is written, and which of a column is the best; none where two variants do not compare."""


def make_plan(
    variants: Sequence[str], schedules: Sequence[str], alignment_weights: Sequence[float], steps: float, scenes: float
) -> TrainingPlan:
    """Make a plan of the controls' values.

    Raises:
        ValueError: one sentence on what is missing or too much.
    """
    return TrainingPlan(
        tuple(variants), tuple(schedules), tuple(map(float, alignment_weights)), int(steps), int(scenes)
    )


def start(
    variants: Sequence[str], schedules: Sequence[str], alignment_weights: Sequence[float], steps: float, scenes: float
) -> Job[TrainingOutcome]:
    """Make a job of the controls' values, not started; it trains bridges of the default backbone.

    Raises:
        ValueError: as `make_plan`.
    """
    return training_job(analyzer().backbone, make_plan(variants, schedules, alignment_weights, steps, scenes))


def expectation(plan: TrainingPlan, language: str) -> str:
    """Say how much a plan is and about how long it takes."""
    words = STRINGS[language]
    count = len(plan.runs)
    runs = words["run"] if count == 1 else words["runs"].format(count=count)
    return words["expected"].format(runs=runs, steps=plan.steps, time=duration(plan.expected_seconds, language))


def trained_weights(outcome: TrainingOutcome | None) -> TrainedWeights:
    """Return what a training has finished, for one browser session to analyse with.

    Raises:
        InputError: no run is finished.
    """
    if outcome is None or not outcome.bridges:
        raise InputError(STRINGS.english["none"])
    bridges = dict(outcome.bridges)
    return TrainedWeights(uuid4().hex, analyzer().with_bridges(bridges), tuple(bridges))


@cache
def recording() -> Recording:
    """Return the recorded training of the shipped weights, read once."""
    return shipped_recording()


def recorded_source(language: str) -> str:
    """Say that a recorded run is shown, and what made it."""
    return STRINGS[language]["recorded"].format(**recording().replay.described)


def curves(history: pd.DataFrame, narrow: bool, language: str) -> go.Figure | None:
    """Draw the loss curves; None before the first step.

    Args:
        history: as `TrainingOutcome.history` gives it.
        narrow: whether the window is a phone's.
    """
    return None if history.empty else training_curves(history, narrow, language)


def numbers_html(history: pd.DataFrame, seconds: Mapping[str, float], language: str) -> str:
    """Write a row a finished run, the best value of each column bold; nothing before the first is finished.

    Args:
        seconds: wall time of every finished run, by name; NaN where it is not known.
    """
    table = training_table(history, seconds)
    return "" if table.empty else _table_html(table, language)


def recorded_numbers_html(language: str) -> str:
    """Write the same of the recorded run, whose times are not known."""
    history = recording().curves
    return numbers_html(history, dict.fromkeys(history["run"].unique(), math.nan), language)


def replay(outcome: TrainingOutcome | None, checkpoint: int, narrow: bool, language: str) -> go.Figure | None:
    """Draw what the runs make of the first example at a checkpoint, counted from 1; the recorded ones without a job.

    None while a job has replayed no run.
    """
    shown: Replay | None = recording().replay if outcome is None else outcome.replay
    return None if shown is None else replay_figure(shown, checkpoint - 1, narrow, language)


def equal_runs(outcome: TrainingOutcome, language: str) -> list[str]:
    """Return a sentence for each group of finished runs that do not differ."""
    history = outcome.history()
    groups = same_curves(history[history["run"].isin(list(outcome.seconds))])
    return [STRINGS[language]["same"].format(runs="; ".join(names)) for names in groups]


def _table_html(table: pd.DataFrame, language: str) -> str:
    words = STRINGS[language]
    rows = [
        (str(run), ["–" if pd.isna(row[name]) else form.format(row[name]) for name, (form, _) in COLUMNS.items()])
        for run, row in table.iterrows()
    ]
    best = {
        (row, column)
        for column, (name, (_, extreme)) in enumerate(COLUMNS.items())
        for row, value in enumerate(table[name])
        if extreme and len(table) > 1 and not pd.isna(value) and value == table[name].agg(extreme)
    }
    return table_html(words["table"], [words[f"head_{name}"] for name in COLUMNS], rows, best)
