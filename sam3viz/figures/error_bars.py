"""Intervals as plotly draws them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sam3viz.evaluation.estimate import Estimate


def error_bars(estimates: Sequence[Estimate], colour: str) -> dict[str, Any] | None:
    """Make the bars of one trace's points, from the means to both ends; None where an estimate has no interval."""
    intervals = [(e.mean, e.low, e.high) for e in estimates if e.low is not None and e.high is not None]
    if len(intervals) < len(estimates):
        return None
    return {
        "type": "data", "symmetric": False, "thickness": 1.5, "width": 4, "color": colour,
        "array": [high - mean for mean, _, high in intervals],
        "arrayminus": [mean - low for mean, low, _ in intervals],
    }  # fmt: skip
