"""What runs in the background for whom, so that it stops when nobody watches any more."""

from __future__ import annotations

from collections import defaultdict
from typing import Protocol
from weakref import WeakSet


class Cancellable(Protocol):
    """A job or a training."""

    def cancel(self) -> None: ...


_OF_VISITORS: dict[str, WeakSet[Cancellable]] = defaultdict(WeakSet)
"""By browser session."""


def watched(work: Cancellable, visitor: str) -> None:
    """``visitor`` started ``work``."""
    _OF_VISITORS[visitor].add(work)


def leave(visitor: str) -> None:
    """Nobody watches any more: do not keep others waiting for it."""
    for work in _OF_VISITORS.pop(visitor, ()):
        work.cancel()
