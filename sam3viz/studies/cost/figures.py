"""What each variant finds against what it costs."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from sam3viz.evaluation.estimate import Estimate
from sam3viz.figures.style import FAINT, INK, clear_background, color_of_variant, symbol_of_variant
from sam3viz.studies.cost.measure import BACKBONE

HEIGHT = 480


@dataclass(frozen=True)
class Quantity:
    """One cost that the picture can have across."""

    button: str
    title: str
    """Of the axis, before "added to the backbone"."""
    quartiles: tuple[str, str] | None = None
    """Columns of `sam3viz.studies.cost.measure.measure`, where it was timed."""


QUANTITIES = {
    "forward_s": Quantity("time", "forward time", ("forward_low_s", "forward_high_s")),
    "parameters": Quantity("parameters", "parameters"),
    "flops": Quantity("FLOPs", "FLOPs of the forward pass"),
    "kept_bytes": Quantity("memory", "memory kept for the backward pass"),
}
"""By column of `sam3viz.studies.cost.measure.measure`."""


def added(table: pd.DataFrame, variant: str, column: str, quantity: str | None = None) -> float:
    """Percent that backbone and ``variant`` cost more than the backbone alone.

    Args:
        column: what is told of the variant, such as a quartile of ``quantity``; by default the same.
    """
    return 100 * float(table[column].loc[variant]) / float(table[quantity or column].loc[BACKBONE])


def points(
    table: pd.DataFrame, scores: Mapping[str, Estimate], quantity: str = "forward_s"
) -> dict[str, tuple[float, float]]:
    """Variant -> (percent added to the backbone, AP); without those that lack an AP or any cost."""
    complete = [str(name) for name, row in table[list(QUANTITIES)].iterrows() if name in scores and row.notna().all()]
    return {
        name: (added(table, name, quantity), scores[name].mean)
        for name in complete
        if not math.isnan(scores[name].mean)
    }


def frontier(points: Mapping[str, tuple[float, float]]) -> list[str]:
    """The Pareto frontier of (cost, score), cheapest first.

    A point is left out where another costs no more and scores no less, and is better in one of the two.
    """
    kept: list[str] = []
    best = -math.inf
    for name in sorted(points, key=lambda name: (points[name][0], -points[name][1])):
        if points[name][1] > best or points[name] == points[kept[-1]]:
            kept.append(name)
            best = points[name][1]
    return kept


def pareto(table: pd.DataFrame, scores: Mapping[str, Estimate], quantity: str = "forward_s") -> go.Figure:
    """Each variant at what it adds to the backbone's cost and at its AP, with a line through the Pareto frontier.

    Bars are the AP's interval and the quartiles of the forward time. Buttons change the cost.

    Args:
        table: of `sam3viz.studies.cost.measure.measure`.
        scores: variant -> its patch AP, as `sam3viz.studies.bench.shipped.shipped_scores` tells it.
        quantity: of `QUANTITIES`, what the picture begins with.
    """
    views = {key: _view(table, scores, key) for key in QUANTITIES}
    first = views[quantity]
    figure = go.Figure(
        go.Scatter(
            x=first["x"][0], y=first["y"][0], mode="lines", name="Pareto frontier", hoverinfo="skip",
            line={"width": 1.5, "color": INK, "shape": "hv", "dash": "dot"},
        )
    )  # fmt: skip
    for index, name in enumerate(points(table, scores), start=1):
        reach = {key: first[f"error_x.{key}"][index] for key in ("array", "arrayminus", "visible")}
        figure.add_trace(_marker(name, first["x"][index][0], scores[name], reach))
    figure.update_xaxes(title=_title(quantity), ticksuffix="%", autorangeoptions={"include": 0})
    figure.update_yaxes(title="patch AP ↑", rangemode="tozero")
    figure.update_xaxes(gridcolor=FAINT, zerolinecolor=FAINT)
    figure.update_yaxes(gridcolor=FAINT, zerolinecolor=FAINT)
    clear_background(figure)
    menu = [
        {"label": QUANTITIES[key].button, "method": "update", "args": [view, {"xaxis.title.text": _title(key)}]}
        for key, view in views.items()
    ]
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 56, "r": 16, "t": 44, "b": 132},
        legend={"orientation": "h", "x": 0, "y": 0, "yref": "container", "yanchor": "bottom"},
        updatemenus=[{"type": "buttons", "direction": "right", "buttons": menu, "active": list(views).index(quantity),
                      "x": 0, "xanchor": "left", "y": 1, "yanchor": "bottom", "pad": {"b": 8}, "font": {"size": 11},
                      "bordercolor": FAINT}],
    )  # fmt: skip
    return figure


def _marker(name: str, x: float, score: Estimate, reach: Mapping[str, Any]) -> go.Scatter:
    colour = color_of_variant(name)
    bar = {"type": "data", "symmetric": False, "thickness": 1.5, "width": 4, "color": colour}
    interval = None
    if score.low is not None and score.high is not None:
        interval = {**bar, "array": [score.high - score.mean], "arrayminus": [score.mean - score.low]}
    return go.Scatter(
        x=[x], y=[score.mean], error_x={**bar, **reach}, error_y=interval, mode="markers", name=name,
        marker={"size": 13, "symbol": symbol_of_variant(name), "color": colour, "line": {"width": 2, "color": colour}},
        hovertemplate=f"adds %{{x:.1f}}%<br>patch AP {score:.3f}<extra>{name}</extra>",
    )  # fmt: skip


def _view(table: pd.DataFrame, scores: Mapping[str, Estimate], quantity: str) -> dict[str, list[Any]]:
    """What one button sets: a value for the frontier's line, then one a variant."""
    placed = points(table, scores, quantity)
    quartiles = QUANTITIES[quantity].quartiles
    line = [placed[name] for name in frontier(placed)]
    below, above = [[0.0]], [[0.0]]
    for name, (x, _) in placed.items():
        low, high = (x, x) if quartiles is None else (added(table, name, column, quantity) for column in quartiles)
        below.append([x - low])
        above.append([high - x])
    return {
        "x": [[x for x, _ in line], *([x] for x, _ in placed.values())],
        "y": [[y for _, y in line], *([y] for _, y in placed.values())],
        "error_x.array": above,
        "error_x.arrayminus": below,
        "error_x.visible": [False, *[quartiles is not None] * len(placed)],
    }


def _title(quantity: str) -> str:
    return f"{QUANTITIES[quantity].title} added to the backbone ↓"
