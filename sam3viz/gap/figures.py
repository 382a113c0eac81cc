"""Pictures of a dataset's gap: what closeness buys, and where every object and region lies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from jaxtyping import Float32
from plotly.colors import qualitative, sample_colorscale

from sam3viz.figures.style import FAINT, PROBE, VISUAL, bare, columns, footnote, heading, of_variant, symbol_of_variant

HEIGHT = 420
MAP_HEIGHT = 260


def closeness_against_use(summarised: Mapping[str, Any]) -> go.Figure:
    """Each variant at its contrast (matched minus mismatched cosine) and its patch AP with its interval.

    To the right the two feature spaces agree on which instance belongs where; upwards the heat finds what was asked.
    """
    figure = go.Figure()
    for name, values in summarised["variants"].items():
        colour, symbol = of_variant(name), symbol_of_variant(name)
        matched, mismatched = (values["measures"][key]["mean"] for key in ("matched_cosine", "mismatched_cosine"))
        score = values["scores"].get("patch_ap")
        if score is None or matched is None or mismatched is None:
            continue
        reach = None
        if score["low"] is not None:
            reach = {
                "type": "data", "symmetric": False, "thickness": 1.5, "width": 5, "color": colour,
                "array": [score["high"] - score["mean"]], "arrayminus": [score["mean"] - score["low"]],
            }  # fmt: skip
        figure.add_trace(
            go.Scatter(
                x=[matched - mismatched],
                y=[score["mean"]],
                error_y=reach,
                mode="markers",
                name=name,
                marker={"size": 13, "symbol": symbol, "color": colour, "line": {"width": 2, "color": colour}},
                hovertemplate="closeness %{x:.2f}<br>patch AP %{y:.3f}<extra>" + name + "</extra>",
            )
        )
    figure.update_xaxes(title="matched − mismatched cosine (closeness)", range=[-0.1, 1.15])
    figure.update_yaxes(title="patch AP (use)", rangemode="tozero")
    figure.update_xaxes(gridcolor=FAINT, zerolinecolor=FAINT)
    figure.update_yaxes(gridcolor=FAINT, zerolinecolor=FAINT)
    bare(figure)
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 64, "r": 24, "t": 64, "b": 56},
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
    )
    return figure


def dataset_map(frame: pd.DataFrame, planes: Mapping[str, Float32[np.ndarray, "n 2"]]) -> go.Figure:
    """UMAP of every object's instance (filled) and region (hollow), a plane a variant, coloured in four ways.

    Args:
        frame: one row a point, the same for every variant but for ``matched``: columns side ("instance" or "region"),
            image, category, size, and one column of matched cosine a variant.
        planes: variant -> coordinates of the points.
    """
    figure = columns([heading(name, "") for name in planes], MAP_HEIGHT)
    common = frame["category"].value_counts().index[: len(qualitative.Dark24)]
    palette = dict(zip(common, qualitative.Dark24, strict=False))
    by_category = frame["category"].map(palette).fillna("#b0b0b0")
    by_size = frame["size"].map({"small": "#9a6f00", "medium": "#3f7fd1", "large": "#a0559c"})
    by_side = frame["side"].map({"instance": PROBE, "region": VISUAL})
    colours: dict[str, list[list[str]]] = {"encoder": [], "category": [], "size": [], "similarity": []}
    for column, (name, plane) in enumerate(planes.items(), 1):
        by_similarity = np.array(sample_colorscale("Viridis", frame[name].clip(0, 1).to_list()))
        for side, symbol in (("region", "circle-open"), ("instance", "circle")):
            own = (frame["side"] == side).to_numpy()
            for key, values in (
                ("encoder", by_side), ("category", by_category), ("size", by_size), ("similarity", by_similarity),
            ):  # fmt: skip
                colours[key].append(np.asarray(values)[own].tolist())
            told = frame[own]
            figure.add_trace(
                go.Scattergl(
                    x=plane[own, 0], y=plane[own, 1], mode="markers", name=side, legendgroup=side,
                    showlegend=column == 1, text=told["category"] + " in " + told["image"],
                    marker={"size": 4, "symbol": symbol, "color": colours["encoder"][-1]},
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
    footnote(figure, "neighbourhoods count, distances do not", "similarity is the matched cosine, dark 0, bright 1")
    return figure
