from __future__ import annotations

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
