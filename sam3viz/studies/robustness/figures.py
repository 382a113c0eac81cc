"""Curves against severity, with the disturbed pictures under the axis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go
from PIL import Image, ImageDraw
from plotly.subplots import make_subplots

from sam3viz.data.images import webp_uri
from sam3viz.figures.style import FAINT, INK, POSITIVE, clear_background, color_of_variant, heading, symbol_of_variant
from sam3viz.studies.robustness import PERTURBATIONS
from sam3viz.studies.robustness.perturbation import Box, moved_box

Strip = dict[float, str]
"""Level of a perturbation -> a small picture of it, as data URI."""

_COLUMNS, _PLOT, _STRIP, _TITLE = 4, 210, 52, 64
"""Plots side by side; pixels of a plot, of the pictures under it and of the room over it."""
_SIDE, _ABOUT = 88, 2.6
"""Pixels of a small picture, and how many times the box's longer side it shows."""


def curves(summarised: Mapping[str, Any], disturbed: str, metric: str, strips: Mapping[str, Strip]) -> go.Figure:
    """One plot a perturbation, one line a variant, its interval as a band; and for the AP, that of chance, dotted.

    Args:
        disturbed: "exemplar" or "scene".
        metric: of `sam3viz.studies.robustness.summary.METRICS`, of which there is a curve of ``disturbed``.
        strips: perturbation -> its `strip`, drawn under the axis.
    """
    chance = summarised["chance"].get(disturbed, {}) if metric == "patch_ap" else {}
    told = {name: part[metric] for name, part in summarised["curves"].get(disturbed, {}).items() if metric in part}
    side_by_side = min(len(told), _COLUMNS)
    rows = -(-len(told) // side_by_side)
    height = rows * (_PLOT + _STRIP + _TITLE)
    figure = make_subplots(
        rows, side_by_side, shared_yaxes="all", vertical_spacing=(_STRIP + _TITLE) / height if rows > 1 else 0.0,
        horizontal_spacing=0.03,
        subplot_titles=[_title(name, next(iter(by_variant.values()))) for name, by_variant in told.items()],
    )  # fmt: skip
    for index, (name, by_variant) in enumerate(told.items()):
        place = {"row": index // side_by_side + 1, "col": index % side_by_side + 1}
        levels: list[float] = [point["severity"] for point in next(iter(by_variant.values()))]
        traces = [trace for variant, points in by_variant.items() for trace in _lines(variant, points)]
        for trace in traces + ([_line_of_chance(chance[name])] if name in chance else []):
            trace.update(showlegend=trace.showlegend is not False and index == 0)
            figure.add_trace(trace, **place)
        ticks = {"tickvals": list(range(len(levels))), "ticktext": [f"{level:g}" for level in levels]}
        figure.update_xaxes(**ticks, range=[-0.5, len(levels) - 0.5], **place)
        axes = figure.get_subplot(**place)
        pictures = strips.get(name, {})
        for x, level in enumerate(levels):
            figure.add_layout_image(
                source=pictures.get(level), xref=axes.yaxis.anchor, yref="paper", x=x,
                y=axes.yaxis.domain[0] - 22 / height, sizex=0.9, sizey=(_STRIP - 14) / height,
                xanchor="center", yanchor="top",
            )  # fmt: skip
    figure.update_xaxes(gridcolor=FAINT, zeroline=False, showline=True, linecolor=FAINT, mirror=True, tickfont_size=10)
    figure.update_yaxes(gridcolor=FAINT, zeroline=False, showline=True, linecolor=FAINT, mirror=True, tickfont_size=10)
    clear_background(figure)
    figure.update_layout(
        height=height + 70,
        margin={"l": 40, "r": 8, "t": 90, "b": 60},
        legend={"orientation": "h", "x": 0, "y": 1, "yref": "container", "yanchor": "top"},
    )
    return figure


def strip(image: Image.Image, box: Box, perturbation: str, seed: int | tuple[int, ...] = 0) -> Strip:
    """Small pictures of one perturbation at its levels: the exemplar and what is about it, with its box.

    Args:
        seed: of the generator, which begins anew at each level.
    """
    chosen = PERTURBATIONS[perturbation]
    side = min(_ABOUT * max(box[2] - box[0], box[3] - box[1]), *image.size)
    left, top = (min(max((box[axis] + box[axis + 2] - side) / 2, 0.0), image.size[axis] - side) for axis in (0, 1))
    window, uris = (left, top, left + side, top + side), Strip()
    for level in chosen.levels:
        view = chosen(image, box, level, np.random.default_rng(seed))
        small = view.image.convert("RGB").transform((_SIDE, _SIDE), Image.Transform.EXTENT, window)
        drawn = view.box or moved_box(box, view.map)
        corners = [(at - start) * _SIDE / side for at, start in zip(drawn, (left, top) * 2, strict=True)]
        ImageDraw.Draw(small).rectangle(corners, outline=POSITIVE, width=2)
        uris[level] = webp_uri(small, 75)
    return uris


def _title(perturbation: str, points: list[dict[str, Any]]) -> str:
    chosen = PERTURBATIONS[perturbation]
    return heading(chosen.label, f"{chosen.unit} · {points[0]['n']} pictures")


def _line_of_chance(points: list[dict[str, Any]]) -> go.Scatter:
    return go.Scatter(
        x=list(range(len(points))), y=[point["mean"] for point in points], mode="lines", name="chance",
        legendgroup="chance", line={"color": INK, "width": 2, "dash": "dot"},
        hovertemplate="chance %{y:.2f}<extra></extra>",
    )  # fmt: skip


def _lines(variant: str, points: list[dict[str, Any]]) -> list[go.Scatter]:
    """A curve, and its band where there is one."""
    colour = color_of_variant(variant)
    x, mean = list(range(len(points))), [point["mean"] for point in points]
    traces = []
    if all(point["low"] is not None for point in points):
        low, high = ([point[end] for point in points] for end in ("low", "high"))
        traces.append(
            go.Scatter(
                x=x + x[::-1], y=high + low[::-1], fill="toself", mode="none", fillcolor=colour, opacity=0.07,
                hoverinfo="skip", showlegend=False, legendgroup=variant,
            )
        )  # fmt: skip
    traces.append(
        go.Scatter(
            x=x, y=mean, mode="lines+markers", name=variant, legendgroup=variant,
            line={"color": colour, "width": 2}, marker={"size": 7, "symbol": symbol_of_variant(variant)},
            customdata=[point["n"] for point in points],
            hovertemplate=f"{variant} %{{y:.2f}}, %{{customdata}} pictures<extra></extra>",
        )
    )  # fmt: skip
    return traces
