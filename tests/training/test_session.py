from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable

import pandas as pd
import pytest
import torch

from sam3viz.bridges import VARIANTS
from sam3viz.data.sources import Pictures, from_folders
from sam3viz.training import session as module
from sam3viz.training.plan import MAX_RUNS, Plan
from sam3viz.training.session import COLUMNS, KEPT_SEEDS, TrainingSession
from tests.data.test_sources import save_folders
from tests.helpers.tiny import TinyBackbone

PATIENCE = 500
"""Seconds; a test only waits when it must."""


@pytest.fixture(scope="module")
def pictures(tmp_path_factory) -> Pictures:
    return from_folders(*save_folders(tmp_path_factory.mktemp("pictures")))


@pytest.fixture(autouse=True)
def _small(monkeypatch):
    monkeypatch.setattr(module, "SIDE", 128)
    monkeypatch.setattr(module, "_ENCODED", type(module._ENCODED)())


@pytest.fixture
def session_of(pictures):
    made: list[TrainingSession] = []

    def make(variants=("raw",), backbone=None, source=None, **settings) -> TrainingSession:
        plan = Plan(variants, **{"steps": 20, "scenes": 16, **settings})
        made.append(TrainingSession(backbone or TinyBackbone(), plan, source or (lambda report: pictures)))
        return made[-1]

    yield make
    for session in made:
        session.cancel()
        if session.status().state != "new":
            session.wait(PATIENCE)


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.01)


def run(session: TrainingSession) -> TrainingSession:
    session.start()
    session.wait(PATIENCE)
    return session


class Held:
    """Pictures that are handed out once the test lets them."""

    def __init__(self, pictures: Pictures) -> None:
        self.pictures, self.asked, self.released = pictures, threading.Event(), threading.Event()

    def __call__(self, report: Callable[[int, int], None]) -> Pictures:
        self.asked.set()
        while not self.released.wait(0.01):
            report(1, 2)
        return self.pictures


def test_every_run_of_the_plan_is_trained_and_told(session_of):
    session = session_of(("distillation", "raw"), schedules=("progressive", "constant"), steps=20)
    assert session.status().state == "new"
    assert not session.status().alive
    run(session)
    status = session.status()
    assert (status.state, status.progress, status.seconds_left, status.alive) == ("done", 1.0, 0.0, False)
    history = session.history()
    assert list(history.columns) == COLUMNS
    names = ["raw, progressive", "raw, constant", "distillation, progressive", "distillation, constant"]
    assert list(history["run"].unique()) == names == list(session.plan.runs)
    for name, own in history.groupby("run"):
        variant, schedule = str(name).split(", ")
        assert set(own["variant"]) == {variant}
        assert set(own["schedule"]) == {schedule}
        assert {"total", "patch", "ranking", "rate", "alignment_weight"} <= set(own["term"])
        for _, term in own.groupby("term"):
            assert list(term["step"]) == list(range(1, 21))
    assert set(session.seconds()) == set(names)
    assert all(value > 0 for value in session.seconds().values())
    assert list(session.bridges()) == ["raw", "distillation"]
    for name, bridge in session.bridges().items():
        assert bridge.name == name
        assert not bridge.training
        assert not any(parameter.requires_grad for parameter in bridge.parameters())
    untrained = module._fresh("distillation", 16, session.plan.seed)
    assert (session.bridges()["distillation"].projection.weight != untrained.projection.weight).any()


def test_the_schedule_and_the_alignment_weight_reach_the_training(session_of):
    session = run(session_of(("contrastive",), schedules=("constant",), alignment_weights=(0.3, 0.0)))
    history = session.history()
    assert set(history["run"]) == {"contrastive, alignment 0.3", "contrastive, alignment 0"}
    weights = history[history["term"] == "alignment_weight"]
    assert (weights["value"] == weights["alignment_weight"]).all()
    other = run(session_of(("contrastive",), schedules=("progressive",))).history()
    assert other[other["term"] == "rate"]["value"].nunique() == 3  # its three phases


