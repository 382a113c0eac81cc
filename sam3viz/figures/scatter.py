"""Tokens as points, a plane a variant: what the gap axis and the UMAP map have in common."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from jaxtyping import Float32

from sam3viz.figures.style import PROBE, VISUAL, color_of_label, columns, plot_height, tag
from sam3viz.inference.analysis import AnalysisData
from sam3viz.utils.messages import translate

ROOM = 0.07
"""Share of the span left free at each edge."""


def token_planes(
    analysis: AnalysisData, frame: pd.DataFrame, axes: tuple[str, str], headings: Mapping[str, str], language: str
) -> go.Figure:
    """Draw one plane a heading: visual tokens, probes, drawn exemplars tied to their visual partners.

    The axes' ranges hold every variant of ``frame``, visible or not, and have one span both ways.
    """
    figure = columns(list(headings.values()), plot_height(len(headings)))
    for column, name in enumerate(headings, start=1):
        own = frame[frame["variant"] == name]
        for trace in _traces(analysis, own, axes, language):
            trace.update(showlegend=trace.showlegend is not False and column == 1)
            figure.add_trace(trace, row=1, col=column)
    low, high = (frame[list(axes)].agg(end).to_numpy(float) for end in ("min", "max"))
    half = (high - low).max() * (0.5 + ROOM) or 1.0
    (x0, y0), (x1, y1) = (low + high) / 2 - half, (low + high) / 2 + half
    figure.update_xaxes(range=[x0, x1], nticks=4)
    figure.update_yaxes(range=[y0, y1], nticks=4)
    return figure


def _traces(analysis: AnalysisData, own: pd.DataFrame, axes: tuple[str, str], language: str) -> list[go.Scatter]:
    say = partial(translate, language=language)
    of_kind = {kind: own[own["kind"] == kind] for kind in ("visual", "probe", "exemplar", "partner")}

    def plane(kind: str, rows: np.ndarray | None = None) -> dict[str, np.ndarray]:
        points = of_kind[kind] if rows is None else of_kind[kind][rows]
        return {axis: points[column].to_numpy(np.float32) for axis, column in zip("xy", axes, strict=True)}

    cells = of_kind["visual"][["row", "col"]].to_numpy(np.int16)
    traces = [
        go.Scatter(
            **plane("visual"), mode="markers", name=say("visual token"), legendgroup="visual", customdata=cells,
            marker={"size": 3.5, "color": VISUAL},
            hovertemplate=say("cell") + " (%{customdata[0]}, %{customdata[1]})<extra></extra>",
        ),
        go.Scatter(
            **plane("probe"), mode="markers", name=say("probe instance"), legendgroup="probe",
            marker={"size": 4.5, "color": PROBE, "opacity": 0.75}, hovertemplate=say("probe box") + "<extra></extra>",
        ),
    ]  # fmt: skip
    labels = np.array([exemplar.label for exemplar in analysis.exemplars])
    tags = np.array([tag(number, exemplar) for number, exemplar in enumerate(analysis.exemplars, start=1)])
    for label, symbol, word in ((+1, "circle", "positive exemplar"), (-1, "square", "negative exemplar")):
        rows = labels == label
        if not rows.any():
            continue
        ends = [plane(kind, rows) for kind in ("exemplar", "partner")]
        ties = {axis: _segments(ends[0][axis], ends[1][axis]) for axis in "xy"}
        colour = color_of_label(label)
        traces += [
            go.Scatter(
                **ties, mode="lines", line={"color": colour, "width": 1.5}, hoverinfo="skip", showlegend=False,
                legendgroup=word,
            ),
            go.Scatter(
                **ends[1], mode="markers", name=say("its visual partner"), text=tags[rows], showlegend=label > 0,
                legendrank=1001,
                marker={"symbol": "diamond-open", "size": 9, "line_width": 2, "color": colour},
                hovertemplate=say("its visual partner") + " %{text}<extra></extra>", legendgroup="partner",
            ),
            go.Scatter(
                **ends[0], mode="markers+text", name=say(word),
                text=tags[rows], textfont={"size": 10, "color": "white"},
                marker={"symbol": symbol, "size": 18, "color": colour, "line": {"width": 1, "color": "white"}},
                hovertemplate=say(word) + " %{text}<extra></extra>", legendgroup=word,
            ),
        ]  # fmt: skip
    return traces


def _segments(start: Float32[np.ndarray, " m"], end: Float32[np.ndarray, " m"]) -> list[float | None]:
    """One coordinate of lines from each start to its end, broken in between, as plotly takes them."""
    return [value for pair in zip(start.tolist(), end.tolist(), strict=True) for value in (*pair, None)]
