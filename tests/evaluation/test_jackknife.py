from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from sam3viz.evaluation.jackknife import jackknife


def first_mean(instance: np.ndarray, partner: np.ndarray) -> float:
    return float(instance[:, 0].mean())


@pytest.fixture
def sides() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    return rng.normal(size=(80, 3)), rng.normal(size=(80, 3))


def test_of_a_mean_it_is_students_interval(sides):
    """One pair a group: the jackknife's error is the textbook's standard error of a mean."""
    values = sides[0][:, 0]
    got = jackknife(first_mean, sides, [f"{i}.jpg" for i in range(80)], groups=80)
    low, high = stats.t.interval(0.95, 79, values.mean(), stats.sem(values))
    assert (got.mean, got.low, got.high) == pytest.approx((values.mean(), low, high))
    assert got.n == 80


def test_it_covers_the_truth_about_as_often_as_it_says():
    hits = 0
    for seed in range(150):
        rows = np.random.default_rng(seed).normal(size=(60, 2))
        got = jackknife(first_mean, (rows, rows), [str(i % 30) for i in range(60)], seed)
        hits += got.low <= 0 <= got.high
    assert 0.88 <= hits / 150 <= 1


def test_pairs_of_one_picture_are_left_out_together(sides):
    left: list[set[float]] = []

    def note(instance: np.ndarray, partner: np.ndarray) -> float:
        left.append(set(instance[:, 0]))
        return 0.0

    images = [str(i // 4) for i in range(80)]
    jackknife(note, sides, images)
    everything = set(sides[0][:, 0])
    for kept in left[1:]:
        gone = everything - kept
        of_gone = {images[i] for i in range(80) if sides[0][i, 0] in gone}
        assert len(gone) == 4 * len(of_gone)
    assert set.union(*(everything - kept for kept in left[1:])) == everything


def test_few_pictures_have_no_interval_and_few_samples_no_number(sides):
    got = jackknife(first_mean, sides, ["one.jpg"] * 80)
    assert got.low is None
    assert got.mean == pytest.approx(sides[0][:, 0].mean())
    none = jackknife(lambda a, b: math.nan, sides, [str(i) for i in range(80)])
    assert math.isnan(none.mean)
    assert none.low is None
    some = jackknife(lambda a, b: 1.0 if len(a) == 80 else math.nan, sides, [str(i) for i in range(80)])
    assert (some.mean, some.low) == (1.0, None)
