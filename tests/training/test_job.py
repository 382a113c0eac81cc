from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pandas as pd
import pytest
import torch
from cachetools import LRUCache

from sam3viz.data.sources import Pictures, from_folders
from sam3viz.training import job as module
from sam3viz.training.job import HISTORY_COLUMNS, MAX_CACHED_SEEDS, TrainingOutcome, training_job
from sam3viz.training.plan import TrainingPlan
from sam3viz.utils.jobs import Job, JobStatus
from tests.helpers.picture_folders import save_folders
from tests.helpers.tiny import TinyBackbone

TrainingJob = Job[TrainingOutcome]

PATIENCE = 500
"""Seconds; a test only waits when it must."""


@pytest.fixture(scope="module")
def pictures(tmp_path_factory) -> Pictures:
    return from_folders(*save_folders(tmp_path_factory.mktemp("pictures")))


@pytest.fixture(autouse=True)
def _small(monkeypatch):
    monkeypatch.setattr(module, "SIDE", 128)
    monkeypatch.setattr(module, "_ENCODED_SCENES", LRUCache(MAX_CACHED_SEEDS))


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


def test_every_run_of_the_plan_is_trained_and_told(job_of):
    job = job_of(("distillation", "raw"), schedules=("progressive", "constant"), steps=20)
    assert job.status().state == "new"
    assert not job.status().alive
    status = run(job).status()
    progress = status.progress
    assert (status.state, progress.share, progress.seconds_left, status.alive) == ("done", 1.0, 0.0, False)
    result = job.result()
    assert result is not None
    history = result.history()
    assert list(history.columns) == HISTORY_COLUMNS
    names = ["raw, progressive", "raw, constant", "distillation, progressive", "distillation, constant"]
    assert list(history["run"].unique()) == names == list(result.plan.runs)
    for name, own in history.groupby("run"):
        variant, schedule = str(name).split(", ")
        assert set(own["variant"]) == {variant}
        assert set(own["schedule"]) == {schedule}
        assert {"total", "patch", "ranking", "rate", "alignment_weight"} <= set(own["term"])
        for _, term in own.groupby("term"):
            assert list(term["step"]) == list(range(1, 21))
    assert set(result.seconds) == set(names)
    assert all(value > 0 for value in result.seconds.values())
    assert list(result.bridges) == ["raw", "distillation"]
    for name, bridge in result.bridges.items():
        assert bridge.name == name
        assert not bridge.training
        assert not any(parameter.requires_grad for parameter in bridge.parameters())
    untrained = module._untrained_bridge("distillation", 16, result.plan.seed)
    assert (result.bridges["distillation"].projection.weight != untrained.projection.weight).any()


def test_the_schedule_and_the_alignment_weight_reach_the_training(job_of):
    job = run(job_of(("contrastive",), schedules=("constant",), alignment_weights=(0.3, 0.0)))
    history = outcome(job).history()
    assert set(history["run"]) == {"contrastive, alignment 0.3", "contrastive, alignment 0"}
    weights = history[history["term"] == "alignment_weight"]
    assert (weights["value"] == weights["alignment_weight"]).all()
    other = outcome(run(job_of(("contrastive",), schedules=("progressive",)))).history()
    assert other[other["term"] == "rate"]["value"].nunique() == 3  # its three phases


def values(job: TrainingJob) -> pd.Series:
    return outcome(run(job)).history().set_index(["run", "step", "term"])["value"]


def test_the_same_plan_gives_the_same_curves_and_another_seed_others(job_of):
    settings = {"variants": ("raw", "distillation")}
    first, again, other = (values(job_of(**settings, seed=seed)) for seed in (0, 0, 1))
    pd.testing.assert_series_equal(first, again, check_exact=True)
    assert (first != other).any()
    alone = values(job_of(("distillation",)))
    pd.testing.assert_series_equal(first.loc[["distillation"]], alone, check_exact=True)


def test_nobody_elses_random_numbers_are_touched(job_of):
    job = job_of(("distillation",))
    before = torch.get_rng_state()
    run(job)
    assert (torch.get_rng_state() == before).all()


