"""What each variant finds against what it costs."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from sam3viz.evaluation.estimate import Estimate
from sam3viz.evaluation.pareto import pareto_front
from sam3viz.figures.style import FAINT, INK, clear_background, color_of_variant, symbol_of_variant
from sam3viz.studies.cost.measure import BACKBONE
from sam3viz.utils.messages import DEFAULT_LANGUAGE, translate

HEIGHT = 480
"""Pixels."""
_ERROR_KEYS = ("array", "arrayminus", "visible")


@dataclass(frozen=True)
class Quantity:
    """One cost that the picture can have across; button and title are English, as people read them."""

    button: str
    title: str
    """Of the axis, before "added to the backbone"."""
    quartiles: tuple[str, str] | None = None
    """Columns of `sam3viz.studies.cost.measure.measure_costs`, where it was timed."""


QUANTITIES = {
    "forward_s": Quantity("time", "forward time", ("forward_low_s", "forward_high_s")),
    "parameters": Quantity("parameters", "parameters"),
    "flops": Quantity("FLOPs", "FLOPs of the forward pass"),
    "kept_bytes": Quantity("memory", "memory kept for the backward pass"),
}
"""By column of `sam3viz.studies.cost.measure.measure_costs`."""


@dataclass(frozen=True)
class Point:
    """Where a variant lies."""

    cost: float
    """Percent added to the backbone."""
    score: float
    """Patch AP."""


def percent_added(costs: pd.DataFrame, variant: str, column: str, quantity: str | None = None) -> float:
    """Return the percent that backbone and ``variant`` cost more than the backbone alone.

    Args:
        column: what is taken of the variant, such as a quartile of ``quantity``; by default the same.
    """
    return 100 * float(costs[column].loc[variant]) / float(costs[quantity or column].loc[BACKBONE])


def place_variants(
    costs: pd.DataFrame, scores: Mapping[str, Estimate], quantity: str = "forward_s"
) -> dict[str, Point]:
    """Place each variant, without those that lack an AP or any cost."""
    complete = [str(name) for name, row in costs[list(QUANTITIES)].iterrows() if name in scores and row.notna().all()]
    return {
        name: Point(percent_added(costs, name, quantity), scores[name].mean)
        for name in complete
        if not math.isnan(scores[name].mean)
    }


def find_frontier(points: Mapping[str, Point]) -> list[str]:
    """Return the Pareto frontier of cost and score, cheapest first.

    A point is left out where another costs no more and scores no less, and is better in one of the two.
    """
    return pareto_front({name: (-point.cost, point.score) for name, point in points.items()})


def draw_pareto(
    costs: pd.DataFrame,
    scores: Mapping[str, Estimate],
    quantity: str = "forward_s",
    language: str = DEFAULT_LANGUAGE,
) -> go.Figure:
    """Draw each variant at what it adds to the backbone's cost and at its AP, with a line through the Pareto frontier.

    Bars are the AP's interval and the quartiles of the forward time. Buttons change the cost.

    Args:
        costs: of `sam3viz.studies.cost.measure.measure_costs`.
        scores: variant -> its patch AP.
        quantity: of `QUANTITIES`, what the picture begins with.
        language: of titles and notes.
    """
    views = {key: _view(costs, scores, key) for key in QUANTITIES}
    first = views[quantity]
    figure = go.Figure(
        go.Scatter(
            x=first["x"][0], y=first["y"][0], mode="lines", name=translate("Pareto frontier", language),
            hoverinfo="skip", line={"width": 1.5, "color": INK, "shape": "hv", "dash": "dot"},
        )
    )  # fmt: skip
    for index, name in enumerate(place_variants(costs, scores), start=1):
        reach = {key: first[f"error_x.{key}"][index] for key in _ERROR_KEYS}
        figure.add_trace(_marker(name, first["x"][index][0], scores[name], reach, language))
    figure.update_xaxes(title=_title(quantity, language), ticksuffix="%", autorangeoptions={"include": 0})
    figure.update_yaxes(title="patch AP ↑", rangemode="tozero")
    figure.update_xaxes(gridcolor=FAINT, zerolinecolor=FAINT)
    figure.update_yaxes(gridcolor=FAINT, zerolinecolor=FAINT)
    clear_background(figure)
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 56, "r": 16, "t": 44, "b": 132},
        legend={"orientation": "h", "x": 0, "y": 0, "yref": "container", "yanchor": "bottom"},
        updatemenus=[_menu(views, quantity, language)],
    )
    return figure


def _menu(views: Mapping[str, dict[str, list[Any]]], active: str, language: str) -> dict[str, Any]:
    buttons = [
        {
            "label": translate(QUANTITIES[key].button, language),
            "method": "update",
            "args": [view, {"xaxis.title.text": _title(key, language)}],
        }
        for key, view in views.items()
    ]
    return {
        "type": "buttons", "direction": "right", "buttons": buttons, "active": list(views).index(active),
        "x": 0, "xanchor": "left", "y": 1, "yanchor": "bottom", "pad": {"b": 8}, "font": {"size": 11},
        "bordercolor": FAINT,
    }  # fmt: skip


def _marker(name: str, x: float, score: Estimate, reach: Mapping[str, Any], language: str) -> go.Scatter:
    colour = color_of_variant(name)
    bar = {"type": "data", "symmetric": False, "thickness": 1.5, "width": 4, "color": colour}
    interval = None
    if score.low is not None and score.high is not None:
        interval = {**bar, "array": [score.high - score.mean], "arrayminus": [score.mean - score.low]}
    cost = translate("adds {share}", language, share="%{x:.1f}%")
    return go.Scatter(
        x=[x], y=[score.mean], error_x={**bar, **reach}, error_y=interval, mode="markers", name=name,
        marker={"size": 13, "symbol": symbol_of_variant(name), "color": colour, "line": {"width": 2, "color": colour}},
        hovertemplate=f"{cost}<br>patch AP {score:.3f}<extra>{name}</extra>",
    )  # fmt: skip


def _view(costs: pd.DataFrame, scores: Mapping[str, Estimate], quantity: str) -> dict[str, list[Any]]:
    """What one button sets: a value for the frontier's line, then one a variant."""
    points = place_variants(costs, scores, quantity)
    quartiles = QUANTITIES[quantity].quartiles
    line = [points[name] for name in find_frontier(points)]
    below, above = [[0.0]], [[0.0]]
    for name, point in points.items():
        low, high = point.cost, point.cost
        if quartiles is not None:
            low, high = (percent_added(costs, name, column, quantity) for column in quartiles)
        below.append([point.cost - low])
        above.append([high - point.cost])
    return {
        "x": [[point.cost for point in line], *([point.cost] for point in points.values())],
        "y": [[point.score for point in line], *([point.score] for point in points.values())],
        "error_x.array": above,
        "error_x.arrayminus": below,
        "error_x.visible": [False, *[quartiles is not None] * len(points)],
    }


def _title(quantity: str, language: str) -> str:
    title = translate(QUANTITIES[quantity].title, language)
    return translate("{quantity} added to the backbone ↓", language, quantity=title)
