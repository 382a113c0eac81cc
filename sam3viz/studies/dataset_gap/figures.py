"""Pictures of a dataset's gap: what closeness buys, and where every object and region lies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go
from plotly.colors import qualitative, sample_colorscale

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

HEIGHT = 420
MAP_HEIGHT = 260
NEAR = (0.15, 0.04)
"""Contrast and AP by which two points must differ for a name beside each."""


def closeness_against_use(summarised: Mapping[str, Any]) -> go.Figure:
    """Each variant at its contrast (matched minus mismatched cosine) and its patch AP, with their intervals.

    To the right the two feature spaces agree on which instance belongs where; upwards the heat finds what was asked.
    """
    figure = go.Figure()
    placed: dict[str, tuple[float, float]] = {}
    for name, values in summarised["variants"].items():
        colour, symbol = color_of_variant(name), symbol_of_variant(name)
        contrast, score = values["measures"]["contrast"], values["scores"].get("patch_ap")
        if score is None or contrast["mean"] is None:
            continue
        placed[name] = (contrast["mean"], score["mean"])
        figure.add_trace(
            go.Scatter(
                x=[contrast["mean"]],
                y=[score["mean"]],
                error_x=_reach(contrast, colour),
                error_y=_reach(score, colour),
                mode="markers",
                name=name,
                marker={"size": 13, "symbol": symbol, "color": colour, "line": {"width": 2, "color": colour}},
                hovertemplate="contrast %{x:.2f}<br>patch AP %{y:.3f}<extra>" + name + "</extra>",
            )
        )
    figure.update_xaxes(title="closeness, as contrast:<br>matched − mismatched cosine", range=[-0.1, 1.15])
    figure.update_yaxes(title="patch AP (use)", rangemode="tozero")
    figure.update_xaxes(gridcolor=FAINT, zerolinecolor=FAINT)
    figure.update_yaxes(gridcolor=FAINT, zerolinecolor=FAINT)
    if "raw" in placed:
        figure.add_hline(placed["raw"][1], line={"dash": "dot", "width": 1, "color": INK})
    for names in _together(placed):
        across, up = (max(placed[name][axis] for name in names) for axis in (0, 1))
        figure.add_annotation(
            text="<br>".join(f'<span style="color:{color_of_variant(name)}">{name}</span>' for name in names),
            x=across, y=up, xanchor="left", yanchor="bottom", xshift=9, yshift=6, showarrow=False, align="left",
        )  # fmt: skip
    clear_background(figure)
    figure.update_layout(height=HEIGHT, margin={"l": 64, "r": 24, "t": 16, "b": 56}, showlegend=False)
    return figure


def dataset_map(mapped: DatasetPlanes) -> go.Figure:
    """UMAP of every object's instance (filled) and region (hollow), a plane a variant, coloured in five ways; each
    plane has its trustworthiness above it."""
    frame = mapped.frame
    figure = columns([heading(name, f"trust {mapped.trust[name]:.2f}") for name in mapped.planes], MAP_HEIGHT)
    common = frame["category"].value_counts().index[: len(qualitative.Dark24)]
    palette = dict(zip(common, qualitative.Dark24, strict=False))
    by_category = frame["category"].map(palette).fillna("#b0b0b0")
    by_size = frame["size"].map({"small": "#9a6f00", "medium": "#3f7fd1", "large": "#a0559c"})
    colours: dict[str, list[list[str] | str]] = {
        "encoder": [], "variant": [], "category": [], "size": [], "similarity": [],
    }  # fmt: skip
    for column, (name, plane) in enumerate(mapped.planes.items(), 1):
        by_similarity = np.array(sample_colorscale("Viridis", frame[name].clip(0, 1).to_list()))
        for side, symbol, colour in (("region", "circle-open", VISUAL), ("instance", "circle", PROBE)):
            own = (frame["side"] == side).to_numpy()
            colours["encoder"].append(colour)
            colours["variant"].append(color_of_variant(name))
            for key, values in (("category", by_category), ("size", by_size), ("similarity", by_similarity)):
                colours[key].append(np.asarray(values)[own].tolist())
            told = frame[own]
            figure.add_trace(
                go.Scattergl(
                    x=plane[own, 0], y=plane[own, 1], mode="markers", name=side, legendgroup=side,
                    showlegend=column == 1, text=told["category"] + " in " + told["image"],
                    marker={"size": 4, "symbol": symbol, "color": colour},
                    hovertemplate="%{text}<extra>" + side + "</extra>",
                ),
                row=1, col=column,
            )  # fmt: skip
    figure.update_xaxes(showticklabels=False, showgrid=False, matches=None)
    figure.update_yaxes(showgrid=False, matches=None)
    buttons = [
        {"label": f"by {key}", "method": "restyle", "args": [{"marker.color": values}]}
        for key, values in colours.items()
    ]
    figure.update_layout(
        updatemenus=[{"type": "buttons", "direction": "right", "buttons": buttons, "x": 1, "xanchor": "right", "y": 1,
                      "yanchor": "bottom", "pad": {"b": 36}, "showactive": True, "font": {"size": 11}}]
    )  # fmt: skip
    footnote(
        figure, f"maps start from the {mapped.start}'s layout", "neighbourhoods count, distances do not",
        "trust is the share of neighbours that are true ones", "similarity is the matched cosine, dark 0, bright 1",
    )  # fmt: skip
    return figure


def _together(placed: Mapping[str, tuple[float, float]]) -> list[list[str]]:
    """Names of points that would write over one another's names, in the order of the variants."""
    groups: list[list[str]] = []
    for name, (across, up) in placed.items():
        for group in groups:
            there = placed[group[0]]
            if abs(across - there[0]) < NEAR[0] and abs(up - there[1]) < NEAR[1]:
                group.append(name)
                break
        else:
            groups.append([name])
    return groups


def _reach(number: Mapping[str, Any], colour: str) -> dict[str, Any] | None:
    """The bars of an interval; None where there is none."""
    if number["low"] is None:
        return None
    return {
        "type": "data", "symmetric": False, "thickness": 1.5, "width": 5, "color": colour,
        "array": [number["high"] - number["mean"]], "arrayminus": [number["mean"] - number["low"]],
    }  # fmt: skip
