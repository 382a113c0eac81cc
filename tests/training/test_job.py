"""Tests."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import torch
from cachetools import LRUCache

from sam3viz import Analyzer
from sam3viz.training import job as module
from sam3viz.training.job import HISTORY_COLUMNS, MAX_CACHED_SEEDS
from tests.helpers.tiny import TinyBackbone
from tests.helpers.training_jobs import (  # noqa: F401 fixtures are found by name
    PATIENCE,
    Held,
    job_of,
    outcome,
    pictures,
    run,
    small_examples,
    unwatched,
    values,
)


@pytest.fixture(autouse=True)
def _small(monkeypatch):
    monkeypatch.setattr(module, "SIDE", 128)
    monkeypatch.setattr(module, "load_examples", small_examples)
    monkeypatch.setattr(module, "_ENCODED_SCENES", LRUCache(MAX_CACHED_SEEDS))


@pytest.mark.usefixtures("unwatched")
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


@pytest.mark.usefixtures("unwatched")
def test_the_schedule_and_the_alignment_weight_reach_the_training(job_of):
    job = run(job_of(("contrastive",), schedules=("constant",), alignment_weights=(0.3, 0.0)))
    history = outcome(job).history()
    assert set(history["run"]) == {"contrastive, alignment 0.3", "contrastive, alignment 0"}
    weights = history[history["term"] == "alignment_weight"]
    assert (weights["value"] == weights["alignment_weight"]).all()
    other = outcome(run(job_of(("contrastive",), schedules=("progressive",)))).history()
    assert other[other["term"] == "rate"]["value"].nunique() == 3  # its three phases


@pytest.mark.usefixtures("unwatched")
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


@pytest.mark.usefixtures("unwatched")
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


def test_a_finished_training_has_a_replay_that_ends_as_its_bridges_do(job_of):
    backbone = TinyBackbone()
    done = outcome(run(job_of(("distillation", "raw"), backbone)))
    assert backbone.calls == 16 + 1, "the scenes, and once the picture that both runs are watched on"
    assert done.replay is not None
    assert list(done.replay.runs) == list(done.plan.runs)
    (example,) = small_examples().values()
    analysis = Analyzer(backbone, dict(done.bridges)).analyze(example.image(), example.exemplars)
    for name, moments in done.replay.runs.items():
        assert [moment.step for moment in moments] == [0, 1, 4, 10, 20]
        np.testing.assert_allclose(moments[-1].heat_grid, analysis.variants[name].heat_grid, atol=1e-5)
    assert (done.replay.runs["distillation"][0].heat_grid != done.replay.runs["distillation"][-1].heat_grid).any()
