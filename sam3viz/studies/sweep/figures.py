"""Closeness of the two sides against how well the others are found, as one setting of the training changes."""

from __future__ import annotations

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from sam3viz.figures.error_bars import error_bars
from sam3viz.figures.style import FAINT, INK, clear_background, color_of_variant
from sam3viz.studies.sweep.result import CLOSENESS, SettingResult, SweepStudy
from sam3viz.utils.messages import DEFAULT_LANGUAGE, translate

HEIGHT = 460
"""Pixels."""
TITLES = {
    "contrast": "contrast: matched − mismatched cosine →",
    "recall_at_1": "R@1: own region is the nearest →",
}
"""Of the axes, by measure."""
_SYMBOLS = ("circle", "square", "diamond", "triangle-up")
_DASHES = ("solid", "dash", "dot", "dashdot")
"""One a schedule, in the order of the plan."""


def draw_tradeoff(study: SweepStudy, language: str = DEFAULT_LANGUAGE) -> go.Figure:
    """Draw each setting at its closeness and its patch AP: contrast on the left, recall at 1 on the right.

    A line joins the weights of one variant and schedule from the smallest on; its points are labelled by the weight.
    Colour is the variant, marker and dash the schedule; bars are intervals over pictures, rings the Pareto front.
    """
    figure = make_subplots(1, len(CLOSENESS), shared_yaxes=True, horizontal_spacing=0.04)
    lines: dict[tuple[str, str], list[SettingResult]] = {}
    for result in study.results:
        lines.setdefault((result.setting.variant, result.setting.schedule), []).append(result)
    schedules = list(dict.fromkeys(schedule for _, schedule in lines))
    for column, measure in enumerate(CLOSENESS, 1):
        for (variant, schedule), results in lines.items():
            name = f"{variant}, {translate(schedule, language)}" if len(schedules) > 1 else variant
            trace = _line(results, measure, name, color_of_variant(variant), schedules.index(schedule), language)
            figure.add_trace(trace.update(showlegend=column == 1), row=1, col=column)
        figure.add_trace(_rings(study, measure, language).update(showlegend=column == 1), row=1, col=column)
        figure.update_xaxes(title=translate(TITLES[measure], language), row=1, col=column)
    figure.update_xaxes(gridcolor=FAINT, zerolinecolor=FAINT)
    figure.update_yaxes(gridcolor=FAINT, zerolinecolor=FAINT)
    figure.update_yaxes(title="patch AP ↑", row=1, col=1)
    clear_background(figure)
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 56, "r": 16, "t": 16, "b": 104},
        legend={"orientation": "h", "x": 0, "y": 0, "yref": "container", "yanchor": "bottom"},
    )
    return figure


def _line(
    results: list[SettingResult], measure: str, name: str, colour: str, schedule: int, language: str
) -> go.Scatter:
    closeness, score = ([result.scores[key] for result in results] for key in (measure, "patch_ap"))
    weight = translate("alignment weight", language)
    return go.Scatter(
        x=[estimate.mean for estimate in closeness],
        y=[estimate.mean for estimate in score],
        error_x=error_bars(closeness, colour),
        error_y=error_bars(score, colour),
        mode="lines+markers+text",
        name=name,
        legendgroup=name,
        text=[f"{result.setting.alignment_weight:g}" for result in results],
        textposition="top right",
        textfont={"color": colour},
        line={"color": colour, "width": 1.5, "dash": _DASHES[schedule % len(_DASHES)]},
        marker={"size": 9, "color": colour, "symbol": _SYMBOLS[schedule % len(_SYMBOLS)]},
        hovertemplate=f"{weight} %{{text}}<br>%{{x:.3f}}, patch AP %{{y:.3f}}<extra>{name}</extra>",
    )


def _rings(study: SweepStudy, measure: str, language: str) -> go.Scatter:
    scores = {result.setting: result.scores for result in study.results}
    front = study.front(measure)
    return go.Scatter(
        x=[scores[setting][measure].mean for setting in front],
        y=[scores[setting]["patch_ap"].mean for setting in front],
        mode="markers",
        name=translate("Pareto front", language),
        legendgroup="front",
        marker={"size": 19, "symbol": "circle-open", "color": INK, "line": {"width": 2}},
        hoverinfo="skip",
    )
