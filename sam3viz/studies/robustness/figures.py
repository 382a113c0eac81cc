"""Curves against severity, with the disturbed pictures under the axis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from PIL import Image, ImageDraw
from plotly.subplots import make_subplots

from sam3viz.data.images import webp_uri
from sam3viz.figures.style import FAINT, INK, POSITIVE, clear_background, color_of_variant, heading, symbol_of_variant
from sam3viz.studies.robustness import PERTURBATIONS
from sam3viz.studies.robustness.perturbation import Perturbation, move_box
from sam3viz.studies.robustness.summarize import Curve, PerturbationResult, RobustnessSummary
from sam3viz.types import Box
from sam3viz.utils.messages import DEFAULT_LANGUAGE, translate

Strip = dict[float, str]
"""Level of a perturbation -> a small picture of it, as data URI."""

_COLUMNS = 4
"""Plots side by side."""
_PLOT_HEIGHT, _STRIP_HEIGHT, _TITLE_HEIGHT = 210, 52, 64
"""Pixels of a plot, of the pictures under it and of the room over it."""
_THUMBNAIL_SIDE, _THUMBNAIL_REACH = 88, 2.6
"""Pixels of a small picture, and how many times the box's longer side it shows."""


def draw_curves(
    summary: RobustnessSummary,
    target: str,
    metric: str,
    strips: Mapping[str, Strip],
    language: str = DEFAULT_LANGUAGE,
) -> go.Figure:
    """Draw one plot a perturbation, one line a variant, its interval as a band; and for the AP, that of chance, dotted.

    Args:
        target: of `sam3viz.studies.robustness.measure.TARGETS`.
        metric: of `sam3viz.studies.robustness.summarize.METRIC_BOUNDS`, of which there is a curve of ``target``.
        strips: perturbation -> its `draw_strip`, shown under the axis.
        language: of titles and notes.
    """
    results = summary.select(target, metric)
    columns = min(len(results), _COLUMNS)
    rows = -(-len(results) // columns)
    height = rows * (_PLOT_HEIGHT + _STRIP_HEIGHT + _TITLE_HEIGHT)
    figure = make_subplots(
        rows, columns, shared_yaxes="all", horizontal_spacing=0.03,
        vertical_spacing=(_STRIP_HEIGHT + _TITLE_HEIGHT) / height if rows > 1 else 0.0,
        subplot_titles=[_title(result, language) for result in results],
    )  # fmt: skip
    for index, result in enumerate(results):
        place = {"row": index // columns + 1, "col": index % columns + 1}
        for trace in _traces(result, language):
            trace.update(showlegend=trace.showlegend is not False and index == 0)
            figure.add_trace(trace, **place)
        levels = next(iter(result.curves.values())).levels
        ticks = {"tickvals": list(range(len(levels))), "ticktext": [f"{level:g}" for level in levels]}
        figure.update_xaxes(**ticks, range=[-0.5, len(levels) - 0.5], **place)
        strip = strips.get(result.condition.perturbation, {})
        _add_strip(figure, figure.get_subplot(**place).yaxis, levels, strip, height)
    figure.update_xaxes(gridcolor=FAINT, zeroline=False, showline=True, linecolor=FAINT, mirror=True, tickfont_size=10)
    figure.update_yaxes(gridcolor=FAINT, zeroline=False, showline=True, linecolor=FAINT, mirror=True, tickfont_size=10)
    clear_background(figure)
    figure.update_layout(
        height=height + 70,
        margin={"l": 40, "r": 8, "t": 90, "b": 60},
        legend={"orientation": "h", "x": 0, "y": 1, "yref": "container", "yanchor": "top"},
    )
    return figure


def draw_strip(image: Image.Image, box: Box, perturbation: Perturbation, seed: int | tuple[int, ...] = 0) -> Strip:
    """Draw small pictures of one perturbation at its levels: the exemplar and what is about it, with its box.

    Args:
        seed: of the generator, which begins anew at each level.
    """
    side = min(_THUMBNAIL_REACH * max(box[2] - box[0], box[3] - box[1]), *image.size)
    left, top = (min(max((box[axis] + box[axis + 2] - side) / 2, 0.0), image.size[axis] - side) for axis in (0, 1))
    window, strip = (left, top, left + side, top + side), Strip()
    for level in perturbation.levels:
        view = perturbation(image, box, level, np.random.default_rng(seed))
        small = view.image.convert("RGB").transform((_THUMBNAIL_SIDE, _THUMBNAIL_SIDE), Image.Transform.EXTENT, window)
        moved = view.box or move_box(box, view.map)
        corners = [(at - start) * _THUMBNAIL_SIDE / side for at, start in zip(moved, (left, top) * 2, strict=True)]
        ImageDraw.Draw(small).rectangle(corners, outline=POSITIVE, width=2)
        strip[level] = webp_uri(small, 75)
    return strip


def _title(result: PerturbationResult, language: str) -> str:
    perturbation = PERTURBATIONS[result.condition.perturbation]
    pictures = translate("{pictures} pictures", language, pictures=next(iter(result.curves.values())).pictures)
    note = f"{translate(perturbation.unit, language)} · {pictures}"
    return heading(translate(perturbation.label, language), note)


def _add_strip(figure: go.Figure, yaxis: go.layout.YAxis, levels: Sequence[float], strip: Strip, height: int) -> None:
    """Put a small picture under each level of a plot; ``height`` is that of all plots, in pixels."""
    for x, level in enumerate(levels):
        figure.add_layout_image(
            source=strip.get(level), xref=yaxis.anchor, yref="paper", x=x,
            y=yaxis.domain[0] - 22 / height, sizex=0.9, sizey=(_STRIP_HEIGHT - 14) / height,
            xanchor="center", yanchor="top",
        )  # fmt: skip


def _traces(result: PerturbationResult, language: str) -> list[go.Scatter]:
    traces = [trace for variant, curve in result.curves.items() for trace in _variant_traces(variant, curve, language)]
    return traces if result.chance is None else [*traces, _chance_trace(result.chance, language)]


def _chance_trace(curve: Curve, language: str) -> go.Scatter:
    name = translate("chance", language)
    return go.Scatter(
        x=list(range(len(curve.levels))), y=curve.means, mode="lines", name=name,
        legendgroup="chance", line={"color": INK, "width": 2, "dash": "dot"},
        hovertemplate=f"{name} %{{y:.2f}}<extra></extra>",
    )  # fmt: skip


def _variant_traces(variant: str, curve: Curve, language: str) -> list[go.Scatter]:
    """A curve, and its band where there is one."""
    colour, x = color_of_variant(variant), list(range(len(curve.levels)))
    low = [estimate.low for estimate in curve.estimates if estimate.low is not None]
    high = [estimate.high for estimate in curve.estimates if estimate.high is not None]
    traces = []
    if len(low) == len(high) == len(x):
        traces.append(
            go.Scatter(
                x=x + x[::-1], y=high + low[::-1], fill="toself", mode="none", fillcolor=colour, opacity=0.07,
                hoverinfo="skip", showlegend=False, legendgroup=variant,
            )
        )  # fmt: skip
    pictures = translate("{pictures} pictures", language, pictures="%{customdata}")
    traces.append(
        go.Scatter(
            x=x, y=curve.means, mode="lines+markers", name=variant, legendgroup=variant,
            line={"color": colour, "width": 2}, marker={"size": 7, "symbol": symbol_of_variant(variant)},
            customdata=[estimate.n for estimate in curve.estimates],
            hovertemplate=f"{variant} %{{y:.2f}}, {pictures}<extra></extra>",
        )
    )  # fmt: skip
    return traces
