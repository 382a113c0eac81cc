"""Which of several alternatives no other one beats in both of two qualities."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from typing import TypeVar

Name = TypeVar("Name", bound=Hashable)


def pareto_front(points: Mapping[Name, tuple[float, float]]) -> list[Name]:
    """Return the Pareto front of two qualities of which more is better, from the highest first quality on.

    A point is left out where another has no less of either and more of one, or where it is not a number. Points that
    are equal stay or go together.

    Args:
        points: name -> both qualities, each in a unit of its own.
    """
    known = {name: point for name, point in points.items() if not any(map(math.isnan, point))}
    front: list[Name] = []
    for name in sorted(known, key=known.__getitem__, reverse=True):
        if not front or known[name][1] > known[front[-1]][1] or known[name] == known[front[-1]]:
            front.append(name)
    return front
