from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
import torch
from cachetools import LRUCache
from PIL import Image

from app.components.box_prompter.component import Prompt, PromptBox
from app.services import analyses as handlers
from app.services.analyses import TrainedWeights
from app.services.sessions import cancel_all, track
from app.shared.model_source import describe_source
from app.tabs.explore import service as explore
from app.tabs.training import service
from sam3viz import VARIANTS, Analyzer, Exemplar, load_image
from sam3viz.data.sources import from_folders
from sam3viz.training import job as jobs
from sam3viz.training.job import MAX_CACHED_SEEDS, TrainingOutcome, training_job
from sam3viz.utils.jobs import Job
from tests.helpers.analyzers import shaken
from tests.helpers.picture_folders import save_folders
from tests.helpers.tiny import TinyBackbone
from tests.helpers.training_jobs import small_examples, unwatched  # noqa: F401 a fixture is found by name

PATIENCE = 500
BOXES = (PromptBox(10, 10, 60, 50, 1),)
EXEMPLARS = (Exemplar((10, 10, 60, 50)),)


@pytest.fixture
def analyzer(monkeypatch) -> Analyzer:
    torch.manual_seed(0)
    shipped = Analyzer(TinyBackbone(), {name: shaken(VARIANTS[name](16)).eval() for name in ("raw", "unified")})
    monkeypatch.setattr(handlers, "analyzer", lambda: shipped)
    monkeypatch.setattr(service, "analyzer", lambda: shipped)
    handlers.analysis_of.cache_clear()
    yield shipped
    handlers.analysis_of.cache_clear()


@pytest.fixture
def quick(monkeypatch, tmp_path, unwatched):
    """Trainings on small scenes out of a folder."""
    pictures = from_folders(*save_folders(tmp_path))
    monkeypatch.setattr(jobs, "SIDE", 128)
    monkeypatch.setattr(jobs, "load_examples", small_examples)
    monkeypatch.setattr(jobs, "_ENCODED_SCENES", LRUCache(MAX_CACHED_SEEDS))
    monkeypatch.setattr(
        service, "training_job", lambda backbone, plan: training_job(backbone, plan, lambda report: pictures)
    )


@pytest.fixture
def picture(tmp_path) -> str:
    path = tmp_path / "picture" / "picture.png"
    path.parent.mkdir()
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (120, 160, 3), np.uint8)).save(path)
    return str(path)


def trained(analyzer: Analyzer, seed: int) -> TrainedWeights:
    torch.manual_seed(seed)
    bridges = {"unified": shaken(VARIANTS["unified"](16)).eval()}
    return TrainedWeights(f"token {seed}", analyzer.with_bridges(bridges), tuple(bridges))


def test_no_visitor_sees_anothers_weights(analyzer, picture):
    """Same picture, same boxes: the shipped weights, one visitor's, another's, in any order and again."""
    one, other = trained(analyzer, 1), trained(analyzer, 2)
    order = (None, one, other, one, None, other)
    heats = [handlers.analysis_of(picture, EXEMPLARS, used).variants["unified"].heat_grid for used in order]
    for (a, first), (b, second) in ((x, y) for x in zip(order, heats) for y in zip(order, heats)):  # noqa: B905
        assert (first == second).all() == (a is b)
    assert handlers.analysis_of(picture, EXEMPLARS, one) is handlers.analysis_of(picture, EXEMPLARS, one)
    for used in (one, other):
        bridge = used.analyzer.bridges
        alone = Analyzer(TinyBackbone(), dict(bridge)).analyze(load_image(picture), list(EXEMPLARS))
        np.testing.assert_array_equal(
            alone.variants["unified"].heat_grid,
            handlers.analysis_of(picture, EXEMPLARS, used).variants["unified"].heat_grid,
        )


def test_exports_of_two_visitors_are_two_files(analyzer, picture):
    prompt = Prompt(picture, BOXES)
    files = {explore.export(prompt, "table", used) for used in (None, trained(analyzer, 1), trained(analyzer, 2))}
    assert len(files) == 3


def outcome(job: Job[TrainingOutcome]) -> TrainingOutcome:
    latest = job.latest()
    assert latest is not None
    return latest


