"""Tokens as points, a plane a variant: what the gap axis and the UMAP map have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from jaxtyping import Bool, Float32

from sam3viz.figures.style import INK, PROBE, VISUAL, color_of_label, columns, plot_height, tag
from sam3viz.inference.analysis import AnalysisData
from sam3viz.types import Exemplar
from sam3viz.utils.messages import translate

ROOM = 0.07
"""Share of the span left free at each edge."""


def token_planes(
    analysis: AnalysisData, frame: pd.DataFrame, axes: tuple[str, str], headings: Mapping[str, str], language: str
) -> go.Figure:
    """Draw one plane a heading: visual tokens, probes, drawn exemplars tied to their visual partners and the way of
    each through the bridge.

    The axes' ranges hold every variant of ``frame``, visible or not, and have one span both ways.
    """
    figure = columns(list(headings.values()), plot_height(len(headings)))
    for column, name in enumerate(headings, start=1):
        own = frame[frame["variant"] == name]
        for trace in token_traces(analysis.exemplars, own, axes, language):
            trace.update(showlegend=trace.showlegend is not False and column == 1)
            figure.add_trace(trace, row=1, col=column)
    if (frame["kind"] == "stage").any():
        figure.add_trace(legend_of_ways(language), row=1, col=1)
    x, y = square_ranges(frame, axes)
    figure.update_xaxes(range=x, nticks=4)
    figure.update_yaxes(range=y, nticks=4)
    return figure


def square_ranges(frame: pd.DataFrame, axes: tuple[str, str]) -> tuple[list[float], list[float]]:
    """Return a range for each of two columns that holds all its values with some room; both have one length."""
    low, high = (frame[list(axes)].agg(end).to_numpy(float) for end in ("min", "max"))
    half = (high - low).max() * (0.5 + ROOM) or 1.0
    (x0, y0), (x1, y1) = (low + high) / 2 - half, (low + high) / 2 + half
    return [x0, x1], [y0, y1]


def token_traces(
    exemplars: Sequence[Exemplar], own: pd.DataFrame, axes: tuple[str, str], language: str
) -> list[go.Scatter]:
    """Make the points of one variant on one plane.

    Args:
        own: the variant's rows of `AnalysisData.layout`.
        axes: the columns of ``own`` that are drawn.
    """
    say = partial(translate, language=language)
    of_kind = {kind: own[own["kind"] == kind] for kind in ("visual", "probe", "exemplar", "partner", "stage")}

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
    labels = np.array([exemplar.label for exemplar in exemplars])
    tags = np.array([tag(number, exemplar) for number, exemplar in enumerate(exemplars, start=1)])
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
        if len(of_kind["stage"]):  # last: short ways would be hidden under the exemplars' own markers
            traces.append(_ways(of_kind["stage"], of_kind["exemplar"], rows, axes, colour, language))
    return traces


def _ways(
    steps: pd.DataFrame, ends: pd.DataFrame, rows: Bool[np.ndarray, " m"], axes: tuple[str, str], colour: str,
    language: str,
) -> go.Scatter:  # fmt: skip
    """Make a dotted line an exemplar, from its first step to where the bridge ends; the chosen exemplars alone."""
    names = list(dict.fromkeys(steps["stage"]))
    places = [frame[list(axes)].to_numpy(float).round(4) for frame in (steps, ends)]
    stacked = np.concatenate(places).reshape(len(names) + 1, len(ends), 2)[:, rows].transpose(1, 0, 2)
    x, y = ([value for way in stacked[..., axis].tolist() for value in (*way, None)] for axis in range(2))
    words = [translate(name, language) for name in names] + ["", ""]  # the end is the exemplar's own marker
    return go.Scatter(
        x=x, y=y, mode="lines+markers",
        line={"color": colour, "width": 1.2, "dash": "dot"},
        marker={"size": 6, "color": colour, "line": {"width": 1, "color": "white"}},
        text=words * int(rows.sum()), hovertemplate="%{text}<extra></extra>", showlegend=False, legendgroup="stage",
    )  # fmt: skip


def legend_of_ways(language: str) -> go.Scatter:
    """Make the legend's entry for lines whose colours differ by label."""
    return go.Scatter(
        x=[None], y=[None], mode="lines+markers", name=translate("its steps", language),
        line={"color": INK, "width": 1.2, "dash": "dot"}, marker={"size": 5, "color": INK}, legendgroup="stage",
        legendrank=1001,
    )  # fmt: skip


def _segments(start: Float32[np.ndarray, " m"], end: Float32[np.ndarray, " m"]) -> list[float | None]:
    """One coordinate of lines from each start to its end, broken in between, as plotly takes them."""
    return [value for pair in zip(start.tolist(), end.tolist(), strict=True) for value in (*pair, None)]
