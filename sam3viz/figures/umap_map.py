"""UMAP: who is whose neighbour."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from sam3viz.figures.panel import Panel, always, shown
from sam3viz.figures.scatter import token_planes
from sam3viz.figures.style import footnote, heading
from sam3viz.inference.analysis import AnalysisData


def build(analysis: AnalysisData, variants: Sequence[str] | None = None) -> go.Figure:
    trust = analysis.metrics()["trustworthiness"]
    headings = {name: heading(name, f"trust {trust[name]:.2f}") for name in shown(analysis, variants)}
    figure = token_planes(analysis, analysis.layout(), ("x", "y"), headings)
    figure.update_xaxes(showticklabels=False, showgrid=False)
    figure.update_yaxes(showgrid=False)
    start = "baseline" if "baseline" in analysis.variants else next(iter(analysis.variants))
    footnote(figure, f"maps start from the {start}'s layout", "neighbourhoods count, distances do not")
    return figure


PANEL = Panel(
    "umap_map",
    "UMAP map",
    "Near points are neighbours: a bridge that works mixes blue into grey. Trust is the share of neighbours that are "
    "true ones, 1 at best; the size of the gap cannot be read here.",
    build,
    always,
)
