"""What every measure must do, run over every entry of METRICS."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ortho_group

from sam3viz.metrics import METRICS, Metric

every = pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)


@every
def test_is_described(metric: Metric):
    assert METRICS[metric.name] is metric
    assert metric.label
    assert metric.source
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


OF_ONE_SET = {"uniformity", "effective_rank", "variance_difference"}
"""They ask how the instances spread and not where they lie or whose region is whose."""


@every
def test_direction(metric: Metric):
    """Own regions are better than strangers' on the other side, and a spread better than a collapse."""
    rng = np.random.default_rng(0)
    instance = rng.normal(size=(60, 8)) + 1
    better = metric(instance, instance)
    if metric.name in OF_ONE_SET:
        worse = metric(1 + 0.01 * instance, instance)
    else:
        worse = metric(instance, -np.roll(instance, 7, axis=0))
    if metric.name == "mismatched_cosine":  # it is the others' cosine, which the own partner does not enter
        better, worse = worse, better
    assert better != pytest.approx(worse)
    assert (better > worse) is metric.higher_is_better


NO_GAP = {
    "matched_cosine": 1, "retrieval_rank": 1, "recall_at_1": 1, "recall_at_5": 1, "alignment": 0,
    "centroid_distance": 0, "mean_difference": 0, "variance_difference": 0, "frechet_distance": 0, "mmd": 0,
    "domain_auc": 0.5, "linear_cka": 1, "rbf_cka": 1, "mutual_knn": 1,
}  # fmt: skip
"""What a measure of a gap is where there is none."""
NOT_OF_A_GAP = {"mismatched_cosine", "uniformity", "effective_rank"}
"""What they are of a set and itself hangs on the set."""


def test_every_measure_is_known_to_be_of_a_gap_or_not():
    assert NO_GAP.keys() | NOT_OF_A_GAP == METRICS.keys()
    assert not NO_GAP.keys() & NOT_OF_A_GAP


@pytest.mark.parametrize(("name", "value"), NO_GAP.items(), ids=NO_GAP)
@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), count=st.integers(60, 90), dim=st.integers(3, 100))
def test_a_set_has_no_gap_to_itself(name: str, value: float, seed, count, dim):
    instance = np.random.default_rng(seed).normal(size=(count, dim))
    assert METRICS[name](instance, instance) == pytest.approx(value, abs=1e-6)


@every
@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), dim=st.integers(2, 80))
def test_pairs_in_any_order_and_rows_of_any_length_are_the_same(metric: Metric, seed, dim):
    rng = np.random.default_rng(seed)
    instance = rng.normal(size=(60, dim))
    partner = instance + rng.normal(size=instance.shape) + 0.3
    lengths, order = rng.uniform(0.1, 9, (2, 60, 1)), rng.permutation(60)
    again = metric((lengths[0] * instance)[order], (lengths[1] * partner)[order])
    # The folds of the cross-validation fall differently.
    assert again == pytest.approx(metric(instance, partner), abs=0.15 if metric.name == "domain_auc" else 1e-6)


@every
def test_a_common_rotation_changes_nothing_unless_it_is_of_channels(metric: Metric):
    rng = np.random.default_rng(1)
    instance = rng.normal(size=(60, 6)) * [1, 1, 2, 3, 1, 1]
    partner = instance + rng.normal(size=instance.shape) + [0, 1, 0, 0, 2, 0]
    rotation = ortho_group.rvs(6, random_state=1)
    same = metric(instance @ rotation, partner @ rotation) == pytest.approx(metric(instance, partner), abs=1e-6)
    assert same is (metric.name not in {"mean_difference", "variance_difference"})
