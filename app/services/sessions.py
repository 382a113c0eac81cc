"""What is computed for whom, so that it stops when nobody waits for it any more."""

from __future__ import annotations

from collections import defaultdict
from typing import Protocol
from weakref import WeakSet


class Cancellable(Protocol):
    """A job."""

    def cancel(self) -> None: ...


_JOBS_BY_SESSION: dict[str, WeakSet[Cancellable]] = defaultdict(WeakSet)
_WANTED_BY_SESSION: dict[str, str] = {}


def track(job: Cancellable, session: str) -> None:
    """Note that a browser session started a job."""
    _JOBS_BY_SESSION[session].add(job)


def want(session: str, stamp: str) -> None:
    """Note what a browser session waits for: nothing else any more."""
    _WANTED_BY_SESSION[session] = stamp


def is_given_up(session: str, stamp: str) -> bool:
    """Return whether the session waits for something else than ``stamp`` by now."""
    return _WANTED_BY_SESSION.get(session, stamp) != stamp


def cancel_all(session: str) -> None:
    """Cancel what a browser session started: nobody watches any more, and others wait."""
    _WANTED_BY_SESSION.pop(session, None)
    for job in _JOBS_BY_SESSION.pop(session, ()):
        job.cancel()
