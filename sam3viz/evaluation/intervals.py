"""Confidence intervals by the bootstrap over pictures: *expanded percentiles* (Hesterberg 2015, arXiv:1411.5279).

Pictures are resampled, not questions: questions to one picture are not independent. Plain percentiles (Efron 1979) are
too narrow at few pictures, by the factor sqrt((n - 1) / n) of a variance over n and as they take z for Student's t. So
the quantiles are taken further out, at Phi(-+ reach) with reach = sqrt(n / (n - 1)) t(n - 1); with many pictures both
are the same.

No resampled mean lies beyond the largest of n pictures, hence no percentile covers a symmetric truth more often than
1 - 2^(1 - n): less than `LEVEL` below six pictures. There the same quantiles are those of a normal distribution with
the standard deviation of the resampled means, mean -+ reach sd: Student's interval with the bootstrap's standard error.
It may reach beyond the range of the values themselves.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from jaxtyping import Float
from scipy import stats

from sam3viz.evaluation.estimate import Estimate

LEVEL = 0.95
RESAMPLES = 2000
MIN_PICTURES = 3
"""Pictures from which there is an interval."""
MIN_PERCENTILE_PICTURES = 6
"""Pictures from which percentiles can cover `LEVEL`."""


@dataclass(frozen=True)
class _Bootstrapped:
    mean: float
    resampled: Float[np.ndarray, " r"] | None
    """Means of resampled clusters; None where these are fewer than `MIN_PICTURES`."""
    clusters: int


def mean_interval(values: Sequence[float], clusters: Sequence[Hashable], seed: int = 0) -> Estimate:
    """Average ``values``, with an interval over their clusters, which are resampled as a whole.

    Args:
        clusters: the picture of each value.

    Raises:
        ValueError: there are no values.
    """
    sample = _bootstrap(values, clusters, np.random.default_rng(seed))
    return _interval(sample.mean, sample.resampled, sample.clusters, len(values))


def share_interval(values: Sequence[float]) -> Estimate:
    """Average answers in 0..1, one a picture, with Wilson's score interval (1927).

    Where all answers are alike, resampling them would give an interval without width.

    Raises:
        ValueError: there are no values.
    """
    if not len(values):
        raise ValueError("There are no values to average.")
    n, share = len(values), float(np.mean(values))
    if n < MIN_PICTURES:
        return Estimate(share, None, None, n)
    z = stats.norm.isf((1 - LEVEL) / 2)
    middle, reach = share + z**2 / (2 * n), z * np.sqrt(share * (1 - share) / n + (z / (2 * n)) ** 2)
    low, high = ((middle + end) / (1 + z**2 / n) for end in (-reach, reach))
    return Estimate(share, float(low), float(high), n).within(0.0, 1.0)


def paired_difference(
    first: Sequence[float], second: Sequence[float], clusters: Sequence[Hashable], seed: int = 0
) -> Estimate:
    """Average ``first - second`` on the same questions: both sides are resampled together."""
    return mean_interval(np.subtract(first, second).tolist(), clusters, seed)


def independent_difference(
    first: Sequence[float],
    first_clusters: Sequence[Hashable],
    second: Sequence[float],
    second_clusters: Sequence[Hashable],
    seed: int = 0,
) -> Estimate:
    """Subtract the mean of ``second`` from that of ``first``, of different pictures: each side is resampled by itself.

    ``n`` is the smaller number of values; the interval reaches as far as the side with fewer pictures asks for.
    """
    one, other = np.random.default_rng(seed).spawn(2)
    a, b = _bootstrap(first, first_clusters, one), _bootstrap(second, second_clusters, other)
    both = None if a.resampled is None or b.resampled is None else a.resampled - b.resampled
    return _interval(a.mean - b.mean, both, min(a.clusters, b.clusters), min(len(first), len(second)))


def _bootstrap(values: Sequence[float], clusters: Sequence[Hashable], rng: np.random.Generator) -> _Bootstrapped:
    if not len(values):
        raise ValueError("There are no values to average.")
    # A mean over unequal clusters is a ratio of sums, so each cluster's sum and count are drawn as a pair.
    grouped = pd.Series(list(values), dtype=float).groupby(pd.Index(list(clusters)))
    sums, counts = grouped.sum().to_numpy(), grouped.count().to_numpy(float)
    centre = float(sums.sum() / counts.sum())
    if len(sums) < MIN_PICTURES:
        return _Bootstrapped(centre, None, len(sums))
    resampled = stats.bootstrap(
        (sums, counts),
        lambda total, count, axis: total.sum(axis) / count.sum(axis),
        paired=True,
        n_resamples=RESAMPLES,
        batch=100,
        method="percentile",
        rng=rng,
    ).bootstrap_distribution
    return _Bootstrapped(centre, resampled, len(sums))


def _interval(centre: float, resampled: Float[np.ndarray, " r"] | None, clusters: int, n: int) -> Estimate:
    if resampled is None:
        return Estimate(centre, None, None, n)
    reach = np.sqrt(clusters / (clusters - 1)) * stats.t.isf((1 - LEVEL) / 2, clusters - 1)
    if clusters < MIN_PERCENTILE_PICTURES:
        deviation = float(resampled.std())
        return Estimate(centre, float(centre - reach * deviation), float(centre + reach * deviation), n)
    low, high = np.quantile(resampled, stats.norm.cdf([-reach, reach]))
    return Estimate(centre, float(low), float(high), n)