def test_a_training_is_started_watched_and_used(analyzer, quick, picture):
    job = service.start(["raw", "unified"], ["constant"], [0.3, 0], 20, 16.0)
    for nothing in (None, job.latest()):
        with pytest.raises(ValueError, match="at least one run"):
            service.trained_weights(nothing)
    job.start()
    assert job.wait(PATIENCE).state == "done"
    ended = outcome(job)
    assert len(service.curves(ended.history(), narrow=True, language="en").data) > 10
    html = service.numbers_html(ended.history(), ended.seconds, "en")
    assert all(f">{name}</th>" in html for name in ended.plan.runs)
    (same, *_) = service.equal_runs(ended, "en")
    assert same.startswith("No difference: raw, alignment 0.3; raw, alignment 0.")
    weights = service.trained_weights(ended)
    assert weights.variants == ("raw", "unified")
    assert weights != service.trained_weights(ended)
    before, after = (handlers.analysis_of(picture, EXEMPLARS, used).variants["unified"] for used in (None, weights))
    assert (before.heat_grid != after.heat_grid).any()
    assert describe_source(weights, "en") == [
        "These results use weights that you trained here (Raw ROI, Unified). Nobody else sees them."
    ]
    assert describe_source(None, "en") == []


def test_before_the_first_step_there_is_nothing_to_draw(analyzer):
    empty = outcome(service.start(["raw"], ["constant"], [0], 20, 16))
    assert service.curves(empty.history(), narrow=False, language="en") is None
    assert service.numbers_html(empty.history(), empty.seconds, "en") == ""
    assert service.equal_runs(empty, "en") == []


def test_a_cancelled_training_still_shows_and_gives_what_it_finished(analyzer, quick, monkeypatch):
    train = jobs.train

    def watched(bridge, batches, recipe):
        for step, terms in enumerate(train(bridge, batches, recipe)):
            if bridge.name == "unified" and step == 3:
                job.cancel()
            yield terms

    monkeypatch.setattr(jobs, "train", watched)
    job = service.start(["raw", "unified"], ["constant"], [0.3], 20, 16)
    job.start()
    assert job.wait(PATIENCE).state == "cancelled"
    assert service.trained_weights(outcome(job)).variants == ("raw",)
    assert service.curves(outcome(job).history(), narrow=False, language="zh-CN") is not None
    assert ">raw</th>" in service.numbers_html(outcome(job).history(), outcome(job).seconds, "en")
    assert ">unified</th>" not in service.numbers_html(outcome(job).history(), outcome(job).seconds, "en")


def test_who_leaves_cancels_their_own_training_alone(analyzer, quick):
    mine, theirs = (service.start(["unified"], ["constant"], [0.3], 200, 16) for _ in range(2))
    for job, visitor in ((mine, "me"), (theirs, "you")):
        job.start()
        track(job, visitor)
    cancel_all("me")
    cancel_all("nobody")
    assert mine.wait(PATIENCE).state == "cancelled"
    assert theirs.status().alive
    cancel_all("you")
    assert theirs.wait(PATIENCE).state == "cancelled"


def frame(*rows: tuple) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["run", "loss", "steps", "smoothness", "conflicts", "seconds"]).set_index("run")
    return table.astype({"steps": "Int64"})


def test_the_best_of_each_column_is_bold_and_the_missing_a_dash():
    html = service._table_html(
        frame(("raw", 1.5, None, 0.5, math.nan, 9.0), ("<unified>", 0.5, 12, 0.25, 0.2, 20.0)), "en"
    )
    assert "&lt;unified&gt;" in html
    assert "<unified>" not in html
    for cell in ("<td>1.500</td>", '<td class="best">0.500</td>', "<td>–</td>", '<td class="best">12</td>'):
        assert cell in html
    assert '<td class="best">0.50</td>' in html
    assert '<td class="best">9</td>' in html
    assert "<td>20%</td>" in html  # a share that the other has not: nothing to be better than
    assert "final loss ↓" in html


def test_one_run_is_not_called_the_best():
    html = service._table_html(frame(("raw", 1.5, None, 0.5, 0.1, 9.0)), "zh-CN")
    assert 'class="best"' not in html
    assert "最终损失" in html


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (([], ["constant"], [0.3], 60, 48), "no variant"),
        ((["raw"], [], [0.3], 60, 48), "no schedule"),
        ((["raw"], ["constant"], [], 60, 48), "no alignment weight"),
        ((["raw", "unified", "adaptive"], ["constant", "one-cycle"], [0.3], 60, 48), "choose at most 4"),
        ((["raw"], ["constant"], [0.3], 5, 48), "5 steps"),
    ],
)
def test_controls_that_cannot_be_trained_get_a_sentence(values, sentence):
    with pytest.raises(ValueError, match=sentence):
        service.make_plan(*values)


def test_the_expectation_names_runs_steps_and_time():
    plan = service.make_plan(["raw", "unified"], ["constant"], [0.3], 60, 48)
    assert service.expectation(plan, "en").startswith("2 runs × 60 steps: about ")
    one = service.make_plan(["raw"], ["constant"], [0.3], 20, 16)
    assert service.expectation(one, "en").startswith("1 run × 20 steps")
    assert "2 次训练 × 60 步" in service.expectation(plan, "zh-CN")
