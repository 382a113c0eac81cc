"""UMAP: who is whose neighbour."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from sam3viz.figures.panel import Panel, always, visible_variants
from sam3viz.figures.scatter import token_planes
from sam3viz.figures.style import footnote, heading
from sam3viz.inference.analysis import AnalysisData
from sam3viz.projection.layout import first_layout
from sam3viz.utils.messages import translate


def build(analysis: AnalysisData, variants: Sequence[str] | None = None, language: str = "en") -> go.Figure:
    """Draw the UMAP map of each variant, see `Panel.build`."""
    trust, word = analysis.metrics()["trustworthiness"], translate("trust", language)
    headings = {name: heading(name, f"{word} {trust[name]:.2f}") for name in visible_variants(analysis, variants)}
    figure = token_planes(analysis, analysis.layout(), ("x", "y"), headings, language)
    figure.update_xaxes(showticklabels=False, showgrid=False)
    figure.update_yaxes(showgrid=False)
    footnote(
        figure,
        translate("maps start from the layout of {variant}", language, variant=first_layout(analysis.variants)),
        translate("neighbourhoods count, distances do not", language),
    )
    return figure


PANEL = Panel(
    "umap_map",
    "UMAP map",
    "Near points are neighbours: where the gap is closed, blue mixes into grey. Trust is the share of neighbours that "
    "are true ones, 1 at best; the size of the gap cannot be read here.",
    build,
    always,
)
