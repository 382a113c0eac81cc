"""The way of the drawn exemplars through each bridge: what the readout would find after every step."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from sklearn.preprocessing import normalize

from sam3viz.figures.panel import Panel, visible_variants
from sam3viz.figures.style import columns, footnote, heading
from sam3viz.inference.analysis import AnalysisData
from sam3viz.types import StageResult, VariantResult
from sam3viz.utils.messages import translate

ROW, ROW_GAP = 104, 40
"""Pixels of a stage's heat, and of its name and number under it."""


def available(analysis: AnalysisData) -> bool:
    """Return whether any variant tells its stages."""
    return any(result.stages for result in analysis.variants.values())


def build(analysis: AnalysisData, variants: Sequence[str] | None = None, language: str = "en") -> go.Figure:
    """Draw the heat after each stage, the first on top, see `Panel.build`."""
    results = [analysis.variants[name] for name in visible_variants(analysis, variants)]
    depth = max(1, *(len(result.stages) for result in analysis.variants.values()))
    height = depth * ROW + (depth - 1) * ROW_GAP
    headings = [heading(result.name, _note(result, language)) for result in results]
    figure = columns(headings, height, (1 / depth,) * depth, ROW_GAP / height if depth > 1 else 0.0)
    width, rows = analysis.image.size
    notes: list[go.layout.Annotation] = []
    for column, result in enumerate(results, start=1):
        for row in range(1, depth + 1):
            stage = result.stages[row - 1] if row <= len(result.stages) else None
            figure.add_trace(_nothing(width, rows) if stage is None else _heat(stage, width, rows), row=row, col=column)
            axis = figure.get_subplot(row, column)
            if stage is None:
                axis.xaxis.showline = axis.yaxis.showline = False
                continue
            text = f"{translate(stage.name, language)}<br>{_number(result, row, analysis)}"
            notes.append(
                go.layout.Annotation(
                    text=text, x=sum(axis.xaxis.domain) / 2, y=axis.yaxis.domain[0], xref="paper", yref="paper",
                    xanchor="center", yanchor="top", showarrow=False, font_size=11,
                )
            )  # fmt: skip
    figure.update_xaxes(range=[0, width], showticklabels=False, ticks="", showgrid=False, constrain="domain")
    figure.update_yaxes(range=[rows, 0], ticks="", showgrid=False, constrain="domain", scaleanchor="x")
    figure.update_layout(dragmode=False, annotations=[*figure.layout.annotations, *notes])
    footnote(
        figure,
        translate("from top to bottom: the heat if the bridge ended there", language),
        translate("cosine of the positive exemplars with their own region (what the step adds)", language),
    )
    return figure


def _note(result: VariantResult, language: str) -> str:
    count = len(result.stages)
    return translate("{count} steps", language, count=count) if count > 1 else "–"


def _heat(stage: StageResult, width: int, height: int) -> go.Heatmap:
    rows, cols = stage.heat_grid.shape
    percent = (100 * stage.heat_grid).round().astype(np.uint8)
    return go.Heatmap(
        z=percent, x=(np.arange(cols) + 0.5) * width / cols, y=(np.arange(rows) + 0.5) * height / rows,
        zmin=0, zmax=100, colorscale="Inferno", showscale=False, showlegend=False,
        hovertemplate="%{z} %<extra></extra>",
    )  # fmt: skip


def _nothing(width: int, height: int) -> go.Scatter:
    """Keeps the axes where a variant has fewer stages."""
    return go.Scatter(x=[width / 2], y=[height / 2], mode="text", text=[""], hoverinfo="skip", showlegend=False)


def _number(result: VariantResult, row: int, analysis: AnalysisData) -> str:
    """Write the cosine at a stage, counted from 1, and by how much it is more than before."""
    cosines = [_matched(result, stage, analysis) for stage in result.stages[:row]]
    return f"{cosines[-1]:.2f}" if row == 1 else f"{cosines[-1]:.2f} ({cosines[-1] - cosines[-2]:+.2f})"


def _matched(result: VariantResult, stage: StageResult, analysis: AnalysisData) -> float:
    """Mean cosine of the positive exemplars, as they are at the stage, with the visual side of their own boxes."""
    positive = np.array([exemplar.label > 0 for exemplar in analysis.exemplars])
    return float((normalize(stage.exemplar[positive]) * normalize(result.partner[positive])).sum(1).mean())


PANEL = Panel(
    "stages",
    "Step by step through each bridge",
    "Each row is one step: the heat and the cosine that the exemplar would have if the bridge ended there.",
    build,
    available,
)
