"""Intervals for measures of whole sets.

The bootstrap would draw an object several times, and each copy would be the other's nearest neighbour and best match:
ranks, neighbours and distances between sets would all be wrong. So groups of pictures are left out in turn (delete-a-
group jackknife, Kott 2001).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from jaxtyping import Float
from scipy import stats

from sam3viz.evaluation.estimate import Estimate
from sam3viz.evaluation.intervals import LEVEL

GROUPS = 10


def jackknife(
    measure: Callable[[Float[np.ndarray, "n e"], Float[np.ndarray, "n e"]], float],
    sides: tuple[Float[np.ndarray, "n e"], Float[np.ndarray, "n e"]],
    images: Sequence[str],
    seed: int = 0,
    groups: int = GROUPS,
) -> Estimate:
    """Measure two matched sets, with an interval over pictures.

    Args:
        images: the picture of each pair; those of one picture are left out together.

    Returns:
        ``mean`` is the measure of the whole sets, NaN where they are too few for it; no interval where there are fewer
        pictures than ``groups`` or too few pairs are left without one of them.
    """
    whole = float(measure(*sides))
    names = np.array(sorted(set(images)))
    without_interval = Estimate(whole, None, None, len(images))
    if len(names) < groups or np.isnan(whole):
        return without_interval
    member = dict(zip(np.random.default_rng(seed).permutation(names), np.arange(len(names)) % groups, strict=True))
    group = np.array([member[image] for image in images])
    partial = np.array([measure(sides[0][group != g], sides[1][group != g]) for g in range(groups)])
    error = np.sqrt((groups - 1) / groups * np.square(partial - partial.mean()).sum())
    if np.isnan(error):
        return without_interval
    reach = float(stats.t.ppf((1 + LEVEL) / 2, groups - 1) * error)
    return Estimate(whole, whole - reach, whole + reach, len(images))
