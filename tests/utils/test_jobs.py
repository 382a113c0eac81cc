"""Jobs in the background: turns, progress, cancelling, and what goes wrong."""

from __future__ import annotations

import threading

import pytest

from sam3viz.utils import jobs as background
from sam3viz.utils.jobs import Job, JobContext, ReportProgress, TimeLimit
from sam3viz.utils.messages import InputError, Message, translate

PATIENCE = 60
"""Seconds; a test only waits when it must."""


class Held:
    """Work that reports until it is let go."""

    def __init__(self) -> None:
        self.began, self.released = threading.Event(), threading.Event()
        self.steps = 0

    def __call__(self, progress: ReportProgress) -> str:
        self.began.set()
        while not self.released.wait(0.005):
            self.steps += 1
            progress("waiting for a hand", 1, 2)
        return "let go"


@pytest.fixture
def held():
    work = Held()
    yield work
    work.released.set()


def started(work) -> Job:
    job = Job(work)
    job.start()
    return job


def test_a_job_gives_its_result_once_it_is_done(held):
    job = Job(held)
    assert (job.status().state, job.result()) == ("new", None)
    job.start()
    assert held.began.wait(PATIENCE)
    assert (job.status().state, job.status().alive, job.result()) == ("running", True, None)
    held.released.set()
    assert (job.wait(PATIENCE).state, job.status().alive, job.result()) == ("done", False, "let go")


def test_progress_tells_what_and_how_far_and_how_long_it_takes(monkeypatch):
    clock = iter([-1.0, 0.0, 2.0, 4.0, 100.0, 101.0])
    monkeypatch.setattr(background.time, "perf_counter", lambda: next(clock))
    seen = []

    def work(progress: ReportProgress) -> None:
        for what, done in (("read", 0), ("read", 1), ("read", 2), ("write", 0), ("write", 1)):
            progress(what, done, 4)
            now = job.status().progress
            seen.append((now.phase, now.done, now.total, now.seconds_left))

    job = Job(work)
    job.start()
    assert job.wait(PATIENCE).state == "done"
    assert seen == [
        ("read", 0, 4, None), ("read", 1, 4, 6.0), ("read", 2, 4, 4.0), ("write", 0, 4, None), ("write", 1, 4, 3.0)
    ]  # fmt: skip


def test_cancel_stops_at_the_next_word_of_progress(held):
    job = started(held)
    assert held.began.wait(PATIENCE)
    job.cancel()
    assert (job.wait(PATIENCE).state, job.result()) == ("cancelled", None)
    steps = held.steps
    job.cancel()
    assert job.status().state == "cancelled"
    assert held.steps == steps


def test_jobs_take_turns_and_a_waiting_one_can_be_cancelled(held):
    order = []
    first = started(held)
    assert held.began.wait(PATIENCE)
    second, third, fourth = (started(lambda progress, n=n: order.append(n)) for n in (2, 3, 4))
    assert [(job.status().state, job.status().queue_position) for job in (second, third, fourth)] == [
        ("waiting", 1), ("waiting", 2), ("waiting", 3)
    ]  # fmt: skip
    third.cancel()
    assert third.wait(PATIENCE).state == "cancelled"
    assert fourth.status().queue_position == 2
    held.released.set()
    assert [job.wait(PATIENCE).state for job in (first, second, fourth)] == ["done"] * 3
    assert order == [2, 4]


def test_a_crowd_is_turned_away(held, monkeypatch):
    monkeypatch.setattr(background, "MAX_QUEUED", 2)
    first, second = started(held), started(lambda progress: None)
    late = Job(lambda progress: None)
    with pytest.raises(ValueError, match="2 others are waiting already; try again later"):
        late.start()
    assert late.status().state == "new"
    held.released.set()
    assert [job.wait(PATIENCE).state for job in (first, second)] == ["done", "done"]
    late.start()
    assert late.wait(PATIENCE).state == "done"


def test_what_fails_says_why_and_leaves_the_line():
    def bad_input(progress: ReportProgress) -> None:
        raise ValueError("There is no picture; add one.")

    failed = started(bad_input).wait(PATIENCE)
    assert (failed.state, failed.error, failed.alive) == ("failed", "There is no picture; add one.", False)
    broken = started(lambda progress: 1 / 0).wait(PATIENCE)
    assert broken.error == "It broke off (ZeroDivisionError: division by zero); try again."
    assert started(lambda progress: None).wait(PATIENCE).state == "done"


def test_time_is_limited_from_a_jobs_own_turn_on(held, monkeypatch):
    clock = [0.0]
    monkeypatch.setattr(background.time, "perf_counter", lambda: clock[0])

    def work(progress: ReportProgress) -> None:
        for done in range(9):
            progress("reading", done, 9)
            clock[0] += 2

    first, limited = started(held), Job(work)
    assert held.began.wait(PATIENCE)
    limited.start(TimeLimit(5, Message("It took too long; take less.")))
    clock[0] = 1000.0  # in line
    held.released.set()
    assert first.wait(PATIENCE).state == "done"
    status = limited.wait(PATIENCE)
    assert (status.state, status.error, status.progress.done) == ("failed", "It took too long; take less.", 2)


def test_a_job_starts_once():
    job = started(lambda progress: None)
    job.wait(PATIENCE)
    with pytest.raises(ValueError, match="started before"):
        job.start()


def test_planned_work_is_told_as_a_whole(monkeypatch):
    clock = [0.0]
    monkeypatch.setattr(background.time, "perf_counter", lambda: clock[0])
    reports = []

    def work(context: JobContext[None]) -> None:
        context.plan({"Scenes composed": 1.0, "Training steps": 3.0})
        context("Scenes composed", 0, 2)
        for phase, done in (
            ("Scenes composed", 1),
            ("Scenes composed", 2),
            ("Training steps", 0),
            ("Training steps", 1),
        ):
            clock[0] += 1
            context(phase, done, 2)
            progress = job.status().progress
            reports.append((progress.share, progress.seconds_left))

    job: Job[None] = Job(work)
    job.start()
    assert job.wait(PATIENCE).state == "done"
    assert reports == [(0.125, 7.0), (0.25, 6.0), (0.25, None), (0.625, 1.0)]
    assert job.status().progress.share == 1.0


def test_partial_results_are_there_before_the_end_and_after_a_cancel(held):
    def work(context: JobContext[str]) -> str:
        context.emit("half")
        return held(context)

    job: Job[str] = Job(work)
    assert job.latest() is None
    job.start()
    assert held.began.wait(PATIENCE)
    assert (job.latest(), job.result()) == ("half", None)
    job.cancel()
    assert job.wait(PATIENCE).state == "cancelled"
    assert (job.latest(), job.result(), job.cancelling) == ("half", None, False)


def test_an_error_can_be_said_in_chinese(monkeypatch):
    def work(context: JobContext[None]) -> None:
        raise InputError("{count} others are waiting already; try again later.", count=3)

    status = started(work).wait(PATIENCE)
    assert status.error == "3 others are waiting already; try again later."
    assert translate(status.error, "zh-CN") == "已有 3 个任务在排队；请稍后再试。"
