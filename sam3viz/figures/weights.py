"""What a bridge chose for each drawn exemplar: scales, levels and how far its gates open."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float32

from sam3viz.figures.panel import Panel, shown
from sam3viz.figures.style import INK, PARTS, columns, footnote, heading, of_label, tag
from sam3viz.inference.analysis import AnalysisData
from sam3viz.types import VariantResult

SCALES, LEVELS = ("3×3 kernel", "5×5 kernel", "7×7 kernel"), ("early fusion", "mid fusion", "late fusion")
BAR = 22
"""Pixels an exemplar."""


def available(analysis: AnalysisData) -> bool:
    return any(_mix(result) or result.gates is not None for result in analysis.variants.values())


def build(analysis: AnalysisData, variants: Sequence[str] | None = None) -> go.Figure:
    results = {name: analysis.variants[name] for name in shown(analysis, variants)}
    count = len(analysis.exemplars)
    height = 2 * (BAR * count + 24) + 24
    figure = columns(
        [heading(name, _note(result)) for name, result in results.items()], height, (0.5, 0.5), 24 / height
    )
    named: set[str] = set()
    for column, result in enumerate(results.values(), start=1):
        upper, lower = _bars(result), _gates(result)
        for row, traces in ((1, upper), (2, lower)):
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
    footnote(figure, "above: shares that sum to 1", "below: gates, 0 keeps the exemplar, 1 takes the fused value")
    return figure


def _mix(result: VariantResult) -> tuple[Sequence[str], Float32[np.ndarray, "m 3"]] | None:
    """Names and values of the three shares, where the variant has some."""
    if result.scale_weights is not None:
        return SCALES, result.scale_weights
    if result.level_weights is not None:
        return LEVELS, result.level_weights
    return None


def _note(result: VariantResult) -> str:
    notes = [
        word
        for word, values in (
            ("scales", result.scale_weights),
            ("levels", result.level_weights),
            ("gates", result.gates),
        )
        if values is not None
    ]
    return " · ".join(notes) or "–"


def _bars(result: VariantResult) -> list[go.Bar]:
    mix = _mix(result)
    if mix is None:
        return []
    names, shares = mix
    return [
        go.Bar(
            x=share, y=np.arange(len(share), dtype=np.int8), orientation="h", name=name,
            marker={"color": colour, "line_width": 0}, texttemplate="%{x:.2f}", textposition="inside", textangle=0,
            insidetextanchor="middle", textfont={"size": 10, "color": "white"},
            hovertemplate=f"{name} %{{x:.3f}}<extra></extra>",
        )
        for name, share, colour in zip(names, shares.T, PARTS, strict=True)
    ]  # fmt: skip


def _gates(result: VariantResult) -> list[go.Scatter]:
    if result.gates is None:
        return []
    low, high = np.quantile(result.gates, (0.25, 0.75), axis=1).astype(np.float32)
    mean = result.gates.mean(1)
    return [
        go.Scatter(
            x=np.concatenate([low[i : i + 1], high[i : i + 1]]), y=[i, i], mode="lines", name="gates, middle half",
            legendgroup="half", line={"color": INK, "width": 6}, opacity=0.45,
            hovertemplate="middle half of the gates %{x:.3f}<extra></extra>",
        )
        for i in range(len(mean))
    ] + [
        go.Scatter(
            x=mean, y=np.arange(len(mean), dtype=np.int8), mode="markers", name="gates, mean",
            marker={"symbol": "line-ns-open", "size": 12, "color": INK, "line_width": 3},
            hovertemplate="mean of the gates %{x:.3f}<extra></extra>",
        )
    ]  # fmt: skip


def _names(analysis: AnalysisData) -> go.Scatter:
    """Each row's exemplar, written left of the zero line so that the columns keep their width."""
    tags = [f"<b>{tag(number, exemplar)}</b>" for number, exemplar in enumerate(analysis.exemplars, start=1)]
    colours = [of_label(exemplar.label) for exemplar in analysis.exemplars]
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
