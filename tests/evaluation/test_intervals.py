from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sam3viz.evaluation import intervals
from sam3viz.evaluation.intervals import independent_difference, mean_interval, paired_difference, share_interval


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


@pytest.mark.parametrize(("pictures", "runs"), [(4, 500), (12, 500)])
def test_skewed_scores_of_few_pictures_are_covered_nearly_as_often_as_it_says(monkeypatch, pictures, runs):
    """Plain percentiles cover 80 % at 4 pictures and 91 % at 12."""
    monkeypatch.setattr(intervals, "RESAMPLES", 300)
    scores = np.random.default_rng(0).beta(2, 5, (runs, pictures))
    found = [mean_interval(row.tolist(), range(pictures), seed) for seed, row in enumerate(scores)]
    assert np.mean([i.low <= 2 / 7 <= i.high for i in found]) == pytest.approx(0.95, abs=0.03)


def plain(values: np.ndarray, resamples: int = 4000) -> np.ndarray:
    """Efron's percentile interval of a mean, by hand."""
    rng = np.random.default_rng(1)
    drawn = [values[rng.integers(len(values), size=len(values))].mean() for _ in range(resamples)]
    return np.quantile(drawn, [0.025, 0.975])


@pytest.mark.parametrize("pictures", [3, 5, 6, 12])
def test_few_pictures_widen_the_plain_percentiles(pictures):
    values = np.random.default_rng(3).exponential(size=pictures)
    got, (low, high) = mean_interval(values.tolist(), range(pictures)), plain(values)
    assert got.low < low < high < got.high


def test_many_pictures_need_no_widening():
    values = np.random.default_rng(4).exponential(size=400)
    got, expected = mean_interval(values.tolist(), range(400)), plain(values)
    width = expected[1] - expected[0]
    assert (got.low, got.high) == pytest.approx(tuple(expected), abs=0.06 * width)


def test_below_six_pictures_it_is_students_interval():
    """No percentile of resampled means lies beyond the pictures' own range."""
    values = [0.1, 0.5, 0.2, 0.9]
    got = mean_interval(values, "abcd")
    expected = stats.t.interval(0.95, 3, np.mean(values), stats.sem(values))
    assert (got.low, got.high) == pytest.approx(expected, abs=0.03)
    assert got.low < min(values)


def test_a_difference_reaches_as_far_as_its_smaller_side_asks_for():
    values = np.random.default_rng(5).normal(size=40).tolist()
    steady, pictures = [0.0] * 8, range(8)
    got = independent_difference(values, range(40), steady, pictures)
    alone = mean_interval(values, range(40))
    assert got.low < alone.low < alone.high < got.high


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


@pytest.mark.parametrize("answers", [[1, 1, 1, 1], [0, 0, 0, 0, 0], [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 1, 1]])
def test_a_share_has_wilsons_interval(answers):
    got = share_interval(list(map(float, answers)))
    expected = stats.binomtest(sum(answers), len(answers)).proportion_ci(0.95, "wilson")
    assert (got.mean, got.low, got.high) == pytest.approx((np.mean(answers), *expected), abs=1e-9)
    assert 0 <= got.low < got.high <= 1
    assert share_interval([1.0, 0.0]).low is None
    with pytest.raises(ValueError, match="no values"):
        share_interval([])


def test_an_interval_ends_where_the_mean_cannot_be():
    interval = mean_interval([0.0, 0.1, 1.0], "abc")
    assert interval.low < 0 < 1 < interval.high
    kept = interval.within(0.0, 1.0)
    assert (kept.mean, kept.low, kept.high, kept.n) == (interval.mean, 0, 1, 3)
    inside = mean_interval([0.4, 0.5, 0.6], "abc")
    assert inside.within(-1.0, 2.0) == inside
    assert mean_interval([0.4, 0.5], "ab").within(0.0, 1.0).low is None


def test_two_pictures_give_no_interval_and_none_is_refused():
    interval = mean_interval([0.2, 0.4, 0.6], ["a", "a", "b"])
    assert (interval.mean, interval.low, interval.high, interval.n) == (pytest.approx(0.4), None, None, 3)
    assert mean_interval([0.2, 0.4, 0.6], ["a", "b", "c"]).low is not None
    assert independent_difference([1.0, 2.0, 3.0], ["a", "b", "c"], [1.0, 2.0], ["c", "d"]).low is None
    with pytest.raises(ValueError, match="no values"):
        mean_interval([], [])
