"""A replay at one moment: heat, gap axis and UMAP map of every run, as far as its training had come."""

from __future__ import annotations

import base64
import io

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from sam3viz.figures.heat import overlay
from sam3viz.figures.scatter import legend_of_ways, square_ranges, token_traces
from sam3viz.figures.style import FAINT, clear_background, heading
from sam3viz.inference.replay import Moment, Replay
from sam3viz.utils.messages import DEFAULT_LANGUAGE, translate

VIEWS = ("heat", "gap axis", "UMAP map")
_PLANES = (("gap_x", "gap_y"), ("x", "y"))
_SIDE = 400
"""Pixels of a heat map's longer side."""
_PLOT, _TITLE, _LEGEND = 170, 54, 40
"""Pixels of a plot, of the room over it, and of the legend with what is above it."""
_HEAT_SHARE = 0.28
"""Of a column's height: pictures are wider than high, planes are square."""


def replay_figure(replay: Replay, checkpoint: int, narrow: bool = False, language: str = DEFAULT_LANGUAGE) -> go.Figure:
    """Draw a column a run: heat on the picture, gap axis, UMAP map. All axes stay as they are at every checkpoint.

    Args:
        checkpoint: number of a moment, from 0; a run that has fewer shows its last.
        narrow: a row a run instead, for a phone.

    Raises:
        ValueError: there is no run.
    """
    if not replay.runs:
        raise ValueError("No run is finished yet; wait for the first.")
    count = len(replay.runs)
    rows, columns = (count, len(VIEWS)) if narrow else (len(VIEWS), count)
    height = rows * (_PLOT + (_TITLE if narrow else 0)) + (0 if narrow else _TITLE)
    gap = _TITLE / height if narrow else 0.02
    shares = [1 / rows] * rows if narrow else [_HEAT_SHARE, *[(1 - _HEAT_SHARE) / 2] * 2]
    figure = make_subplots(
        rows, columns, row_heights=shares, horizontal_spacing=0.05 / columns, vertical_spacing=gap if rows > 1 else 0
    )
    every = pd.concat([moment.points for moments in replay.runs.values() for moment in moments])
    for number, (name, moments) in enumerate(replay.runs.items(), 1):
        moment = moments[min(checkpoint, len(moments) - 1)]
        places = [
            {"row": number, "col": view} if narrow else {"row": view, "col": number}
            for view in range(1, len(VIEWS) + 1)
        ]
        _draw_heat(figure, replay, moment, places[0])
        for axes, place in zip(_PLANES, places[1:], strict=True):
            shown = every if axes == _PLANES[0] else pd.concat([each.points for each in moments])
            _draw_plane(figure, replay, moment, (axes, shown), place, number == 1 and axes == _PLANES[0], language)
        _draw_heading(figure, name, moment, places[1 if narrow else 0], language)
    if (every["kind"] == "stage").any():
        figure.add_trace(legend_of_ways(language), row=1 if narrow else 2, col=2 if narrow else 1)
    if not narrow:
        for view, title in enumerate(VIEWS, 1):
            domain = figure.get_subplot(view, 1).yaxis.domain
            figure.add_annotation(
                text=translate(title, language), x=0, xshift=-4, y=sum(domain) / 2, xref="paper", yref="paper",
                xanchor="right", yanchor="middle", textangle=-90, showarrow=False, font_size=11,
            )  # fmt: skip
    _finish(figure, height, narrow)
    return figure


def _draw_heat(figure: go.Figure, replay: Replay, moment: Moment, place: dict[str, int]) -> None:
    painted = overlay(replay.image, moment.heat_grid, exemplars=replay.exemplars, side=_SIDE)
    buffer = io.BytesIO()
    painted.save(buffer, "WEBP", quality=85)
    source = f"data:image/webp;base64,{base64.b64encode(buffer.getvalue()).decode()}"
    figure.add_trace(go.Image(source=source, hoverinfo="skip"), **place)
    figure.update_xaxes(visible=False, range=[0, painted.width], constrain="domain", **place)
    figure.update_yaxes(visible=False, range=[painted.height, 0], constrain="domain", **place)


def _draw_plane(
    figure: go.Figure,
    replay: Replay,
    moment: Moment,
    plane: tuple[tuple[str, str], pd.DataFrame],
    place: dict[str, int],
    first: bool,
    language: str,
) -> None:
    axes, shown = plane
    for trace in token_traces(replay.exemplars, moment.points, axes, language):
        trace.update(showlegend=first and trace.showlegend is not False)
        figure.add_trace(trace, **place)
    x, y = square_ranges(shown, axes)
    look = {"showgrid": axes == _PLANES[0], "gridcolor": FAINT, "zeroline": False, "showticklabels": False, "nticks": 4}
    frame = {"showline": True, "linecolor": FAINT, "mirror": True, "ticks": ""}
    figure.update_xaxes(range=x, **look, **frame, **place)
    figure.update_yaxes(range=y, **look, **frame, **place)


def _draw_heading(figure: go.Figure, name: str, moment: Moment, place: dict[str, int], language: str) -> None:
    step = translate("step {number}", language, number=moment.step)
    note = f"{step}<br>R@1 {moment.measures['recall_at_1']:.2f}"
    axis = figure.get_subplot(place["row"], place["col"])
    figure.add_annotation(
        text=heading(name, note), x=sum(axis.xaxis.domain) / 2, y=axis.yaxis.domain[1], xref="paper", yref="paper",
        xanchor="center", yanchor="bottom", showarrow=False, font_size=12,
    )  # fmt: skip


def _finish(figure: go.Figure, height: int, narrow: bool) -> None:
    clear_background(figure)
    legend = _LEGEND + (50 if narrow else 0)
    figure.update_layout(
        margin={"l": 6 if narrow else 24, "r": 6, "t": legend + _TITLE, "b": 6},
        height=height + legend + _TITLE,
        legend={"orientation": "h", "x": 0, "y": 1, "yref": "container", "yanchor": "top", "itemsizing": "constant"},
        dragmode=False,
    )
