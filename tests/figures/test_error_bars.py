from __future__ import annotations

import plotly.graph_objects as go
import pytest

from sam3viz.evaluation.estimate import Estimate
from sam3viz.figures.error_bars import error_bars


def test_bars_end_where_the_intervals_do():
    estimates = [Estimate(0.5, 0.4, 0.7, 9), Estimate(0.2, 0.1, 0.25, 9)]
    bars = error_bars(estimates, "#123456")
    trace = go.Scatter(x=[0, 1], y=[e.mean for e in estimates], error_y=bars)
    for mean, above, below, estimate in zip(
        trace.y, trace.error_y.array, trace.error_y.arrayminus, estimates, strict=True
    ):
        assert mean + above == pytest.approx(estimate.high)
        assert mean - below == pytest.approx(estimate.low)
    assert trace.error_y.color == "#123456"


def test_without_an_interval_there_are_none():
    assert error_bars([Estimate(0.5, 0.4, 0.7, 9), Estimate(0.2, None, None, 1)], "#123456") is None
