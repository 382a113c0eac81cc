"""Tests."""

from __future__ import annotations

import threading

import pytest
import torch
from cachetools import LRUCache

from sam3viz.training import job as module
from sam3viz.training.job import MAX_CACHED_SEEDS
from sam3viz.utils.jobs import Job, JobStatus
from tests.helpers.training_jobs import (  # noqa: F401 fixtures are found by name
    PATIENCE,
    Held,
    job_of,
    outcome,
    pictures,
    run,
    small_examples,
    two_threads,
    until,
    unwatched,
)


@pytest.fixture(autouse=True)
def _small(monkeypatch):
    monkeypatch.setattr(module, "SIDE", 128)
    monkeypatch.setattr(module, "load_examples", small_examples)
    monkeypatch.setattr(module, "_ENCODED_SCENES", LRUCache(MAX_CACHED_SEEDS))


def test_progress_grows_through_all_phases_to_the_end(job_of, monkeypatch):
    statuses: list[JobStatus] = []
    report = Job._report

    def watched(self, phase, done, total):
        report(self, phase, done, total)
        statuses.append(self.status())

    monkeypatch.setattr(Job, "_report", watched)
    ended = run(job_of(("raw", "distillation"))).status()
    seen = [status.progress for status in statuses]
    assert all(status.state == "running" for status in statuses)
    assert all(now.seconds_left is None or now.seconds_left >= 0 for now in seen)
    assert all(now.seconds_left is not None for now in seen if now.done > 0)
    phases = list(dict.fromkeys(now.phase for now in seen))
    assert phases == ["Scenes composed", "Scenes encoded", "Training steps", "Runs replayed"]
    shares = [now.share for now in seen]
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1.0)
    assert (ended.state, ended.progress.share, ended.progress.seconds_left) == ("done", 1.0, 0.0)
    assert len(set(shares)) > 60


def test_pictures_that_take_long_tell_how_far_they_are(job_of, pictures):
    held = Held(pictures)
    job = job_of(source=held)
    job.start()
    assert held.asked.wait(PATIENCE)
    until(lambda: job.status().progress.phase == "Pictures read")
    progress = job.status().progress
    assert (progress.done, progress.total) == (1, 2)
    assert 0 < progress.share < 1
    held.released.set()
    assert job.wait(PATIENCE).state == "done"


@pytest.mark.usefixtures("two_threads", "unwatched")
def test_other_threads_keep_their_threads(job_of, monkeypatch):
    within, later = [], []
    train = module.train

    def watched(bridge, batches, recipe):
        within.append(torch.get_num_threads())
        other = threading.Thread(target=lambda: later.append(torch.get_num_threads()))
        other.start()
        other.join()
        return train(bridge, batches, recipe)

    monkeypatch.setattr(module, "train", watched)
    run(job_of())
    assert within == [1]
    assert later == [2] == [torch.get_num_threads()]


def test_a_training_that_fails_says_why_and_leaves_the_line(job_of, monkeypatch):
    def no_pictures(report):
        raise ValueError("There are no pictures; draw some.")

    status = run(job_of(source=no_pictures)).status()
    assert (status.state, status.error) == ("failed", "There are no pictures; draw some.")
    with monkeypatch.context() as patched:
        patched.setattr(module, "train", lambda *_: 1 / 0)
        status = run(job_of()).status()
    assert status.state == "failed"
    assert status.error == "It broke off (ZeroDivisionError: division by zero); try again."
    assert run(job_of()).status().state == "done"


@pytest.mark.usefixtures("unwatched")
def test_a_training_starts_once(job_of):
    job = run(job_of())
    with pytest.raises(ValueError, match="started before"):
        job.start()


@pytest.mark.usefixtures("unwatched")
def test_the_last_run_of_a_variant_gives_its_weights(job_of):
    both = run(job_of(("raw",), schedules=("constant", "one-cycle")))
    last = run(job_of(("raw",), schedules=("one-cycle",)))
    assert outcome(both).bridges["raw"].bias == outcome(last).bridges["raw"].bias
