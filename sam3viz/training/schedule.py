"""How the learning rate and the weight of the alignment terms change over a training run."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Setting:
    """What holds at one moment, as ratios of the recipe's learning rate and alignment weight."""

    rate: float
    alignment: float


Schedule = Callable[[float], Setting]
"""Share of the run that is done, 0 to 1 -> what holds there."""

_WARM_UP = 0.1
_PHASES = ((0.2, Setting(0.1, 1 / 3)), (0.5, Setting(0.5, 1.0)), (0.3, Setting(1.0, 1 / 3)))
"""Length, learning rate and alignment of the three phases (design document 4.2). With the default alignment weight
of 0.3 the alignment weighs 0.1, 0.3 and 0.1."""


def constant(done: float) -> Setting:
    """Nothing changes."""
    return Setting(1.0, 1.0)


def one_cycle(done: float) -> Setting:
    """Up to the full rate over the first tenth and down to zero by half cosines (arXiv 1708.07120)."""
    if done < _WARM_UP:
        return Setting(0.04 + 0.96 * _rise(done / _WARM_UP), 1.0)
    return Setting(1 - _rise((done - _WARM_UP) / (1 - _WARM_UP)), 1.0)


def progressive(done: float) -> Setting:
    """Three phases: get used to the task, align, refine (design document 4.2). A phase begins at its first step."""
    start = 0.0
    for share, setting in _PHASES:
        start += share
        if done < start - 1e-9:
            return setting
    return _PHASES[-1][1]


def progressive_decay(done: float) -> Setting:
    """`progressive`, with the last phase's rate falling to zero by a half cosine."""
    setting, begin = progressive(done), 1 - _PHASES[-1][0]
    return setting if done < begin - 1e-9 else Setting(1 - _rise((done - begin) / (1 - begin)), setting.alignment)


def _rise(share: float) -> float:
    """0 to 1 along a half cosine."""
    return (1 - math.cos(math.pi * min(max(share, 0.0), 1.0))) / 2


SCHEDULES: dict[str, Schedule] = {
    "one-cycle": one_cycle,
    "constant": constant,
    "progressive": progressive,
    "progressive-decay": progressive_decay,
}
