"""How fast and how smoothly a training run gets there: measures over one loss curve (design document 5.1).

They take a curve, not two sets of features, so they are no entries of `METRICS`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from jaxtyping import Float64

SPAN = 10
"""Steps over which a curve is smoothed: the span of an exponential moving average, whose weight is 2 / (SPAN + 1)."""

Losses = Sequence[float] | np.ndarray


def smoothed(losses: Losses) -> Float64[np.ndarray, " n"]:
    """Exponential moving average of span `SPAN`, without the bias of its start: the first value is itself.

    A loss that is no finite number is left out of the average.

    Raises:
        ValueError: there is no loss, or not one a step.
    """
    curve = _curve(losses)
    average = pd.Series(np.where(np.isfinite(curve), curve, np.nan)).ewm(span=SPAN).mean()
    return average.to_numpy(np.float64)


def steps_to_target(losses: Losses, target: float) -> int | None:
    """Speed of convergence: the first step, counted from 1, from which `smoothed` stays at or under ``target``.

    Smoothing keeps one lucky batch from counting, and "stays" a curve that gets there and leaves again. A loss that is
    no finite number is above every target. None where the curve does not end at or under the target; fewer steps are
    better.

    Raises:
        ValueError: there is no loss, or the target is no number.
    """
    if np.isnan(target):
        raise ValueError("The target is nan; give a loss to get down to.")
    reached = np.isfinite(_curve(losses)) & (smoothed(losses) <= target)
    if not reached[-1]:
        return None
    above = np.flatnonzero(~reached)
    return int(above[-1]) + 2 if len(above) else 1


def smoothness(losses: Losses) -> float:
    """Stability of training: ``1 - q / 2``, where q is von Neumann's ratio of the curve.

    q is the mean squared difference of neighbours over the variance (von Neumann, Annals of Mathematical Statistics
    12, 1941). No unit; higher is smoother: near 1 where all movement is trend (a straight ramp of n steps has
    1 - 6 / (n (n + 1))), near 0 for white noise, near -1 for a zigzag. Neither an offset nor a factor of the losses
    changes it; a curve that does not move has 1. NaN where there are fewer than three losses or one of them is no
    finite number.

    Raises:
        ValueError: there is no loss, or not one a step.
    """
    curve = _curve(losses)
    if len(curve) < 3 or not np.isfinite(curve).all():
        return float("nan")
    variance = curve.var(ddof=1)
    if variance <= (1e-12 * np.abs(curve).max()) ** 2:  # rounding alone
        return 1.0
    return float(1 - np.square(np.diff(curve)).mean() / variance / 2)


def _curve(losses: Losses) -> Float64[np.ndarray, " n"]:
    curve = np.asarray(losses, np.float64)
    if curve.ndim != 1 or not len(curve):
        raise ValueError(f"The losses have the shape {curve.shape}; give a row of one number a step.")
    return curve
