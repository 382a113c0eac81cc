from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
import torch

from sam3viz.bridges import VARIANTS
from sam3viz.inference.readout import heat_logits, similarity
from sam3viz.training.validation import held_out_ap
from sam3viz.types import GroundTruth
from tests.helpers.tiny import DIM


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
    both = target | objects
    expected = (slow_ap(target.ravel(), heat.ravel()) + slow_ap(target[both], heat[both])) / 2
    assert held_out_ap(bridge, [overfit_episode] * 2) == pytest.approx(expected)


def test_an_episode_without_other_objects_counts_by_all_cells_alone(overfit_episode):
    tokens, truth = overfit_episode
    bridge = VARIANTS["surround"](DIM).eval()
    heat = heat_logits(similarity(bridge(tokens), tokens), tokens, bridge.scale, bridge.bias).detach()[0].numpy()
    alone = GroundTruth(truth.target, torch.zeros_like(truth.objects), truth.class_cover, truth.classes)
    assert held_out_ap(bridge, [(tokens, alone)]) == pytest.approx(
        slow_ap(truth.target[0].numpy().ravel() > 0, heat.ravel())
    )
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
