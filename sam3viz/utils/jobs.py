"""Work in a thread of its own, watched while it runs. Jobs of one process take turns: analyses keep answering."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Generic, Literal, TypeVar

from sam3viz.utils.messages import InputError, Message

State = Literal["new", "waiting", "running", "done", "cancelled", "failed"]
ReportProgress = Callable[[str, int, int], None]
"""(phase, done, total): called by whoever works; raises `CancelledError` once somebody asked to stop. The phase is an
English phrase for what is counted, such as "Pictures read"."""
MAX_QUEUED = 24
"""Jobs in the queue; more are refused, so that a crowd does not wait for hours."""

T = TypeVar("T")
_log = logging.getLogger(__name__)


class CancelledError(Exception):
    """Somebody asked the job to stop."""


@dataclass(frozen=True)
class Progress:
    """How far a running job is."""

    phase: str = ""
    """What is counted, as an English phrase; empty before there is anything to count."""
    done: int = 0
    total: int = 0
    share: float = 0.0
    """Of the phase, or of the whole job where it planned its work, in 0..1."""
    seconds_left: float | None = None
    """Of what ``share`` is of; None before there is anything to measure."""


@dataclass(frozen=True)
class JobStatus:
    """Where a job stands."""

    state: State = "new"
    progress: Progress = field(default_factory=Progress)
    queue_position: int = 0
    """Jobs that go first, while it waits."""
    error: str = ""
    """One sentence, where it failed; a `Message` where it can be said in other languages."""

    @property
    def alive(self) -> bool:
        return self.state in ("waiting", "running")


@dataclass(frozen=True)
class TimeLimit:
    """How long a job may work once it is its turn, and what is said of one that took longer."""

    seconds: float
    message: Message


class JobContext(Generic[T]):
    """What a job's work is given: call it to report progress, `emit` partial results, `plan` unequal phases."""

    def __init__(self, job: Job[T]) -> None:
        self._job = job

    def __call__(self, phase: str, done: int, total: int) -> None:
        """Report that ``done`` of ``total`` are done; raises `CancelledError` once somebody asked to stop."""
        self._job._report(phase, done, total)

    def plan(self, work: Mapping[str, float]) -> None:
        """Tell how much work each phase is, in any unit, in order: from then on shares and times are of the whole.

        Args:
            work: phase -> its size.
        """
        self._job._work_by_phase = dict(work)

    def emit(self, value: T) -> None:
        """Publish what there is so far; `Job.latest` returns it."""
        with self._job._lock:
            self._job._latest = value

    def check(self) -> None:
        """Raise `CancelledError` if somebody asked to stop."""
        self._job._check()


class Job(Generic[T]):
    """Runs ``work(context)`` once, after the jobs that were started before; all methods may be called from any thread.

    Example:
        >>> job = Job(lambda report: [report("Squares", i, 3) or i * i for i in range(3)])
        >>> job.start()
        >>> job.wait().state, job.result()
        ('done', [0, 1, 4])
    """

    def __init__(self, work: Callable[[JobContext[T]], T]) -> None:
        self._work = work
        self._lock = threading.Lock()
        self._cancelled = threading.Event()
        self._status = JobStatus()
        self._result: T | None = None
        self._latest: T | None = None
        self._work_by_phase: dict[str, float] = {}
        self._limit: TimeLimit | None = None
        self._thread = threading.Thread(target=self._run, name="job", daemon=True)
        self._turn_began = self._phase_began = 0.0

    def start(self, limit: TimeLimit | None = None) -> None:
        """Begin as soon as no earlier job is under way.

        Args:
            limit: after it the job fails at its next report of progress; none by default.

        Raises:
            ValueError: it was started before, or too many are waiting.
        """
        if self.status().state != "new":
            raise InputError("This was started before; begin a new one.")
        self._limit = limit
        _QUEUE.join(self)
        self._update(state="waiting")
        self._thread.start()

    def cancel(self) -> None:
        """Stop at the next report of progress. Nothing happens to one that has ended."""
        self._cancelled.set()
        _QUEUE.wake()

    @property
    def cancelling(self) -> bool:
        """Whether somebody asked a job to stop that has not stopped yet."""
        return self._cancelled.is_set() and self.status().alive

    def wait(self, timeout: float | None = None) -> JobStatus:
        """Wait until it has ended, or for ``timeout`` seconds."""
        self._thread.join(timeout)
        return self.status()

    def status(self) -> JobStatus:
        """Return where it stands now."""
        with self._lock:
            status = self._status
        return replace(status, queue_position=_QUEUE.position(self)) if status.state == "waiting" else status

    def result(self) -> T | None:
        """Return what the work returned; None before it is done."""
        with self._lock:
            return self._result

    def latest(self) -> T | None:
        """Return the result, or before it is done what the work last emitted; None before there is anything."""
        with self._lock:
            return self._latest if self._result is None else self._result

    def _run(self) -> None:
        try:
            with _QUEUE.turn(self, self._check):
                self._turn_began = self._phase_began = time.perf_counter()
                self._update(state="running")
                result = self._work(JobContext(self))
            with self._lock:
                self._result = result
            progress = replace(self.status().progress, share=1.0, seconds_left=0.0)
            self._update(state="done", progress=progress)
        except CancelledError:
            self._update(state="cancelled")
        except ValueError as error:
            self._update(state="failed", error=error.message if isinstance(error, InputError) else str(error))
        except Exception as error:  # a thread's error reaches nobody else
            _log.exception("a job failed")
            kind = type(error).__name__
            self._update(
                state="failed", error=Message("It broke off ({kind}: {error}); try again.", kind=kind, error=str(error))
            )

    def _check(self) -> None:
        if self._cancelled.is_set():
            raise CancelledError

    def _report(self, phase: str, done: int, total: int) -> None:
        self._check()
        now = time.perf_counter()
        if self._limit is not None and now - self._turn_began > self._limit.seconds:
            raise InputError.of(self._limit.message)
        if phase != self.status().progress.phase:
            self._phase_began = now
        work = self._work_by_phase or {phase: 1.0}
        here = work.get(phase, 0.0) * (done / total if total else 0.0)
        phases = list(work)
        before = sum(work[earlier] for earlier in phases[: phases.index(phase)]) if phase in work else 0.0
        whole = sum(work.values())
        pace = (now - self._phase_began) / here if here else 0.0
        left = (whole - before - here) * pace if pace else None
        self._update(progress=Progress(phase, done, total, (before + here) / whole if whole else 0.0, left))

    def _update(self, **changes: object) -> None:
        with self._lock:
            self._status = replace(self._status, **changes)  # type: ignore[arg-type]


class _Queue:
    """Jobs in the order in which they were started; the first one runs."""

    def __init__(self) -> None:
        self._jobs: deque[object] = deque()
        self._changed = threading.Condition()

    def join(self, job: object) -> None:
        with self._changed:
            if len(self._jobs) >= MAX_QUEUED:
                raise InputError("{count} others are waiting already; try again later.", count=len(self._jobs))
            self._jobs.append(job)

    def position(self, job: object) -> int:
        with self._changed:
            return self._jobs.index(job) if job in self._jobs else 0

    def wake(self) -> None:
        with self._changed:
            self._changed.notify_all()

    @contextmanager
    def turn(self, job: object, check: Callable[[], None]) -> Iterator[None]:
        """Wait until ``job``, which has joined, is first; it leaves the queue at the end. ``check`` may raise."""
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


_QUEUE = _Queue()
