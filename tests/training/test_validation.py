from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
import torch

from sam3viz.bridges import VARIANTS, Bridge
from sam3viz.inference.readout import heat_logits, similarity
from sam3viz.training.validation import held_out_ap
from sam3viz.types import GroundTruth, Tokens
from tests.helpers.tiny import DIM


def counted(tokens: Tokens) -> np.ndarray:
    """Cells of the one image that no prompt's box holds, cell by cell."""
    height, width = tokens.visual.shape[-2:]
    free = np.ones((height, width), bool)
    for row in range(height):
        for column in range(width):
            for x0, y0, x1, y1 in tokens.boxes[tokens.prompt].tolist():
                if x0 <= (column + 0.5) / width <= x1 and y0 <= (row + 0.5) / height <= y1:
                    free[row, column] = False
    return free


def slow_ap(target: np.ndarray, heat: np.ndarray) -> float:
    """Sum of precision at each asked cell, hottest first."""
    ordered = target[np.argsort(-heat)]
    hits = np.flatnonzero(ordered)
    return float(np.mean([ordered[: place + 1].mean() for place in hits]))


@pytest.fixture
def episode(overfit_episode) -> tuple[Tokens, GroundTruth]:
    """With other objects outside the exemplars' boxes, too."""
    tokens, truth = overfit_episode
    objects = truth.objects.clone()
    objects[0, 6:, :3] = 1
    return tokens, dataclasses.replace(truth, objects=objects)


@pytest.fixture
def bridge() -> Bridge:
    """Finds little, so that every cell matters."""
    torch.manual_seed(0)
    return VARIANTS["baseline"](DIM).eval()


def parts(bridge: Bridge, tokens: Tokens, truth: GroundTruth) -> tuple[np.ndarray, ...]:
    """Heat, asked cells, cells of other objects, and those that no prompt's box holds."""
    with torch.no_grad():
        heat = heat_logits(similarity(bridge(tokens), tokens), tokens, bridge.scale, bridge.bias)[0].numpy()
    return heat, truth.target[0].numpy() > 0, truth.objects[0].numpy() > 0, counted(tokens)


def test_it_is_the_mean_of_both_average_precisions(bridge, episode):
    heat, target, objects, free = parts(bridge, *episode)
    both = (target | objects) & free
    assert (objects & free).any()
    assert (objects & ~free).any()
    precisions = slow_ap(target[free], heat[free]), slow_ap(target[both], heat[both])
    assert max(precisions) < 1
    assert held_out_ap(bridge, [episode] * 2) == pytest.approx(np.mean(precisions))


def test_an_episode_without_other_objects_counts_by_all_cells_alone(bridge, episode):
    tokens, truth = episode
    heat, target, _, free = parts(bridge, *episode)
    alone = dataclasses.replace(truth, objects=torch.zeros_like(truth.objects))
    assert held_out_ap(bridge, [(tokens, alone)]) == pytest.approx(slow_ap(target[free], heat[free]))
    nothing = dataclasses.replace(truth, target=torch.zeros_like(truth.target))
    assert held_out_ap(bridge, [(tokens, nothing)]) == 0


def test_cells_that_are_covered_in_part_do_not_count(bridge, episode):
    """Neither as asked nor as other ones: here the hottest cell of the ground."""
    tokens, truth = episode
    heat, target, objects, free = parts(bridge, *episode)
    ground = np.where(free & ~target & ~objects, heat, -np.inf)
    partly = np.unravel_index(ground.argmax(), ground.shape)
    covered = truth.target.clone()
    covered[0, partly[0], partly[1]] = 0.3
    both = (target | objects) & free
    free[partly] = False
    expected = np.mean([slow_ap(target[free], heat[free]), slow_ap(target[both], heat[both])])
    found = held_out_ap(bridge, [(tokens, dataclasses.replace(truth, target=covered))])
    assert found == pytest.approx(expected)
    assert found != pytest.approx(held_out_ap(bridge, [episode]))


def test_a_bridge_that_has_diverged_has_none(overfit_episode):
    bridge = VARIANTS["surround"](DIM).eval()
    bridge.bias.data.fill_(float("nan"))
    assert math.isnan(held_out_ap(bridge, [overfit_episode]))
