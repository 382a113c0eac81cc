"""What the Training tab's events do: start, watch and use a training. No maths and no layout here."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import uuid4

import plotly.graph_objects as go

from app.services.analyses import Weights, analyzer
from app.services.sessions import track as watched
from app.tabs.training.status import duration, training_table_html
from app.tabs.training.strings import TRAINING
from sam3viz import VARIANTS
from sam3viz.figures.training_curves import same_curves, training_curves, training_table
from sam3viz.training.plan import Plan
from sam3viz.training.session import TrainingSession


def planned(
    variants: Sequence[str], schedules: Sequence[str], alignment: Sequence[float], steps: float, scenes: float
) -> Plan:
    """The controls' values as a plan.

    Raises:
        ValueError: one sentence on what is missing or too much.
    """
    return Plan(tuple(variants), tuple(schedules), tuple(map(float, alignment)), int(steps), int(scenes))


def expectation(plan: Plan, language: str) -> str:
    """How much a plan is and about how long it takes."""
    words = TRAINING[language]
    count = len(plan.runs)
    runs = words["run"] if count == 1 else words["runs"].format(count=count)
    return words["expected"].format(runs=runs, steps=plan.steps, time=duration(plan.expected_seconds, language))


def start(plan: Plan, visitor: str) -> TrainingSession:
    """Begin a training; ``visitor`` is the browser session that it belongs to."""
    training = TrainingSession(analyzer().backbone, plan)
    training.start()
    watched(training, visitor)
    return training


def weights(training: TrainingSession | None, language: str) -> Weights:
    """What a training has finished, for one browser session to analyse with.

    Raises:
        ValueError: no run is finished.
    """
    bridges = {} if training is None else training.bridges()
    if not bridges:
        raise ValueError(TRAINING[language]["none"])
    return Weights(uuid4().hex, analyzer().with_bridges(bridges), tuple(bridges))


def curves(training: TrainingSession, narrow: bool) -> go.Figure | None:
    """None before the first step."""
    history = training.history()
    return None if history.empty else training_curves(history, narrow)


def table(training: TrainingSession, language: str) -> str:
    """Empty before the first run is finished."""
    found = training_table(training.history(), training.seconds())
    return "" if found.empty else training_table_html(found, language)


def without_effect(training: TrainingSession, language: str) -> list[str]:
    """A sentence for each group of finished runs that do not differ."""
    history, finished = training.history(), training.seconds()
    groups = same_curves(history[history["run"].isin(list(finished))])
    return [TRAINING[language]["same"].format(runs="; ".join(names)) for names in groups]


def in_use(used: Weights | None, language: str) -> list[str]:
    """A sentence, where the results are not those of the shipped weights."""
    if used is None:
        return []
    titles = ", ".join(VARIANTS[name].title for name in used.variants)
    return [TRAINING[language]["in_use"].format(variants=titles)]
