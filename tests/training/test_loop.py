from __future__ import annotations

import math
from itertools import pairwise

import pytest
import torch

from sam3viz.bridges import VARIANTS
from sam3viz.training.loop import Recipe, train
from tests.conftest import DIM


def run(name: str, episode, recipe: Recipe, seed: int = 0):
    torch.manual_seed(seed)
    bridge = VARIANTS[name](DIM)
    return bridge, list(train(bridge, lambda step: episode, recipe))


def test_the_same_seed_gives_the_same_run(overfit_episode):
    runs = [run("unified", overfit_episode, Recipe(steps=5), seed) for seed in (0, 0, 1)]
    assert runs[0][1] == runs[1][1] != runs[2][1]
    for one, other in zip(runs[0][0].state_dict().values(), runs[1][0].state_dict().values(), strict=True):
        torch.testing.assert_close(one, other, rtol=0, atol=0)


@pytest.mark.parametrize(
    ("name", "terms"),
    [
        ("raw", set()),
        ("baseline", {"instance"}),
        ("contrastive", {"contrastive"}),
        ("distillation", {"distillation"}),
    ],
)
def test_history_has_every_term_of_every_step_and_falls(name, terms, overfit_episode):
    _, history = run(name, overfit_episode, Recipe(steps=30, learning_rate=3e-3))
    assert len(history) == 30
    expected = {"total", "patch", "ranking", "rate", "alignment_weight"} | terms
    assert all(set(step) == expected for step in history)
    assert all(math.isfinite(value) for step in history for value in step.values())
    assert history[-1]["total"] < history[0]["total"]


def test_batches_are_asked_for_in_order_and_the_caller_may_stop(overfit_episode):
    asked = []

    def batches(step):
        asked.append(step)
        return overfit_episode

    steps = train(VARIANTS["raw"](DIM), batches, Recipe(steps=9))
    for _ in range(3):
        next(steps)
    assert asked == [0, 1, 2]


def test_the_rate_warms_up_and_ends_near_zero(overfit_episode):
    """One step moves a parameter by about the rate (Adam), so the moves trace the schedule."""
    torch.manual_seed(0)
    bridge = VARIANTS["raw"](DIM)
    places = [bridge.bias.item()]
    for _ in train(bridge, lambda step: overfit_episode, Recipe(steps=40, calibration_rate=1e-3)):
        places.append(bridge.bias.item())
    moves = [abs(b - a) for a, b in pairwise(places)]
    assert max(moves) == pytest.approx(1e-3, rel=0.2)
    assert moves[0] < 0.1 * max(moves)
    assert moves[-1] < 0.05 * max(moves)


@pytest.mark.parametrize("steps", [1, 2, 11])
def test_any_number_of_steps_runs_and_leaves_the_bridge_ready(steps, overfit_episode):
    bridge, history = run("raw", overfit_episode, Recipe(steps=steps))
    assert len(history) == steps
    assert not bridge.training
