from __future__ import annotations

import numpy as np
import pytest

from sam3viz.bench import intervals
from sam3viz.bench.intervals import independent_difference, mean_interval, paired_difference


def clustered(seed: int, pictures: int = 40) -> tuple[list[float], list[int]]:
    """Values around 1 whose pictures differ more than the questions to one picture."""
    rng = np.random.default_rng(seed)
    counts = rng.integers(1, 5, pictures)
    offsets = rng.normal(0, 1, pictures)
    values = [1 + offsets[i] + rng.normal(0, 0.2) for i in range(pictures) for _ in range(counts[i])]
    return values, np.repeat(np.arange(pictures), counts).tolist()


def test_the_interval_covers_the_truth_as_often_as_it_says(monkeypatch):
    monkeypatch.setattr(intervals, "RESAMPLES", 300)
    found = [mean_interval(*clustered(seed), seed=seed) for seed in range(150)]
    assert np.mean([i.low <= 1 <= i.high for i in found]) == pytest.approx(0.95, abs=0.06)


def test_pictures_are_resampled_and_not_questions(monkeypatch):
    monkeypatch.setattr(intervals, "RESAMPLES", 300)
    values, pictures = clustered(0)
    repeated = mean_interval(values * 4, pictures * 4)
    once = mean_interval(values, pictures)
    assert repeated.high - repeated.low == pytest.approx(once.high - once.low)  # copies tell nothing new
    naive = mean_interval(values, range(len(values)))
    assert once.high - once.low > 1.2 * (naive.high - naive.low)


def test_the_mean_is_the_mean_and_lies_inside():
    values, pictures = clustered(1)
    interval = mean_interval(values, pictures)
    assert interval.mean == pytest.approx(np.mean(values))
    assert interval.low < interval.mean < interval.high
    assert interval.n == len(values)
    assert interval == mean_interval(values, pictures)
    assert interval.low != mean_interval(values, pictures, seed=1).low


def test_the_order_of_the_episodes_does_not_matter():
    values, pictures = clustered(2)
    order = np.random.default_rng(0).permutation(len(values))
    shuffled = mean_interval([values[i] for i in order], [pictures[i] for i in order])
    expected = mean_interval(values, pictures)
    assert (shuffled.low, shuffled.high) == pytest.approx((expected.low, expected.high))


def test_the_difference_of_equals_is_exactly_zero():
    values, pictures = clustered(3)
    interval = paired_difference(values, values, pictures)
    assert (interval.mean, interval.low, interval.high) == (0, 0, 0)


def test_pairing_sees_a_shift_that_the_pictures_hide():
    values, pictures = clustered(4)
    shifted = [v + 0.1 for v in values]
    paired = paired_difference(shifted, values, pictures)
    assert (paired.low, paired.high) == pytest.approx((0.1, 0.1))
    apart = independent_difference(shifted, pictures, values, pictures)
    assert apart.mean == pytest.approx(0.1)
    assert apart.low < 0 < apart.high
    one = mean_interval(values, pictures)
    assert apart.high - apart.low == pytest.approx(2**0.5 * (one.high - one.low), rel=0.2)


def test_one_picture_gives_no_interval_and_none_is_refused():
    interval = mean_interval([0.2, 0.4], ["a", "a"])
    assert (interval.mean, interval.low, interval.high, interval.n) == (pytest.approx(0.3), None, None, 2)
    assert independent_difference([1.0, 2.0], ["a", "b"], [1.0], ["c"]).low is None
    with pytest.raises(ValueError, match="no values"):
        mean_interval([], [])
