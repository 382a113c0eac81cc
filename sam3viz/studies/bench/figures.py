"""Is a bridge that comes closer also more useful? Each gap measure against patch AP."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from sam3viz.bridges import VISUAL_REFERENCE
from sam3viz.evaluation.estimate import Estimate
from sam3viz.figures.error_bars import error_bars
from sam3viz.figures.labels import NamedPoint, place_labels
from sam3viz.figures.style import FAINT, INK, clear_background, color_of_variant, symbol_of_variant
from sam3viz.studies.bench.formatting import RANKING_SCORE
from sam3viz.studies.bench.gap import GAP_MEASURES
from sam3viz.studies.bench.result import DatasetScores
from sam3viz.utils.messages import DEFAULT_LANGUAGE, translate

PLOT_SIZE = (310, 330)
"""Pixels of a plot: its width about, which is the window's choice, and its height."""
AXIS_HEIGHT = 64
"""Pixels below a plot."""
PADDING = 0.12
"""Of an axis beyond its points, as a share of their range."""


def closeness_against_usefulness(
    dataset: DatasetScores, narrow: bool = False, language: str = DEFAULT_LANGUAGE
) -> go.Figure:
    """Put each variant at its gap and its patch AP, with both intervals; a plot a measure.

    To the right the two encoders are closer in every plot: the axes of measures that are lower for closer encoders run
    backwards. The dotted line is the AP of the visual feature itself.

    Args:
        dataset: with a gap.
        narrow: stack the plots in one column.
        language: of the axes' titles.

    Raises:
        ValueError: no variant has a gap and a patch AP.
    """
    scores = {
        name: dataset.variants[name].without_negative[RANKING_SCORE]
        for name in dataset.gap
        if RANKING_SCORE in dataset.variants[name].without_negative
    }
    measures = [name for name in GAP_MEASURES if any(_is_measured(dataset.gap[variant], name) for variant in scores)]
    if not measures:
        raise ValueError("No variant has a gap and a patch AP: measure them with `sam3viz bench`.")
    rows, columns = (len(measures), 1) if narrow else (1, len(measures))
    height = rows * (PLOT_SIZE[1] + AXIS_HEIGHT)
    figure = make_subplots(
        rows, columns, shared_yaxes="all", horizontal_spacing=0.02, vertical_spacing=AXIS_HEIGHT / height
    )
    top = _padded(list(scores.values()))[1]
    for index, measure in enumerate(measures):
        place = {"row": index + 1 if narrow else 1, "col": 1 if narrow else index + 1}
        gaps = {name: dataset.gap[name][measure] for name in scores if _is_measured(dataset.gap[name], measure)}
        _draw_measure(figure, measure, gaps, scores, top, place, language)
    figure.update_xaxes(gridcolor=FAINT, zeroline=False, showline=True, linecolor=FAINT, mirror=True, nticks=6)
    figure.update_yaxes(gridcolor=FAINT, zeroline=False, showline=True, linecolor=FAINT, mirror=True, range=[0, top])
    for row in range(1, rows + 1):
        figure.update_yaxes(title="patch AP ↑", row=row, col=1)
    clear_background(figure)
    figure.update_layout(
        height=height + 8, margin={"l": 56, "r": 8, "t": 8, "b": AXIS_HEIGHT}, showlegend=False, dragmode="zoom"
    )
    return figure


def _draw_measure(
    figure: go.Figure,
    measure: str,
    gaps: Mapping[str, Estimate],
    scores: Mapping[str, Estimate],
    top: float,
    place: Mapping[str, int],
    language: str,
) -> None:
    """Draw one plot: a point with bars and a name for each variant that has the measure."""
    metric = GAP_MEASURES[measure]
    label = translate(metric.label, language)
    low, high = _padded(list(gaps.values()))
    left, right = (low, high) if metric.higher_is_better else (high, low)
    for name, gap in gaps.items():
        figure.add_trace(_point(name, label, gap, scores[name]), **place)
    points = [_in_pixels(name, gap, scores[name], (left, right), top) for name, gap in gaps.items()]
    for (name, gap), (across, down) in zip(gaps.items(), place_labels(points, *PLOT_SIZE), strict=True):
        colour = color_of_variant(name)
        figure.add_annotation(
            text=name, x=gap.mean, y=scores[name].mean, ax=across, ay=down, font_color=colour, xanchor="center",
            yanchor="middle", arrowhead=0, arrowwidth=1, arrowcolor=colour, standoff=8, borderpad=0, **place,
        )  # fmt: skip
    if VISUAL_REFERENCE in gaps:
        figure.add_hline(scores[VISUAL_REFERENCE].mean, line={"dash": "dot", "width": 1, "color": INK}, **place)
    figure.update_xaxes(
        title={"text": translate("{measure}, closer →", language, measure=label), "standoff": 4},
        range=[left, right],
        **place,
    )


def _in_pixels(name: str, gap: Estimate, score: Estimate, ends: tuple[float, float], top: float) -> NamedPoint:
    """Place a point on a plot of `PLOT_SIZE` whose axes go from ``ends[0]`` to ``ends[1]`` and from 0 to ``top``."""
    width, height = PLOT_SIZE
    x, x_low, x_high = (width * (value - ends[0]) / (ends[1] - ends[0]) for value in _bar(gap))
    y, y_low, y_high = (height * (1 - value / top) for value in _bar(score))
    return NamedPoint(name, x, y, (min(x_low, x_high), max(x_low, x_high)), (y_high, y_low))


def _bar(estimate: Estimate) -> tuple[float, float, float]:
    """Return the mean and the ends of its bar."""
    low = estimate.mean if estimate.low is None else estimate.low
    high = estimate.mean if estimate.high is None else estimate.high
    return estimate.mean, low, high


def _is_measured(gap: Mapping[str, Estimate], measure: str) -> bool:
    return measure in gap and not math.isnan(gap[measure].mean)


def _padded(estimates: Sequence[Estimate]) -> tuple[float, float]:
    """Return the ends of an axis that shows all means and intervals."""
    low, high = min(_bar(estimate)[1] for estimate in estimates), max(_bar(estimate)[2] for estimate in estimates)
    padding = PADDING * (high - low) or PADDING
    return low - padding, high + padding


def _point(name: str, label: str, gap: Estimate, score: Estimate) -> go.Scatter:
    colour = color_of_variant(name)
    return go.Scatter(
        x=[gap.mean],
        y=[score.mean],
        error_x=error_bars([gap], colour),
        error_y=error_bars([score], colour),
        mode="markers",
        name=name,
        marker={"size": 11, "symbol": symbol_of_variant(name), "color": colour, "line": {"width": 2, "color": colour}},
        hovertemplate=f"{label} {gap:.3f}<br>patch AP {score:.3f}<extra>{name}</extra>",
    )