def values(session: TrainingSession) -> pd.Series:
    return run(session).history().set_index(["run", "step", "term"])["value"]


def test_the_same_plan_gives_the_same_curves_and_another_seed_others(session_of):
    settings = {"variants": ("raw", "distillation")}
    first, again, other = (values(session_of(**settings, seed=seed)) for seed in (0, 0, 1))
    pd.testing.assert_series_equal(first, again, check_exact=True)
    assert (first != other).any()
    alone = values(session_of(("distillation",)))
    pd.testing.assert_series_equal(first.loc[["distillation"]], alone, check_exact=True)


def test_nobody_elses_random_numbers_are_touched(session_of):
    session = session_of(("distillation",))
    before = torch.get_rng_state()
    run(session)
    assert (torch.get_rng_state() == before).all()


def test_encoded_scenes_serve_the_next_training(session_of):
    backbone = TinyBackbone()
    for scenes, calls in ((16, 16), (16, 16), (20, 20), (18, 20)):
        run(session_of(backbone=backbone, scenes=scenes))
        assert backbone.calls == calls
    for seed in range(1, KEPT_SEEDS + 1):
        run(session_of(backbone=backbone, seed=seed))
    assert len(module._ENCODED) == KEPT_SEEDS
    run(session_of(backbone=backbone))
    assert backbone.calls == 20 + 16 * (KEPT_SEEDS + 1)


def test_a_second_training_waits_in_line(session_of, pictures):
    held = Held(pictures)
    first, second, third = session_of(source=held), session_of(), session_of()
    first.start()
    assert held.asked.wait(PATIENCE)
    second.start()
    third.start()
    assert first.status().state == "composing"
    assert [(s.status().state, s.status().ahead) for s in (second, third)] == [("waiting", 1), ("waiting", 2)]
    second.cancel()
    assert second.wait(PATIENCE).state == "cancelled"
    assert third.status().ahead == 1
    assert third.status().alive
    held.released.set()
    assert first.wait(PATIENCE).state == "done"
    assert third.wait(PATIENCE).state == "done"
    assert second.history().empty


def test_cancelled_while_composing(session_of, pictures):
    held = Held(pictures)
    session = session_of(source=held)
    session.start()
    assert held.asked.wait(PATIENCE)
    session.cancel()
    assert session.wait(PATIENCE).state == "cancelled"
    assert session.bridges() == {}
    assert run(session_of()).status().state == "done"


def test_cancel_stops_within_one_step_and_keeps_what_is_finished(session_of, monkeypatch):
    train, seen = module.train, []

    def watched(bridge, batches, recipe):
        for terms in train(bridge, batches, recipe):
            seen.append(bridge.name)
            if seen.count("unified") == 3:
                session.cancel()
            yield terms

    monkeypatch.setattr(module, "train", watched)
    session = session_of(("raw", "unified"))
    assert run(session).status().state == "cancelled"
    assert seen.count("raw") == 20
    assert seen.count("unified") == 3
    assert list(session.bridges()) == ["raw"]
    assert list(session.seconds()) == ["raw"]
    assert session.history().groupby("run")["step"].max().to_dict() == {"raw": 20, "unified": 3}
    assert not session.status().alive
    session.cancel()
    assert session.status().state == "cancelled"


def test_progress_grows_through_all_phases_to_the_end(session_of, monkeypatch):
    seen: list[tuple[str, float]] = []
    tell = TrainingSession._tell

    def told(self, **changes):
        tell(self, **changes)
        status = self.status()
        seen.append((status.state, status.progress))
        if "seconds_left" in changes and status.alive:
            assert status.seconds_left is not None
            assert status.seconds_left >= 0

    monkeypatch.setattr(TrainingSession, "_tell", told)
    ended = run(session_of(("raw", "distillation"))).status()
    states = list(dict.fromkeys(state for state, _ in seen))
    assert states == ["composing", "encoding", "training"]
    shares = [share for _, share in seen]
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1.0)
    assert (ended.state, ended.progress, ended.seconds_left) == ("done", 1.0, 0.0)
    assert len(set(shares)) > 60


