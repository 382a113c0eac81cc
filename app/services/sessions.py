"""What runs in the background for whom, so that it stops when nobody watches any more."""

from __future__ import annotations

from collections import defaultdict
from typing import Protocol
from weakref import WeakSet


class Cancellable(Protocol):
    """A job."""

    def cancel(self) -> None: ...


_JOBS_BY_SESSION: dict[str, WeakSet[Cancellable]] = defaultdict(WeakSet)


def track(job: Cancellable, session: str) -> None:
    """Note that a browser session started a job."""
    _JOBS_BY_SESSION[session].add(job)


def cancel_all(session: str) -> None:
    """Cancel what a browser session started: nobody watches any more, and others wait."""
    for job in _JOBS_BY_SESSION.pop(session, ()):
        job.cancel()
