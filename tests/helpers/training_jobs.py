"""What the tests in `tests/training/test_job.py` and `tests/training/test_job_end.py` share."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pandas as pd
import pytest
import torch

from sam3viz.data.examples import Example
from sam3viz.data.sources import Pictures, from_folders
from sam3viz.training import job as module
from sam3viz.training.job import TrainingOutcome, training_job
from sam3viz.training.plan import TrainingPlan
from sam3viz.types import Exemplar
from sam3viz.utils.jobs import Job
from tests.helpers.noise import noise_image
from tests.helpers.picture_folders import save_folders
from tests.helpers.tiny import TinyBackbone

TrainingJob = Job[TrainingOutcome]


PATIENCE = 500
"""Seconds; a test only waits when it must."""


@pytest.fixture(scope="module")
def pictures(tmp_path_factory) -> Pictures:
    return from_folders(*save_folders(tmp_path_factory.mktemp("pictures")))


def small_examples() -> dict[str, Example]:
    """What trainings are replayed on in place of the page's examples, whose maps take seconds."""
    return {"noise": Example("noise", "Noise", "", lambda: noise_image(96, 64), (Exemplar((5, 5, 40, 40)),))}


@pytest.fixture
def unwatched(monkeypatch) -> None:
    """Runs end without having been watched on a picture, which takes as long as their training."""
    monkeypatch.setattr(module, "replay_bridges", lambda *run: ())


@pytest.fixture
def job_of(pictures):
    made: list[TrainingJob] = []

    def make(variants=("raw",), backbone=None, source=None, **settings) -> TrainingJob:
        plan = TrainingPlan(variants, **{"steps": 20, "scenes": 16, **settings})
        made.append(training_job(backbone or TinyBackbone(), plan, source or (lambda report: pictures)))
        return made[-1]

    yield make
    for job in made:
        job.cancel()
        if job.status().state != "new":
            job.wait(PATIENCE)


def run(job: TrainingJob) -> TrainingJob:
    job.start()
    job.wait(PATIENCE)
    return job


def outcome(job: TrainingJob) -> TrainingOutcome:
    latest = job.latest()
    assert latest is not None
    return latest


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.01)


class Held:
    """Pictures that are handed out once the test lets them."""

    def __init__(self, pictures: Pictures) -> None:
        self.pictures, self.asked, self.released = pictures, threading.Event(), threading.Event()

    def __call__(self, report: Callable[[int, int], None]) -> Pictures:
        self.asked.set()
        while not self.released.wait(0.01):
            report(1, 2)
        return self.pictures


def values(job: TrainingJob) -> pd.Series:
    return outcome(run(job)).history().set_index(["run", "step", "term"])["value"]


@pytest.fixture
def two_threads():
    """Whatever the environment says: with one thread for all there is nothing to see."""
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)
