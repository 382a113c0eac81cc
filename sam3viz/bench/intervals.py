"""Confidence intervals by the bootstrap (Efron 1979).

Pictures are resampled, not questions: questions to one picture are not independent.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from jaxtyping import Float
from scipy import stats

LEVEL = 0.95
RESAMPLES = 2000


@dataclass(frozen=True)
class Interval:
    """A mean with its percentile interval at `LEVEL`; ``low`` and ``high`` are None with fewer than two pictures."""

    mean: float
    low: float | None
    high: float | None
    n: int
    """Values behind the mean."""


def mean_interval(values: Sequence[float], clusters: Sequence[Hashable], seed: int = 0) -> Interval:
    """Mean of ``values``, one of ``clusters`` each, which are resampled as a whole. Raises ValueError for no values."""
    centre, drawn = _bootstrap(values, clusters, np.random.default_rng(seed))
    return _interval(centre, drawn, len(values))


def paired_difference(
    first: Sequence[float], second: Sequence[float], clusters: Sequence[Hashable], seed: int = 0
) -> Interval:
    """Mean of ``first - second`` on the same questions: both sides are resampled together."""
    return mean_interval(np.subtract(first, second).tolist(), clusters, seed)


def independent_difference(
    first: Sequence[float],
    first_clusters: Sequence[Hashable],
    second: Sequence[float],
    second_clusters: Sequence[Hashable],
    seed: int = 0,
) -> Interval:
    """Mean of ``first`` minus mean of ``second``, from different pictures: each side is resampled by itself.

    ``n`` is the smaller number of values.
    """
    one, other = np.random.default_rng(seed).spawn(2)
    centre, drawn = _bootstrap(first, first_clusters, one)
    other_centre, other_drawn = _bootstrap(second, second_clusters, other)
    both = None if drawn is None or other_drawn is None else drawn - other_drawn
    return _interval(centre - other_centre, both, min(len(first), len(second)))


def _bootstrap(
    values: Sequence[float], clusters: Sequence[Hashable], rng: np.random.Generator
) -> tuple[float, Float[np.ndarray, " r"] | None]:
    """The mean, and the means of resampled clusters where there are two or more."""
    if not len(values):
        raise ValueError("There are no values to average.")
    # A mean over unequal clusters is a ratio of sums, so each cluster's sum and count are drawn as a pair.
    grouped = pd.Series(list(values), dtype=float).groupby(pd.Index(list(clusters)))
    sums, counts = grouped.sum().to_numpy(), grouped.count().to_numpy(float)
    centre = float(sums.sum() / counts.sum())
    if len(sums) < 2:
        return centre, None
    drawn = stats.bootstrap(
        (sums, counts),
        lambda total, count, axis: total.sum(axis) / count.sum(axis),
        paired=True,
        n_resamples=RESAMPLES,
        batch=100,
        method="percentile",
        rng=rng,
    ).bootstrap_distribution
    return centre, drawn


def _interval(centre: float, drawn: Float[np.ndarray, " r"] | None, n: int) -> Interval:
    if drawn is None:
        return Interval(centre, None, None, n)
    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval(centre, float(low), float(high), n)
