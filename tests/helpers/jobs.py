"""Jobs of the page, run to their end."""

from __future__ import annotations

from typing import TypeVar

from sam3viz.utils.jobs import Job

PATIENCE = 300
T = TypeVar("T")


def finished(job: Job[T]) -> T:
    """Start a job and return its result."""
    job.start()
    status = job.wait(PATIENCE)
    assert status.state == "done", status.error
    result = job.result()
    assert result is not None
    return result


def failed(job: Job[T]) -> str:
    """Start a job that cannot be done, and return the sentence that says so."""
    job.start()
    status = job.wait(PATIENCE)
    assert status.state == "failed", status.state
    return status.error
