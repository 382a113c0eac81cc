"""The linear view: how far the instance tokens lie from the visual ones."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from sam3viz.figures.panel import Panel, always, visible_variants
from sam3viz.figures.scatter import token_planes
from sam3viz.figures.style import INK, footnote, heading
from sam3viz.inference.analysis import AnalysisData
from sam3viz.utils.messages import translate


def build(analysis: AnalysisData, variants: Sequence[str] | None = None, language: str = "en") -> go.Figure:
    """Draw the gap axis of each variant, see `Panel.build`."""
    gap = translate("gap", language)
    frame = analysis.gap_axis()
    probes = frame[frame["kind"] == "probe"].groupby("variant")["gap_x"].mean().clip(lower=0)
    headings = {name: heading(name, f"{gap} {probes[name]:.2f}") for name in visible_variants(analysis, variants)}
    figure = token_planes(analysis, frame, ("gap_x", "gap_y"), headings, language)
    for column, name in enumerate(headings, start=1):
        figure.add_scatter(
            x=[0, float(probes[name])], y=[0, 0], mode="lines+markers", row=1, col=column,
            line={"color": INK, "width": 3}, marker={"symbol": "line-ns-open", "size": 16, "line_width": 3},
            name=gap, legendgroup="gap", legendrank=1002, showlegend=column == 1,
            hovertemplate=f"{gap} {probes[name]:.3f}<extra></extra>",
        )  # fmt: skip
    footnote(
        figure,
        translate("→ from the visual partners' mean (0) to the instances' mean", language),
        translate("↑ the main variation besides", language),
    )
    return figure


PANEL = Panel(
    "gap_axis",
    "Gap axis",
    "Exact and linear: the further right the blue cloud, the wider the gap; closed, blue lies on grey. What is nearest "
    "need not find best.",
    build,
    always,
)
