"""What a panel is: one view of an analysis, a column a variant."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from sam3viz.inference.analysis import AnalysisData


@dataclass(frozen=True)
class Panel:
    """One view of an analysis; its texts are English and say so in other languages by the catalogue."""

    name: str
    title: str
    how_to_read: str
    build: Callable[..., go.Figure]
    """``build(analysis, variants=None, language="en")``: the figure with one column a variant, in screen order;
    ``variants`` names those to show, all by default. Raises ValueError for a name that the analysis does not hold."""
    available: Callable[[AnalysisData], bool]
    """Whether there is anything to show."""


def always(analysis: AnalysisData) -> bool:
    """Return whether any variant ran."""
    return bool(analysis.variants)


def visible_variants(analysis: AnalysisData, variants: Sequence[str] | None) -> list[str]:
    """Return the variants to draw, in screen order.

    Raises:
        ValueError: none, or one that the analysis does not hold.
    """
    wanted = list(analysis.variants) if variants is None else variants
    if not wanted:
        raise ValueError("There is no variant to show; name at least one.")
    for name in wanted:
        if name not in analysis.variants:
            raise ValueError(f"This analysis has no variant {name!r}; choose from: {', '.join(analysis.variants)}.")
    return [name for name in analysis.variants if name in wanted]
