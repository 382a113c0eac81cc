"""Work in a thread of its own, watched while it runs. Jobs of one process take turns: analyses keep answering."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Generic, Literal, TypeVar

State = Literal["new", "waiting", "running", "done", "cancelled", "failed"]
Progress = Callable[[str, int, int], None]
"""(what, done, total): told by whoever works; raises `CancelledError` once somebody asked to stop."""
MOST_WAITING = 24
"""Jobs in line; more are refused, so that a crowd does not wait for hours."""

T = TypeVar("T")
_log = logging.getLogger(__name__)


class CancelledError(Exception):
    """Someone asked the job to stop."""


@dataclass(frozen=True)
class Standing:
    """Where a job stands."""

    state: State = "new"
    what: str = ""
    done: int = 0
    total: int = 0
    seconds_left: float | None = None
    """Of what it is at; None before there is anything to measure."""
    ahead: int = 0
    """Jobs that go first, while waiting."""
    error: str = ""
    """One sentence, where it failed."""

    @property
    def alive(self) -> bool:
        return self.state in ("waiting", "running")


@dataclass(frozen=True)
class Limit:
    """How long a job may work once it is its turn, and the sentence of one that took longer."""

    seconds: float
    sentence: str


class Job(Generic[T]):
    """Runs ``work(progress)`` once, after the jobs that were started before; all methods may be called from any thread.

    Example:
        >>> job = Job(lambda progress: [progress("squares", i, 3) or i * i for i in range(3)])
        >>> job.start()
        >>> job.wait().state, job.result()
        ('done', [0, 1, 4])
    """

    def __init__(self, work: Callable[[Progress], T]) -> None:
        self._work = work
        self._lock = threading.Lock()
        self._cancelled = threading.Event()
        self._standing = Standing()
        self._result: T | None = None
        self._thread = threading.Thread(target=self._main, name="job", daemon=True)
        self._began = self._turn = 0.0
        self._limit: Limit | None = None

    def start(self, limit: Limit | None = None) -> None:
        """Begin as soon as no earlier job is under way.

        Args:
            limit: after it the job fails at its next word of progress; none by default.

        Raises:
            ValueError: it was started before, or too many are waiting.
        """
        if self.standing().state != "new":
            raise ValueError("This was started before; begin a new one.")
        self._limit = limit
        _LINE.join(self)
        self._tell(state="waiting")
        self._thread.start()

    def cancel(self) -> None:
        """Stop at the next word of progress. Nothing happens to one that has ended."""
        self._cancelled.set()
        _LINE.wake()

    def wait(self, timeout: float | None = None) -> Standing:
        """Until it has ended, or for ``timeout`` seconds."""
        self._thread.join(timeout)
        return self.standing()

    def standing(self) -> Standing:
        with self._lock:
            standing = self._standing
        return replace(standing, ahead=_LINE.ahead(self)) if standing.state == "waiting" else standing

    def result(self) -> T | None:
        """What the work returned; None before it is done."""
        with self._lock:
            return self._result

    def check(self) -> None:
        """Raise `CancelledError` if somebody asked to stop."""
        if self._cancelled.is_set():
            raise CancelledError

    def _main(self) -> None:
        try:
            with _LINE.turn(self, self.check):
                self._turn = time.perf_counter()
                self._tell(state="running")
                result = self._work(self._progress)
            with self._lock:
                self._result = result
            self._tell(state="done", seconds_left=0.0)
        except CancelledError:
            self._tell(state="cancelled", seconds_left=None)
        except ValueError as error:
            self._tell(state="failed", error=str(error))
        except Exception as error:  # a thread's error reaches nobody else
            _log.exception("a job failed")
            self._tell(state="failed", error=f"It broke off ({type(error).__name__}: {error}); try again.")

    def _progress(self, what: str, done: int, total: int) -> None:
        self.check()
        now = time.perf_counter()
        if self._limit is not None and now - self._turn > self._limit.seconds:
            raise ValueError(self._limit.sentence)
        if what != self.standing().what:
            self._began = now
        pace = (now - self._began) / done if done else 0.0
        left = (total - done) * pace if pace else None
        self._tell(what=what, done=done, total=total, seconds_left=left)

    def _tell(self, **changes: object) -> None:
        with self._lock:
            self._standing = replace(self._standing, **changes)  # type: ignore[arg-type]


class _Line:
    """Who works and who waits, first come, first served."""

    def __init__(self) -> None:
        self._jobs: deque[object] = deque()
        self._changed = threading.Condition()

    def join(self, job: object) -> None:
        with self._changed:
            if len(self._jobs) >= MOST_WAITING:
                raise ValueError(f"{len(self._jobs)} others are waiting already; try again later.")
            self._jobs.append(job)

    def ahead(self, job: object) -> int:
        with self._changed:
            return self._jobs.index(job) if job in self._jobs else 0

    def wake(self) -> None:
        with self._changed:
            self._changed.notify_all()

    @contextmanager
    def turn(self, job: object, check: Callable[[], None]) -> Iterator[None]:
        """Waits until ``job``, which has joined, is first; it leaves the line at the end. ``check`` may raise."""
        try:
            with self._changed:
                while self._jobs[0] is not job:
                    check()
                    self._changed.wait()
            yield
        finally:
            with self._changed:
                self._jobs.remove(job)
                self._changed.notify_all()


_LINE = _Line()
