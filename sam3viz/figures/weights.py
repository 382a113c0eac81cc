"""What a bridge chose for each drawn exemplar: shares of scales or levels, and how far its gates open."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from sam3viz.figures.panel import Panel, visible_variants
from sam3viz.figures.style import INK, PARTS, color_of_label, columns, footnote, heading, tag
from sam3viz.inference.analysis import AnalysisData
from sam3viz.types import Diagnostic
from sam3viz.utils.messages import translate

BAR = 22
"""Pixels an exemplar."""
ROW_GAP = 24
"""Pixels between rows."""
Rows = list[Diagnostic | None]


def available(analysis: AnalysisData) -> bool:
    """Return whether any variant has diagnostics."""
    return any(result.diagnostics for result in analysis.variants.values())


def build(analysis: AnalysisData, variants: Sequence[str] | None = None, language: str = "en") -> go.Figure:
    """Draw the diagnostics of each variant, shares above gates, see `Panel.build`."""
    rows = {name: _rows(analysis, name) for name in visible_variants(analysis, variants)}
    count, depth = len(analysis.exemplars), len(next(iter(rows.values())))
    height = depth * (BAR * count + 24) + (depth - 1) * ROW_GAP
    headings = [heading(name, _note(analysis, name, language)) for name in rows]
    figure = columns(headings, height, (1 / depth,) * depth, ROW_GAP / height if depth > 1 else 0.0)
    named: set[str] = set()
    for column, diagnostics in enumerate(rows.values(), start=1):
        for row, diagnostic in enumerate(diagnostics, start=1):
            traces = [] if diagnostic is None else _traces(diagnostic, language)
            for trace in traces:
                trace.update(showlegend=trace.name not in named)
                named.add(trace.name)
                figure.add_trace(trace, row=row, col=column)
            figure.add_trace(_names(analysis) if traces else _nothing(count), row=row, col=column)
            if not traces:
                figure.update_xaxes(showgrid=False, showticklabels=False, row=row, col=column)
    figure.update_xaxes(range=[-0.24, 1.04], tickvals=[0, 0.5, 1])
    figure.update_yaxes(range=[count - 0.4, -0.6], showgrid=False)
    figure.update_layout(barmode="stack", bargap=0.25, dragmode=False, uniformtext={"mode": "hide", "minsize": 9})
    footnote(
        figure,
        translate("above: shares that sum to 1", language),
        translate("below: gates, 0 keeps the exemplar, 1 takes the fused value", language),
        translate("±: the most the heat changes where these are made equal; ±.00 is decoration", language),
    )
    return figure


def _rows(analysis: AnalysisData, variant: str) -> Rows:
    """A variant's diagnostics in rows that all variants of the analysis have in common: first shares, then gates."""
    rows: Rows = []
    for kind in ("shares", "gates"):
        own = [d for d in analysis.variants[variant].diagnostics if d.kind == kind]
        most = max(sum(d.kind == kind for d in result.diagnostics) for result in analysis.variants.values())
        rows += [*own, *[None] * (max(most, 1) - len(own))]
    return rows


def _note(analysis: AnalysisData, variant: str, language: str) -> str:
    """Name what is drawn, each with by how much the heat changes at most without it."""
    result = analysis.variants[variant]
    names = []
    for diagnostic in result.diagnostics:
        name, change = translate(diagnostic.name, language), result.neutral_changes.get(diagnostic.name)
        names.append(name if change is None else f"{name} ±{change:.2f}".replace("±0.", "±."))
    small = f'<span style="font-size: 10px">{"<br>".join(names)}</span>'  # a column is narrow
    return small if names else "–"


def _traces(diagnostic: Diagnostic, language: str) -> list[go.Bar | go.Scatter]:
    return _bars(diagnostic, language) if diagnostic.kind == "shares" else _gates(diagnostic, language)


def _bars(diagnostic: Diagnostic, language: str) -> list[go.Bar | go.Scatter]:
    bars = []
    for number, (part, share) in enumerate(zip(diagnostic.parts, np.asarray(diagnostic.values).T, strict=True)):
        name = translate(part, language)
        bars.append(
            go.Bar(
                x=share, y=np.arange(len(share), dtype=np.int8), orientation="h", name=name,
                marker={"color": PARTS[number % len(PARTS)], "line_width": 0}, texttemplate="%{x:.2f}",
                textposition="inside", textangle=0, insidetextanchor="middle",
                textfont={"size": 10, "color": "white"}, hovertemplate=f"{name} %{{x:.3f}}<extra></extra>",
            )
        )  # fmt: skip
    return bars


def _gates(diagnostic: Diagnostic, language: str) -> list[go.Bar | go.Scatter]:
    values = np.asarray(diagnostic.values)
    low, high = np.quantile(values, (0.25, 0.75), axis=1).astype(np.float32)
    name = translate(diagnostic.name, language)
    half, mean = (f"{name}{translate(part, language)}" for part in (", middle half", ", mean"))
    ranges = [
        go.Scatter(
            x=np.concatenate([low[i : i + 1], high[i : i + 1]]), y=[i, i], mode="lines", name=half,
            legendgroup=half, line={"color": INK, "width": 6}, opacity=0.45,
            hovertemplate=f"{half} %{{x:.3f}}<extra></extra>",
        )
        for i in range(len(values))
    ]  # fmt: skip
    means = go.Scatter(
        x=values.mean(1), y=np.arange(len(values), dtype=np.int8), mode="markers", name=mean,
        marker={"symbol": "line-ns-open", "size": 12, "color": INK, "line_width": 3},
        hovertemplate=f"{mean} %{{x:.3f}}<extra></extra>",
    )  # fmt: skip
    return [*ranges, means]


def _names(analysis: AnalysisData) -> go.Scatter:
    """Each row's exemplar, written left of the zero line so that the columns keep their width."""
    tags = [f"<b>{tag(number, exemplar)}</b>" for number, exemplar in enumerate(analysis.exemplars, start=1)]
    colours = [color_of_label(exemplar.label) for exemplar in analysis.exemplars]
    return go.Scatter(
        x=[-0.03] * len(tags), y=list(range(len(tags))), mode="text", text=tags, textposition="middle left",
        textfont={"color": colours}, hoverinfo="skip", showlegend=False,
    )  # fmt: skip


def _nothing(count: int) -> go.Scatter:
    """Keeps the column in place where a variant has no such weights."""
    return go.Scatter(x=[0.5], y=[(count - 1) / 2], mode="text", text=["–"], hoverinfo="skip", showlegend=False)


PANEL = Panel(
    "weights",
    "Scale, level and gate weights",
    "What each bridge chose for each drawn box: long parts of a bar count most; a gate near 1 moved the exemplar most.",
    build,
    available,
)