def test_other_threads_keep_their_threads(session_of, monkeypatch):
    before, within, later = torch.get_num_threads(), [], []
    train = module.train

    def watched(bridge, batches, recipe):
        within.append(torch.get_num_threads())
        other = threading.Thread(target=lambda: later.append(torch.get_num_threads()))
        other.start()
        other.join()
        return train(bridge, batches, recipe)

    monkeypatch.setattr(module, "train", watched)
    run(session_of())
    assert within == [1]
    assert later == [before] == [torch.get_num_threads()]


def test_a_training_that_fails_says_why_and_leaves_the_line(session_of, monkeypatch):
    def no_pictures(report):
        raise ValueError("There are no pictures; draw some.")

    status = run(session_of(source=no_pictures)).status()
    assert (status.state, status.error) == ("failed", "There are no pictures; draw some.")
    with monkeypatch.context() as patched:
        patched.setattr(module, "train", lambda *_: 1 / 0)
        status = run(session_of()).status()
    assert status.state == "failed"
    assert status.error == "It broke off (ZeroDivisionError: division by zero); try again."
    assert run(session_of()).status().state == "done"


def test_a_session_starts_once(session_of):
    session = run(session_of())
    with pytest.raises(ValueError, match="started before"):
        session.start()


def test_the_last_run_of_a_variant_gives_its_weights(session_of):
    both = run(session_of(("raw",), schedules=("constant", "one-cycle")))
    last = run(session_of(("raw",), schedules=("one-cycle",)))
    assert both.bridges()["raw"].bias == last.bridges()["raw"].bias


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"variants": ()}, "There is no variant to train with; choose at least one of: raw, baseline"),
        ({"variants": ("magic",)}, "There is no variant 'magic'; choose from: raw"),
        ({"schedules": ()}, "There is no schedule to train with"),
        ({"schedules": ("slow",)}, "There is no schedule 'slow'"),
        ({"alignment_weights": ()}, "There is no alignment weight"),
        ({"alignment_weights": (-1.0,)}, "alignment weight is -1; give one from 0 to 10"),
        ({"alignment_weights": (float("nan"),)}, "alignment weight is nan"),
        ({"steps": 19}, "There are 19 steps; a small training takes 20 to 200."),
        ({"steps": 201}, "There are 201 steps"),
        ({"scenes": 15}, "There are 15 scenes; a small training takes 16 to 120."),
        ({"scenes": 121}, "There are 121 scenes"),
        (
            {"variants": ("raw", "unified"), "schedules": ("constant", "one-cycle"), "alignment_weights": (0.0, 0.3)},
            "2 variants x 2 schedules x 2 alignment weights are 8 runs; choose at most 4.",
        ),
    ],
)
def test_what_cannot_be_trained_is_said(settings, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        Plan(**{"variants": ("raw",), **settings})


def test_runs_are_named_by_what_sets_them_apart_in_screen_order():
    assert list(Plan(("unified", "raw")).runs) == ["raw", "unified"]
    assert list(Plan(("raw", "raw"), alignment_weights=(0.3, 0.0)).runs) == ["raw, alignment 0.3", "raw, alignment 0"]
    assert len(Plan(tuple(VARIANTS)[:MAX_RUNS]).runs) == MAX_RUNS


def test_more_work_is_expected_to_take_longer():
    seconds = [
        plan.expected_seconds
        for plan in (
            Plan(("raw",), steps=20, scenes=16),
            Plan(("raw",), steps=40, scenes=16),
            Plan(("raw",), steps=40, scenes=60),
            Plan(("raw", "unified"), steps=40, scenes=60),
        )
    ]
    assert seconds == sorted(set(seconds))
