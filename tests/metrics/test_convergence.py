from __future__ import annotations

import math

import numpy as np
import pytest

from sam3viz.metrics.convergence import SPAN, smoothed, smoothness, steps_to_target


def slow_average(losses: list[float]) -> list[float]:
    """Every earlier loss weighs (1 - a) less than the next; the weights sum to 1."""
    keep = 1 - 2 / (SPAN + 1)
    averages = []
    for end in range(1, len(losses) + 1):
        weights = [keep ** (end - 1 - i) for i in range(end)]
        averages.append(sum(w * x for w, x in zip(weights, losses[:end], strict=True)) / sum(weights))
    return averages


def test_the_average_is_the_weighted_mean_of_what_came_before():
    losses = np.random.default_rng(0).uniform(0, 5, 30).tolist()
    np.testing.assert_allclose(smoothed(losses), slow_average(losses))


def test_a_step_down_reaches_a_target_between_as_the_average_decays():
    """From 1 to 0 after 40 steps: the average is keep ** k after k steps, as the start's bias is long gone."""
    losses = [1.0] * 200 + [0.0] * 100
    keep = 1 - 2 / (SPAN + 1)
    expected = 200 + math.ceil(math.log(0.1) / math.log(keep))
    assert steps_to_target(losses, 0.1) == expected


def test_the_whole_curve_under_the_target_takes_one_step_and_never_is_none():
    assert steps_to_target([0.5] * 30, 0.5) == 1
    assert steps_to_target([0.5] * 30, 0.49) is None
    assert steps_to_target([3.0], 3.0) == 1


def test_a_curve_that_leaves_the_target_again_counts_from_its_return():
    losses = [0.0] * 50 + [9.0] * 50 + [0.0] * 100
    step = steps_to_target(losses, 1.0)
    assert step is not None
    assert step > 100
    assert (smoothed(losses)[step - 1 :] <= 1).all()
    assert smoothed(losses)[step - 2] > 1
    assert steps_to_target([0.0] * 50 + [9.0] * 50, 1.0) is None


def test_one_lucky_batch_does_not_count():
    losses = [2.0] * 40
    losses[10] = 0.0
    assert steps_to_target(losses, 1.0) is None


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_a_diverged_step_is_above_every_target(bad):
    losses = [1.0] * 20
    losses[7] = bad
    assert steps_to_target(losses, 1.0) == 9
    assert steps_to_target([*losses, bad], 1.0) is None
    assert math.isnan(smoothness(losses))


@pytest.mark.parametrize("n", [3, 10, 100])
@pytest.mark.parametrize("slope", [1.0, -2.5])
def test_a_ramp_has_its_closed_form(n, slope):
    assert smoothness(slope * np.arange(n) + 7) == pytest.approx(1 - 6 / (n * (n + 1)))


def test_a_zigzag_has_its_closed_form():
    assert smoothness([1.0, -1.0] * 10) == pytest.approx(-1 + 2 / 20)


def test_white_noise_has_none():
    """The ratio's mean over white noise is 2 and its variance 4 (n - 2) / (n² - 1) (von Neumann 1941)."""
    noise = np.random.default_rng(0).normal(size=(200, 100))
    values = [smoothness(row) for row in noise]
    assert np.mean(values) == pytest.approx(0, abs=0.02)
    assert np.var(values) == pytest.approx(98 / (100**2 - 1), rel=0.3)


def test_neither_factor_nor_offset_matters():
    losses = np.exp(-np.arange(60) / 20) + np.random.default_rng(0).normal(0, 0.05, 60)
    assert smoothness(1e3 * losses - 4) == pytest.approx(smoothness(losses))
    assert smoothness(1e-9 * losses) == pytest.approx(smoothness(losses))


def test_more_noise_is_less_smooth():
    curve, noise = np.exp(-np.arange(60) / 20), np.random.default_rng(0).normal(size=60)
    values = [smoothness(curve + strength * noise) for strength in (0, 0.03, 0.1, 0.5)]
    assert values == sorted(values, reverse=True)
    assert values[0] > 0.95


def test_a_curve_that_does_not_move_is_smooth_and_a_short_one_has_no_value():
    assert smoothness([0.1] * 9) == 1
    assert math.isnan(smoothness([1.0, 2.0]))


def test_what_is_no_curve_is_said():
    with pytest.raises(ValueError, match=r"shape \(0,\)"):
        smoothness([])
    with pytest.raises(ValueError, match=r"shape \(2, 2\)"):
        steps_to_target(np.ones((2, 2)), 1.0)
    with pytest.raises(ValueError, match="target is nan"):
        steps_to_target([1.0], math.nan)
