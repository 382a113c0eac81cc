from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
import torch

from sam3viz.bridges import VARIANTS
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


def test_it_is_the_mean_of_both_average_precisions(overfit_episode):
    tokens, truth = overfit_episode
    torch.manual_seed(0)
    bridge = VARIANTS["surround"](DIM).eval()
    heat = heat_logits(similarity(bridge(tokens), tokens), tokens, bridge.scale, bridge.bias).detach()[0].numpy()
    target, objects = truth.target[0].numpy() > 0, truth.objects[0].numpy() > 0
    free = counted(tokens)
    both = (target | objects) & free
    assert 0 < both.sum() < (target | objects).sum()
    expected = (slow_ap(target[free], heat[free]) + slow_ap(target[both], heat[both])) / 2
    assert held_out_ap(bridge, [overfit_episode] * 2) == pytest.approx(expected)


def test_an_episode_without_other_objects_counts_by_all_cells_alone(overfit_episode):
    tokens, truth = overfit_episode
    bridge = VARIANTS["surround"](DIM).eval()
    heat = heat_logits(similarity(bridge(tokens), tokens), tokens, bridge.scale, bridge.bias).detach()[0].numpy()
    alone = GroundTruth(truth.target, torch.zeros_like(truth.objects), truth.class_cover, truth.classes)
    free = counted(tokens)
    expected = slow_ap(truth.target[0].numpy()[free] > 0, heat[free])
    assert held_out_ap(bridge, [(tokens, alone)]) == pytest.approx(expected)
    nothing = GroundTruth(torch.zeros_like(truth.target), truth.objects, truth.class_cover, truth.classes)
    assert held_out_ap(bridge, [(tokens, nothing)]) == 0


def test_cells_that_are_covered_in_part_do_not_count(overfit_episode):
    """Neither as asked nor as other ones: whatever the heat is there."""
    tokens, truth = overfit_episode
    bridge = VARIANTS["surround"](DIM).eval()
    plain = held_out_ap(bridge, [overfit_episode])
    heat = heat_logits(similarity(bridge(tokens), tokens), tokens, bridge.scale, bridge.bias).detach()
    hottest = torch.zeros_like(heat, dtype=torch.bool)
    hottest[0].view(-1)[heat[0].masked_fill(truth.target[0] + truth.objects[0] > 0, -99).argmax()] = True
    partly = truth.target.masked_fill(hottest, 0.3)
    assert held_out_ap(bridge, [(tokens, dataclasses.replace(truth, target=partly))]) >= plain


def test_a_bridge_that_has_diverged_has_none(overfit_episode):
    bridge = VARIANTS["surround"](DIM).eval()
    bridge.bias.data.fill_(float("nan"))
    assert math.isnan(held_out_ap(bridge, [overfit_episode]))
