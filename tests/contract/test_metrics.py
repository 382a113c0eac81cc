"""What every measure must do, run over every entry of METRICS."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sam3viz.analysis import METRICS, Metric

every = pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)


@every
def test_is_described(metric: Metric):
    assert METRICS[metric.name] is metric
    assert metric.label
    assert metric.range[0] < metric.range[1]
    assert metric.function.__doc__


@every
@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), count=st.integers(0, 40), dim=st.integers(1, 8), kind=st.sampled_from("nmcz"))
def test_is_in_its_range_or_nan_for_want_of_samples(metric: Metric, seed, count, dim, kind):
    rng = np.random.default_rng(seed)
    instance = rng.normal(size=(count, dim)).astype(np.float32)
    partner = {
        "n": rng.normal(size=(count, dim)),
        "m": instance,
        "c": np.ones((count, dim)),
        "z": np.zeros((count, dim)),
    }[kind].astype(np.float32)
    value = metric(instance, partner)
    assert type(value) is float
    if count < metric.minimum:
        assert math.isnan(value)
    else:
        low, high = metric.range
        assert low - 1e-5 <= value <= high + 1e-5


@every
def test_direction(metric: Metric):
    """Own regions are better than strangers' in the direction that the metric claims."""
    rng = np.random.default_rng(0)
    instance = rng.normal(size=(50, 8)) + 1
    better, worse = metric(instance, instance), metric(instance, -instance)
    if metric.name == "mismatched_cosine":  # it is the others' cosine, which the own partner does not enter
        better, worse = worse, better
    assert (better > worse) is metric.higher_is_better
