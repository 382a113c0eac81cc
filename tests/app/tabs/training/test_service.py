from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image

from app.components.box_prompter.component import Prompt, PromptBox
from app.services import analyses as handlers
from app.services import sessions as visitors
from app.services.analyses import TrainedWeights
from app.tabs.training import service as training_handlers
from sam3viz import VARIANTS, Analyzer
from sam3viz.data.sources import from_folders
from sam3viz.training import session as sessions
from tests.contract.test_variants import shaken
from tests.data.test_sources import save_folders
from tests.helpers.tiny import TinyBackbone

PATIENCE = 500
BOXES = (PromptBox(10, 10, 60, 50, 1),)


@pytest.fixture
def analyzer(monkeypatch) -> Analyzer:
    torch.manual_seed(0)
    shipped = Analyzer(TinyBackbone(), {name: shaken(VARIANTS[name](16)).eval() for name in ("raw", "unified")})
    monkeypatch.setattr(handlers, "analyzer", lambda: shipped)
    monkeypatch.setattr(training_handlers, "analyzer", lambda: shipped)
    handlers.analysis_of.cache_clear()
    yield shipped
    handlers.analysis_of.cache_clear()


@pytest.fixture
def quick(monkeypatch, tmp_path):
    """Trainings on small scenes out of a folder."""
    pictures = from_folders(*save_folders(tmp_path))
    monkeypatch.setattr(sessions, "SIDE", 128)
    monkeypatch.setattr(sessions, "_ENCODED", type(sessions._ENCODED)())
    plain = sessions.TrainingSession
    monkeypatch.setattr(
        training_handlers, "TrainingSession", lambda backbone, plan: plain(backbone, plan, lambda report: pictures)
    )


@pytest.fixture
def picture(tmp_path) -> str:
    path = tmp_path / "picture" / "picture.png"
    path.parent.mkdir()
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (120, 160, 3), np.uint8)).save(path)
    return str(path)


def trained(analyzer: Analyzer, seed: int) -> Weights:
    torch.manual_seed(seed)
    bridges = {"unified": shaken(VARIANTS["unified"](16)).eval()}
    return TrainedWeights(f"token {seed}", analyzer.with_bridges(bridges), tuple(bridges))


def test_no_visitor_sees_anothers_weights(analyzer, picture):
    """Same picture, same boxes: the shipped weights, one visitor's, another's, in any order and again."""
    one, other = trained(analyzer, 1), trained(analyzer, 2)
    order = (None, one, other, one, None, other)
    heats = [handlers.analysis_of(picture, BOXES, used).variants["unified"].heat_grid for used in order]
    for (a, first), (b, second) in ((x, y) for x in zip(order, heats) for y in zip(order, heats)):  # noqa: B905
        assert (first == second).all() == (a is b)
    assert handlers.analysis_of(picture, BOXES, one) is handlers.analysis_of(picture, BOXES, one)
    for used in (one, other):
        bridge = used.analyzer.bridges
        alone = Analyzer(TinyBackbone(), dict(bridge)).analyze(
            handlers.picture(picture), [handlers.Exemplar((10, 10, 60, 50))]
        )
        np.testing.assert_array_equal(
            alone.variants["unified"].heat_grid,
            handlers.analysis_of(picture, BOXES, used).variants["unified"].heat_grid,
        )


def test_exports_of_two_visitors_are_two_files(analyzer, picture):
    prompt = Prompt(picture, BOXES)
    files = {handlers.export(prompt, "table", used) for used in (None, trained(analyzer, 1), trained(analyzer, 2))}
    assert len(files) == 3


def test_a_training_is_started_watched_and_used(analyzer, quick, picture):
    plan = training_handlers.planned(["raw", "unified"], ["constant"], [0.3, 0], 20, 16.0)
    training = training_handlers.start(plan, "me")
    with pytest.raises(ValueError, match="at least one run"):
        training_handlers.weights(None, "en")
    assert training.wait(PATIENCE).state == "done"
    assert len(training_handlers.curves(training, narrow=True).data) > 10
    shown = training_handlers.table(training, "en")
    assert all(f">{name}</th>" in shown for name in plan.runs)
    (same, *_) = training_handlers.without_effect(training, "en")
    assert same.startswith("No difference: raw, alignment 0.3; raw, alignment 0.")
    weights = training_handlers.weights(training, "en")
    assert weights.variants == ("raw", "unified")
    assert weights != training_handlers.weights(training, "en")
    before, after = (handlers.analysis_of(picture, BOXES, used).variants["unified"] for used in (None, weights))
    assert (before.heat_grid != after.heat_grid).any()
    assert training_handlers.in_use(weights, "en") == [
        "These results use weights that you trained here (Raw ROI, Unified). Nobody else sees them."
    ]
    assert training_handlers.in_use(None, "en") == []


def test_before_the_first_step_there_is_nothing_to_draw(analyzer):
    training = sessions.TrainingSession(
        analyzer.backbone, training_handlers.planned(["raw"], ["constant"], [0], 20, 16)
    )
    assert training_handlers.curves(training, narrow=False) is None
    assert training_handlers.table(training, "en") == ""
    assert training_handlers.without_effect(training, "en") == []


def test_who_leaves_cancels_their_own_training_alone(analyzer, quick):
    plan = training_handlers.planned(["unified"], ["constant"], [0.3], 200, 16)
    mine, theirs = training_handlers.start(plan, "me"), training_handlers.start(plan, "you")
    visitors.leave("me")
    visitors.leave("nobody")
    assert mine.wait(PATIENCE).state == "cancelled"
    assert theirs.status().alive
    visitors.leave("you")
    assert theirs.wait(PATIENCE).state == "cancelled"


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
        training_handlers.planned(*values)


def test_the_expectation_names_runs_steps_and_time():
    plan = training_handlers.planned(["raw", "unified"], ["constant"], [0.3], 60, 48)
    assert training_handlers.expectation(plan, "en").startswith("2 runs × 60 steps: about ")
    one = training_handlers.planned(["raw"], ["constant"], [0.3], 20, 16)
    assert training_handlers.expectation(one, "en").startswith("1 run × 20 steps")
    assert "2 次训练 × 60 步" in training_handlers.expectation(plan, "zh-CN")
