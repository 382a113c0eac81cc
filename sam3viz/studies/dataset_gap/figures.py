"""Figures of a dataset's gap: closeness against accuracy, and where every object and region lies."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.colors import qualitative, sample_colorscale

from sam3viz.bridges import VISUAL_REFERENCE
from sam3viz.evaluation.estimate import Estimate
from sam3viz.figures.error_bars import error_bars
from sam3viz.figures.style import (
    FAINT,
    INK,
    PROBE,
    VISUAL,
    clear_background,
    color_of_variant,
    columns,
    footnote,
    heading,
    symbol_of_variant,
)
from sam3viz.studies.dataset_gap.projection import DatasetPlanes
from sam3viz.studies.dataset_gap.summarize import RANKING_SCORE, GapSummary

HEIGHT = 420
MAP_HEIGHT = 260
LABEL_CLEARANCE = (0.15, 0.04)
"""Contrast and AP by which two points must differ for a name beside each."""
SIZE_COLOURS = {"small": "#9a6f00", "medium": "#3f7fd1", "large": "#a0559c"}
OTHER_CATEGORIES_COLOUR = "#b0b0b0"


def closeness_against_accuracy(summary: GapSummary) -> go.Figure:
    """Put each variant at its contrast (matched minus mismatched cosine) and its patch AP, with their intervals.

    To the right the two feature spaces agree on which instance belongs where; upwards the heat map is right.
    """
    figure = go.Figure()
    points: dict[str, tuple[float, float]] = {}
    for name, gap in summary.variants.items():
        contrast, score = gap.measures["contrast"], gap.scores.get(RANKING_SCORE)
        if score is None or math.isnan(contrast.mean):
            continue
        points[name] = (contrast.mean, score.mean)
        figure.add_trace(_point(name, contrast, score))
    figure.update_xaxes(title="closeness, as contrast:<br>matched − mismatched cosine", range=[-0.1, 1.15])
    figure.update_yaxes(title="patch AP (accuracy)", rangemode="tozero")
    figure.update_xaxes(gridcolor=FAINT, zerolinecolor=FAINT)
    figure.update_yaxes(gridcolor=FAINT, zerolinecolor=FAINT)
    if VISUAL_REFERENCE in points:
        figure.add_hline(points[VISUAL_REFERENCE][1], line={"dash": "dot", "width": 1, "color": INK})
    for names in _group_close_points(points):
        across, up = (max(points[name][axis] for name in names) for axis in (0, 1))
        figure.add_annotation(
            text="<br>".join(f'<span style="color:{color_of_variant(name)}">{name}</span>' for name in names),
            x=across, y=up, xanchor="left", yanchor="bottom", xshift=9, yshift=6, showarrow=False, align="left",
        )  # fmt: skip
    clear_background(figure)
    figure.update_layout(height=HEIGHT, margin={"l": 64, "r": 24, "t": 16, "b": 56}, showlegend=False)
    return figure


def dataset_map(mapped: DatasetPlanes) -> go.Figure:
    """Draw UMAP planes, one a variant, of every object's instance (filled) and region (hollow).

    Buttons colour them in five ways; each plane has its trustworthiness above it.
    """
    figure = columns([heading(name, f"trust {mapped.trust[name]:.2f}") for name in mapped.planes], MAP_HEIGHT)
    colours: dict[str, list[list[str] | str]] = {
        "encoder": [], "variant": [], "category": [], "size": [], "similarity": [],
    }  # fmt: skip
    by_category, by_size = _category_colours(mapped.frame), mapped.frame["size"].map(SIZE_COLOURS)
    for column, (name, plane) in enumerate(mapped.planes.items(), 1):
        by_similarity = np.array(sample_colorscale("Viridis", mapped.frame[name].clip(0, 1).to_list()))
        for side, symbol, colour in (("region", "circle-open", VISUAL), ("instance", "circle", PROBE)):
            of_side = (mapped.frame["side"] == side).to_numpy()
            colours["encoder"].append(colour)
            colours["variant"].append(color_of_variant(name))
            for key, values in (("category", by_category), ("size", by_size), ("similarity", by_similarity)):
                colours[key].append(np.asarray(values)[of_side].tolist())
            objects = mapped.frame[of_side]
            figure.add_trace(
                go.Scattergl(
                    x=plane[of_side, 0], y=plane[of_side, 1], mode="markers", name=side, legendgroup=side,
                    showlegend=column == 1, text=objects["category"] + " in " + objects["image"],
                    marker={"size": 4, "symbol": symbol, "color": colour},
                    hovertemplate="%{text}<extra>" + side + "</extra>",
                ),
                row=1, col=column,
            )  # fmt: skip
    figure.update_xaxes(showticklabels=False, showgrid=False, matches=None)
    figure.update_yaxes(showgrid=False, matches=None)
    figure.update_layout(updatemenus=[_colour_buttons(colours)])
    footnote(
        figure, f"maps start from the {mapped.start}'s layout", "neighbourhoods count, distances do not",
        "trust is the share of neighbours that are true ones", "similarity is the matched cosine, dark 0, bright 1",
    )  # fmt: skip
    return figure


def _point(name: str, contrast: Estimate, score: Estimate) -> go.Scatter:
    colour = color_of_variant(name)
    return go.Scatter(
        x=[contrast.mean],
        y=[score.mean],
        error_x=error_bars([contrast], colour),
        error_y=error_bars([score], colour),
        mode="markers",
        name=name,
        marker={"size": 13, "symbol": symbol_of_variant(name), "color": colour, "line": {"width": 2, "color": colour}},
        hovertemplate="contrast %{x:.2f}<br>patch AP %{y:.3f}<extra>" + name + "</extra>",
    )


def _group_close_points(points: Mapping[str, tuple[float, float]]) -> list[list[str]]:
    """Group the names that would be written over one another, in the order of the variants."""
    groups: list[list[str]] = []
    for name, (across, up) in points.items():
        for group in groups:
            first = points[group[0]]
            if abs(across - first[0]) < LABEL_CLEARANCE[0] and abs(up - first[1]) < LABEL_CLEARANCE[1]:
                group.append(name)
                break
        else:
            groups.append([name])
    return groups


def _category_colours(frame: pd.DataFrame) -> pd.Series[str]:
    """Return a colour a point; categories beyond the palette's, the rarest, share one."""
    common = frame["category"].value_counts().index[: len(qualitative.Dark24)]
    palette = dict(zip(common, qualitative.Dark24, strict=False))
    return frame["category"].map(palette).fillna(OTHER_CATEGORIES_COLOUR)


def _colour_buttons(colours: Mapping[str, list[list[str] | str]]) -> dict[str, Any]:
    buttons = [
        {"label": f"by {key}", "method": "restyle", "args": [{"marker.color": values}]}
        for key, values in colours.items()
    ]
    return {
        "type": "buttons", "direction": "right", "buttons": buttons, "x": 1, "xanchor": "right", "y": 1,
        "yanchor": "bottom", "pad": {"b": 36}, "showactive": True, "font": {"size": 11},
    }  # fmt: skip