def test_encoded_scenes_serve_the_next_training(job_of):
    backbone = TinyBackbone()
    for scenes, calls in ((16, 16), (16, 16), (20, 20), (18, 20)):
        run(job_of(backbone=backbone, scenes=scenes))
        assert backbone.calls == calls
    for seed in range(1, MAX_CACHED_SEEDS + 1):
        run(job_of(backbone=backbone, seed=seed))
    assert len(module._ENCODED_SCENES) == MAX_CACHED_SEEDS
    run(job_of(backbone=backbone))
    assert backbone.calls == 20 + 16 * (MAX_CACHED_SEEDS + 1)


def test_a_second_training_waits_in_line(job_of, pictures):
    held = Held(pictures)
    first, second, third = job_of(source=held), job_of(), job_of()
    first.start()
    assert held.asked.wait(PATIENCE)
    second.start()
    third.start()
    assert first.status().state == "running"
    assert [(s.status().state, s.status().queue_position) for s in (second, third)] == [("waiting", 1), ("waiting", 2)]
    second.cancel()
    assert second.wait(PATIENCE).state == "cancelled"
    assert third.status().queue_position == 1
    assert third.status().alive
    held.released.set()
    assert first.wait(PATIENCE).state == "done"
    assert third.wait(PATIENCE).state == "done"
    assert outcome(second).history().empty


def test_cancelled_while_composing(job_of, pictures):
    held = Held(pictures)
    job = job_of(source=held)
    job.start()
    assert held.asked.wait(PATIENCE)
    job.cancel()
    assert job.wait(PATIENCE).state == "cancelled"
    assert outcome(job).bridges == {}
    assert run(job_of()).status().state == "done"


def test_cancel_stops_within_one_step_and_keeps_what_is_finished(job_of, monkeypatch):
    train, seen = module.train, []

    def watched(bridge, batches, recipe):
        for terms in train(bridge, batches, recipe):
            seen.append(bridge.name)
            if seen.count("unified") == 3:
                job.cancel()
            yield terms

    monkeypatch.setattr(module, "train", watched)
    job = job_of(("raw", "unified"))
    assert run(job).status().state == "cancelled"
    assert seen.count("raw") == 20
    assert seen.count("unified") == 3
    assert job.result() is None
    assert list(outcome(job).bridges) == ["raw"]
    assert list(outcome(job).seconds) == ["raw"]
    assert outcome(job).history().groupby("run")["step"].max().to_dict() == {"raw": 20, "unified": 3}
    assert not job.status().alive
    job.cancel()
    assert job.status().state == "cancelled"


def test_an_outcome_is_there_from_the_beginning_and_stays_as_it_was(job_of, monkeypatch):
    train, outcomes = module.train, []

    def watched(bridge, batches, recipe):
        for terms in train(bridge, batches, recipe):
            outcomes.append(outcome(job))
            yield terms

    monkeypatch.setattr(module, "train", watched)
    job = job_of(("raw", "unified"))
    assert len(outcome(job).steps) == 0
    assert outcome(job).history().empty
    run(job)
    assert [len(earlier.steps) for earlier in outcomes] == list(range(40))
    assert [list(earlier.bridges) for earlier in outcomes] == [[]] * 20 + [["raw"]] * 20
    assert outcomes[7].history()["step"].max() == 7
    assert len(outcome(job).steps) == 40


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
    assert phases == ["Scenes composed", "Scenes encoded", "Training steps"]
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


@pytest.fixture
def two_threads():
    """Whatever the environment says: with one thread for all there is nothing to see."""
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


@pytest.mark.usefixtures("two_threads")
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


def test_a_training_starts_once(job_of):
    job = run(job_of())
    with pytest.raises(ValueError, match="started before"):
        job.start()


def test_the_last_run_of_a_variant_gives_its_weights(job_of):
    both = run(job_of(("raw",), schedules=("constant", "one-cycle")))
    last = run(job_of(("raw",), schedules=("one-cycle",)))
    assert outcome(both).bridges["raw"].bias == outcome(last).bridges["raw"].bias
